/** What a check says of a history. Unknown is never a pass. */

export interface Verdict {
  /** `unknown`: the budget ran out before anything was found. */
  readonly verdict: 'linearizable' | 'not-linearizable' | 'unknown';
  readonly operations: number;
  readonly keys: number;
  /** At most one a key. */
  readonly violations: readonly Violation[];
  /** The keys on which the budget ran out. */
  readonly undecided: readonly string[];
}

export interface Violation {
  readonly key: string;
  /** What is wrong, in one sentence. */
  readonly property: string;
  /** The operations that contradict each other, whatever else happened: rows of the operations, by start. */
  readonly rows: readonly number[];
  /** The stretch of time that they span; an operation that never came back counts with its start. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a checker found wrong with one key: the sentence, and rows that contradict each other, perhaps more than are needed. */
export interface Contradiction {
  readonly property: string;
  readonly rows: readonly number[];
}
