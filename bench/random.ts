/** Seeded randomness: the same seed and labels give the same numbers, on every machine and in every thread. */

/** 32-bit FNV-1a of the text's UTF-16 units: turns a label into a seed. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A sfc32 generator (Doty-Humphrey, PractRand): 128 bits of state, fast in 32-bit arithmetic. */
export class Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#a = hashText(`a${this.#seed}`);
    this.#b = hashText(`b${this.#seed}`);
    this.#c = hashText(`c${this.#seed}`);
    // The first outputs still resemble the seed.
    for (let i = 0; i < 12; i++) this.next();
  }

  /** A number in [0, 1), with 32 random bits. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  }

  /** A whole number in [0, n). */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('picked from an empty list');
    return item;
  }

  /** An independent generator: the same for the same seed and label, whatever has been drawn from this one. */
  fork(label: string | number): Random {
    return new Random(`${this.#seed}/${label}`);
  }
}
