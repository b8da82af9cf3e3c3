import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stalenessOf } from './staleness.ts';
import { get, operationsOf, put, remove, swap, UNKNOWN } from './testing/lines.ts';

test('a stale read is as old as the time since its value was replaced', () => {
  const found = stalenessOf(
    operationsOf(put(0, 1, '1'), put(2, 3, '2'), get(2.5, 4, '1'), get(8, 9, '1'), get(8, 9, '2')),
  );
  assert.equal(found.reads, 3);
  assert.deepEqual(found.stale.examples, [{ key: 'k', rows: [1, 3] }]);
  assert.equal(found.worstAgeMs, 5);
});

test('the shift of a key is the least that makes its reads pass', () => {
  const history = operationsOf(
    put(0, 1, '1', { key: 'stale' }),
    put(2, 3, '2', { key: 'stale' }),
    get(7.5, 9, '1', { key: 'stale' }),
    put(0, 1, '1', { key: 'fresh' }),
    get(2, 3, '1', { key: 'fresh' }),
  );
  assert.deepEqual(stalenessOf(history).shifts, [{ key: 'stale', shiftMs: 4.5 }]);
  assert.equal(history.start[2], 7.5, 'the history itself stays as it is');
});

test('reads that go back need a shift although nothing had certainly been replaced', () => {
  const found = stalenessOf(operationsOf(put(0, 1, '1'), put(2, null, '2', UNKNOWN), get(3, 4, '2'), get(6, 7, '1')));
  assert.equal(found.stale.count, 0);
  assert.deepEqual(found.shifts, [{ key: 'k', shiftMs: 2 }]);
});

test('what no shift mends is wrong in another way', () => {
  const lostUpdate = operationsOf(put(0, 1, '1'), swap(2, 3, '1', '2'), swap(4, 5, '1', '3'));
  assert.deepEqual(stalenessOf(lostUpdate).shifts, [{ key: 'k', shiftMs: Number.POSITIVE_INFINITY }]);
});

test('reads of nothing are stale once something was written, unless the key is ever deleted', () => {
  assert.equal(stalenessOf(operationsOf(put(0, 1, '1'), get(3, 4, null))).worstAgeMs, 2);
  const deleted = stalenessOf(operationsOf(put(0, 1, '1'), get(3, 4, null), remove(8, 9)));
  assert.deepEqual([deleted.reads, deleted.worstAgeMs], [0, undefined]);
});
