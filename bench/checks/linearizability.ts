/**
 * Linearizability of a whole history: key by key, by zones where written values are all different, by search elsewhere.
 *
 * The operations say how a key behaves: all five kinds act on one string, so that a document is a key that is appended to.
 */
import type { Operations } from './columns.ts';
import { search } from './search.ts';
import { stepsOf } from './search-steps.ts';
import { shrink } from './shrink.ts';
import type { Contradiction, Verdict, Violation } from './verdict.ts';
import { ZoneChecker } from './zones.ts';

/** About 200 bytes are remembered of each. */
const CONFIGURATIONS_MAX = 2_000_000;

export interface LinearizabilityOptions {
  /** For all searches together. Left out: none, so that the verdict hangs on the operations alone. */
  readonly budgetMs?: number;
  /** What the budget is measured by: a clock in ms. */
  readonly now?: () => number;
}

export function checkLinearizability(operations: Operations, options: LinearizabilityOptions = {}): Verdict {
  const { budgetMs = Number.POSITIVE_INFINITY, now = () => performance.now() } = options;
  const deadlineMs = now() + budgetMs;
  const violations: Violation[] = [];
  const undecided: string[] = [];
  const report = (rows: Int32Array, { property, rows: suspects }: Contradiction): void => {
    const window = shrink(operations, rows, suspects, () => now() > deadlineMs);
    violations.push({ key: operations.keyText(operations.key[rows[0]!]!), property, ...spanOf(operations, window) });
  };

  const zones = new ZoneChecker(operations);
  const searched: Int32Array[] = [];
  for (const rows of rowsByKey(operations)) {
    const found = zones.check(rows);
    if (found === 'inapplicable') searched.push(rows);
    else if (found !== undefined) report(rows, found);
  }
  searched.forEach((rows, i) => {
    // Each has its share of the time that is left, so that one hard key does not use up that of all.
    const untilMs = now() + (deadlineMs - now()) / (searched.length - i);
    const spent = (): boolean => now() > untilMs;
    const verdict = search(stepsOf(operations, rows), { configurationsMax: CONFIGURATIONS_MAX, spent });
    const property = 'no order of these operations explains what they returned';
    if (verdict === 'unknown') undecided.push(operations.keyText(operations.key[rows[0]!]!));
    if (verdict === 'not-linearizable') report(rows, { property, rows: [...rows] });
  });

  const sound = undecided.length > 0 ? 'unknown' : 'linearizable';
  return {
    verdict: violations.length > 0 ? 'not-linearizable' : sound,
    operations: operations.length,
    keys: operations.keyCount,
    violations,
    undecided,
  };
}

/** The rows of each key, in order. */
export function rowsByKey({ length, key, keyCount }: Operations): Int32Array[] {
  const ends = new Int32Array(keyCount);
  for (let row = 0; row < length; row++) ends[key[row]!]!++;
  for (let k = 1; k < keyCount; k++) ends[k]! += ends[k - 1]!;
  const sorted = new Int32Array(length);
  const next = ends.slice();
  for (let row = length - 1; row >= 0; row--) sorted[--next[key[row]!]!] = row;
  return Array.from(next, (from, k) => sorted.subarray(from, ends[k]));
}

function spanOf({ start, end }: Operations, rows: readonly number[]): Pick<Violation, 'rows' | 'fromMs' | 'toMs'> {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    fromMs = Math.min(fromMs, start[row]!);
    toMs = Math.max(toMs, end[row] === Number.POSITIVE_INFINITY ? start[row]! : end[row]!);
  }
  return { rows, fromMs, toMs };
}
