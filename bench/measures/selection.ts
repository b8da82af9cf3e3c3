/** Which rows of a history a figure is about. */
import { GET, type History } from '../history.ts';

/** Operations fall into two groups: `put` stands for every kind that writes, `get` for reads. */
export type KindGroup = 'put' | 'get';
export const KIND_GROUPS: readonly KindGroup[] = ['put', 'get'];

/** Every part that is left out selects everything. Times are compared with the **intended** start: from ≤ intended < to. */
export interface Selection {
  readonly group?: KindGroup;
  /** The clients' zone, by name. */
  readonly zone?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** A stretch of time: from ≤ t < to. */
export type Between = Required<Pick<Selection, 'fromMs' | 'toMs'>>;

/** The number that stands for this zone in the `zone` column. Throws on a zone that the history does not name. */
export function zoneNumber(history: History, zone: string): number {
  const number = history.zones.indexOf(zone);
  if (number < 0) throw new RangeError(`the history names no zone "${zone}", only: ${history.zones.join(', ')}`);
  return number;
}

/** The selected rows, in the history's own order. */
export function selectRows(history: History, selection: Selection = {}): Int32Array {
  const { group, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = selection;
  const zone = selection.zone === undefined ? -1 : zoneNumber(history, selection.zone);
  const rows = new Int32Array(history.length);
  let count = 0;
  for (let row = 0; row < history.length; row++) {
    if (group !== undefined && (history.kind[row] === GET) !== (group === 'get')) continue;
    if (zone >= 0 && history.zone[row] !== zone) continue;
    const intended = history.intended[row]!;
    if (intended < fromMs || intended >= toMs) continue;
    rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** Sorts the rows in place by a column, earliest first, and returns them. Rows that are in order already cost one look. */
export function orderBy(rows: Int32Array, column: Float64Array): Int32Array {
  for (let i = 1; i < rows.length; i++) {
    if (column[rows[i - 1]!]! > column[rows[i]!]!) return rows.sort((a, b) => column[a]! - column[b]! || a - b);
  }
  return rows;
}

/** The first position in a sorted array whose value is not below `value`; the length if all are below. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first position in a sorted array whose value is above `value`; the length if none is. */
export function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
