/**
 * Linearizability of a whole history: key by key, by zones, and by search where not all written values differ and the zones
 * of those that do find nothing.
 *
 * The operations say how a key behaves: all kinds act on one string, so that a document is a key that is appended to, and a
 * counter one that is added to. Adds of the same amount are alike to the search, so few amounts make short work.
 */
import type { Operations } from './columns.ts';
import { search } from './search.ts';
import { stepsOf } from './search-steps.ts';
import { shrink } from './shrink.ts';
import type { Contradiction, Verdict, Violation } from './verdict.ts';
import { ZoneChecker } from './zones.ts';

/** For one key. Some hundred bytes are remembered of each. */
const CONFIGURATIONS_MAX = 1_000_000;

const UNEXPLAINED = 'no order of these operations explains what they returned';

export interface LinearizabilityOptions {
  /** For all searches together. Left out: none, so that the verdict hangs on the operations alone. */
  readonly budgetMs?: number;
  /** What the budget is measured by: a clock in ms. */
  readonly now?: () => number;
  /**
   * Whether the smallest offending window of each violation is sought, which takes many searches. Left out: it is. Without, a
   * violation names all that the check blames.
   */
  readonly windows?: boolean;
}

export function checkLinearizability(operations: Operations, options: LinearizabilityOptions = {}): Verdict {
  const { budgetMs = Number.POSITIVE_INFINITY, now = () => performance.now(), windows = true } = options;
  const deadlineMs = now() + budgetMs;
  /** Says when one of so many that are left has used up its share of the time, so that a hard one leaves some to the others. */
  const shareOf = (left: number): (() => boolean) => {
    const untilMs = now() + (deadlineMs - now()) / left;
    return () => now() > untilMs;
  };

  const zones = new ZoneChecker(operations);
  const searched: Int32Array[] = [];
  const broken: { rows: Int32Array; contradiction: Contradiction }[] = [];
  for (const rows of rowsByKey(operations)) {
    const found = zones.check(rows);
    if (found === 'undecided') searched.push(rows);
    else if (found !== undefined) broken.push({ rows, contradiction: found });
  }

  const keyOf = (rows: Int32Array): string => operations.keyText(operations.key[rows[0]!]!);
  const undecided: string[] = [];
  searched.forEach((rows, i) => {
    const budget = { configurationsMax: CONFIGURATIONS_MAX, spent: shareOf(searched.length - i) };
    const found = search(stepsOf(operations, rows), budget);
    if (found === 'unknown') undecided.push(keyOf(rows));
    if (found === 'not-linearizable') broken.push({ rows, contradiction: { property: UNEXPLAINED, rows: [...rows] } });
  });

  const violations = broken.map(({ rows, contradiction }, i): Violation => {
    const suspects = contradiction.rows;
    const window = windows ? shrink(operations, rows, suspects, shareOf(broken.length - i)) : [...suspects];
    // What began before all time stands for writes that the history does not hold.
    const held = window.filter((row) => operations.start[row]! > Number.NEGATIVE_INFINITY);
    return { key: keyOf(rows), property: contradiction.property, ...spanOf(operations, held) };
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
