/** What a node counts, put on the board: over all its lives, though each life counts from 0. */
import { getHeapStatistics } from 'node:v8';
import { threadCpuMs } from '../thread-cpu.ts';
import type { Board, Counter } from './board.ts';

const ADDED_UP = ['messages', 'bytes', 'dropped', 'syncs', 'answered', 'cpuMs'] as const;
export type AddedUp = (typeof ADDED_UP)[number];

export class NodeCounters {
  readonly #board: Board;
  readonly #place: number;
  /** What the former lives counted. */
  readonly #before: ReadonlyMap<Counter, number>;

  constructor(board: Board, place: number) {
    this.#board = board;
    this.#place = place;
    this.#before = new Map(ADDED_UP.map((counter) => [counter, board.counter(place, counter)]));
  }

  /** `value`: of this life. */
  count(counter: AddedUp, value: number): void {
    this.#board.setCounter(this.#place, counter, this.#before.get(counter)! + value);
  }

  countCpu(): void {
    const cpuMs = threadCpuMs();
    if (cpuMs !== undefined) this.count('cpuMs', cpuMs);
  }

  countHeap(): void {
    this.#board.setCounter(this.#place, 'heapBytes', getHeapStatistics().used_heap_size);
  }

  seenAlive(atMs: number): void {
    this.#board.setCounter(this.#place, 'seenAliveMs', atMs);
  }

  late(lateMs: number): void {
    if (lateMs <= this.#board.counter(this.#place, 'latenessMaxMs')) return;
    this.#board.setCounter(this.#place, 'latenessMaxMs', lateMs);
  }
}
