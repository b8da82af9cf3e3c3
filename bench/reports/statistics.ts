/** Summaries over repeats. Percentiles of operations are never averaged here: a repeat's percentile is one observation. */

export interface Spread {
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The spread of the values that were measured; undefined if none was. The median of an even number is the middle's mean. */
export function spread(values: readonly (number | undefined)[]): Spread | undefined {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  if (known.length === 0) return undefined;
  known.sort((a, b) => a - b);
  const half = known.length / 2;
  const median = (known[Math.ceil(half) - 1]! + known[Math.floor(half)]!) / 2;
  return { n: known.length, min: known[0]!, median, max: known.at(-1)! };
}

/** A time that may be known only as a lower bound: what was waited for had not come when observation ended. */
export interface Duration {
  readonly ms: number;
  readonly censored: boolean;
}

/** A censored duration ranks above every other. */
export const compareDurations = (a: Duration, b: Duration): number =>
  Number(a.censored) - Number(b.censored) || a.ms - b.ms;

export interface DurationSpread {
  readonly n: number;
  readonly min: Duration;
  readonly median: Duration;
  readonly max: Duration;
  readonly censored: number;
}

/** As `spread`. A median between a known and a censored duration is censored, at the longest of what was observed. */
export function durationSpread(durations: readonly Duration[]): DurationSpread | undefined {
  if (durations.length === 0) return undefined;
  const sorted = [...durations].sort(compareDurations);
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1]!;
  const high = sorted[Math.floor(half)]!;
  const median = high.censored ? high : { ms: (low.ms + high.ms) / 2, censored: false };
  return {
    n: sorted.length,
    min: sorted[0]!,
    median,
    max: sorted.at(-1)!,
    censored: sorted.filter((duration) => duration.censored).length,
  };
}

export interface LinearFit {
  readonly n: number;
  readonly slope: number;
  readonly intercept: number;
  /** Share of the variance of y that the line explains. */
  readonly r2: number;
}

/** The line of least squares through the points; undefined if all have one x. Where all have one y, nothing is to be explained: R² is 1. */
export function linearFit(points: readonly (readonly [x: number, y: number])[]): LinearFit | undefined {
  const n = points.length;
  const mean = (of: 0 | 1): number => points.reduce((total, point) => total + point[of], 0) / n;
  const [meanX, meanY] = [mean(0), mean(1)];
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const [x, y] of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  if (n < 2 || xx === 0) return undefined;
  const slope = xy / xx;
  return { n, slope, intercept: meanY - slope * meanX, r2: yy === 0 ? 1 : (slope * xy) / yy };
}

/** The mean of what was measured; undefined if nothing was. */
export function mean(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined) as number[];
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0) / known.length;
}

/** The sum of what was measured; undefined if nothing was. */
export function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined) as number[];
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

/** z of a two-sided 95 % interval. */
const Z95 = 1.959964;

/** The interval of Wilson (1927) that holds a probability at 95 % confidence, after it came true so many times of n > 0. */
export function wilsonInterval(times: number, n: number): readonly [low: number, high: number] {
  const share = times / n;
  const z2 = Z95 ** 2;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // At the ends rounding must not leave out the share itself.
  return [Math.min(share, Math.max(0, middle - half)), Math.max(share, Math.min(1, middle + half))];
}

/** Of n trials of one chance, how many came true. */
export interface Tally {
  readonly times: number;
  readonly n: number;
}

/**
 * The likeliest chances of these tallies if no chance is below the one before it: neighbours that contradict that are pooled
 * (isotonic regression by pooling adjacent violators; Ayer, Brunk, Ewing, Reid and Silverman, 1955).
 */
export function risingShares(tallies: readonly Tally[]): number[] {
  const pools: { times: number; n: number; members: number }[] = [];
  for (const { times, n } of tallies) {
    let pool = { times, n, members: 1 };
    for (
      let last = pools.at(-1);
      last !== undefined && last.times * pool.n > pool.times * last.n;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { times: pool.times + last.times, n: pool.n + last.n, members: pool.members + last.members };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ times, n, members }) => new Array<number>(members).fill(times / n));
}
