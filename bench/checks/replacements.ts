/**
 * Which write may have replaced which, where of two writes neither of which knew of the other both are kept: a write replaces only what had
 * been read for it. So one that began after that cannot have been replaced by it.
 */
import { DELETE, GET, OK, PUT } from '../history.ts';
import type { Operations } from './columns.ts';
import { walkSessions } from './process-order.ts';

export class Replacements {
  readonly #start: Float64Array;
  /** By write: when what it replaces had been read at the latest. */
  readonly #readByMs: Float64Array;

  /**
   * @param settledMs by row, when a write had certainly taken effect.
   * @param byContext a put or delete of the key that its session has just read replaces only what that read has seen.
   */
  constructor(operations: Operations, settledMs: Float64Array, byContext: boolean) {
    const { kind, outcome, key, start, end } = operations;
    this.#start = start;
    this.#readByMs = settledMs.slice();
    if (!byContext) return;
    let last = -1;
    walkSessions(
      operations,
      () => {
        last = -1;
      },
      (row) => {
        const isPlain = kind[row] === PUT || kind[row] === DELETE;
        const hasRead = last >= 0 && kind[last] === GET && outcome[last] === OK && key[last] === key[row];
        if (isPlain && hasRead) this.#readByMs[row] = Math.min(this.#readByMs[row]!, end[last]!);
        last = row;
      },
    );
  }

  mayReplace(later: number, earlier: number): boolean {
    return later !== earlier && this.#readByMs[later]! >= this.#start[earlier]!;
  }
}
