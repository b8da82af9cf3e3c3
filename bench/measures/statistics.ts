/** The few statistics that the reports need, of plain lists of numbers. All refuse an empty list. */
import type { Random } from '../random.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('a statistic needs at least one value');
  return [...values].sort((a, b) => a - b);
}

/** The middle value; the mean of the two middle ones if their number is even. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const half = sorted.length >>> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('a statistic needs at least one value');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function minimum(values: readonly number[]): number {
  return ascending(values)[0]!;
}

export function maximum(values: readonly number[]): number {
  return ascending(values)[values.length - 1]!;
}

/** The n-th root of the product of n values: the mean for ratios. Throws on a value that is not above 0. */
export function geometricMean(values: readonly number[]): number {
  const wrong = values.find((value) => !(value > 0));
  if (wrong !== undefined) throw new RangeError(`a geometric mean needs values above 0, not ${wrong}`);
  return Math.exp(mean(values.map(Math.log)));
}

export interface BootstrapOptions {
  readonly random: Random;
  /** How often to draw; more only smooths the ends. */
  readonly resamples?: number;
  /** Share of the drawn statistics inside the interval. */
  readonly level?: number;
}

/**
 * The percentile bootstrap interval (Efron): the statistic of many samples drawn from the values with replacement, with
 * equal shares cut off at both ends. With few values it is too narrow: good for showing a spread, not for comparing engines.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number,
  options: BootstrapOptions,
): Interval {
  const { random, resamples = 2000, level = 0.95 } = options;
  if (values.length === 0) throw new RangeError('a statistic needs at least one value');
  const drawn = Array.from({ length: resamples }, () =>
    statistic(Array.from(values, () => values[random.below(values.length)]!)),
  ).sort((a, b) => a - b);
  const cut = Math.floor((resamples * (1 - level)) / 2);
  return { low: drawn[cut]!, high: drawn[resamples - 1 - cut]! };
}

/**
 * The score interval of a share (Wilson 1927), which stays inside [0, 1] and is of use at 0 of n, where the usual one has
 * no width: 0 lost of 50 says at most 7 % at 95 %.
 *
 * @param z quantile of the normal distribution; 1.96 for 95 %.
 */
export function wilsonInterval(successes: number, trials: number, z = 1.959963984540054): Interval {
  if (!(trials > 0 && successes >= 0 && successes <= trials)) {
    throw new RangeError(`a share needs 0 ≤ successes ≤ trials and a trial, not ${successes} of ${trials}`);
  }
  const share = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / shrink;
  const half = (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / shrink;
  // Rounding may miss the exact ends 0 and 1 by the last digit.
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  };
}
