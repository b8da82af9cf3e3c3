/**
 * Latency of the operations of one kind group, as the clients felt it.
 *
 * Corrected: end − **intended** start, so that an operation which had to wait for its turn counts the wait. Uncorrected:
 * end − actual start, shown beside it to make visible what coordinated omission would have hidden.
 */
import { FAIL, type History, UNKNOWN } from '../history.ts';
import { type LatencyFigures, latencyFigures, sortValues } from './percentiles.ts';
import { type Selection, selectRows } from './selection.ts';

/** Above this share of definite refusals a latency figure is blank: it would describe the lucky ones. */
export const REFUSAL_SHARE_MAX = 0.01;

export interface LatencySample {
  /** Sorted, smallest first. Empty when `blank`. */
  readonly correctedMs: Float64Array;
  readonly uncorrectedMs: Float64Array;
  /** All selected operations, and those of them that were refused. */
  readonly operations: number;
  readonly refused: number;
  /** More than 1 % were refused: nothing may be said about the latency of the rest. */
  readonly blank: boolean;
}

export interface LatencySummary {
  readonly operations: number;
  readonly refused: number;
  /** Undefined: blank, or nothing was selected. */
  readonly corrected: LatencyFigures | undefined;
  readonly uncorrected: LatencyFigures | undefined;
}

/**
 * What one row counts as; undefined for a definite refusal. An unknown counts as max(operation time-out, observed): the client
 * gave up no later than it could, and the operation may have taken longer.
 */
export function countedLatencyMs(
  history: History,
  row: number,
  since: Float64Array,
  operationTimeoutMs: number,
): number | undefined {
  const outcome = history.outcome[row];
  if (outcome === FAIL) return undefined;
  const observed = history.end[row]! - since[row]!;
  return outcome === UNKNOWN ? Math.max(operationTimeoutMs, observed) : observed;
}

/**
 * The raw latencies of the selected operations. Refusals are left out and counted. An operation that the generator shed was
 * refused too, by our own side: nobody served it, so too much shedding blanks the figure just as refusals do.
 */
export function latencySample(history: History, selection: Selection, operationTimeoutMs: number): LatencySample {
  const rows = selectRows(history, selection);
  const corrected = new Float64Array(rows.length);
  const uncorrected = new Float64Array(rows.length);
  let count = 0;
  for (const row of rows) {
    const latencyMs = countedLatencyMs(history, row, history.intended, operationTimeoutMs);
    if (latencyMs === undefined) continue;
    corrected[count] = latencyMs;
    uncorrected[count] = countedLatencyMs(history, row, history.start, operationTimeoutMs)!;
    count++;
  }
  const operations = rows.length;
  const refused = operations - count;
  const blank = refused > operations * REFUSAL_SHARE_MAX;
  if (blank) count = 0;
  return {
    correctedMs: sortValues(corrected.subarray(0, count)),
    uncorrectedMs: sortValues(uncorrected.subarray(0, count)),
    operations,
    refused,
    blank,
  };
}

/** The figures of a sample. */
export function summariseLatency(sample: LatencySample): LatencySummary {
  return {
    operations: sample.operations,
    refused: sample.refused,
    corrected: latencyFigures(sample.correctedMs),
    uncorrected: latencyFigures(sample.uncorrectedMs),
  };
}

/** Sample and figures in one step, for whoever needs no histogram. */
export function latency(history: History, selection: Selection, operationTimeoutMs: number): LatencySummary {
  return summariseLatency(latencySample(history, selection, operationTimeoutMs));
}
