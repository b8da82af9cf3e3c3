/**
 * What all threads of a cluster see at once, in shared memory: faults on links, pauses, closed nodes, doorbells, counters.
 *
 * Faults are put here by the cluster and looked at by the receiving host, so that one takes effect everywhere at the same
 * instant. The ends of links are numbered: the nodes first, then the clients of each zone.
 */
export interface BoardBuffers {
  readonly nodes: number;
  readonly ends: number;
  readonly words: SharedArrayBuffer;
  readonly numbers: SharedArrayBuffer;
}

/**
 * A node's counters, over all its lives. `syncedBytes` and `writtenBytes` are offsets in the log file; `seenAliveMs` is the
 * end of the latest turn, and with it the last that a dead node did.
 */
export const COUNTERS = [
  'messages',
  'bytes',
  'dropped',
  'syncs',
  'answered',
  'latenessMaxMs',
  'cpuMs',
  'heapBytes',
  'syncedBytes',
  'writtenBytes',
  'seenAliveMs',
] as const;
export type Counter = (typeof COUNTERS)[number];
const COUNTER_PLACE = Object.fromEntries(COUNTERS.map((name, place) => [name, place])) as Record<Counter, number>;

const WORDS_PER_NODE = 5;
const PAUSED = 0;
const STANDING = 1;
const SILENCED = 2;
const CLOSED = 3;
const LIFE = 4;
/** Words of the load generator: its doorbell, and the node that answered the latest ok write, plus one. */
const GENERATOR_WORDS = 2;
/** When that write ended. */
const GENERATOR_NUMBERS = 1;

export class Board {
  readonly buffers: BoardBuffers;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #ends: number;
  readonly #cuts: number;
  readonly #delays: number;
  readonly #bell: number;

  constructor(buffers: BoardBuffers) {
    this.buffers = buffers;
    this.#words = new Int32Array(buffers.words);
    this.#numbers = new Float64Array(buffers.numbers);
    this.#ends = buffers.ends;
    this.#cuts = buffers.nodes * WORDS_PER_NODE;
    this.#delays = this.#cuts + buffers.ends ** 2;
    this.#bell = this.#delays + buffers.ends ** 2;
  }

  static create(nodes: number, clientZones: number): Board {
    const ends = nodes + clientZones;
    const words = nodes * WORDS_PER_NODE + 2 * ends ** 2 + GENERATOR_WORDS;
    const numbers = nodes * COUNTERS.length + GENERATOR_NUMBERS;
    return new Board({
      nodes,
      ends,
      words: new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT),
      numbers: new SharedArrayBuffer(numbers * Float64Array.BYTES_PER_ELEMENT),
    });
  }

  // ------------------------------------------------------------------------------------------------------- links

  isCut(from: number, to: number): boolean {
    return Atomics.load(this.#words, this.#cuts + from * this.#ends + to) > 0;
  }

  /** Cuts are counted, so that two overlapping faults on one link heal one after the other. */
  cut(from: number, to: number, by: 1 | -1): void {
    Atomics.add(this.#words, this.#cuts + from * this.#ends + to, by);
  }

  delayMs(from: number, to: number): number {
    return Atomics.load(this.#words, this.#delays + from * this.#ends + to);
  }

  addDelay(from: number, to: number, delayMs: number): void {
    Atomics.add(this.#words, this.#delays + from * this.#ends + to, delayMs);
  }

  // ------------------------------------------------------------------------------------------------------- nodes

  #node(node: number, word: number): number {
    return node * WORDS_PER_NODE + word;
  }

  pause(node: number): void {
    Atomics.store(this.#words, this.#node(node, PAUSED), 1);
  }
  resume(node: number): void {
    Atomics.store(this.#words, this.#node(node, PAUSED), 0);
    Atomics.notify(this.#words, this.#node(node, PAUSED));
  }
  isPaused(node: number): boolean {
    return Atomics.load(this.#words, this.#node(node, PAUSED)) === 1;
  }
  /** Blocks the calling thread while its node is paused. */
  waitWhilePaused(node: number): void {
    Atomics.store(this.#words, this.#node(node, STANDING), 1);
    Atomics.wait(this.#words, this.#node(node, PAUSED), 1);
    Atomics.store(this.#words, this.#node(node, STANDING), 0);
  }
  /** Whether the node's thread stands still, as `pause` asked. */
  stands(node: number): boolean {
    return Atomics.load(this.#words, this.#node(node, STANDING)) === 1;
  }
  /** A new life begins: it is not paused, whatever happened to the former one. */
  unpause(node: number): void {
    Atomics.store(this.#words, this.#node(node, STANDING), 0);
    this.resume(node);
  }

  /** The node's connections close without anybody being told, until it returns. */
  silence(node: number, silenced: boolean): void {
    Atomics.store(this.#words, this.#node(node, SILENCED), silenced ? 1 : 0);
  }
  isSilenced(node: number): boolean {
    return Atomics.load(this.#words, this.#node(node, SILENCED)) === 1;
  }

  /** The node's process has ended and everybody connected can know it. */
  close(node: number, closed: boolean): void {
    Atomics.store(this.#words, this.#node(node, CLOSED), closed ? 1 : 0);
  }
  isClosed(node: number): boolean {
    return Atomics.load(this.#words, this.#node(node, CLOSED)) === 1;
  }

  life(node: number): number {
    return Atomics.load(this.#words, this.#node(node, LIFE));
  }
  nextLife(node: number): number {
    return Atomics.add(this.#words, this.#node(node, LIFE), 1) + 1;
  }

  // ---------------------------------------------------------------------------------------------------- generator

  /** Wakes the load generator. */
  ring(): void {
    Atomics.add(this.#words, this.#bell, 1);
    Atomics.notify(this.#words, this.#bell);
  }
  /** How often the bell has rung. Read it before looking for work, so that no ring is missed. */
  rings(): number {
    return Atomics.load(this.#words, this.#bell);
  }
  /** Blocks the generator's thread until the bell has rung more often than `rings`, or until the time is up. */
  waitForRing(rings: number, timeoutMs: number): void {
    Atomics.wait(this.#words, this.#bell, rings, timeoutMs);
  }

  /** The latest ok write of the load: the node that answered it, and when it ended. */
  latestWrite(): { readonly node: number; readonly endMs: number } | undefined {
    const node = Atomics.load(this.#words, this.#bell + 1) - 1;
    return node < 0 ? undefined : { node, endMs: this.#numbers[this.#numbers.length - 1]! };
  }
  setLatestWrite(node: number, endMs: number): void {
    this.#numbers[this.#numbers.length - 1] = endMs;
    Atomics.store(this.#words, this.#bell + 1, node + 1);
  }

  // ----------------------------------------------------------------------------------------------------- counters

  counter(node: number, counter: Counter): number {
    return this.#numbers[node * COUNTERS.length + COUNTER_PLACE[counter]]!;
  }
  setCounter(node: number, counter: Counter, value: number): void {
    this.#numbers[node * COUNTERS.length + COUNTER_PLACE[counter]] = value;
  }
}
