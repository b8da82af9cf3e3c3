/**
 * What has arrived at a thread and has not been handed in: frames in the order of arrival, and what the faults on links
 * delay or hold back. Those are applied here, by the receiving host.
 */
import type { Board } from './board.ts';
import { LinkFaults, type Run } from './link-faults.ts';
import { HELD, isCut, isHeld } from './link-rules.ts';

interface Waiting {
  readonly from: number;
  readonly items: readonly unknown[];
  next: number;
}

/** Frames handed in that are kept before the list is cut: a backlog that never ends must not grow for ever. */
const HANDED_IN_MAX = 1024;

export class Inbox {
  readonly #self: number;
  readonly #faults: LinkFaults;
  readonly #ready: Waiting[] = [];
  #first = 0;
  /** By due time. */
  readonly #delayed: { readonly dueUs: number; readonly from: number; readonly items: readonly unknown[] }[] = [];
  #held: { readonly self: number; readonly from: number; readonly item: unknown }[] = [];
  /** Items ready to be handed in. */
  size = 0;

  /** `self`: which end of the links this is, as the board numbers them. `seed`: what faults on links are drawn from. */
  constructor(board: Board, self: number, seed: string) {
    this.#self = self;
    this.#faults = new LinkFaults(board.linkRules, seed);
  }

  /** Takes in items that arrived from one end. */
  arrive(from: number, items: readonly unknown[], nowUs: number): void {
    this.arriveAt(this.#self, from, items, nowUs);
  }

  /** The same for a thread that is several ends at once. */
  arriveAt(self: number, from: number, items: readonly unknown[], nowUs: number): void {
    this.#look();
    if (!this.#faults.any) this.#makeReady(from, items);
    else for (const run of this.#faults.runs(from, self, items)) this.#put(self, from, run, nowUs);
  }

  isCut(from: number): boolean {
    this.#look();
    return isCut(this.#faults.on(from, this.#self));
  }

  /** When the next delayed item is due; Infinity: none. */
  nextDueUs(): number {
    return this.#delayed[0]?.dueUs ?? Number.POSITIVE_INFINITY;
  }

  /** Makes those ready whose delay has passed, or that are not held any more. */
  release(nowUs: number): void {
    this.#look();
    while (this.#delayed.length > 0 && this.#delayed[0]!.dueUs <= nowUs) {
      const { from, items } = this.#delayed.shift()!;
      this.#makeReady(from, items);
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

  #makeReady(from: number, items: readonly unknown[]): void {
    this.#ready.push({ from, items, next: 0 });
    this.size += items.length;
  }

  #put(self: number, from: number, { items, lateUs }: Run, nowUs: number): void {
    if (lateUs === 0) this.#makeReady(from, items);
    else if (lateUs === HELD) for (const item of items) this.#held.push({ self, from, item });
    else {
      const dueUs = nowUs + lateUs;
      let at = this.#delayed.length;
      while (at > 0 && this.#delayed[at - 1]!.dueUs > dueUs) at--;
      this.#delayed.splice(at, 0, { dueUs, from, items });
    }
  }

  /** Hands on what the faults do not hold any more. */
  #look(): void {
    if (!this.#faults.look() || this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    for (const one of held) {
      if (isHeld(this.#faults.on(one.from, one.self), one.item)) this.#held.push(one);
      else this.#makeReady(one.from, [one.item]);
    }
  }
}
