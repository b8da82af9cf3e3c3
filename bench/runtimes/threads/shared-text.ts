/**
 * A text that one thread writes and all others read at once, without a message: so that it holds everywhere at the same
 * instant, also for a thread that stands still or begins later.
 *
 * A reader who only wants to know whether something changed pays one look at the version. The version is odd while the
 * text is being written; who read meanwhile reads again.
 */

/** UTF-16 units that fit. */
const UNITS_MAX = 1 << 18;
const VERSION = 0;
const LENGTH = 1;
const HEADER_WORDS = 2;

export interface Versioned {
  readonly version: number;
  readonly text: string;
}

export class SharedText {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** Every unit is read and written atomically: only such accesses keep their order with the version's. */
  readonly #units: Uint16Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    const headerBytes = HEADER_WORDS * Int32Array.BYTES_PER_ELEMENT;
    this.#words = new Int32Array(buffer, 0, HEADER_WORDS);
    this.#units = new Uint16Array(buffer, headerBytes);
  }

  /** An empty text of version 0. */
  static create(): SharedText {
    const headerBytes = HEADER_WORDS * Int32Array.BYTES_PER_ELEMENT;
    return new SharedText(new SharedArrayBuffer(headerBytes + UNITS_MAX * Uint16Array.BYTES_PER_ELEMENT));
  }

  version(): number {
    return Atomics.load(this.#words, VERSION);
  }

  read(): Versioned {
    for (;;) {
      const version = this.version();
      if (version % 2 !== 0) continue;
      const length = Atomics.load(this.#words, LENGTH);
      let text = '';
      for (let i = 0; i < length; i++) text += String.fromCharCode(Atomics.load(this.#units, i));
      if (this.version() === version) return { version, text };
    }
  }

  /** For one thread only, always the same. */
  write(text: string): void {
    if (text.length > UNITS_MAX) throw new Error(`a shared text holds ${UNITS_MAX} characters, not ${text.length}`);
    Atomics.add(this.#words, VERSION, 1);
    Atomics.store(this.#words, LENGTH, text.length);
    for (let i = 0; i < text.length; i++) Atomics.store(this.#units, i, text.charCodeAt(i));
    Atomics.add(this.#words, VERSION, 1);
  }
}
