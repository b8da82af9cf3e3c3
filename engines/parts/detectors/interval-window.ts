/**
 * Mean and deviation of the newest intervals.
 *
 * Sums from which the oldest value is subtracted gather rounding errors for as long as a node lives, and one huge value
 * leaves its error behind. So nothing is ever subtracted: for the older part of the window the moments from each interval to the
 * part's end are worked out beforehand, for the newer part they grow, and the window is the two put together. When the older part is
 * used up, the newer becomes the older one: a constant amount of work an interval, on average.
 */

/** Of so many values: their mean, and the sum of the squares of their distances from it. */
interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

const NOTHING: Moments = { count: 0, mean: 0, squares: 0 };

/** The moments of two sets of values together (Chan, Golub and LeVeque, 1983). */
function together(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const distance = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (distance * b.count) / count,
    squares: a.squares + b.squares + (distance * distance * a.count * b.count) / count,
  };
}

export class IntervalWindow {
  readonly #samplesMax: number;
  /** The newer intervals, oldest first, and their moments. */
  #newer: number[] = [];
  #newerMoments = NOTHING;
  /** Of the older intervals, oldest first: the moments of each and all that follow it in this part. */
  #olderMoments: Moments[] = [];
  /** How many of the older part have left the window. */
  #left = 0;
  #moments = NOTHING;

  /** Holds up to `samplesMax` intervals. */
  constructor(samplesMax: number) {
    if (!(Number.isInteger(samplesMax) && samplesMax >= 2)) {
      throw new Error(`samplesMax: expected a whole number of at least 2, but ${samplesMax} came`);
    }
    this.#samplesMax = samplesMax;
  }

  get count(): number {
    return this.#moments.count;
  }

  /** 0 of no intervals. */
  get mean(): number {
    return this.#moments.mean;
  }

  /** The standard deviation of the intervals in the window; 0 of none. */
  get deviation(): number {
    const { count, squares } = this.#moments;
    return count === 0 ? 0 : Math.sqrt(squares / count);
  }

  add(interval: number): void {
    if (this.count === this.#samplesMax) this.#dropOldest();
    this.#newer.push(interval);
    this.#newerMoments = together(this.#newerMoments, { count: 1, mean: interval, squares: 0 });
    this.#moments = together(this.#olderMoments[this.#left] ?? NOTHING, this.#newerMoments);
  }

  #dropOldest(): void {
    if (this.#left === this.#olderMoments.length) {
      let moments = NOTHING;
      this.#olderMoments = this.#newer
        .reverse()
        .map((mean) => {
          moments = together({ count: 1, mean, squares: 0 }, moments);
          return moments;
        })
        .reverse();
      this.#newer = [];
      this.#newerMoments = NOTHING;
      this.#left = 0;
    }
    this.#left++;
  }
}
