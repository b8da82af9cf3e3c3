/**
 * For tests: linearizability of one key by trying every order. Knows nothing of the checkers: it reads history lines and keeps
 * the state as a text.
 */

import type { HistoryLine } from '../../history-line.ts';
import { sumText } from '../../whole-number.ts';

/** The state behind the operation, with its result as it was told; undefined: it cannot have had that result. */
function behind(line: HistoryLine, state: string | null): string | null | undefined {
  const { value = null, expected = null, observed } = line;
  switch (line.op) {
    case 'put':
      return value;
    case 'delete':
      return null;
    case 'append':
      return (state ?? '') + value;
    case 'add':
      return sumText(state, value!);
    case 'get':
      return line.outcome !== 'ok' || line.value === undefined || value === state ? state : undefined;
    case 'cas':
      if (line.outcome === 'unknown' || line.swapped === true) return state === expected ? value : undefined;
      return state !== expected && (observed === undefined || observed === state) ? state : undefined;
  }
}

const endOf = ({ outcome, end }: HistoryLine): number =>
  outcome === 'ok' ? (end ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;

/** `anyTime`: values that may come to stand under the key at any time, as often as need be. */
export function isLinearizable(
  lines: readonly HistoryLine[],
  initial: string | null = null,
  anyTime: readonly (string | null)[] = [],
): boolean {
  const explained = (left: readonly HistoryLine[], state: string | null, jumped: boolean): boolean =>
    left.every(({ outcome }) => outcome !== 'ok') ||
    left.some((line) => {
      if (left.some((other) => endOf(other) < line.start)) return false;
      const next = behind(line, state);
      const others = left.filter((other) => other !== line);
      return next !== undefined && explained(others, next, false);
    }) ||
    (!jumped && anyTime.some((value) => explained(left, value, true)));
  const relevant = lines.filter(({ outcome }) => outcome !== 'fail');
  return explained(relevant, initial, false);
}

/** Whether these rows alone contradict each other, whenever the others wrote. */
export function contradict(lines: readonly HistoryLine[], kept: ReadonlySet<number>, initial: string | null): boolean {
  const others = lines.filter(
    ({ op, outcome, swapped }, row) =>
      !kept.has(row) &&
      outcome !== 'fail' &&
      op !== 'get' &&
      (op !== 'cas' || outcome === 'unknown' || swapped === true),
  );
  const isGrowth = ({ op }: HistoryLine): boolean => op === 'append' || op === 'add';
  const loose = others
    .filter(isGrowth)
    .map((line) => ({ ...line, outcome: 'unknown', start: Number.NEGATIVE_INFINITY }) as const);
  const anyTime = others.filter((line) => !isGrowth(line)).map(({ value }) => value ?? null);
  return !isLinearizable([...lines.filter((_, row) => kept.has(row)), ...loose], initial, anyTime);
}
