/**
 * A clock that runs fast or slow against the true one, both in whole microseconds. What it has gained or lost stays when it
 * runs true again, and it never goes back.
 */
export class DriftingClock {
  /** Where the present rate began, by the true clock and by this one. */
  #sinceTrueUs = 0;
  #sinceUs = 0;
  #ppm = 0;

  /** How many microseconds it gains in each second. */
  get ppm(): number {
    return this.#ppm;
  }

  /** From this true time on it gains so many microseconds in each second. */
  drift(ppm: number, trueUs: number): void {
    this.#sinceUs = this.at(trueUs);
    this.#sinceTrueUs = trueUs;
    this.#ppm = ppm;
  }

  /** What it shows at a true time. */
  at(trueUs: number): number {
    const passedUs = trueUs - this.#sinceTrueUs;
    // Read at every input: where nothing drifts it costs next to nothing.
    if (this.#ppm === 0) return this.#sinceUs + passedUs;
    return this.#sinceUs + passedUs + Math.floor((passedUs * this.#ppm) / 1e6);
  }

  /** The first true time at which it shows at least this. */
  trueUs(timeUs: number): number {
    return this.#sinceTrueUs + Math.ceil((timeUs - this.#sinceUs) / (1 + this.#ppm / 1e6));
  }
}
