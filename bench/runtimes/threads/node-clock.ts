/**
 * A node's own clock: the trial's, as long as no fault bends it. A drift makes it fast or slow from the moment at which the
 * node first looks; what it has gained or lost by then stays when the drift is over.
 */
import { DriftingClock } from '../host/drifting-clock.ts';
import type { Board } from './board.ts';

export class NodeClock {
  readonly #board: Board;
  readonly #place: number;
  readonly #trialUs: () => number;
  readonly #wallMs: () => number;
  readonly #clock = new DriftingClock();

  constructor(board: Board, place: number, trialUs: () => number, wallMs = Date.now) {
    this.#board = board;
    this.#place = place;
    this.#trialUs = trialUs;
    this.#wallMs = wallMs;
  }

  /** In whole microseconds; never goes back. */
  nowUs(): number {
    return this.#read(this.#trialUs());
  }

  #read(trialUs: number): number {
    const driftPpm = this.#board.strain(this.#place, 'driftPpm');
    if (driftPpm !== this.#clock.ppm) this.#clock.drift(driftPpm, trialUs);
    return this.#clock.at(trialUs);
  }

  /** When this clock will show a time, by the trial's clock. */
  trialUsAt(timeUs: number): number {
    return this.#clock.trueUs(timeUs);
  }

  /** The time of day in whole milliseconds. */
  wallMs(): number {
    const trialUs = this.#trialUs();
    const gainedUs = this.#read(trialUs) - trialUs;
    return Math.round(this.#wallMs() + gainedUs / 1000 + this.#board.strain(this.#place, 'skewMs'));
  }
}
