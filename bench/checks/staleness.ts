/**
 * How stale the reads of registers were.
 *
 * - The *shift* of a key is the least time by which all its reads would have to be moved back for its history to be
 *   linearizable: zero if it is. It bounds the age of every value that was returned (Δ-atomicity of Golab, Li and Shah, 2011).
 *   A key that no shift makes pass is wrong in some other way.
 * - A single read is *stale* if an ok write of its key started after the returned value was settled (`sessions.ts`) and ended before
 *   the read started; its age counts from the first such end. Reads of nothing are not judged where keys are deleted.
 */
import { GET, OK } from '../history.ts';
import { orderBy, upperBound } from '../measures/selection.ts';
import { mayWrite, type Operations, seenValue, UNSEEN } from './columns.ts';
import { type Findings, Tally } from './findings.ts';
import { rowsByKey } from './linearizability.ts';
import { FIRST, FOREIGN, REGISTER, WriteIndex } from './write-index.ts';
import { ZoneChecker } from './zones.ts';

export interface Shift {
  readonly key: string;
  /** In steps of 0.001 ms, rounded up. Infinity: no shift makes the key's history pass. */
  readonly shiftMs: number;
}

export interface StalenessOfHistory {
  /** Reads that were judged. */
  readonly reads: number;
  readonly stale: Findings;
  /** Of the oldest value that a stale read returned; undefined: no read was stale. */
  readonly worstAgeMs: number | undefined;
  /** The keys that are not linearizable as they are, largest shift first. */
  readonly shifts: readonly Shift[];
}

export function stalenessOf(operations: Operations): StalenessOfHistory {
  const index = new WriteIndex(operations);
  const shifted: Operations = { ...operations, start: operations.start.slice() };
  const zones = new ZoneChecker(shifted);
  const shifts: Shift[] = [];
  const stale = new Tally(operations);
  let reads = 0;
  let worstAgeMs: number | undefined;
  for (const rows of rowsByKey(operations)) {
    const verdict = zones.check(rows);
    if (verdict !== undefined && verdict !== 'undecided') {
      shifts.push({ key: operations.keyText(operations.key[rows[0]!]!), shiftMs: leastShiftMs(zones, shifted, rows) });
    }
    judgeReads(operations, index, rows, (row, ageMs, by) => {
      reads++;
      if (!(ageMs > 0)) return;
      stale.add(operations.key[row]!, by, row);
      worstAgeMs = Math.max(worstAgeMs ?? 0, ageMs);
    });
  }
  shifts.sort((a, b) => b.shiftMs - a.shiftMs);
  return { reads, stale: stale.findings(), worstAgeMs, shifts };
}

const STEPS_PER_MS = 1000;

/** Moves what only saw a value back, and halves the gap between a shift that does not pass and one that does. */
function leastShiftMs(zones: ZoneChecker, shifted: Operations, rows: Int32Array): number {
  const { start, end } = shifted;
  const readers = rows.filter((row) => seenValue(shifted, row) !== UNSEEN && !mayWrite(shifted, row));
  const unshifted = Float64Array.from(readers, (row) => start[row]!);
  const passes = (steps: number): boolean => {
    readers.forEach((row, i) => {
      start[row] = unshifted[i]! - steps / STEPS_PER_MS;
    });
    return zones.check(rows) === undefined;
  };
  const span = rows.reduce((latest, row) => Math.max(latest, Number.isFinite(end[row]!) ? end[row]! : start[row]!), 0);
  let low = 0;
  let high =
    Math.ceil((span - rows.reduce((earliest, row) => Math.min(earliest, start[row]!), span)) * STEPS_PER_MS) + 1;
  if (!passes(high)) return Number.POSITIVE_INFINITY;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high / STEPS_PER_MS;
}

/** Tells of each read that is judged how long its value had been superseded when it started, negative if it had not, and by which write. */
function judgeReads(
  operations: Operations,
  index: WriteIndex,
  rows: Int32Array,
  tell: (row: number, ageMs: number, by: number) => void,
): void {
  const { kind, outcome, key: keys, start, end } = operations;
  const key = keys[rows[0]!]!;
  if (index.shape[key] !== REGISTER) return;
  const overwrites = orderBy(
    rows.filter((row) => outcome[row] === OK && mayWrite(operations, row)),
    start,
  );
  const starts = Float64Array.from(overwrites, (row) => start[row]!);
  /** The write that ended first of those from each position on. */
  const firstEnding = overwrites.slice();
  for (let i = firstEnding.length - 2; i >= 0; i--) {
    if (end[firstEnding[i + 1]!]! < end[firstEnding[i]!]!) firstEnding[i] = firstEnding[i + 1]!;
  }
  for (const row of rows) {
    const seen = kind[row] === GET ? index.seen(row) : FOREIGN;
    if (seen < FIRST || (seen === FIRST && index.deletes.has(key))) continue;
    const settledMs = seen === FIRST ? Number.NEGATIVE_INFINITY : index.settledMs[seen]!;
    const by = firstEnding[upperBound(starts, settledMs)];
    tell(row, by === undefined ? Number.NEGATIVE_INFINITY : start[row]! - end[by]!, by ?? FIRST);
  }
}
