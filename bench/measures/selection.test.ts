import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lowerBound, orderBy, selectRows, upperBound } from './selection.ts';
import { historyOf } from './synthetic-history.ts';

const history = historyOf(
  [
    { kind: 'put', zone: 'z1', intended: 0 },
    { kind: 'get', zone: 'z2', intended: 10 },
    { kind: 'delete', zone: 'z2', intended: 20 },
    { kind: 'append', zone: 'z1', intended: 30 },
  ],
  { zones: ['z1', 'z2'] },
);

test('every kind that writes belongs to the puts', () => {
  assert.deepEqual([...selectRows(history, { group: 'put' })], [0, 2, 3]);
  assert.deepEqual([...selectRows(history, { group: 'get' })], [1]);
});

test('a selection joins zone, group and a half-open stretch of intended time', () => {
  assert.deepEqual([...selectRows(history, { zone: 'z2' })], [1, 2]);
  assert.deepEqual([...selectRows(history, { zone: 'z1', group: 'put', fromMs: 1 })], [3]);
  assert.deepEqual([...selectRows(history, { fromMs: 10, toMs: 30 })], [1, 2]);
  assert.deepEqual([...selectRows(history)], [0, 1, 2, 3]);
});

test('a zone that the history does not name is refused', () => {
  assert.throws(() => selectRows(history, { zone: 'z9' }), /no zone "z9", only: z1, z2/);
});

test('rows are put in order by a column, equal ones by row', () => {
  const column = Float64Array.of(5, 1, 5, 0);
  assert.deepEqual([...orderBy(Int32Array.of(2, 1, 0, 3), column)], [3, 1, 0, 2]);
});

test('the bounds enclose exactly the equal values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (values, wanted) => {
      const sorted = Float64Array.from(values).sort();
      const low = lowerBound(sorted, wanted);
      const high = upperBound(sorted, wanted);
      assert.equal(low, values.filter((value) => value < wanted).length);
      assert.equal(high - low, values.filter((value) => value === wanted).length);
    }),
    { seed: 1 },
  );
});
