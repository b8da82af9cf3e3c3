/**
 * Latency histograms with bounds that are the same in every run, so that rows of different trials can be added up.
 *
 * Bucket 0 is [0, 0.01) ms; bucket i > 0 is [0.01 × 10^((i−1)/20), 0.01 × 10^(i/20)) ms: twenty to a decade, each about 12 %
 * wide, without an upper end. Percentiles are never taken from buckets.
 */

export const FIRST_BOUND_MS = 0.01;
export const BUCKETS_PER_DECADE = 20;

export interface HistogramBucket {
  /** Included. */
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  readonly count: number;
}

/** The lower bound of a bucket. */
export function bucketFromMs(bucket: number): number {
  return bucket === 0 ? 0 : FIRST_BOUND_MS * 10 ** ((bucket - 1) / BUCKETS_PER_DECADE);
}

/** The bucket that a latency belongs to. */
export function bucketOf(latencyMs: number): number {
  if (latencyMs < FIRST_BOUND_MS) return 0;
  let bucket = 1 + Math.floor(BUCKETS_PER_DECADE * Math.log10(latencyMs / FIRST_BOUND_MS));
  // The logarithm may miss by the last digit at a bound: the bounds as printed decide.
  while (latencyMs >= bucketFromMs(bucket + 1)) bucket++;
  while (latencyMs < bucketFromMs(bucket)) bucket--;
  return bucket;
}

/** The buckets that hold anything, smallest first, of values in any order. */
export function histogram(latenciesMs: Float64Array): HistogramBucket[] {
  const counts: number[] = [];
  for (const latencyMs of latenciesMs) {
    const bucket = bucketOf(latencyMs);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  const buckets: HistogramBucket[] = [];
  counts.forEach((count, bucket) => {
    buckets.push({ fromMs: bucketFromMs(bucket), toMs: bucketFromMs(bucket + 1), count });
  });
  return buckets;
}
