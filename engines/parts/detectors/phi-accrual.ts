/**
 * The φ accrual failure detector of Hayashibara, Défago, Yared and Katayama (2004): it learns how long the intervals between
 * signs of life are, and measures a silence by how unlikely it is. φ = 1 means one wrong suspicion in ten intervals, φ = 8 one in a
 * hundred million, if the intervals are distributed as assumed.
 */
import type { Detector } from './detector.ts';
import { IntervalWindow } from './interval-window.ts';
import { tailExponent, tailQuantile } from './normal-tail.ts';

export interface PhiAccrualOptions {
  /** The φ from which on the node is suspected. Raising it costs detection time and saves wrong suspicions. Cassandra, Akka: 8. */
  readonly threshold: number;
  /**
   * The interval of the signs of life, for as long as too few have been seen. The window starts as if two intervals had come, a
   * quarter below and a quarter above this one (as Akka does it): a deviation of a quarter, until real intervals outweigh it.
   */
  readonly expectedMs: number;
  /**
   * The deviation is taken to be at least this. Without it a perfectly regular heartbeat would make the first late one a
   * death. The deviation of an exponential distribution is its mean, so there it bounds the mean.
   */
  readonly minDeviationMs: number;
  /** How many intervals are remembered, at least 2. Raising it makes the detector steadier and slower to learn. The paper, Cassandra: 1000. */
  readonly samplesMax: number;
  /**
   * `normal`: φ = −log10 of the tail of a normal distribution with the window's mean and deviation, as in the paper.
   * `exponential`: φ = silence / mean / ln 10, as in Cassandra (CASSANDRA-2597): for signs of life that come by gossip, at random
   * times. A threshold of 8 is then 18.4 mean intervals.
   */
  readonly distribution: 'normal' | 'exponential';
  /** So much of a silence does not count, which adds it to the detection time: for pauses that are no failures. Default 0. */
  readonly pauseMs?: number;
  /**
   * Longer intervals are not remembered: a silence that was no failure must not teach the detector to bear the next one. Cassandra: twice
   * the interval of its gossip. Default: none is too long.
   */
  readonly intervalMaxMs?: number;
}

/** Where milliseconds stop being whole numbers: a longer interval is a mistake, and its square must stay finite. */
const INTERVAL_MAX_MS = Number.MAX_SAFE_INTEGER;

export class PhiAccrual implements Detector {
  readonly #options: PhiAccrualOptions;
  readonly #pauseMs: number;
  readonly #window: IntervalWindow;
  /** The threshold in deviations above the mean: it depends on nothing that is heard. */
  readonly #thresholdDeviations: number;
  #heardMs: number;

  /** The watch begins at `nowMs`, as if something had been heard then. */
  constructor(options: PhiAccrualOptions, nowMs: number) {
    for (const name of ['threshold', 'expectedMs', 'minDeviationMs'] as const) {
      if (!(options[name] > 0 && options[name] < Number.POSITIVE_INFINITY)) {
        throw new Error(`${name}: expected a number above 0, but ${options[name]} came`);
      }
    }
    this.#options = options;
    this.#pauseMs = options.pauseMs ?? 0;
    this.#window = new IntervalWindow(options.samplesMax);
    this.#window.add(0.75 * options.expectedMs);
    this.#window.add(1.25 * options.expectedMs);
    this.#thresholdDeviations = options.distribution === 'normal' ? tailQuantile(options.threshold) : 0;
    this.#heardMs = nowMs;
  }

  heard(nowMs: number): void {
    const intervalMs = Math.min(Math.max(0, nowMs - this.#heardMs), INTERVAL_MAX_MS);
    if (intervalMs <= (this.#options.intervalMaxMs ?? INTERVAL_MAX_MS)) this.#window.add(intervalMs);
    if (nowMs > this.#heardMs) this.#heardMs = nowMs;
  }

  /** How suspicious the silence is by now; grows with it. */
  phi(nowMs: number): number {
    const silenceMs = nowMs - this.#heardMs - this.#pauseMs;
    if (this.#options.distribution === 'exponential') return Math.max(0, silenceMs) / this.#exponentialMs / Math.LN10;
    return tailExponent((silenceMs - this.#window.mean) / this.#deviationMs);
  }

  /** The moment at which φ reaches the threshold. */
  get dueMs(): number {
    const fromMs = this.#heardMs + this.#pauseMs;
    if (this.#options.distribution === 'exponential') {
      return fromMs + this.#options.threshold * Math.LN10 * this.#exponentialMs;
    }
    return fromMs + this.#window.mean + this.#thresholdDeviations * this.#deviationMs;
  }

  get #deviationMs(): number {
    return Math.max(this.#window.deviation, this.#options.minDeviationMs);
  }

  get #exponentialMs(): number {
    return Math.max(this.#window.mean, this.#options.minDeviationMs);
  }
}
