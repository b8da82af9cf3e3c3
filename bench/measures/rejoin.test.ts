import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../faults/vocabulary.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { rejoinMs } from './rejoin.ts';

const down = (node: string): Fault => ({ kind: 'wipe', node });
const fault = (atMs: number, node: string): ClusterEvent => ({ atMs, kind: 'fault', fault: down(node), lateMs: 0 });
const heal = (atMs: number, node: string): ClusterEvent => ({ atMs, kind: 'heal', fault: down(node) });
const caughtUp = (atMs: number, node: string): ClusterEvent => ({
  atMs,
  kind: 'note',
  node,
  note: { kind: 'caught-up' },
});
const ALL = { fromMs: 0, toMs: 10_000 };

test("a rejoin lasts from the restart to the node's own word, and the longest of several counts", () => {
  const events = [
    fault(100, 'n1'),
    fault(100, 'n2'),
    caughtUp(150, 'n3'),
    heal(600, 'n1'),
    heal(700, 'n2'),
    caughtUp(850, 'n2'),
    caughtUp(1600, 'n1'),
  ];
  assert.equal(rejoinMs(events, ALL), 1000);
  assert.equal(rejoinMs(events, { fromMs: 650, toMs: 10_000 }), 150, 'only restarts within the stretch');
});

test('a word of a former life is none of this one', () => {
  const events = [caughtUp(50, 'n1'), fault(100, 'n1'), heal(600, 'n1')];
  assert.equal(rejoinMs(events, ALL), undefined);
  assert.equal(rejoinMs([...events, caughtUp(900, 'n1')], ALL), 300);
});

test('nothing is told where nobody was down, or one never said that it has caught up', () => {
  const cut: Fault = { kind: 'cut-zone', zone: 'a' };
  assert.equal(
    rejoinMs(
      [
        { atMs: 1, kind: 'fault', fault: cut, lateMs: 0 },
        { atMs: 2, kind: 'heal', fault: cut },
      ],
      ALL,
    ),
    undefined,
  );
  const events = [fault(1, 'n1'), fault(1, 'n2'), heal(2, 'n1'), heal(2, 'n2'), caughtUp(9, 'n1')];
  assert.equal(rejoinMs(events, ALL), undefined);
});
