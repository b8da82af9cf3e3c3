import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StandingFaults } from './standing-faults.ts';
import { fullMembers } from './testing/fake-scene.ts';
import type { Fault } from './vocabulary.ts';

const on = (kind: 'kill' | 'vanish' | 'wipe' | 'fill-disk' | 'pause' | 'corrupt-log', node = 'n1'): Fault => ({
  kind,
  node,
});

/** What reaches the cluster, each call a line. */
function standing() {
  const calls: string[] = [];
  const say = (sign: string) => (faults: readonly Fault[]) => {
    calls.push(
      `${sign} ${faults.map((fault) => `${fault.kind}${'node' in fault ? ` ${fault.node}` : ''}`).join(', ')}`,
    );
  };
  const faults = new StandingFaults(fullMembers(3), { inject: say('+'), heal: say('-') });
  return { faults, calls };
}

test('the same fault twice stands once, and ends with the last that wanted it', () => {
  const { faults, calls } = standing();
  const first = faults.begin([on('pause')]);
  const second = faults.begin([on('pause'), on('pause', 'n2')]);
  faults.end(first);
  faults.end(second);
  assert.deepEqual(calls, ['+ pause n1', '+ pause n2', '- pause n1, pause n2']);
});

test('a node that is down cannot be killed, and whoever could not kill it does not restart it', () => {
  const { faults, calls } = standing();
  const vanished = faults.begin([on('vanish')]);
  const killed = faults.begin([on('kill')]);
  faults.end(killed);
  faults.end(vanished);
  assert.deepEqual(calls, ['+ vanish n1', '- vanish n1']);
});

test('a node stays down until the last fault that has it down ends', () => {
  const { faults, calls } = standing();
  const vanished = faults.begin([on('vanish')]);
  const killed = faults.begin([on('kill')]);
  faults.end(vanished);
  assert.deepEqual(calls, ['+ vanish n1']);
  faults.end(killed);
  assert.deepEqual(calls, ['+ vanish n1', '- vanish n1']);
  faults.begin([on('kill')]);
  assert.equal(calls.at(-1), '+ kill n1', 'it is up, and can die again');
});

test('a disk is harmed even while its node is down, and the node comes back once', () => {
  const { faults, calls } = standing();
  const killed = faults.begin([on('kill')]);
  const wiped = faults.begin([on('wipe')]);
  faults.end(killed);
  faults.end(wiped);
  assert.deepEqual(calls, ['+ kill n1', '+ wipe n1', '- kill n1, wipe n1']);
});

test('a node whose disk is full may run on, and so can be killed', () => {
  const { faults, calls } = standing();
  const full = faults.begin([on('fill-disk')]);
  const killed = faults.begin([on('kill')]);
  faults.end(full);
  faults.end(killed);
  assert.deepEqual(calls, ['+ fill-disk n1', '+ kill n1', '- fill-disk n1, kill n1']);
});

test('a power cut leaves out who is down already, and does not restart who was killed', () => {
  const { faults, calls } = standing();
  const killed = faults.begin([on('kill', 'n2')]);
  const dark = faults.begin([{ kind: 'power-cut' }]);
  faults.end(dark);
  faults.end(killed);
  assert.deepEqual(calls, ['+ kill n2', '+ vanish n1, vanish n3', '- vanish n1, vanish n3', '- kill n2']);
});

test('a zone that dies is its nodes that die', () => {
  const { faults, calls } = standing();
  faults.end(faults.begin([{ kind: 'kill-zone', zone: 'b' }]));
  assert.deepEqual(calls, ['+ kill n2', '- kill n2']);
});

test('links of different cuts are left to the cluster, that counts them', () => {
  const { faults, calls } = standing();
  const cut = (from: string, to: string): Fault => ({ kind: 'cut', from: { node: from }, to: { node: to } });
  const first = faults.begin([cut('n1', 'n2')]);
  faults.begin([cut('n2', 'n1')]);
  faults.begin([cut('n1', 'n2')]);
  faults.end(first);
  assert.deepEqual(calls, ['+ cut', '+ cut']);
});
