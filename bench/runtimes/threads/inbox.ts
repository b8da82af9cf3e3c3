/**
 * What has arrived at a thread and has not been handed in: frames in the order of arrival, and those that an injected
 * delay holds back. Cuts and delays are applied here, by the receiving host.
 */
import type { Board } from './board.ts';

interface Waiting {
  readonly from: number;
  readonly items: readonly unknown[];
  next: number;
}

/** Frames handed in that are kept before the list is cut: a backlog that never ends must not grow for ever. */
const HANDED_IN_MAX = 1024;

export class Inbox {
  readonly #board: Board;
  readonly #self: number;
  readonly #ready: Waiting[] = [];
  #first = 0;
  /** By due time. */
  readonly #delayed: { readonly dueUs: number; readonly waiting: Waiting }[] = [];
  /** Items ready to be handed in. */
  size = 0;

  /** `self`: which end of the links this is, as the board numbers them. */
  constructor(board: Board, self: number) {
    this.#board = board;
    this.#self = self;
  }

  /** Takes in items that arrived from one end. */
  arrive(from: number, items: readonly unknown[], nowUs: number): void {
    this.arriveAt(this.#self, from, items, nowUs);
  }

  /** The same for a thread that is several ends at once. */
  arriveAt(self: number, from: number, items: readonly unknown[], nowUs: number): void {
    if (this.#board.isCut(from, self)) return;
    const delayMs = this.#board.delayMs(from, self);
    const waiting = { from, items, next: 0 };
    if (delayMs === 0) {
      this.#ready.push(waiting);
      this.size += items.length;
      return;
    }
    const dueUs = nowUs + delayMs * 1000;
    let at = this.#delayed.length;
    while (at > 0 && this.#delayed[at - 1]!.dueUs > dueUs) at--;
    this.#delayed.splice(at, 0, { dueUs, waiting });
  }

  /** When the next delayed item is due; Infinity: none. */
  nextDueUs(): number {
    return this.#delayed[0]?.dueUs ?? Number.POSITIVE_INFINITY;
  }

  /** Makes those ready whose delay has passed. */
  release(nowUs: number): void {
    while (this.#delayed.length > 0 && this.#delayed[0]!.dueUs <= nowUs) {
      const { waiting } = this.#delayed.shift()!;
      this.#ready.push(waiting);
      this.size += waiting.items.length;
    }
  }

  /** Hands over up to `limit` items. */
  take(limit: number, handIn: (from: number, item: unknown) => void): void {
    for (let left = limit; left > 0 && this.#first < this.#ready.length; ) {
      const waiting = this.#ready[this.#first]!;
      const { from, items } = waiting;
      for (; left > 0 && waiting.next < items.length; left--) {
        this.size--;
        handIn(from, items[waiting.next++]);
      }
      if (waiting.next === items.length) this.#first++;
    }
    if (this.#first === this.#ready.length) {
      this.#ready.length = 0;
      this.#first = 0;
    } else if (this.#first > HANDED_IN_MAX && this.#first * 2 > this.#ready.length) {
      this.#ready.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
