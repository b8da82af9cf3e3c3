import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../random.ts';
import { bootstrapInterval, geometricMean, maximum, mean, median, minimum, wilsonInterval } from './statistics.ts';

const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 });

test('at least half of the values lie on either side of the median', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const middle = median(values);
      assert.ok(values.filter((value) => value <= middle).length * 2 >= values.length);
      assert.ok(values.filter((value) => value >= middle).length * 2 >= values.length);
      assert.ok(minimum(values) <= middle && middle <= maximum(values));
    }),
    { seed: 1 },
  );
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

test('the values are left as they came', () => {
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
});

test('the geometric mean turns products into sums', () => {
  assert.ok(Math.abs(geometricMean([1, 10, 100]) - 10) < 1e-9);
  assert.ok(Math.abs(geometricMean([0.5, 2]) - 1) < 1e-12);
  assert.throws(() => geometricMean([1, 0]), /above 0, not 0/);
});

test('an empty list has no statistics', () => {
  for (const statistic of [median, mean, minimum, maximum, geometricMean])
    assert.throws(() => statistic([]), RangeError);
});

test('the same seed gives the same interval, and it lies within the values', () => {
  const values = [5, 1, 9, 7, 3, 8];
  const interval = bootstrapInterval(values, median, { random: new Random(7) });
  assert.deepEqual(bootstrapInterval(values, median, { random: new Random(7) }), interval);
  assert.ok(interval.low >= 1 && interval.high <= 9 && interval.low < interval.high);
  assert.deepEqual(bootstrapInterval([4, 4, 4], mean, { random: new Random(1) }), { low: 4, high: 4 });
});

test('the interval of a mean covers the truth about as often as it says', () => {
  const random = new Random('coverage');
  let covered = 0;
  for (let i = 0; i < 200; i++) {
    const values = Array.from({ length: 40 }, () => random.next());
    const { low, high } = bootstrapInterval(values, mean, { random, resamples: 300 });
    if (low <= 0.5 && 0.5 <= high) covered++;
  }
  assert.ok(covered >= 176 && covered <= 198, `${covered} of 200`);
});

test('the score interval agrees with worked values', () => {
  const near = (got: number, expected: number): void => assert.ok(Math.abs(got - expected) < 5e-4, `${got}`);
  const none = wilsonInterval(0, 50);
  assert.equal(none.low, 0);
  near(none.high, 0.0713);
  const half = wilsonInterval(5, 10);
  near(half.low, 0.2366);
  near(half.high, 0.7634);
});

test('the score interval holds the observed share, stays inside [0, 1], and mirrors', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (trials, drawn) => {
      const successes = drawn % (trials + 1);
      const { low, high } = wilsonInterval(successes, trials);
      assert.ok(0 <= low && low <= successes / trials && successes / trials <= high && high <= 1);
      assert.ok(Math.abs(wilsonInterval(trials - successes, trials).low - (1 - high)) < 1e-9);
    }),
    { seed: 1 },
  );
  assert.throws(() => wilsonInterval(3, 2), /not 3 of 2/);
});
