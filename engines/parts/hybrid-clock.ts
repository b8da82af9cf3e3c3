/**
 * Hybrid logical clock: stamps that follow wall time, and that follow each other even where wall time does not.
 *
 * A stamp's time is one number: milliseconds × 1,024 + a logical counter. When more than 1,024 stamps fall into one
 * millisecond, or when wall time goes back, the counter carries into the milliseconds: the clock runs ahead of wall time until
 * wall time has caught up. (Kulkarni et al., "Logical physical clocks", 2014; there counter and time are two
 * fields.) The number stays an exact integer until the year 2248.
 *
 * Two nodes may give the same time, so a stamp is a time and a writer; the writer's name breaks the tie. A writer's
 * times only grow, therefore equal stamps mean the same write. This needs a writer name that no other life uses: after a
 * crash a clock cannot know which of its stamps had left the node.
 */

/** Stamps in a millisecond before the counter carries. */
export const STAMPS_PER_MS = 1024;

/** Gives stamps their times. */
export interface StampClock {
  /** The highest time given or observed. */
  readonly last: number;
  /** The time of a new event. */
  next(): number;
  /** A time seen in a message or in the log. */
  observe(time: number): void;
}

export class HybridClock implements StampClock {
  readonly #wallClock: () => number;
  #last: number;

  /** `wallClock` gives ms. All stamps will be above `last`. */
  constructor(wallClock: () => number, last = 0) {
    this.#wallClock = wallClock;
    this.#last = last;
  }

  get last(): number {
    return this.#last;
  }

  /** Above every time given or observed so far, and at least wall time. */
  next(): number {
    const wall = Math.floor(this.#wallClock()) * STAMPS_PER_MS;
    this.#last = wall > this.#last ? wall : this.#last + 1;
    return this.#last;
  }

  /** Later stamps will be above it. */
  observe(time: number): void {
    if (time > this.#last) this.#last = time;
  }
}

/** Stamps of the same form from the time of day alone: whose clock is behind writes before what it has seen. */
export class WallClock implements StampClock {
  readonly #clock: HybridClock;

  constructor(wallClock: () => number) {
    this.#clock = new HybridClock(wallClock);
  }

  get last(): number {
    return this.#clock.last;
  }

  next(): number {
    return this.#clock.next();
  }

  observe(): void {}
}

/** The wall-clock part of a stamp's time. */
export const physicalMs = (time: number): number => Math.floor(time / STAMPS_PER_MS);

/** Whether the first stamp comes after the second in the total order of stamps. */
export const isNewer = (time: number, writer: string, thanTime: number, thanWriter: string): boolean =>
  time > thanTime || (time === thanTime && writer > thanWriter);
