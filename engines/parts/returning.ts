/** A node that came back: it says once when it has again all that had been acknowledged by the time it was heard of. */
import type { Host } from '../api.ts';

type Teller = Pick<Host<{ readonly type: string }, unknown>, 'boot' | 'note'>;

export class Returning {
  readonly #host: Teller;
  #isOver: boolean;
  /** Up to where all was acknowledged when this node first heard of it; undefined: it has not yet. */
  #goal: number | undefined;

  /** A node that was there when the cluster was founded has nothing to catch up with. */
  constructor(host: Teller) {
    this.#host = host;
    this.#isOver = host.boot === 'found';
  }

  /** A leader says that all up to this position is acknowledged. Only the first word counts: it goes on while this node catches up. */
  hears(acknowledged: number): void {
    this.#goal ??= acknowledged;
  }

  /** All up to this position is applied here. */
  has(applied: number): void {
    if (this.#isOver || this.#goal === undefined || applied < this.#goal) return;
    this.#isOver = true;
    this.#host.note({ kind: 'caught-up' });
  }
}
