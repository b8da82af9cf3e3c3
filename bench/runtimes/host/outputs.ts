/** What a replica has put out and has not left yet, each piece held until what it depends on is durable. */
import type { Failure, Result } from '../../../engines/api.ts';

export type Output =
  | { readonly kind: 'message'; readonly to: number; readonly message: unknown }
  | { readonly kind: 'reply'; readonly ticket: number; readonly result: Result; readonly crossed: boolean }
  | { readonly kind: 'fail'; readonly ticket: number; readonly failure: Failure; readonly crossed: boolean };

/** The gate of what waits for nothing but its turn's end. */
export const NOW = -1;

interface Held {
  /** The log position that has to be durable first. */
  readonly gate: number;
  readonly output: Output;
}

export class Outputs {
  /** Of the turn under way, in the order in which they were put out. */
  #turn: Held[] = [];
  /** Of earlier turns, by gate. Gates mostly grow, so inserting from the back is one step. */
  readonly #held: Held[] = [];
  #heldFrom = 0;

  put(output: Output, gate: number): void {
    this.#turn.push({ gate, output });
  }

  /** Hands over everything that may leave, what was held longest first, and holds the rest of the turn's outputs. */
  release(durable: number, leave: (output: Output, gate: number) => void): void {
    while (this.#heldFrom < this.#held.length && this.#held[this.#heldFrom]!.gate <= durable) {
      const { output, gate } = this.#held[this.#heldFrom++]!;
      leave(output, gate);
    }
    if (this.#heldFrom > 1024 && this.#heldFrom * 2 > this.#held.length) {
      this.#held.splice(0, this.#heldFrom);
      this.#heldFrom = 0;
    }
    const turn = this.#turn;
    if (turn.length === 0) return;
    this.#turn = [];
    for (const held of turn) {
      if (held.gate <= durable) leave(held.output, held.gate);
      else this.#hold(held);
    }
  }

  #hold(held: Held): void {
    let at = this.#held.length;
    while (at > this.#heldFrom && this.#held[at - 1]!.gate > held.gate) at--;
    if (at === this.#held.length) this.#held.push(held);
    else this.#held.splice(at, 0, held);
  }
}
