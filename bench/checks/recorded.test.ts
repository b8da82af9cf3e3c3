import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT, documentKey, PRELOADED } from '../history.ts';
import { historyOf, type Places, type Row } from '../measures/synthetic-history.ts';
import { checkLinearizability } from './linearizability.ts';
import { recordedOperations } from './recorded.ts';

const FILLED = 10;

function check(rows: readonly Row[], filledKeys = FILLED, places: Places = {}) {
  return checkLinearizability(recordedOperations(historyOf(rows, places), filledKeys));
}
const put = (start: number, more: Row = {}): Row => ({ start, ...more });
const get = (start: number, value: number, more: Row = {}): Row => ({ kind: 'get', start, value, ...more });

test('a recorded history is judged by its rows', () => {
  assert.equal(check([put(0), put(2), get(4, 1)]).verdict, 'linearizable');
  const { violations } = check([put(0), put(2), get(4, 0)]);
  assert.deepEqual(violations, [
    {
      key: 'k0',
      property: 'the value "0." and the value "1." would each have to come before the other',
      rows: [0, 1, 2],
      fromMs: 0,
      toMs: 5,
    },
  ]);
});

test('keys that were filled hold the preloaded value at first, others nothing', () => {
  assert.equal(check([get(0, PRELOADED), put(2), get(4, 1)]).verdict, 'linearizable');
  assert.equal(check([get(0, ABSENT)]).verdict, 'not-linearizable');
  assert.equal(check([put(0), get(2, PRELOADED)]).verdict, 'not-linearizable');
  assert.equal(check([get(0, PRELOADED)], 0).verdict, 'not-linearizable');
  assert.equal(check([get(0, ABSENT)], 0).verdict, 'linearizable');
  assert.equal(check([put(0, { value: PRELOADED }), get(2, PRELOADED)], 0).verdict, 'linearizable');
});

test('values of rows that the history does not hold may have been written at any time, but once', () => {
  const places = { firstRow: 100 };
  const rows = [get(0, 7), put(2), get(4, 101), get(6, 103)];
  assert.equal(check(rows, FILLED, places).verdict, 'not-linearizable');
  assert.equal(check([get(0, PRELOADED), ...rows.slice(1, 3), get(6, 7)], FILLED, places).verdict, 'linearizable');
  const { violations } = check([...rows.slice(0, 3), get(6, 7)], FILLED, places);
  assert.deepEqual(violations[0]?.rows, [0, 2, 3]);
});

test('the value of another key was written by nobody here', () => {
  assert.match(check([put(0), get(2, 0, { key: 1 })]).violations[0]!.property, /"0\." was seen, but nobody wrote it/);
});

test('the elements of a document were not recorded by its reads', () => {
  const key = documentKey(0);
  assert.equal(check([{ kind: 'append', key }, get(2, ABSENT, { key })]).verdict, 'linearizable');
});
