import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT, PRELOADED } from '../history.ts';
import { historyOf, type Places, type Row } from './synthetic-history.ts';
import { agedReads, visibilityBins } from './visibility.ts';

const ALL = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
const put = (start: number, end: number, more: Row = {}): Row => ({ kind: 'put', start, end, ...more });
const get = (value: number, start: number, more: Row = {}): Row => ({
  kind: 'get',
  value,
  start,
  end: start + 1,
  ...more,
});

/** Age and verdict of each read that is judged. */
function judged(rows: readonly Row[], between = ALL, places: Places = {}): [ageMs: number, sees: number][] {
  const { ageMs, sees } = agedReads(historyOf(rows, places), between);
  return Array.from(ageMs, (age, i) => [age, sees[i]!]);
}

test('a read is as old as the latest acknowledged write is over, and sees it or something older', () => {
  assert.deepEqual(judged([put(0, 10), put(20, 30), get(1, 35), get(0, 37), get(ABSENT, 130)]), [
    [5, 1],
    [7, 0],
    [100, 0],
  ]);
});

test('a read of a key that nobody had written by then has no age', () => {
  assert.deepEqual(judged([get(ABSENT, 0), put(5, 10), get(0, 8), put(0, 3, { key: 1 })]), []);
});

test('a write at the instant of the read has just ended, and one that overlaps leaves no right answer', () => {
  assert.deepEqual(judged([put(0, 10), get(0, 10)]), [[0, 1]]);
  assert.deepEqual(judged([put(0, 10), put(5, 12), get(0, 20)]), [], 'the writes overlap');
  assert.deepEqual(judged([put(0, 10), get(0, 20), put(20.5, 30)]), [], 'a write overlaps the read');
  assert.deepEqual(judged([put(0, 10), get(0, 20), put(21.5, 30)]), [[10, 1]]);
});

test('a write of unknown end may take effect at any later time, a failed one never', () => {
  const later = (outcome: 'unknown' | 'fail') => judged([put(0, 10), put(12, 14, { outcome }), get(0, 20)]);
  assert.deepEqual(later('unknown'), []);
  assert.deepEqual(later('fail'), [[10, 1]]);
  assert.deepEqual(judged([put(0, 10, { outcome: 'unknown' }), put(20, 30), get(1, 40)]), []);
});

test('a deletion is seen by a read of nothing, and what was loaded before by a read of that', () => {
  assert.deepEqual(judged([put(0, 10), { kind: 'delete', start: 20, end: 30 }, get(ABSENT, 40), get(0, 50)]), [
    [10, 1],
    [20, 0],
  ]);
  assert.deepEqual(judged([put(0, 10, { value: PRELOADED }), get(PRELOADED, 11), get(ABSENT, 12)]), [
    [1, 1],
    [2, 0],
  ]);
});

test('appends, adds and compare-and-swaps leave no single right value: their keys are passed over', () => {
  for (const kind of ['append', 'add', 'cas'] as const) {
    assert.deepEqual(judged([put(0, 10), { kind, start: 20, end: 30 }, get(0, 40)]), []);
  }
});

test('reads that failed, or were intended outside the stretch, are not judged; writes before it count', () => {
  const rows = [put(0, 10), get(0, 20), get(0, 30, { outcome: 'fail' }), get(0, 40), get(0, 50)];
  assert.deepEqual(judged(rows, { fromMs: 30, toMs: 50 }), [[30, 1]]);
  assert.deepEqual(judged([put(0, 10, { value: 7 }), get(7, 20)], ALL, { firstRow: 7 }), [[10, 1]]);
});

test('bins are five to a power of ten, bounds included below and excluded above; the model is asked of every read', () => {
  const ages = [0, 0.099, 0.1, 1, 1.57, 1.58, 10];
  const reads = { ageMs: Float64Array.from(ages), sees: Uint8Array.from([1, 0, 1, 1, 1, 0, 1]) };
  const bins = visibilityBins(reads, (ageMs) => ageMs / 100);
  assert.deepEqual(
    bins.map(({ fromMs, toMs, reads: count, consistent }) => [fromMs, toMs, count, consistent]),
    [
      [0, 0.1, 2, 1],
      [0.1, 0.158, 1, 1],
      [1, 1.58, 2, 2],
      [1.58, 2.51, 1, 0],
      [10, 15.8, 1, 1],
    ],
  );
  assert.ok(Math.abs(bins[2]!.modelShare! - 0.01285) < 1e-9);
  assert.equal(visibilityBins(reads)[0]!.modelShare, undefined);
  assert.deepEqual(visibilityBins({ ageMs: new Float64Array(0), sees: new Uint8Array(0) }), []);
});
