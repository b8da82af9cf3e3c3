import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { electionsIn, servedShare } from './standing.ts';
import { constantLoad, historyOf } from './synthetic-history.ts';

const leads = (atMs: number, node: string, epoch: number): ClusterEvent => ({
  atMs,
  kind: 'note',
  node,
  note: { kind: 'leads', epoch },
});

test('the share that was served is of the writes intended meanwhile, whenever they ended, and of no reads', () => {
  const rows = constantLoad({
    ratePerS: 100,
    durationMs: 3000,
    change: (atMs, i) => ({
      kind: i % 2 === 0 ? 'put' : 'get',
      zone: 'a',
      ...(atMs >= 1000 && atMs < 1500 && { outcome: 'unknown' as const }),
      // Late, long after the stretch, and served all the same.
      ...(atMs >= 1900 && atMs < 2000 && { end: atMs + 5000 }),
    }),
  });
  const history = historyOf(rows, { zones: ['a', 'b'] });
  assert.equal(servedShare(history, { fromMs: 1000, toMs: 2000, zone: 'a' }), 0.5);
  assert.equal(servedShare(history, { fromMs: 0, toMs: 1000 }), 1);
  assert.equal(servedShare(history, { fromMs: 1000, toMs: 2000, zone: 'b' }), undefined);
});

test('elections are counted from the beginning of the stretch to before its end, and the last of them has a time', () => {
  const events = [leads(999, 'n1', 1), leads(1000, 'n2', 2), leads(1400, 'n1', 3), leads(2000, 'n2', 4)];
  assert.deepEqual(electionsIn(events, { fromMs: 1000, toMs: 2000 }), { count: 2, lastMs: 1400 });
  assert.deepEqual(electionsIn(events, { fromMs: 3000, toMs: 4000 }), { count: 0, lastMs: undefined });
});
