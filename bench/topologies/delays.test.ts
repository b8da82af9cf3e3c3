import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../random.ts';
import { meanMs, sampler } from './delays.ts';
import type { Delay } from './links.ts';

const constant = (ms: number): Delay => ({ kind: 'constant', ms });
const exponential = (mean: number): Delay => ({ kind: 'exponential', meanMs: mean });

function draw(delay: Delay, count = 200_000, seed = 1): number[] {
  const next = sampler(delay, new Random(seed));
  return Array.from({ length: count }, next);
}

/** Mean and standard deviation in ms, median in ms. */
function moments(delay: Delay): { mean: number; sd: number; median: number } {
  const drawn = draw(delay).map((us) => us / 1000);
  const mean = drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length;
  const variance = drawn.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / drawn.length;
  return { mean, sd: Math.sqrt(variance), median: drawn.sort((a, b) => a - b)[drawn.length / 2]! };
}

const close = (what: string, actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance * expected, `${what}: ${actual} instead of ${expected}`);

const KNOWN: readonly (readonly [Delay, { mean: number; sd: number; median: number }])[] = [
  [
    { kind: 'uniform', lowMs: 30, highMs: 40 },
    { mean: 35, sd: 10 / Math.sqrt(12), median: 35 },
  ],
  [
    { kind: 'normal', meanMs: 20, sdMs: 2 },
    { mean: 20, sd: 2, median: 20 },
  ],
  [
    { kind: 'log-normal', medianMs: 5, sigma: 0.5 },
    { mean: 5 * Math.exp(0.125), sd: 5 * Math.exp(0.125) * Math.sqrt(Math.exp(0.25) - 1), median: 5 },
  ],
  [exponential(2), { mean: 2, sd: 2, median: 2 * Math.LN2 }],
  // Of shape 5 the variance is scale² · 5 / (16 · 3).
  [
    { kind: 'pareto', scaleMs: 4, shape: 5 },
    { mean: 5, sd: 4 * Math.sqrt(5 / 48), median: 4 * 2 ** 0.2 },
  ],
  [
    { kind: 'sum', parts: [constant(10), { kind: 'normal', meanMs: 0, sdMs: 1 }] },
    { mean: 10, sd: 1, median: 10 },
  ],
];

for (const [delay, expected] of KNOWN) {
  test(`mean, spread and median of a delay are those of its distribution: ${delay.kind}`, () => {
    const { mean, sd, median } = moments(delay);
    close('mean', mean, expected.mean, 0.01);
    close('spread', sd, expected.sd, 0.02);
    close('median', median, expected.median, 0.01);
    close('stated mean', meanMs(delay), expected.mean, 1e-9);
  });
}

test('a normal distribution has the tails it should have', () => {
  const drawn = draw({ kind: 'normal', meanMs: 100, sdMs: 10 });
  const beyond = (sigmas: number): number =>
    drawn.filter((us) => Math.abs(us - 100_000) > sigmas * 10_000).length / drawn.length;
  close('beyond one sigma', beyond(1), 0.3173, 0.02);
  close('beyond two', beyond(2), 0.0455, 0.05);
  close('beyond three', beyond(3), 0.0027, 0.2);
});

test('the tail of a Pareto distribution falls by its shape', () => {
  const drawn = draw({ kind: 'pareto', scaleMs: 1, shape: 1.5 });
  assert.ok(drawn.every((us) => us >= 1000));
  for (const x of [2, 4, 16])
    close(`beyond ${x}`, drawn.filter((us) => us > x * 1000).length / drawn.length, x ** -1.5, 0.05);
  assert.equal(meanMs({ kind: 'pareto', scaleMs: 1, shape: 1 }), Number.POSITIVE_INFINITY);
});

test('a mixture draws each part as often as its weight says', () => {
  const parts = [
    { weight: 6, delay: constant(1) },
    { weight: 3, delay: constant(2) },
    { weight: 1, delay: constant(50) },
  ];
  const drawn = draw({ kind: 'mixture', parts });
  for (const [ms, share] of [
    [1, 0.6],
    [2, 0.3],
    [50, 0.1],
  ] as const) {
    close(`share of ${ms} ms`, drawn.filter((us) => us === ms * 1000).length / drawn.length, share, 0.02);
  }
  close('mean', meanMs({ kind: 'mixture', parts }), 6.2, 1e-9);
});

test('a constant delay, and a sum of such, take nothing from the randomness', () => {
  const random = new Random(5);
  const next = sampler({ kind: 'sum', parts: [constant(0.25), constant(1)] }, random);
  assert.deepEqual([next(), sampler(constant(0.1234), random)()], [1250, 123]);
  assert.equal(random.next(), new Random(5).next());
});

test('what would be below 0 is 0, and nothing is longer than a day', () => {
  const drawn = draw({ kind: 'normal', meanMs: 0, sdMs: 1 }, 1000);
  const zeros = drawn.filter((us) => us === 0).length;
  assert.ok(zeros > 400 && zeros < 600, `${zeros} of 1000`);
  assert.ok(drawn.every((us) => !Object.is(us, -0)));
  assert.equal(Math.max(...draw({ kind: 'pareto', scaleMs: 1, shape: 0.01 }, 1000)), 86_400_000_000);
});

const ms = fc.double({ min: 0, max: 1000, noNaN: true });
const { delay: anyDelay } = fc.letrec<{ delay: Delay }>((tie) => ({
  delay: fc.oneof(
    { maxDepth: 3 },
    fc.record({ kind: fc.constant('constant' as const), ms }),
    fc.tuple(ms, ms).map(([a, b]): Delay => ({ kind: 'uniform', lowMs: Math.min(a, b), highMs: Math.max(a, b) })),
    fc.record({ kind: fc.constant('normal' as const), meanMs: ms, sdMs: ms }),
    fc.record({
      kind: fc.constant('log-normal' as const),
      medianMs: ms,
      sigma: fc.double({ min: 0, max: 3, noNaN: true }),
    }),
    fc.record({ kind: fc.constant('exponential' as const), meanMs: ms }),
    fc.record({
      kind: fc.constant('pareto' as const),
      scaleMs: ms,
      shape: fc.double({ min: 0.01, max: 9, noNaN: true }),
    }),
    fc.record({ kind: fc.constant('sum' as const), parts: fc.array(tie('delay'), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      kind: fc.constant('mixture' as const),
      parts: fc.array(fc.record({ weight: fc.double({ min: 0.01, max: 9, noNaN: true }), delay: tie('delay') }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  ),
}));

test('draws are whole microseconds from 0 on, and the same for the same seed', () => {
  fc.assert(
    fc.property(anyDelay, fc.integer(), (delay, seed) => {
      const drawn = draw(delay, 50, seed);
      assert.ok(
        drawn.every((us) => Number.isSafeInteger(us) && us >= 0),
        `${drawn}`,
      );
      assert.deepEqual(draw(delay, 50, seed), drawn);
    }),
    { seed: 3 },
  );
});

test('another seed draws other delays', () => {
  for (const [delay] of KNOWN) assert.notDeepEqual(draw(delay, 50, 1), draw(delay, 50, 2), delay.kind);
});
