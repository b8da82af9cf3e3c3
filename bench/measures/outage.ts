/**
 * Outage: how long the clients of a zone got nothing done around a fault, writes and reads apart.
 *
 * The clients' ok ends cut time into intervals. Those that reach past T0 count, whole, the part of the first one before T0
 * included (it is at most the resolution while all is well). The outage is the longest of them. The interval after the last
 * ok end is open: all that is known of it is that it lasted to the end of observation. If it is the longest, and longer than
 * operations are apart anyway, the outage is censored: the value is what was observed of it, and the truth is more.
 */
import { type History, OK } from '../history.ts';
import { sortValues } from './percentiles.ts';
import { type KindGroup, selectRows } from './selection.ts';

/** Shorter gaps are never called one. */
export const GAP_MS = 100;
/** A gap is no news below this many mean distances between operations: a mix draws its kinds at random, so distances vary. */
const NORMAL_SPACINGS = 10;

export interface OutageOptions {
  readonly group: KindGroup;
  /** Left out: the clients of all zones together. */
  readonly zone?: string;
  /** When the fault took effect. */
  readonly t0Ms: number;
  /** Where observation begins, if no operation had ended ok by then. Left out: the first such operation's intended start. */
  readonly fromMs?: number;
  /**
   * End of observation: the next fault, or the end of the load. Observation never lasts longer than the load did (the last
   * such operation's intended start or ok end): where nothing was asked, silence is no outage.
   */
  readonly untilMs?: number;
}

export interface OutageFigures {
  /** Censored: at least this. */
  readonly outageMs: number;
  readonly censored: boolean;
  /** The last ok end before the outage. */
  readonly startMs: number;
  /** The first ok end after it; when censored, the end of observation. */
  readonly endMs: number;
  /** From T0 to the end of observation. */
  readonly observedMs: number;
  /** 1 ÷ the rate of such operations (by intended start, before T0 if there were any): shorter outages cannot be seen. */
  readonly resolutionMs: number;
  /** Intervals reaching past T0 and longer than 100 ms, the outage itself included; and their sum. */
  readonly gapCount: number;
  readonly gapSumMs: number;
}

/** The longest silence between operations of this resolution that is no news. */
export const normalSilenceMs = (resolutionMs: number): number => Math.max(GAP_MS, NORMAL_SPACINGS * resolutionMs);

/** The mean distance of the sorted times before `t0Ms`, or of all if fewer than two came before; undefined of fewer than two. */
function spacingMs(intended: Float64Array, t0Ms: number): number | undefined {
  let count = 0;
  while (count < intended.length && intended[count]! < t0Ms) count++;
  if (count < 2) count = intended.length;
  if (count < 2) return undefined;
  return (intended[count - 1]! - intended[0]!) / (count - 1);
}

/** Undefined if fewer than two such operations were asked, or observation ended before T0. */
export function outage(history: History, options: OutageOptions): OutageFigures | undefined {
  const { group, zone, t0Ms } = options;
  const limitMs = options.untilMs ?? Number.POSITIVE_INFINITY;
  const rows = selectRows(history, zone === undefined ? { group } : { group, zone });
  const intended = new Float64Array(rows.length);
  const ends = new Float64Array(rows.length);
  let asked = 0;
  let ended = 0;
  for (const row of rows) {
    if (history.intended[row]! <= limitMs) intended[asked++] = history.intended[row]!;
    if (history.outcome[row] === OK && history.end[row]! <= limitMs) ends[ended++] = history.end[row]!;
  }
  const askedMs = sortValues(intended.subarray(0, asked));
  const endsMs = sortValues(ends.subarray(0, ended));
  const resolutionMs = spacingMs(askedMs, t0Ms);
  if (resolutionMs === undefined) return undefined;
  // An ok end after the last intended start closes the last interval; what follows it, nobody asked for.
  const untilMs = Math.min(limitMs, Math.max(askedMs[asked - 1]!, endsMs[ended - 1] ?? Number.NEGATIVE_INFINITY));
  if (untilMs < t0Ms) return undefined;

  let longest = { startMs: t0Ms, endMs: t0Ms, open: false };
  let gapCount = 0;
  let gapSumMs = 0;
  const consider = (startMs: number, endMs: number, open: boolean): void => {
    if (endMs <= t0Ms) return;
    const lengthMs = endMs - startMs;
    if (lengthMs > GAP_MS) {
      gapCount++;
      gapSumMs += lengthMs;
    }
    if (lengthMs > longest.endMs - longest.startMs) longest = { startMs, endMs, open };
  };
  let previousMs = Math.min(options.fromMs ?? askedMs[0]!, endsMs[0] ?? Number.POSITIVE_INFINITY);
  for (const endMs of endsMs) {
    consider(previousMs, endMs, false);
    previousMs = endMs;
  }
  consider(previousMs, untilMs, true);

  const outageMs = longest.endMs - longest.startMs;
  return {
    outageMs,
    censored: longest.open && outageMs > normalSilenceMs(resolutionMs),
    startMs: longest.startMs,
    endMs: longest.endMs,
    observedMs: untilMs - t0Ms,
    resolutionMs,
    gapCount,
    gapSumMs,
  };
}
