/** What a check of a weaker promise found: how often, and where to look. */
import type { Operations } from './columns.ts';

const EXAMPLES_MAX = 5;

/** One finding. */
export interface Example {
  readonly key: string;
  /** The operations that show it, the one that is counted last. */
  readonly rows: readonly number[];
}

export interface Findings {
  readonly count: number;
  /** Of all operations of the history. */
  readonly perMillion: number;
  /** The first that were found. */
  readonly examples: readonly Example[];
}

/** Counts findings and keeps the first ones. */
export class Tally {
  readonly #operations: Operations;
  readonly #examples: Example[] = [];
  #count = 0;

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  add(key: number, ...rows: readonly number[]): void {
    this.#count++;
    if (this.#examples.length < EXAMPLES_MAX) this.#examples.push({ key: this.#operations.keyText(key), rows });
  }

  findings(): Findings {
    const { length } = this.#operations;
    return {
      count: this.#count,
      perMillion: length === 0 ? 0 : (this.#count / length) * 1e6,
      examples: this.#examples,
    };
  }
}
