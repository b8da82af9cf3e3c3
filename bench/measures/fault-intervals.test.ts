import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../faults/vocabulary.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { excuses, excusesFailover, faultIntervals, isInside } from './fault-intervals.ts';

const fault = (atMs: number, injected: Fault): ClusterEvent => ({ atMs, kind: 'fault', fault: injected, lateMs: 0 });
const heal = (atMs: number, healed: Fault): ClusterEvent => ({ atMs, kind: 'heal', fault: healed });

test('each fault lasts to its own heal, or for ever', () => {
  const a: Fault = { kind: 'kill', node: 'a' };
  const b: Fault = { kind: 'kill', node: 'b' };
  const intervals = faultIntervals([fault(10, a), fault(20, b), heal(30, { node: 'a', kind: 'kill' }), fault(40, a)]);
  assert.deepEqual(intervals, [
    { fromMs: 10, toMs: 30, fault: a },
    { fromMs: 20, toMs: Number.POSITIVE_INFINITY, fault: b },
    { fromMs: 40, toMs: Number.POSITIVE_INFINITY, fault: a },
  ]);
});

test('notes, and heals of nothing, are passed over', () => {
  const note: ClusterEvent = { atMs: 1, kind: 'note', node: 'a', note: { kind: 'trace', text: 'x' } };
  assert.deepEqual(faultIntervals([note, heal(2, { kind: 'power-cut' })]), []);
});

test('a dead or cut-off node excuses a failover, a slow one does not', () => {
  assert.equal(excusesFailover({ kind: 'vanish', node: 'a' }), true);
  assert.equal(excusesFailover({ kind: 'cut-zone', zone: 'z' }), true);
  assert.equal(excusesFailover({ kind: 'pause', node: 'a' }), false);
  assert.equal(excusesFailover({ kind: 'delay', from: { node: 'a' }, to: { node: 'b' }, delayMs: 5 }), false);
  assert.equal(excusesFailover({ kind: 'wipe', node: 'a' }), true);
  assert.equal(excusesFailover({ kind: 'stall-disk', node: 'a' }), false);
});

test('a command that may move the lead excuses a failover from its order to its answer, a snapshot does not', () => {
  const command = (atMs: number, kind: 'transfer' | 'snapshot'): ClusterEvent => ({
    atMs,
    kind: 'command',
    node: 'a',
    command: { kind },
    answer: { outcome: 'ok', result: {} },
    answeredMs: atMs + 5,
  });
  const pause: Fault = { kind: 'pause', node: 'b' };
  const kill: Fault = { kind: 'kill', node: 'b' };
  const events = [command(10, 'transfer'), command(20, 'snapshot'), fault(30, pause), fault(40, kill), heal(50, kill)];
  assert.deepEqual(
    excuses(events).map(({ fromMs, toMs }) => [fromMs, toMs]),
    [
      [40, 50],
      [10, 15],
    ],
  );
});

test('both ends of an interval are inside', () => {
  const intervals = [{ fromMs: 10, toMs: 20 }];
  assert.deepEqual(
    [9, 10, 20, 21].map((at) => isInside(intervals, at)),
    [false, true, true, false],
  );
});
