import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationSpread, linearFit, risingShares, spread, sum, wilsonInterval } from './statistics.ts';

const known = (ms: number) => ({ ms, censored: false });
const over = (ms: number) => ({ ms, censored: true });

test('a spread ignores what was not measured and takes the middle of an even number', () => {
  assert.deepEqual(spread([4, undefined, 1, Number.NaN, 3, 2]), { n: 4, min: 1, median: 2.5, max: 4 });
  assert.deepEqual(spread([5, 1, 3]), { n: 3, min: 1, median: 3, max: 5 });
  assert.equal(spread([undefined]), undefined);
});

test('a censored duration ranks above every other, however short its observation was', () => {
  const result = durationSpread([over(100), known(900), known(500)]);
  assert.deepEqual(result, { n: 3, min: known(500), median: known(900), max: over(100), censored: 1 });
});

test('a median that touches a censored duration is a lower bound', () => {
  assert.deepEqual(durationSpread([known(500), over(4000)])?.median, over(4000));
  assert.deepEqual(durationSpread([known(500), known(700)])?.median, known(600));
  assert.equal(durationSpread([]), undefined);
});

test('a line of least squares comes out as on paper, and there is none through points of one x', () => {
  const fit = linearFit([
    [0, 1],
    [1, 2],
    [2, 6],
  ])!;
  assert.deepEqual([fit.n, fit.slope, fit.intercept], [3, 2.5, 0.5]);
  // Residuals 0.5, −1 and 0.5 of deviations −2, −1 and 3 from the mean.
  assert.equal(fit.r2.toFixed(9), (1 - 1.5 / 14).toFixed(9));
  assert.equal(
    linearFit([
      [4, 1],
      [4, 2],
    ]),
    undefined,
  );
  assert.equal(linearFit([]), undefined);
});

test('a sum of nothing is not zero', () => {
  assert.equal(sum([undefined, undefined]), undefined);
  assert.equal(sum([0, undefined, 2]), 2);
});

test('the interval of a share is within 0 and 1, holds the share, and narrows with the number of trials', () => {
  // Ends solve |share − p| = z · √(p (1 − p) / n).
  for (const [times, n] of [
    [8, 10],
    [1, 200],
  ] as const) {
    for (const p of wilsonInterval(times, n)) {
      const z = Math.abs(times / n - p) / Math.sqrt((p * (1 - p)) / n);
      assert.ok(Math.abs(z - 1.96) < 1e-3, `${times} of ${n}: ${z}`);
    }
  }
  assert.equal(wilsonInterval(0, 5)[0], 0);
  assert.equal(wilsonInterval(5, 5)[1], 1);
  const width = ([low, high]: readonly [number, number]): number => high - low;
  assert.ok(width(wilsonInterval(80, 100)) < width(wilsonInterval(8, 10)));
});

test('shares that may only rise pool the neighbours that fall, by their numbers of trials', () => {
  const of = (...tallies: [times: number, n: number][]): number[] =>
    risingShares(tallies.map(([times, n]) => ({ times, n })));
  assert.deepEqual(of([1, 10], [5, 10], [9, 10]), [0.1, 0.5, 0.9]);
  assert.deepEqual(of([1, 10], [8, 10], [10, 20], [9, 10]), [0.1, 0.6, 0.6, 0.9]);
  assert.deepEqual(of([9, 10], [5, 10], [1, 10]), [0.5, 0.5, 0.5]);
  assert.deepEqual(of(), []);
});
