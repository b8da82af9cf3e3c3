import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constantLoad, historyOf } from './synthetic-history.ts';
import { spanOf, throughput } from './throughput.ts';

test('ok operations are counted per second of the window in which they ended', () => {
  const history = historyOf(
    constantLoad({
      ratePerS: 100,
      durationMs: 4000,
      latencyMs: 5,
      change: (_, i) => (i % 10 === 0 ? { outcome: 'fail' } : i % 10 < 3 ? { outcome: 'unknown' } : {}),
    }),
  );
  const figures = throughput(history, { fromMs: 1000, toMs: 3000 });
  assert.deepEqual(figures, { measuredS: 2, ok: 140, fail: 20, unknown: 40, throughputPerS: 70 });
});

test('adjoining windows count each operation once', () => {
  const history = historyOf([{ end: 10 }, { end: 20 }, { start: 15, end: 30 }]);
  const early = throughput(history, { fromMs: 0, toMs: 20 });
  const late = throughput(history, { fromMs: 20, toMs: 30 });
  assert.deepEqual([early.ok, late.ok], [2, 1]);
});

test('the span of a history reaches from its first intended start to its last end', () => {
  assert.deepEqual(
    spanOf(
      historyOf([
        { intended: 5, start: 7, end: 90 },
        { intended: 6, end: 8 },
      ]),
    ),
    { fromMs: 5, toMs: 90 },
  );
  assert.equal(spanOf(historyOf([])), undefined);
});

test('an empty window has no rate', () => {
  assert.equal(throughput(historyOf([{}]), { fromMs: 5, toMs: 5 }).throughputPerS, undefined);
});

test('a zone and a kind group can be looked at alone', () => {
  const rows = [{ zone: 'a' }, { zone: 'b' }, { zone: 'b', kind: 'get' }, { zone: 'b' }] as const;
  const history = historyOf(rows, { zones: ['a', 'b'] });
  const window = { fromMs: 0, toMs: 1000 };
  assert.equal(throughput(history, window, { zone: 'a' }).ok, 1);
  assert.equal(throughput(history, window, { zone: 'b' }).ok, 3);
  assert.equal(throughput(history, window, { zone: 'b', group: 'get' }).ok, 1);
  assert.equal(throughput(history, window, { group: 'put' }).ok, 3);
});
