/**
 * The smallest offending window: operations that contradict each other whatever else happened.
 *
 * What is left out of the window is not gone: what it put may have been there at any time, and what it appended or added may have
 * come at any time. So whatever the window sees was written by somebody, and the window alone is to blame.
 */
import type { Operations } from './columns.ts';
import { search } from './search.ts';
import { stepsOf } from './search-steps.ts';

/** Of one trial of a window; what takes longer stays in. A search passes at least one configuration an operation. */
const configurationsMax = (operations: number): number => 2000 + 4 * operations;

/**
 * The rows that are needed of `suspects`, which contradict each other: all rows of a key, or what the zones blame. Begins with the shortest
 * time from the start on, then leaves out by halves, quarters and so on down to single rows, the oldest first.
 */
export function shrink(
  operations: Operations,
  rows: Int32Array,
  suspects: Iterable<number>,
  spent: () => boolean,
): number[] {
  const contradict = (kept: readonly number[]): boolean => {
    const budget = { configurationsMax: configurationsMax(kept.length), spent };
    return !spent() && search(stepsOf(operations, rows, new Set(kept)), budget) === 'not-linearizable';
  };
  let window = untilContradiction(byEnd(operations, suspects), contradict);
  for (let size = window.length >> 1; size >= 1; size = size > 1 ? (size + 1) >> 1 : 0) {
    for (let from = 0; from < window.length; ) {
      const fewer = [...window.slice(0, from), ...window.slice(from + size)];
      if (fewer.length < window.length && fewer.length > 0 && contradict(fewer)) window = fewer;
      else from += size;
    }
  }
  return window.sort((a, b) => operations.start[a]! - operations.start[b]! || a - b);
}

/** By end, or by start if the end is open. */
function byEnd({ start, end }: Operations, rows: Iterable<number>): number[] {
  const timeOf = (row: number): number => (end[row] === Number.POSITIVE_INFINITY ? start[row]! : end[row]!);
  return [...new Set(rows)].sort((a, b) => timeOf(a) - timeOf(b) || a - b);
}

/** The shortest beginning that holds the contradiction. */
function untilContradiction(rows: readonly number[], contradict: (rows: readonly number[]) => boolean): number[] {
  let low = 1;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (contradict(rows.slice(0, middle))) high = middle;
    else low = middle + 1;
  }
  return rows.slice(0, high);
}
