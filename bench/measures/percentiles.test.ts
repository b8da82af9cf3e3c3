import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { latencyFigures, percentile, sortValues } from './percentiles.ts';

test('a percentile is the smallest value that enough values do not exceed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 1000 }),
      (values, permille) => {
        const got = percentile(sortValues(Float64Array.from(values)), permille / 1000)!;
        const notAbove = (limit: number): number => values.filter((value) => value <= limit).length * 1000;
        assert.ok(values.includes(got));
        assert.ok(notAbove(got) >= permille * values.length);
        for (const value of values) if (value < got) assert.ok(notAbove(value) < permille * values.length);
      },
    ),
    { seed: 1 },
  );
});

test('rounding in share × count does not move the rank', () => {
  const sorted = Float64Array.from({ length: 1000 }, (_, i) => i + 1);
  for (let hundredth = 1; hundredth <= 100; hundredth++) {
    assert.equal(percentile(sorted, hundredth / 100), hundredth * 10);
  }
  assert.equal(percentile(sorted, 0.999), 999);
});

test('figures of 1 to 1000', () => {
  const figures = latencyFigures(Float64Array.from({ length: 1000 }, (_, i) => i + 1));
  const expected = { count: 1000, meanMs: 500.5, p50Ms: 500, p90Ms: 900, p99Ms: 990, p999Ms: 999, maxMs: 1000 };
  assert.deepEqual(figures, expected);
});

test('nothing measured gives no figures', () => {
  assert.equal(latencyFigures(new Float64Array(0)), undefined);
  assert.equal(percentile(new Float64Array(0), 0.5), undefined);
});

test('what is no number, and a share that is none, are refused', () => {
  assert.throws(() => sortValues(Float64Array.of(1, Number.NaN, 2)), /not a number/);
  assert.throws(() => percentile(Float64Array.of(1), 99), /between 0 and 1, not 99/);
});
