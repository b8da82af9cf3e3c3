import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT } from '../history.ts';
import { constantLoad, historyOf } from './synthetic-history.ts';

test('what is left out is an ok put of 1 ms by the first client, zone and node', () => {
  const history = historyOf([{ intended: 5 }, { kind: 'get' }, { outcome: 'unknown' }]);
  assert.deepEqual([history.start[0], history.end[0], history.value[0], history.answeredBy[0]], [5, 6, 0, 0]);
  assert.equal(history.value[1], ABSENT);
  assert.equal(history.answeredBy[2], -1);
  assert.ok(Number.isNaN(history.answeredAt[2]));
});

test('a name that the history does not have is refused', () => {
  assert.throws(() => historyOf([{ zone: 'z7' }]), /the zone "z7", which is none of: z1/);
});

test('a constant load has fixed intervals, and a delayed start delays the end', () => {
  const rows = constantLoad({
    ratePerS: 100,
    durationMs: 50,
    latencyMs: 3,
    change: (_, i) => (i === 2 ? { start: 40 } : {}),
  });
  assert.deepEqual(
    rows.map(({ intended, end }) => [intended, end]),
    [
      [0, 3],
      [10, 13],
      [20, 43],
      [30, 33],
      [40, 43],
    ],
  );
});
