/** Clients waiting for entries of this leader's term: one place an entry, in the log's order, taken as entries are applied. */
import type { Request } from '../api.ts';

/** Taken places are cut off once there are so many of them and they are most of the array. */
const SPENT_MAX = 1024;

export class Tickets {
  #waiting: (Request | null)[] = [];
  #spent = 0;
  /** The index of the entry whose place is next. */
  #next = 0;

  /** Begins anew with the entry at `first`. */
  begin(first: number): void {
    this.#waiting = [];
    this.#spent = 0;
    this.#next = first;
  }

  get size(): number {
    return this.#waiting.length - this.#spent;
  }

  /** The next entry's client; null: nobody waits for it. */
  push(request: Request | null): void {
    this.#waiting.push(request);
  }

  /** Takes the client that waits for the entry at this index, if any does. To be called for each index in order. */
  take(index: number): Request | null {
    if (index !== this.#next || this.size === 0) return null;
    const request = this.#waiting[this.#spent]!;
    this.#spent++;
    this.#next++;
    if (this.#spent >= SPENT_MAX && this.#spent * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#spent);
      this.#spent = 0;
    }
    return request;
  }

  /** Takes all that still wait. */
  drain(): Request[] {
    const rest = this.#waiting.slice(this.#spent).filter((request) => request !== null);
    this.begin(0);
    return rest;
  }
}
