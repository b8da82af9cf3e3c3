/**
 * Stale reads: ok reads that returned a value which had certainly been superseded.
 *
 * A value is *settled* once its write has ended ok, or a read that returned it has ended: from then on it had certainly taken
 * effect. A read is stale if some ok write of the key started after the returned value was settled and ended before the read
 * started. Equal times count as concurrent, so every doubt is in the engine's favour; an unknown write that nobody has read
 * is never settled, since it may take effect at any later time.
 *
 * A read of ABSENT is stale if a put had been acknowledged before, unless a delete that was not certainly over may explain it.
 *
 * Left out: lost and shadowed writes, which are counted as such (the ledger knows its own; an overwritten key may have lost a
 * write too, and reads that miss it do count here); `cas`, whose history does not tell whether it wrote, as a
 * superseding write; keys with appends or adds, whose values are not single writes. Reads that return the value of no write of their
 * key (an engine that mixes up keys) are counted apart.
 *
 * Per key, sorted arrays with running minima and a binary search: n log n over the whole history.
 */
import { ABSENT, ADD, APPEND, DELETE, FAIL, GET, type History, isCounterKey, OK, PRELOADED, PUT } from '../history.ts';
import { lowerBound, orderBy, type Selection, selectRows, upperBound } from './selection.ts';

export interface StalenessFigures {
  /** Ok reads that were judged. */
  readonly reads: number;
  readonly staleReads: number;
  /** Greatest time from the end of the first write that superseded the value to the read's start; undefined if none is stale. */
  readonly worstAgeMs: number | undefined;
  /** Ok reads that returned what no write of their key had written, or what certainly had had no effect. */
  readonly foreignReads: number;
}

/** Writes by start, with the earliest end among those from each position on. */
interface Superseders {
  readonly starts: Float64Array;
  readonly earliestEnd: Float64Array;
}

function supersedersOf(history: History, rows: readonly number[]): Superseders {
  const ordered = orderBy(Int32Array.from(rows), history.start);
  const starts = Float64Array.from(ordered, (row) => history.start[row]!);
  const earliestEnd = new Float64Array(ordered.length);
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = ordered.length - 1; i >= 0; i--) {
    earliest = Math.min(earliest, history.end[ordered[i]!]!);
    earliestEnd[i] = earliest;
  }
  return { starts, earliestEnd };
}

/** The earliest end of a write that started after this time; infinite if there is none. */
function supersededAtMs(superseders: Superseders, settledMs: number): number {
  return superseders.earliestEnd[upperBound(superseders.starts, settledMs)] ?? Number.POSITIVE_INFINITY;
}

/** Deletes by start, with the latest time at which any of those up to each position may still take effect. */
interface Deletes {
  readonly starts: Float64Array;
  readonly latestEnd: Float64Array;
}

function deletesOf(history: History, rows: readonly number[]): Deletes {
  const ordered = orderBy(Int32Array.from(rows), history.start);
  const starts = Float64Array.from(ordered, (row) => history.start[row]!);
  const latestEnd = new Float64Array(ordered.length);
  let latest = Number.NEGATIVE_INFINITY;
  ordered.forEach((row, i) => {
    latest = Math.max(latest, history.outcome[row] === OK ? history.end[row]! : Number.POSITIVE_INFINITY);
    latestEnd[i] = latest;
  });
  return { starts, latestEnd };
}

/** What happened to one key, by index. */
interface KeyRows {
  readonly reads: number[];
  /** Ok puts and deletes that count, and the puts among them. */
  readonly overwrites: number[];
  readonly puts: number[];
  /** Deletes that may have taken effect. */
  readonly deletes: number[];
  /** When the last put of the preload, if it stands in this history, had certainly taken effect. */
  preloadedMs: number;
  /** Appended or added to: its values are not single writes. */
  isGrown: boolean;
}

function rowsByKey(history: History, leftOut: ReadonlySet<number>): Map<number, KeyRows> {
  const firstRow = history.firstRow ?? 0;
  const keys = new Map<number, KeyRows>();
  for (let row = 0; row < history.length; row++) {
    const kind = history.kind[row]!;
    const outcome = history.outcome[row]!;
    if (outcome === FAIL || (kind === GET && outcome !== OK)) continue;
    const key = history.key[row]!;
    let rows = keys.get(key);
    if (rows === undefined) {
      rows = {
        reads: [],
        overwrites: [],
        puts: [],
        deletes: [],
        preloadedMs: Number.NEGATIVE_INFINITY,
        isGrown: isCounterKey(key),
      };
      keys.set(key, rows);
    }
    if (kind === GET) rows.reads.push(row);
    if (kind === APPEND || kind === ADD) rows.isGrown = true;
    if (kind === DELETE) rows.deletes.push(row);
    if (kind === PUT && history.value[row] === PRELOADED) {
      rows.preloadedMs = Math.max(rows.preloadedMs, outcome === OK ? history.end[row]! : Number.POSITIVE_INFINITY);
    }
    if ((kind === PUT || kind === DELETE) && outcome === OK && !leftOut.has(firstRow + row)) {
      rows.overwrites.push(row);
      if (kind === PUT) rows.puts.push(row);
    }
  }
  return keys;
}

/** Whether the write at this index could have put there what a read of `key` returned. */
function wroteKey(history: History, index: number, key: number): boolean {
  if (index >= history.length || history.key[index] !== key || history.outcome[index] === FAIL) return false;
  return history.kind[index] !== GET && history.kind[index] !== DELETE;
}

/**
 * When each value was settled, by row number: by its write's own ok end, or by the earliest end of a read that returned it. A
 * write from before this history has only its readers to tell. Not settled: not in the map.
 */
function settledTimes(history: History): Map<number, number> {
  const firstRow = history.firstRow ?? 0;
  const settled = new Map<number, number>();
  for (let row = 0; row < history.length; row++) {
    if (history.outcome[row] !== OK || isCounterKey(history.key[row]!)) continue;
    const written = history.kind[row] === GET ? history.value[row]! : firstRow + row;
    const end = history.end[row]!;
    if (written >= 0 && end < (settled.get(written) ?? Number.POSITIVE_INFINITY)) settled.set(written, end);
  }
  return settled;
}

/**
 * @param selection which reads are judged (its `group` means nothing here); writes of all clients count.
 * @param leftOut row numbers of lost and shadowed writes, of all zones and times: `missingWrites`.
 */
export function staleness(
  history: History,
  leftOut: ReadonlySet<number> = new Set(),
  selection: Omit<Selection, 'group'> = {},
): StalenessFigures {
  const firstRow = history.firstRow ?? 0;
  const settled = settledTimes(history);
  const judged = new Uint8Array(history.length);
  for (const row of selectRows(history, { ...selection, group: 'get' })) judged[row] = 1;

  let reads = 0;
  let staleReads = 0;
  let foreignReads = 0;
  let worstAgeMs: number | undefined;
  for (const [key, rows] of rowsByKey(history, leftOut)) {
    if (rows.isGrown) continue;
    const overwrites = supersedersOf(history, rows.overwrites);
    const puts = supersedersOf(history, rows.puts);
    const deletes = deletesOf(history, rows.deletes);
    for (const read of rows.reads) {
      if (judged[read] !== 1) continue;
      const value = history.value[read]!;
      if (value >= firstRow && !wroteKey(history, value - firstRow, key)) {
        foreignReads++;
        continue;
      }
      reads++;
      let supersededMs: number;
      if (value === ABSENT) {
        const before = lowerBound(deletes.starts, history.end[read]!);
        supersededMs = supersededAtMs(puts, deletes.latestEnd[before - 1] ?? Number.NEGATIVE_INFINITY);
      } else {
        supersededMs = supersededAtMs(overwrites, value === PRELOADED ? rows.preloadedMs : settled.get(value)!);
      }
      const ageMs = history.start[read]! - supersededMs;
      if (ageMs > 0) {
        staleReads++;
        worstAgeMs = Math.max(worstAgeMs ?? 0, ageMs);
      }
    }
  }
  return { reads, staleReads, worstAgeMs, foreignReads };
}
