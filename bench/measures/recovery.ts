/**
 * Recovery after a fault: when writes were first taken again, when clients had found where, and when service was really
 * back. Every figure is undefined when observation ended before it was reached.
 *
 * Clients try again, so an operation intended in the middle of an outage may well end ok, after it. That is no sign of
 * service at its intended start. So an operation counts as served only if it ended ok within the client's patience, and a
 * recovery begins with one that came in time.
 */
import { GET, type History, latencyMs, OK } from '../history.ts';
import { percentile, sortValues } from './percentiles.ts';
import { type KindGroup, lowerBound, orderBy, type Selection, selectRows } from './selection.ts';

/** Service is back when this share of what was asked succeeds… */
export const RECOVERED_SHARE = 0.99;
/** …for this long, twice in a row: one lucky success is not recovery. */
export const RECOVERED_WINDOW_MS = 500;

export interface RecoveryOptions {
  /** When the fault took effect. */
  readonly t0Ms: number;
  /** End of observation: the next fault, or the end of the load. Left out, or later than that: the last intended start. */
  readonly untilMs?: number;
  /** The baseline rate is taken from here to T0. Left out: from the first intended start. */
  readonly baselineFromMs?: number;
  /** An ok operation that took longer than this, from its intended start, was late. */
  readonly lateBoundMs: number;
  /** One that took longer than this was not served. At least `lateBoundMs`; a client's attempt time-out. */
  readonly patienceMs: number;
  /** Left out: all clients, reads and writes together. */
  readonly zone?: string;
  readonly group?: KindGroup;
}

export interface RecoveryFigures {
  /** T0 to the earliest end of a write that started after T0 and ended ok. */
  readonly firstCommitMs: number | undefined;
  /** First commit to the median client's own first ok write; see `rediscovery`. */
  readonly rediscoveryMs: number | undefined;
  /** T0 to the intended start of the first ok operation in time from which on ≥ 99 % are served for 500 ms, twice in a row. */
  readonly rtoMs: number | undefined;
  /** Ok operations per second by intended start before T0; undefined if none were asked. */
  readonly baselinePerS: number | undefined;
  /** As `rtoMs`, but with ok operations at ≥ 50 % and ≥ 95 % of the baseline rate. */
  readonly recovery50Ms: number | undefined;
  readonly recovery95Ms: number | undefined;
  /** The rate after recovery to 95 % (if that was not reached: to 50 %), over the baseline. It may exceed 1. */
  readonly plateauRatio: number | undefined;
  /**
   * Operations intended in [T0, recovery] that did not end ok by the end of observation. Without recovery: to the end of
   * observation, and at least.
   */
  readonly lostServiceOps: number;
  /** Those of the same stretch that did end ok, but late. */
  readonly lateServiceOps: number;
}

/** Rows by intended start, with running counts. */
interface Course {
  readonly rows: Int32Array;
  readonly intended: Float64Array;
  /** okBefore[i]: how many of the first i rows were served. */
  readonly okBefore: Uint32Array;
  /** 1: ended ok, and in time. */
  readonly inTime: Uint8Array;
}

function courseOf(history: History, selection: Selection, { lateBoundMs, patienceMs }: RecoveryOptions): Course {
  const rows = orderBy(selectRows(history, selection), history.intended);
  const intended = new Float64Array(rows.length);
  const okBefore = new Uint32Array(rows.length + 1);
  const inTime = new Uint8Array(rows.length);
  rows.forEach((row, i) => {
    intended[i] = history.intended[row]!;
    const tookMs = history.outcome[row] === OK ? latencyMs(history, row) : Number.POSITIVE_INFINITY;
    okBefore[i + 1] = okBefore[i]! + (tookMs <= patienceMs ? 1 : 0);
    inTime[i] = tookMs <= lateBoundMs ? 1 : 0;
  });
  return { rows, intended, okBefore, inTime };
}

/**
 * The position of the first operation, intended at or after T0, whose two adjoining windows are both good and lie inside the
 * observation. It must have ended ok in time itself: a recovery does not begin with a failure, nor in an outage.
 */
function firstLastingSuccess(
  course: Course,
  t0Ms: number,
  untilMs: number,
  good: (asked: number, ok: number) => boolean,
): number | undefined {
  const { intended, okBefore, inTime } = course;
  let middle = 0;
  let after = 0;
  for (let i = lowerBound(intended, t0Ms); i < intended.length; i++) {
    const fromMs = intended[i]!;
    if (fromMs + 2 * RECOVERED_WINDOW_MS > untilMs) return undefined;
    while (middle < intended.length && intended[middle]! < fromMs + RECOVERED_WINDOW_MS) middle++;
    while (after < intended.length && intended[after]! < fromMs + 2 * RECOVERED_WINDOW_MS) after++;
    if (inTime[i] === 0) continue;
    if (!good(middle - i, okBefore[middle]! - okBefore[i]!)) continue;
    if (good(after - middle, okBefore[after]! - okBefore[middle]!)) return i;
  }
  return undefined;
}

/**
 * First commit, and rediscovery: how much later the median client, of all that asked for a write after T0, had its own first
 * ok write. A client that never had one counts as slower than all that did; if it is the median, the figure is undefined.
 */
function rediscovery(
  history: History,
  rows: Int32Array,
  t0Ms: number,
  untilMs: number,
): { readonly firstCommitMs: number | undefined; readonly rediscoveryMs: number | undefined } {
  const firstOkEnd = new Map<number, number>();
  for (const row of rows) {
    const start = history.start[row]!;
    if (history.kind[row] === GET || start <= t0Ms || start > untilMs) continue;
    const process = history.process[row]!;
    const end = history.end[row]!;
    const endMs = history.outcome[row] === OK && end <= untilMs ? end : Number.POSITIVE_INFINITY;
    firstOkEnd.set(process, Math.min(firstOkEnd.get(process) ?? Number.POSITIVE_INFINITY, endMs));
  }
  const ends = sortValues(Float64Array.from(firstOkEnd.values()));
  const first = ends[0];
  if (first === undefined || first === Number.POSITIVE_INFINITY) {
    return { firstCommitMs: undefined, rediscoveryMs: undefined };
  }
  const median = percentile(ends, 0.5)!;
  return {
    firstCommitMs: first - t0Ms,
    rediscoveryMs: median === Number.POSITIVE_INFINITY ? undefined : median - first,
  };
}

/** All recovery figures of one fault. */
export function recovery(history: History, options: RecoveryOptions): RecoveryFigures {
  const { t0Ms, zone, group } = options;
  const selection = { ...(zone === undefined ? {} : { zone }), ...(group === undefined ? {} : { group }) };
  const course = courseOf(history, selection, options);
  const { rows, intended, okBefore } = course;
  const limitMs = options.untilMs ?? Number.POSITIVE_INFINITY;
  const untilMs = Math.min(limitMs, intended[intended.length - 1] ?? t0Ms);

  const reached = (good: (asked: number, ok: number) => boolean): number | undefined => {
    const position = firstLastingSuccess(course, t0Ms, untilMs, good);
    return position === undefined ? undefined : intended[position]!;
  };
  const recoveredAtMs = reached((asked, ok) => asked > 0 && ok >= RECOVERED_SHARE * asked);

  const t0Position = lowerBound(intended, t0Ms);
  const baselineFromMs = options.baselineFromMs ?? intended[0] ?? t0Ms;
  const okIn = (fromMs: number, toMs: number): number =>
    okBefore[lowerBound(intended, toMs)]! - okBefore[lowerBound(intended, fromMs)]!;
  const baselinePerS =
    lowerBound(intended, baselineFromMs) < t0Position && t0Ms > baselineFromMs
      ? (okIn(baselineFromMs, t0Ms) * 1000) / (t0Ms - baselineFromMs)
      : undefined;
  const reachedRate = (share: number): number | undefined => {
    if (baselinePerS === undefined || baselinePerS === 0) return undefined;
    const needed = (share * baselinePerS * RECOVERED_WINDOW_MS) / 1000;
    return reached((_, ok) => ok >= needed);
  };
  const at50Ms = reachedRate(0.5);
  const at95Ms = reachedRate(0.95);
  const plateauFromMs = at95Ms ?? at50Ms;

  let lostServiceOps = 0;
  let lateServiceOps = 0;
  const lastMs = recoveredAtMs ?? untilMs;
  for (let i = t0Position; i < rows.length && intended[i]! <= lastMs; i++) {
    const row = rows[i]!;
    if (history.outcome[row] !== OK || history.end[row]! > limitMs) lostServiceOps++;
    else if (course.inTime[i] === 0) lateServiceOps++;
  }

  const sinceT0 = (atMs: number | undefined): number | undefined => (atMs === undefined ? undefined : atMs - t0Ms);
  return {
    // An ok write may end after the last intended start: only a limit set by the caller cuts it off.
    ...rediscovery(history, rows, t0Ms, limitMs),
    rtoMs: sinceT0(recoveredAtMs),
    baselinePerS,
    recovery50Ms: sinceT0(at50Ms),
    recovery95Ms: sinceT0(at95Ms),
    plateauRatio:
      plateauFromMs === undefined || baselinePerS === undefined
        ? undefined
        : (okIn(plateauFromMs, untilMs) * 1000) / (untilMs - plateauFromMs) / baselinePerS,
    lostServiceOps,
    lateServiceOps,
  };
}
