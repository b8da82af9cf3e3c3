/**
 * Percentiles by nearest rank: the smallest observed value that at least this share of all values does not exceed.
 *
 * Nearest rank is right for latency because it returns something that an operation really took, never reports a value
 * between two modes that nothing took, and never falls below what the share promises. Percentiles are computed once from
 * all raw values of a figure; they are never averaged.
 */

export interface LatencyFigures {
  /** How many operations the figures are about. With fewer than 1,000 the p99.9 is the maximum, with fewer than 100 the p99 is. */
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** Sorts in place, smallest first, and returns the same array. Throws on NaN: it would sort last and pass for a maximum. */
export function sortValues(values: Float64Array): Float64Array {
  values.sort();
  if (Number.isNaN(values[values.length - 1])) throw new Error('a value to take percentiles of is not a number');
  return values;
}

/** The value at this share (0 to 1) of a sorted array; undefined of an empty one. */
export function percentile(sorted: Float64Array, share: number): number | undefined {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a percentile's share lies between 0 and 1, not ${share}`);
  // 0.07 × 100 is 7.000000000000001 in floating point: without the tolerance its rank would be 8.
  const rank = Math.max(1, Math.ceil(share * sorted.length - 1e-9));
  return sorted[rank - 1];
}

/** The latency figures of a sorted array; undefined of an empty one. */
export function latencyFigures(sorted: Float64Array): LatencyFigures | undefined {
  if (sorted.length === 0) return undefined;
  let sum = 0;
  for (const value of sorted) sum += value;
  return {
    count: sorted.length,
    meanMs: sum / sorted.length,
    p50Ms: percentile(sorted, 0.5)!,
    p90Ms: percentile(sorted, 0.9)!,
    p99Ms: percentile(sorted, 0.99)!,
    p999Ms: percentile(sorted, 0.999)!,
    maxMs: sorted[sorted.length - 1]!,
  };
}
