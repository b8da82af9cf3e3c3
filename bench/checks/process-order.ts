/** The operations of each process, one after the other: the sessions whose guarantees are checked. */
import { orderBy } from '../measures/selection.ts';
import { latestEffectMs, type Operations } from './columns.ts';

/** All rows by process, those of one process by start. */
export function rowsByProcess(operations: Operations): Int32Array {
  const { length, process, start } = operations;
  const byStart = orderBy(
    Int32Array.from({ length }, (_, row) => row),
    start,
  );
  const ends: number[] = [];
  for (let row = 0; row < length; row++) ends[process[row]!] = (ends[process[row]!] ?? 0) + 1;
  let sum = 0;
  for (let number = 0; number < ends.length; number++) {
    const count = ends[number] ?? 0;
    ends[number] = sum;
    sum += count;
  }
  const rows = new Int32Array(length);
  for (const row of byStart) rows[ends[process[row]!]!++] = row;
  return rows;
}

/**
 * Walks through the sessions: `begin` when one begins, `visit` for each of its operations in order, with the number of the session,
 * counted from 0. A process has one operation
 * under way at a time; where it has not, nobody can say what follows what, and another session begins. What never came back
 * ends with the next operation. An operation that starts when another ends follows it: so does a closed loop.
 */
export function walkSessions(
  operations: Operations,
  begin: () => void,
  visit: (row: number, session: number) => void,
): void {
  const { process, start } = operations;
  let last = -1;
  let session = -1;
  let openUntilMs = Number.NEGATIVE_INFINITY;
  for (const row of rowsByProcess(operations)) {
    if (process[row] !== last) openUntilMs = Number.NEGATIVE_INFINITY;
    if (process[row] !== last || start[row]! < openUntilMs) {
      session++;
      begin();
    }
    last = process[row]!;
    visit(row, session);
    const end = latestEffectMs(operations, row);
    if (Number.isFinite(end)) openUntilMs = Math.max(openUntilMs, end);
  }
}
