/**
 * Which key comes next: the popularity of keys as the published benchmarks draw it.
 *
 * The zipfian draw is that of Gray, Sundaresan, Englert, Baclawski and Weinberger, "Quickly generating billion-record
 * synthetic databases", SIGMOD 1994, figure 3, which YCSB (Cooper et al., SoCC 2010) took over. Rank i of n items has
 * probability (1/i^θ) / zeta(n, θ), with zeta(n, θ) = Σ 1/i^θ for i = 1..n. With u uniform in [0, 1):
 *
 *     alpha = 1 / (1 − θ)      eta = (1 − (2/n)^(1−θ)) / (1 − zeta(2, θ) / zeta(n, θ))
 *     u·zeta(n) < 1            → rank 0
 *     u·zeta(n) < 1 + 0.5^θ    → rank 1
 *     otherwise                → rank floor(n · (eta·u − eta + 1)^alpha)
 *
 * The first two ranks are exact, the others a close approximation, and a draw costs one power.
 */
import type { Random } from '../random.ts';
import type { Workload } from './plan.ts';

/** Draws ranks 0 (the most popular) to `count` − 1. The count may grow, at a constant cost for each item more. */
export class Zipfian {
  readonly #theta: number;
  readonly #alpha: number;
  readonly #zeta2: number;
  #count = 0;
  #zeta = 0;
  #eta = 0;

  /** `theta` in (0, 1): the skew; 0.99 in YCSB. */
  constructor(count: number, theta: number) {
    if (!(theta > 0 && theta < 1)) throw new Error(`theta must lie between 0 and 1, but ${theta} came`);
    this.#theta = theta;
    this.#alpha = 1 / (1 - theta);
    this.#zeta2 = 1 + 0.5 ** theta;
    this.grow(count);
  }

  get count(): number {
    return this.#count;
  }

  /** The constant that ranks are weighed with. */
  get zeta(): number {
    return this.#zeta;
  }

  /** Raises the number of items to `count`. */
  grow(count: number): void {
    for (let i = this.#count + 1; i <= count; i++) this.#zeta += 1 / i ** this.#theta;
    this.#count = Math.max(this.#count, count);
    this.#eta = (1 - (2 / this.#count) ** (1 - this.#theta)) / (1 - this.#zeta2 / this.#zeta);
  }

  /** The rank for a uniform `u` in [0, 1). */
  rank(u: number): number {
    const weight = u * this.#zeta;
    if (weight < 1 || this.#count === 1) return 0;
    if (weight < this.#zeta2) return 1;
    const rank = Math.floor(this.#count * (this.#eta * u - this.#eta + 1) ** this.#alpha);
    // Rounding can reach the count itself when u is next to 1.
    return rank < this.#count ? rank : this.#count - 1;
  }
}

/** The finaliser of MurmurHash3 (Appleby): a well-mixed bijection of 32-bit numbers. */
function mix32(number: number): number {
  let hash = number | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Spreads the popular ranks over the key space: `scrambled(n)[rank]` is the key. Keys are ordered by a hash, so that each
 * key has exactly one rank. (YCSB takes a hash of the rank modulo n instead, from far more ranks than keys: with as
 * many ranks as keys, collisions would leave a third of the keys untouched.)
 */
export function scrambled(count: number): Int32Array {
  const hashes = new Float64Array(count);
  for (let key = 0; key < count; key++) hashes[key] = mix32(key + 1);
  return Int32Array.from({ length: count }, (_, key) => key).sort((a, b) => hashes[a]! - hashes[b]!);
}

/** The keys of a workload: draws existing ones by its distribution and hands out fresh ones for inserts. */
export class KeyChooser {
  readonly #kind: Workload['keys'];
  readonly #loaded: number;
  readonly #random: Random;
  readonly #zipfian: Zipfian | undefined;
  readonly #scrambled: Int32Array | undefined;
  #fresh: number;
  /** Inserted keys in the order in which they were acknowledged. */
  #inserted = new Int32Array(1024);
  #insertedCount = 0;

  constructor(workload: Pick<Workload, 'keys' | 'keyCount' | 'theta'>, random: Random) {
    this.#kind = workload.keys;
    this.#loaded = workload.keyCount;
    this.#fresh = workload.keyCount;
    this.#random = random;
    if (workload.keys !== 'uniform') this.#zipfian = new Zipfian(workload.keyCount, workload.theta);
    if (workload.keys === 'zipfian') this.#scrambled = scrambled(workload.keyCount);
  }

  /**
   * A key that exists. `zipfian` and `uniform` draw from the keys that were there before the load; `latest` from those and
   * the acknowledged inserts, counted backwards from the newest.
   */
  next(): number {
    const u = this.#random.next();
    if (this.#kind === 'uniform') return Math.floor(u * this.#loaded);
    const rank = this.#zipfian!.rank(u);
    if (this.#kind === 'zipfian') return this.#scrambled![rank]!;
    return rank < this.#insertedCount
      ? this.#inserted[this.#insertedCount - 1 - rank]!
      : this.#loaded - 1 - (rank - this.#insertedCount);
  }

  /** A key that was never handed out before. */
  insert(): number {
    return this.#fresh++;
  }

  /** The insert of this key was acknowledged: from now on it may be drawn, as the newest. */
  acknowledge(key: number): void {
    if (this.#kind !== 'latest') return;
    if (this.#insertedCount === this.#inserted.length) {
      const wider = new Int32Array(this.#inserted.length * 2);
      wider.set(this.#inserted);
      this.#inserted = wider;
    }
    this.#inserted[this.#insertedCount++] = key;
    this.#zipfian!.grow(this.#loaded + this.#insertedCount);
  }
}
