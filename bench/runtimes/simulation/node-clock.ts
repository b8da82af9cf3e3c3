/** One node's clocks: a monotonic one that may run fast or slow, and a time of day that may be off besides. */
import { DriftingClock } from '../host/drifting-clock.ts';

export class NodeClock {
  readonly #clock = new DriftingClock();
  #skewMs = 0;

  /** The node's monotonic time at a true time, both in whole microseconds. */
  localUs(trueUs: number): number {
    return this.#clock.at(trueUs);
  }

  /** The first true time at which the node's clock shows at least this. */
  trueUs(localUs: number): number {
    return this.#clock.trueUs(localUs);
  }

  wallClockMs(trueUs: number): number {
    return this.localUs(trueUs) / 1000 + this.#skewMs;
  }

  /** From this true time on the clock gains so many microseconds in each second more than before. */
  drift(ppm: number, trueUs: number): void {
    const sum = this.#clock.ppm + ppm;
    // What was added is taken away again at the heal, and must leave nothing behind.
    this.#clock.drift(Math.abs(sum) < 1e-3 ? 0 : sum, trueUs);
  }

  /** The time of day jumps by so much. */
  jump(skewMs: number): void {
    this.#skewMs += skewMs;
  }
}
