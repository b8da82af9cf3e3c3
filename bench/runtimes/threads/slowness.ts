/** Makes a node as slow as the faults on the board say: its thread waits before each input, and uses no CPU meanwhile. */
import type { Board } from './board.ts';

/** A slow node's turn ends after about so long, so that what it has to say leaves in between. */
const TURN_MAX_MS = 20;
/** A wait looks at the board at least this often. */
const WAIT_STEP_MS = 50;

export class Slowness {
  readonly #board: Board;
  readonly #place: number;
  readonly #onStep: () => void;
  readonly #nobodyWakes = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #perInputMs = 0;

  /** `onStep`: the node is alive, however long a wait lasts. */
  constructor(board: Board, place: number, onStep: () => void) {
    this.#board = board;
    this.#place = place;
    this.#onStep = onStep;
  }

  /** A turn begins that would take so many inputs; returns how many it takes. */
  beginTurn(inputsMax: number): number {
    this.#perInputMs = this.#board.strain(this.#place, 'perInputMs');
    if (this.#perInputMs === 0) return inputsMax;
    return Math.min(inputsMax, Math.max(1, Math.floor(TURN_MAX_MS / this.#perInputMs)));
  }

  /** Waits before an input of the turn. The wait ends early if the node is to be fast again, or to stand still. */
  beforeInput(): void {
    if (this.#perInputMs === 0) return;
    for (let leftMs = this.#perInputMs; leftMs > 0; leftMs -= WAIT_STEP_MS) {
      if (this.#board.strain(this.#place, 'perInputMs') === 0 || this.#board.isPaused(this.#place)) return;
      Atomics.wait(this.#nobodyWakes, 0, 0, Math.min(leftMs, WAIT_STEP_MS));
      this.#onStep();
    }
  }
}
