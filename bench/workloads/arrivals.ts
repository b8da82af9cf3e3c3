/** The open loop's schedule: when operations should start, whatever the store is doing. */
import type { Random } from '../random.ts';

/**
 * Intended starts in order, in ms. `fixed`: one each 1000/rate ms, the first at once; computed from the count, so that
 * rounding does not add up. `poisson`: exponential gaps, −ln(1 − u) · 1000/rate, the first one included.
 */
export class Arrivals {
  readonly #startMs: number;
  readonly #gapMs: number;
  readonly #random: Random | undefined;
  #count = 0;
  #next: number;

  constructor(startMs: number, ratePerS: number, spacing: 'fixed' | 'poisson', random: Random) {
    if (!(ratePerS > 0)) throw new Error(`an arrival rate must be above 0 per second, but ${ratePerS} came`);
    this.#startMs = startMs;
    this.#gapMs = 1000 / ratePerS;
    this.#random = spacing === 'poisson' ? random : undefined;
    this.#next = startMs + this.#gap();
  }

  /** The next intended start. */
  peek(): number {
    return this.#next;
  }

  /** Takes the next intended start off the schedule. */
  take(): number {
    const due = this.#next;
    this.#count++;
    this.#next = this.#random === undefined ? this.#startMs + this.#count * this.#gapMs : due + this.#gap();
    return due;
  }

  #gap(): number {
    return this.#random === undefined ? 0 : -Math.log(1 - this.#random.next()) * this.#gapMs;
  }
}
