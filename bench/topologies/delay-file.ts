/** Delays as YAML files state them, in ms: a bare number, or a distribution by its name. */
import { z } from 'zod';
import type { Delay } from './links.ts';

export const ms = z.number('expected a number of milliseconds').min(0, 'expected 0 or more');
const spread = z.number('expected a number').min(0, 'expected 0 or more');
const aboveZero = z.number('expected a number').positive('expected more than 0');

const constant = ms.transform((value): Delay => ({ kind: 'constant', ms: value }));

const ENDS = 'expected the shortest and the longest, as in [1, 2]';

/** A time in ms. The field that it stands in says so in its name. */
export const DelayFile: z.ZodType<Delay> = z.lazy(() => z.union([constant, distribution]));

const parts = z.array(DelayFile, 'expected a list of delays').min(1, 'expected at least one delay');

const shares = z
  .array(z.strictObject({ weight: aboveZero, delay: DelayFile }), 'expected a list of weights and delays')
  .min(1, 'expected at least one weight and delay');

const kinds = {
  constant,
  uniform: z
    .tuple([ms, ms], ENDS)
    .refine(([low, high]) => low <= high, ENDS)
    .transform(([lowMs, highMs]): Delay => ({ kind: 'uniform', lowMs, highMs })),
  normal: z
    .strictObject({ mean: ms, sd: spread })
    .transform(({ mean, sd }): Delay => ({ kind: 'normal', meanMs: mean, sdMs: sd })),
  log_normal: z
    .strictObject({ median: ms, sigma: spread })
    .transform(({ median, sigma }): Delay => ({ kind: 'log-normal', medianMs: median, sigma })),
  exponential: z.strictObject({ mean: ms }).transform(({ mean }): Delay => ({ kind: 'exponential', meanMs: mean })),
  pareto: z
    .strictObject({ scale: ms, shape: aboveZero })
    .transform(({ scale, shape }): Delay => ({ kind: 'pareto', scaleMs: scale, shape })),
  sum: parts.transform((delays): Delay => ({ kind: 'sum', parts: delays })),
  mixture: shares.transform((weighed): Delay => ({ kind: 'mixture', parts: weighed })),
};

const distribution = z
  .strictObject(kinds, 'a distribution, as in { uniform: [1, 2] }')
  .partial()
  .refine((stated) => Object.keys(stated).length === 1, `expected one of ${Object.keys(kinds).join(', ')}`)
  .transform((stated) => Object.values(stated)[0]!);

/** A delay as a file states it. */
export function statedDelay(delay: Delay): unknown {
  switch (delay.kind) {
    case 'constant':
      return delay.ms;
    case 'uniform':
      return { uniform: [delay.lowMs, delay.highMs] };
    case 'normal':
      return { normal: { mean: delay.meanMs, sd: delay.sdMs } };
    case 'log-normal':
      return { log_normal: { median: delay.medianMs, sigma: delay.sigma } };
    case 'exponential':
      return { exponential: { mean: delay.meanMs } };
    case 'pareto':
      return { pareto: { scale: delay.scaleMs, shape: delay.shape } };
    case 'sum':
      return { sum: delay.parts.map(statedDelay) };
    case 'mixture':
      return { mixture: delay.parts.map(({ weight, delay: part }) => ({ weight, delay: statedDelay(part) })) };
  }
}
