/**
 * For tests: linearizability of one key by trying every order. Knows nothing of the checkers: it reads history lines and keeps
 * the state as a text.
 */
import type { HistoryLine } from '../../history-line.ts';

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
    case 'get':
      return line.outcome !== 'ok' || line.value === undefined || value === state ? state : undefined;
    case 'cas':
      if (line.outcome === 'unknown' || line.swapped === true) return state === expected ? value : undefined;
      return state !== expected && (observed === undefined || observed === state) ? state : undefined;
  }
}

export function isLinearizable(lines: readonly HistoryLine[], initial: string | null = null): boolean {
  const endOf = ({ outcome, end }: HistoryLine): number =>
    outcome === 'ok' ? (end ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const explained = (left: readonly HistoryLine[], state: string | null): boolean =>
    left.every(({ outcome }) => outcome !== 'ok') ||
    left.some((line) => {
      if (left.some((other) => endOf(other) < line.start)) return false;
      const next = behind(line, state);
      return (
        next !== undefined &&
        explained(
          left.filter((other) => other !== line),
          next,
        )
      );
    });
  return explained(
    lines.filter(({ outcome }) => outcome !== 'fail'),
    initial,
  );
}

/** Whether these lines alone contradict each other: any other write may have happened at any time, or never. */
export function contradict(lines: readonly HistoryLine[], kept: ReadonlySet<number>, initial: string | null): boolean {
  const relaxed = lines.flatMap((line, row): HistoryLine[] => {
    if (kept.has(row)) return [line];
    const wrote = line.op !== 'get' && (line.op !== 'cas' || line.outcome === 'unknown' || line.swapped === true);
    if (line.outcome === 'fail' || !wrote) return [];
    return [{ ...line, outcome: 'unknown', start: Number.NEGATIVE_INFINITY, end: null }];
  });
  return !isLinearizable(relaxed, initial);
}
