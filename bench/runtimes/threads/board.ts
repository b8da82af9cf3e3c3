/**
 * What all threads of a cluster see at once, in shared memory: faults, pauses, closed nodes, doorbells, counters.
 *
 * Faults are put here by the cluster and looked at by the hosts they hit, so that one takes effect everywhere at the same
 * instant.
 */
import { SharedText } from './shared-text.ts';

export interface BoardBuffers {
  readonly nodes: number;
  readonly linkRules: SharedArrayBuffer;
  readonly words: SharedArrayBuffer;
  readonly numbers: SharedArrayBuffer;
}

/**
 * A node's counters, over all its lives. `syncedBytes` and `writtenBytes` are offsets in the log; `seenAliveMs` is the
 * end of the latest turn, or of a slow node's latest wait, and with it the last that a dead node did.
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

/**
 * What the faults in force make of a node, each added up over all of its kind; 0 where there is none. `stalls` counts the
 * stalls of its disk.
 */
export const STRAINS = ['perInputMs', 'syncMs', 'stalls', 'skewMs', 'driftPpm'] as const;
export type Strain = (typeof STRAINS)[number];
const STRAIN_PLACE = Object.fromEntries(STRAINS.map((name, place) => [name, place])) as Record<Strain, number>;
const NUMBERS_PER_NODE = COUNTERS.length + STRAINS.length;

const WORDS_PER_NODE = 6;
const PAUSED = 0;
const STANDING = 1;
const SILENCED = 2;
const CLOSED = 3;
const LIFE = 4;
const DISK = 5;
/** The node's disk is full; then, the node has ended by it. */
const FULL = 1;
const ENDED = 2;
/** Words of the load generator: its doorbell, and the node that answered the latest ok write, plus one. */
const GENERATOR_WORDS = 2;
/** When that write ended. */
const GENERATOR_NUMBERS = 1;

export class Board {
  readonly buffers: BoardBuffers;
  /** The rules of all links as JSON, see link-rules.ts. */
  readonly linkRules: SharedText;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #bell: number;

  constructor(buffers: BoardBuffers) {
    this.buffers = buffers;
    this.linkRules = new SharedText(buffers.linkRules);
    this.#words = new Int32Array(buffers.words);
    this.#numbers = new Float64Array(buffers.numbers);
    this.#bell = buffers.nodes * WORDS_PER_NODE;
  }

  static create(nodes: number): Board {
    const words = nodes * WORDS_PER_NODE + GENERATOR_WORDS;
    const numbers = nodes * NUMBERS_PER_NODE + GENERATOR_NUMBERS;
    return new Board({
      nodes,
      linkRules: SharedText.create().buffer,
      words: new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT),
      numbers: new SharedArrayBuffer(numbers * Float64Array.BYTES_PER_ELEMENT),
    });
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

  // ---------------------------------------------------------------------------------------------- faults of a node

  strain(node: number, strain: Strain): number {
    return this.#numbers[node * NUMBERS_PER_NODE + COUNTERS.length + STRAIN_PLACE[strain]]!;
  }
  setStrain(node: number, strain: Strain, value: number): void {
    this.#numbers[node * NUMBERS_PER_NODE + COUNTERS.length + STRAIN_PLACE[strain]] = value;
  }

  /** The next write ends the node. */
  fillDisk(node: number): void {
    Atomics.compareExchange(this.#words, this.#node(node, DISK), 0, FULL);
  }
  /** Whether a write finds the disk full: then the node has to end. */
  meetsFullDisk(node: number): boolean {
    return Atomics.compareExchange(this.#words, this.#node(node, DISK), FULL, ENDED) === FULL;
  }
  endedByFullDisk(node: number): boolean {
    return Atomics.load(this.#words, this.#node(node, DISK)) === ENDED;
  }
  /** Returns whether the node has ended meanwhile, or is about to. */
  makeRoom(node: number): boolean {
    return Atomics.exchange(this.#words, this.#node(node, DISK), 0) === ENDED;
  }

  // ----------------------------------------------------------------------------------------------------- counters

  counter(node: number, counter: Counter): number {
    return this.#numbers[node * NUMBERS_PER_NODE + COUNTER_PLACE[counter]]!;
  }
  setCounter(node: number, counter: Counter, value: number): void {
    this.#numbers[node * NUMBERS_PER_NODE + COUNTER_PLACE[counter]] = value;
  }
}
