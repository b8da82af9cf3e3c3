/**
 * A node's own clock: the trial's, as long as no fault bends it. A drift makes it fast or slow from the moment at which the
 * node first looks; what it has gained or lost by then stays when the drift is over.
 */
import type { Board } from './board.ts';

export class NodeClock {
  readonly #board: Board;
  readonly #place: number;
  readonly #trialUs: () => number;
  readonly #wallMs: () => number;
  /** Where the present rate began, by the trial's clock and by this one. */
  #sinceTrialUs = 0;
  #sinceUs = 0;
  #driftPpm = 0;

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
    if (driftPpm !== this.#driftPpm) {
      this.#sinceUs = this.#at(trialUs);
      this.#sinceTrialUs = trialUs;
      this.#driftPpm = driftPpm;
    }
    return this.#at(trialUs);
  }

  #at(trialUs: number): number {
    const passedUs = trialUs - this.#sinceTrialUs;
    // Read at every input: where nothing drifts it costs next to nothing.
    if (this.#driftPpm === 0) return this.#sinceUs + passedUs;
    return this.#sinceUs + passedUs + Math.floor((passedUs * this.#driftPpm) / 1e6);
  }

  /** When this clock will show a time, by the trial's clock. */
  trialUsAt(timeUs: number): number {
    return this.#sinceTrialUs + Math.ceil((timeUs - this.#sinceUs) / (1 + this.#driftPpm / 1e6));
  }

  /** The time of day in whole milliseconds. */
  wallMs(): number {
    const trialUs = this.#trialUs();
    const gainedUs = this.#read(trialUs) - trialUs;
    return Math.round(this.#wallMs() + gainedUs / 1000 + this.#board.strain(this.#place, 'skewMs'));
  }
}
