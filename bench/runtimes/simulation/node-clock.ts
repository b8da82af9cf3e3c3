/** One node's clocks: a monotonic one that may run fast or slow, and a time of day that may be off besides. */

export class NodeClock {
  /** Local microseconds for each true one. */
  #rate = 1;
  #sinceUs = 0;
  #localUs = 0;
  #skewMs = 0;

  /** The node's monotonic time at a true time, both in whole microseconds. */
  localUs(trueUs: number): number {
    return this.#rate === 1
      ? this.#localUs + trueUs - this.#sinceUs
      : this.#localUs + Math.floor((trueUs - this.#sinceUs) * this.#rate);
  }

  /** The first true time at which the node's clock shows at least this. */
  trueUs(localUs: number): number {
    return this.#rate === 1
      ? this.#sinceUs + localUs - this.#localUs
      : this.#sinceUs + Math.ceil((localUs - this.#localUs) / this.#rate);
  }

  wallClockMs(trueUs: number): number {
    return this.localUs(trueUs) / 1000 + this.#skewMs;
  }

  /** From this true time on the clock gains so many microseconds in each second more than before. */
  drift(ppm: number, trueUs: number): void {
    this.#localUs = this.localUs(trueUs);
    this.#sinceUs = trueUs;
    this.#rate += ppm / 1e6;
    // What was added is taken away again at the heal, and must leave nothing behind.
    if (Math.abs(this.#rate - 1) < 1e-9) this.#rate = 1;
  }

  /** The time of day jumps by so much. */
  jump(skewMs: number): void {
    this.#skewMs += skewMs;
  }
}
