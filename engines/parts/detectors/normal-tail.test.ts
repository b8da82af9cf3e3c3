import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tailExponent, tailQuantile } from './normal-tail.ts';

/** Tails of the standard normal distribution as statistical tables have them. */
const TABLE: readonly (readonly [z: number, tail: number])[] = [
  [-2, 0.977249868],
  [0, 0.5],
  [1, 0.1586552539],
  [2.326347874, 0.01],
  [3, 1.349898032e-3],
  [5, 2.866515719e-7],
  [10, 7.619853024e-24],
];

test('the exponents are those of the tables', () => {
  for (const [z, tail] of TABLE) {
    const wrong = Math.abs(tailExponent(z) + Math.log10(tail));
    assert.ok(wrong < 1e-9, `at ${z} wrong by ${wrong}`);
  }
});

test('the exponent goes on growing where the probability itself is no longer a number', () => {
  assert.ok(Math.abs(tailExponent(100) - 2173.87) < 0.01);
  assert.equal(tailExponent(-1000), 0);
  assert.equal(tailExponent(1e200), Number.POSITIVE_INFINITY);
});

test('a value further out is less likely, also where one way of computing hands over to another', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -6, max: 60, noNaN: true }),
      fc.double({ min: 1e-6, max: 1, noNaN: true }),
      (z, step) => {
        assert.ok(tailExponent(z + step) > tailExponent(z));
      },
    ),
    { seed: 1, numRuns: 2000 },
  );
  assert.ok(tailExponent(3) - tailExponent(3 - 1e-9) < 1e-8);
});

test('the quantile is the inverse', () => {
  fc.assert(
    fc.property(fc.double({ min: -9, max: 3, noNaN: true }), (power) => {
      const exponent = 10 ** power;
      assert.ok(Math.abs(tailExponent(tailQuantile(exponent)) / exponent - 1) < 1e-12);
    }),
    { seed: 2, numRuns: 500 },
  );
});
