import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { InputError, parseInput } from '../input.ts';
import { DelayFile } from './delay-file.ts';

const schema = z.strictObject({ delay_ms: DelayFile });
const read = (delay: unknown) => parseInput('x.yaml', { delay_ms: delay }, schema).delay_ms;

function mistake(delay: unknown): string {
  try {
    read(delay);
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.message.replace('x.yaml: ', '');
  }
  throw new Error('the delay was taken');
}

test('a bare number is a constant delay', () => {
  assert.deepEqual(read(32.5), { kind: 'constant', ms: 32.5 });
});

test('every distribution has its name and its parameters', () => {
  assert.deepEqual(read({ constant: 5 }), { kind: 'constant', ms: 5 });
  assert.deepEqual(read({ uniform: [30, 40] }), { kind: 'uniform', lowMs: 30, highMs: 40 });
  assert.deepEqual(read({ normal: { mean: 5, sd: 1 } }), { kind: 'normal', meanMs: 5, sdMs: 1 });
  assert.deepEqual(read({ log_normal: { median: 5, sigma: 0.5 } }), { kind: 'log-normal', medianMs: 5, sigma: 0.5 });
  assert.deepEqual(read({ exponential: { mean: 2 } }), { kind: 'exponential', meanMs: 2 });
  assert.deepEqual(read({ pareto: { scale: 1, shape: 2.5 } }), { kind: 'pareto', scaleMs: 1, shape: 2.5 });
});

test('sums and mixtures hold any delays', () => {
  assert.deepEqual(
    read({
      sum: [
        5,
        {
          mixture: [
            { weight: 9, delay: 0 },
            { weight: 1, delay: { exponential: { mean: 20 } } },
          ],
        },
      ],
    }),
    {
      kind: 'sum',
      parts: [
        { kind: 'constant', ms: 5 },
        {
          kind: 'mixture',
          parts: [
            { weight: 9, delay: { kind: 'constant', ms: 0 } },
            { weight: 1, delay: { kind: 'exponential', meanMs: 20 } },
          ],
        },
      ],
    },
  );
});

test('one sentence names what is wrong with a delay', () => {
  const NAMES = 'constant, uniform, normal, log_normal, exponential, pareto, sum, mixture';
  const cases: readonly (readonly [unknown, string])[] = [
    [
      'fast',
      'delay_ms: expected a number of milliseconds, or a distribution, as in { uniform: [1, 2] }, but "fast" came',
    ],
    [-1, 'delay_ms: expected 0 or more, but -1 came'],
    [{}, `delay_ms: expected one of ${NAMES}, but {} came`],
    [{ constant: 1, uniform: [1, 2] }, `delay_ms: expected one of ${NAMES}, but {"constant":1,"uniform":[1,2]} came`],
    [
      { unifrom: [1, 2] },
      `delay_ms.unifrom: expected one of the fields ${NAMES}, but "unifrom" came; did you mean "uniform"?`,
    ],
    [{ uniform: [2, 1] }, 'delay_ms.uniform: expected the shortest and the longest, as in [1, 2], but [2,1] came'],
    [{ uniform: 5 }, 'delay_ms.uniform: expected the shortest and the longest, as in [1, 2], but 5 came'],
    [{ uniform: [1] }, 'delay_ms.uniform: expected the shortest and the longest, as in [1, 2], but [1] came'],
    [{ normal: { mean: 1 } }, 'delay_ms.normal.sd: expected a number, but nothing came'],
    [{ normal: { mean: 1, sdd: 1 } }, 'delay_ms.normal.sd: expected a number, but nothing came'],
    [
      { log_normal: { median: 1, sigma: 1, mean: 2 } },
      'delay_ms.log_normal.mean: expected one of the fields median, sigma, but "mean" came; did you mean "median"?',
    ],
    [{ pareto: { scale: 1, shape: 0 } }, 'delay_ms.pareto.shape: expected more than 0, but 0 came'],
    [{ sum: [] }, 'delay_ms.sum: expected at least one delay, but [] came'],
    [
      { sum: [1, { normal: { mean: 'x', sd: 1 } }] },
      'delay_ms.sum.1.normal.mean: expected a number of milliseconds, but "x" came',
    ],
    [{ mixture: [{ weight: 0, delay: 1 }] }, 'delay_ms.mixture.0.weight: expected more than 0, but 0 came'],
  ];
  for (const [delay, sentence] of cases) assert.equal(mistake(delay), sentence);
});
