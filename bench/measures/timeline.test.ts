import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constantLoad, historyOf } from './synthetic-history.ts';
import { timeline } from './timeline.ts';

const OPTIONS = { fromMs: 0, toMs: 200, operationTimeoutMs: 2000 };

test('outcomes count where the operation was intended, completions where it ended', () => {
  const history = historyOf([
    { intended: 10, end: 60 },
    { intended: 20, end: 21, outcome: 'fail' },
    { intended: 30, end: 130, outcome: 'unknown' },
    { intended: 150, end: 160 },
    { intended: 190, end: 200 },
  ]);
  const buckets = timeline(history, OPTIONS);
  assert.deepEqual(
    buckets.map(({ tMs, offered, ok, fail, unknown, completed }) => [tMs, offered, ok, fail, unknown, completed]),
    [
      [0, 3, 1, 1, 1, 0],
      [50, 0, 0, 0, 0, 1],
      [100, 0, 0, 0, 0, 0],
      [150, 2, 2, 0, 0, 1],
    ],
  );
});

test('latency stands in the bucket of the intended start, without refusals, unknowns at least the time-out', () => {
  const history = historyOf([
    { intended: 10, end: 60 },
    { intended: 20, end: 21, outcome: 'fail' },
    { intended: 30, end: 130, outcome: 'unknown' },
    { intended: 60, end: 61, outcome: 'fail' },
  ]);
  const [first, second] = timeline(history, OPTIONS);
  assert.deepEqual([first?.p50Ms, first?.p99Ms], [50, 2000]);
  assert.deepEqual([second?.p50Ms, second?.p99Ms], [undefined, undefined]);
});

test('what lies outside is left out, and the last bucket reaches the end', () => {
  const rows = constantLoad({ ratePerS: 1000, durationMs: 1000 });
  const buckets = timeline(historyOf(rows), { ...OPTIONS, fromMs: 100, toMs: 235, bucketMs: 50 });
  assert.deepEqual(
    buckets.map((bucket) => [bucket.tMs, bucket.offered]),
    [
      [100, 50],
      [150, 50],
      [200, 50],
    ],
  );
});

test('rows out of order give the same buckets', () => {
  const rows = constantLoad({ ratePerS: 200, durationMs: 200, change: (_, i) => ({ end: i * 5 + (i % 7) }) });
  assert.deepEqual(timeline(historyOf(rows.toReversed()), OPTIONS), timeline(historyOf(rows), OPTIONS));
});

test('a bucket without width is refused', () => {
  assert.throws(() => timeline(historyOf([]), { ...OPTIONS, bucketMs: 0 }), /longer than 0 ms, not 0/);
});
