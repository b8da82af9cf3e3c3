/** A trial in buckets of time, for charts of what an outage looked like. */
import { FAIL, type History, OK } from '../history.ts';
import { countedLatencyMs } from './latency.ts';
import { percentile, sortValues } from './percentiles.ts';

export const TIMELINE_BUCKET_MS = 50;

export interface TimelineOptions {
  /** Start of the first bucket. */
  readonly fromMs: number;
  /** The last bucket is the one that reaches this time. */
  readonly toMs: number;
  readonly bucketMs?: number;
  /** What an unknown operation counts as at least, in p50 and p99. */
  readonly operationTimeoutMs: number;
}

export interface TimelineBucket {
  /** The bucket's start. */
  readonly tMs: number;
  /** Operations intended in this bucket, and how they ended, whenever that was. */
  readonly offered: number;
  readonly ok: number;
  readonly fail: number;
  readonly unknown: number;
  /** Operations that ended ok in this bucket, whenever they were intended. */
  readonly completed: number;
  /**
   * Corrected latency of the operations intended in this bucket, refusals left out. Undefined when none is left. Unlike the
   * figures of a trial these are not blanked above 1 % of refusals: the refusals stand beside them.
   */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** The buckets from `fromMs` on, empty ones included. What lies outside is left out. */
export function timeline(history: History, options: TimelineOptions): TimelineBucket[] {
  const { fromMs, toMs, bucketMs = TIMELINE_BUCKET_MS, operationTimeoutMs } = options;
  if (!(bucketMs > 0)) throw new RangeError(`a timeline bucket lasts longer than 0 ms, not ${bucketMs}`);
  const size = Math.max(0, Math.ceil((toMs - fromMs) / bucketMs));
  const bucketAt = (timeMs: number): number => {
    const bucket = Math.floor((timeMs - fromMs) / bucketMs);
    return bucket >= 0 && bucket < size ? bucket : -1;
  };
  const ok = new Uint32Array(size);
  const fail = new Uint32Array(size);
  const unknown = new Uint32Array(size);
  const completed = new Uint32Array(size);
  const bucketOfRow = new Int32Array(history.length);
  for (let row = 0; row < history.length; row++) {
    const outcome = history.outcome[row];
    const bucket = bucketAt(history.intended[row]!);
    bucketOfRow[row] = bucket;
    if (bucket >= 0) {
      const column = outcome === OK ? ok : outcome === FAIL ? fail : unknown;
      column[bucket] = column[bucket]! + 1;
    }
    if (outcome !== OK) continue;
    const endBucket = bucketAt(history.end[row]!);
    if (endBucket >= 0) completed[endBucket] = completed[endBucket]! + 1;
  }

  // Latencies of all buckets in one array, a slice a bucket.
  const sliceStart = new Uint32Array(size + 1);
  for (let bucket = 0; bucket < size; bucket++) {
    sliceStart[bucket + 1] = sliceStart[bucket]! + ok[bucket]! + unknown[bucket]!;
  }
  const latencies = new Float64Array(sliceStart[size]!);
  const next = sliceStart.slice();
  for (let row = 0; row < history.length; row++) {
    const bucket = bucketOfRow[row]!;
    if (bucket < 0) continue;
    const latencyMs = countedLatencyMs(history, row, history.intended, operationTimeoutMs);
    if (latencyMs === undefined) continue;
    latencies[next[bucket]!] = latencyMs;
    next[bucket] = next[bucket]! + 1;
  }

  const buckets: TimelineBucket[] = [];
  for (let bucket = 0; bucket < size; bucket++) {
    const sorted = sortValues(latencies.subarray(sliceStart[bucket]!, sliceStart[bucket + 1]!));
    buckets.push({
      tMs: fromMs + bucket * bucketMs,
      offered: ok[bucket]! + fail[bucket]! + unknown[bucket]!,
      ok: ok[bucket]!,
      fail: fail[bucket]!,
      unknown: unknown[bucket]!,
      completed: completed[bucket]!,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
    });
  }
  return buckets;
}
