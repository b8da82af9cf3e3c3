/**
 * Whether reads see the write before them, by its age: what the study of probabilistically bounded staleness (Bailis and others,
 * VLDB 2012) calls t-visibility.
 *
 * The *age* of a read is its start − the end of the latest ok write of its key that had ended by then. The read sees that write
 * if it returned its value. Judged are ok reads of keys that are only put, deleted and read, and only where no other write of the key
 * that may have had an effect overlaps that write or the read: then there is one right answer. Equal times count as overlapping.
 */
import { ABSENT, ADD, APPEND, CAS, DELETE, FAIL, GET, type History, OK } from '../history.ts';
import { type Between, orderBy, selectRows, upperBound } from './selection.ts';

/** Reads in the order of their intended starts. */
export interface AgedReads {
  readonly ageMs: Float64Array;
  /** 1: it saw the write. */
  readonly sees: Uint8Array;
}

/** The writes of one key that may have had an effect, by end; a write that nobody knows the end of comes last. */
interface Writes {
  readonly rows: Int32Array;
  readonly ends: Float64Array;
  /** The earliest start among those from each position on. */
  readonly earliestStart: Float64Array;
}

/** `endOf`: by row, infinite for one that may still take effect. */
function writesOf(history: History, rows: readonly number[], endOf: Float64Array): Writes {
  const ordered = orderBy(Int32Array.from(rows), endOf);
  const earliestStart = new Float64Array(ordered.length);
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = ordered.length - 1; i >= 0; i--) {
    earliest = Math.min(earliest, history.start[ordered[i]!]!);
    earliestStart[i] = earliest;
  }
  return { rows: ordered, ends: Float64Array.from(ordered, (row) => endOf[row]!), earliestStart };
}

/** The row of the one write that a read of its key should see; undefined: there is none, or it is not clear which. */
function writeBefore(history: History, { rows, ends, earliestStart }: Writes, read: number): number | undefined {
  const place = upperBound(ends, history.start[read]!) - 1;
  if (place < 0) return undefined;
  const write = rows[place]!;
  if (place > 0 && ends[place - 1]! >= history.start[write]!) return undefined;
  if (place + 1 < rows.length && earliestStart[place + 1]! <= history.end[read]!) return undefined;
  return write;
}

/** @param between of which reads, by intended start; writes of all times count. */
export function agedReads(history: History, between: Between): AgedReads {
  const rowsByKey = new Map<number, number[]>();
  const others = new Set<number>();
  const endOf = history.end.map((end, row) => (history.outcome[row] === OK ? end : Number.POSITIVE_INFINITY));
  for (let row = 0; row < history.length; row++) {
    const kind = history.kind[row]!;
    const key = history.key[row]!;
    if (kind === GET || history.outcome[row] === FAIL) continue;
    if (kind === APPEND || kind === ADD || kind === CAS) others.add(key);
    const rows = rowsByKey.get(key);
    if (rows === undefined) rowsByKey.set(key, [row]);
    else rows.push(row);
  }
  const writes = new Map<number, Writes>();
  const ages: number[] = [];
  const sees: number[] = [];
  for (const read of selectRows(history, { ...between, group: 'get' })) {
    const key = history.key[read]!;
    const rows = rowsByKey.get(key);
    if (history.outcome[read] !== OK || rows === undefined || others.has(key)) continue;
    let ofKey = writes.get(key);
    if (ofKey === undefined) {
      ofKey = writesOf(history, rows, endOf);
      writes.set(key, ofKey);
    }
    const write = writeBefore(history, ofKey, read);
    if (write === undefined) continue;
    const right = history.kind[write] === DELETE ? ABSENT : history.value[write]!;
    ages.push(history.start[read]! - history.end[write]!);
    sees.push(history.value[read] === right ? 1 : 0);
  }
  return { ageMs: Float64Array.from(ages), sees: Uint8Array.from(sees) };
}

/** Up to here goes the first bin; those after it are equally wide on a logarithmic scale, five to a power of ten. */
const FIRST_BIN_MS = 0.1;
const BINS_PER_DECADE = 5;

export interface VisibilityBin {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  readonly reads: number;
  readonly consistent: number;
  /** The mean of the model over these very reads; undefined: there is no model. */
  readonly modelShare: number | undefined;
}

/** Upper bound of the bin of this number; three digits are what a table's reader wants to see. */
const upToMs = (bin: number): number => Number((FIRST_BIN_MS * 10 ** (bin / BINS_PER_DECADE)).toPrecision(3));

/** The reads in bins of their age, youngest first; bins without any are left out. */
export function visibilityBins(reads: AgedReads, model?: (ageMs: number) => number): VisibilityBin[] {
  const bins = new Map<number, { reads: number; consistent: number; model: number }>();
  reads.ageMs.forEach((ageMs, i) => {
    let number = Math.max(
      0,
      Math.floor(Math.log10(Math.max(ageMs, Number.MIN_VALUE) / FIRST_BIN_MS) * BINS_PER_DECADE),
    );
    // Bounds are rounded: the logarithm may miss by one.
    while (ageMs >= upToMs(number)) number++;
    while (number > 0 && ageMs < upToMs(number - 1)) number--;
    const bin = bins.get(number) ?? { reads: 0, consistent: 0, model: 0 };
    bin.reads++;
    bin.consistent += reads.sees[i]!;
    bin.model += model?.(ageMs) ?? 0;
    bins.set(number, bin);
  });
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([number, bin]) => ({
      fromMs: number === 0 ? 0 : upToMs(number - 1),
      toMs: upToMs(number),
      reads: bin.reads,
      consistent: bin.consistent,
      modelShare: model === undefined ? undefined : bin.model / bin.reads,
    }));
}
