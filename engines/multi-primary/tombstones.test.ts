import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import { only, type Sent, TestNode, THREE } from './fixture.test.ts';
import engine from './index.ts';
import type { Message } from './messages.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';

const BRIEF = { ...presets.default, hintWindowMs: 500, tombstoneGraceMs: 1000 } as const;
const ROUND_MS = 100;

const deleted = (options: Partial<Options> = {}): TestNode => {
  const node = new TestNode({ ...BRIEF, ...options });
  node.turn(() => node.put('a', '1'));
  node.turn(() => node.request({ kind: 'delete', key: 'a' }));
  return node;
};
const keys = (node: TestNode) => node.replica.status().details!.keys;

/** What all who were asked answer if they have nothing older. */
function settle(node: TestNode, sent: readonly Sent[], by: readonly string[]): void {
  for (const { to, message } of only(sent, 'graves')) {
    const settled: Message = { type: 'graves-settled', round: message.round, keys: ['a'] };
    if (by.includes(to)) node.receive(to, settled);
  }
}

test('a deletion is kept for the grace period, and then until all copies have said twice that they have nothing older', () => {
  const node = deleted();
  assert.deepEqual(only(node.fire('tombstones', 900).sent, 'graves'), []);
  settle(node, node.fire('tombstones', ROUND_MS).sent, ['n2', 'n3']);
  assert.equal(keys(node), 1);
  settle(node, node.fire('tombstones', ROUND_MS).sent, ['n2', 'n3']);
  assert.equal(keys(node), 0);
});

test('a deletion that is forgotten is nothing lost, of siblings neither', () => {
  for (const versions of ['last-writer', 'siblings'] as const) {
    const node = deleted({ versions, readQuorum: 1, writeQuorum: 1, tombstonesConfirmed: false });
    const nodes = new Map([['n1', node.replica.inspect()]]);
    assert.equal(engine.invariants!(nodes), undefined);
    node.fire('tombstones', 1000);
    assert.equal(keys(node), 0);
    assert.equal(engine.invariants!(nodes), undefined);
  }
});

test('it is kept as long as one copy does not answer', () => {
  const node = deleted();
  for (let round = 0; round < 5; round++) settle(node, node.fire('tombstones', 1000).sent, ['n2']);
  assert.equal(keys(node), 1);
});

test('many that some copy does not agree on do not keep others from being forgotten', () => {
  const node = new TestNode(BRIEF);
  node.turn(() => {
    for (let i = 0; i < 300; i++) node.request({ kind: 'delete', key: `k${i}` });
  });
  node.host.time += 1000;
  const isOlderOnN2 = (key: string): boolean => Number(key.slice(1)) < 256;
  for (let round = 0; round < 3; round++) {
    for (const { to, message } of only(node.fire('tombstones', ROUND_MS).sent, 'graves')) {
      const asked = message.graves.filter((_, i) => i % 3 === 0) as string[];
      const settled = asked.filter((key) => to !== 'n2' || !isOlderOnN2(key));
      node.receive(to, { type: 'graves-settled', round: message.round, keys: settled });
    }
  }
  assert.equal(keys(node), 256);
});

test('where nobody is asked, it goes when it is due', () => {
  const node = deleted({ tombstonesConfirmed: false });
  node.fire('tombstones', 900);
  assert.equal(keys(node), 1);
  node.fire('tombstones', ROUND_MS);
  assert.equal(keys(node), 0);
});

test('a copy says that it has nothing older only of what it has newer or not at all, and on its disk', () => {
  const node = new TestNode(BRIEF);
  node.receive('n2', { type: 'write', parcel: 1, batch: ['n2#1', 500, ['old', '1', 0, 'new', '1', 9]] });
  const graves = ['old', 505, 'n3#1', 'new', 505, 'n3#1', 'unknown', 505, 'n3#1'];
  const [told] = only(node.receive('n3', { type: 'graves', round: 1, graves }).sent, 'graves-settled');
  assert.deepEqual(told!.message.keys, ['new', 'unknown']);
  assert.equal(told!.when, node.host.log.entries.length);
});

test('what was forgotten is not there in the next life, and a later value of the key is', () => {
  const node = deleted({ tombstonesConfirmed: false });
  node.fire('tombstones', 1000);
  const again = () => new TestNode(BRIEF, { boot: 'restart', recovered: node.host.log.entries });
  assert.equal(keys(again()), 0);
  node.turn(() => node.put('a', '2'));
  assert.equal(again().host.store.get('a'), '2');
});

test('an old deletion is not taken by who holds nothing of the key, unless somebody counts on it', () => {
  const node = new TestNode(BRIEF, { time: 5000 });
  const copy = (parcel: number): Message => ({
    type: 'copy',
    tag: 'n2#1',
    parcel,
    versions: ['a', null, 1024, 'n2#1'],
  });
  node.receive('n2', copy(0));
  assert.equal(keys(node), 0);
  const { sent } = node.receive('n2', copy(1));
  assert.equal(keys(node), 1);
  assert.equal(only(sent, 'ack')[0]!.when, node.host.log.entries.length);
});

/** A copy is away from before a deletion until long after the grace period. */
function awayDuringDeletion(options: Options) {
  const simulation = new Simulation({ engine, options, members: THREE, seed: 2 });
  simulation.submit('n1', { kind: 'put', key: 'a', value: '1' });
  simulation.run(1000);
  simulation.crash('n3', 'kill');
  simulation.submit('n1', { kind: 'delete', key: 'a' });
  simulation.run(6000);
  const held = Number(simulation.node('n1').host.status()!.details!.keys);
  simulation.restart('n3');
  simulation.run(8000);
  const values = THREE.map(({ id }) => simulation.node(id).host.store.get('a'));
  const left = Number(simulation.node('n1').host.status()!.details!.keys);
  return { held, values, left };
}

test('a copy that was away for longer does not bring the value back, and once it has heard, all forget', () => {
  const { held, values, left } = awayDuringDeletion(BRIEF);
  assert.equal(held, 1);
  assert.deepEqual(values, [null, null, null]);
  assert.equal(left, 0);
});

test('without confirmation it does: a deletion that was acknowledged is undone', () => {
  const { held, values } = awayDuringDeletion({ ...BRIEF, tombstonesConfirmed: false });
  assert.equal(held, 0);
  assert.deepEqual(values, ['1', '1', '1']);
});
