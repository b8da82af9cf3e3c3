/**
 * Writing by what was read: `cas`, and `append` and `add` where they do not merge. The coordinator reads as any read does, decides, and writes as
 * any write does. Nothing keeps others away meanwhile: two that overlap may both see the old value and both succeed, and the
 * version with the later stamp stays. No quorum prevents that; it would take agreement on an order.
 */
import type { Ticket } from '../api.ts';
import { sum } from './counters.ts';
import type { Reads } from './reads.ts';
import { textOf } from './version.ts';
import type { Writes } from './writes.ts';

export class Edits {
  readonly #reads: Reads;
  readonly #writes: Writes;

  constructor(reads: Reads, writes: Writes) {
    this.#reads = reads;
    this.#writes = writes;
  }

  /** Writes the value if what a read finds is what was expected (null: absent). */
  swap(ticket: Ticket, key: string, expected: string | null, value: string): void {
    this.#reads.begin(ticket, key, ({ content }, position) => {
      const found = textOf(content);
      if (found === expected) this.#writes.begin(ticket, key, value, { swapped: true });
      else this.#reads.answer(ticket, { swapped: false, observed: found }, position);
    });
  }

  /** Writes the sum of the amount and what a read finds. */
  add(ticket: Ticket, key: string, amount: string): void {
    this.#reads.begin(ticket, key, ({ content }) => this.#writes.begin(ticket, key, sum(textOf(content), amount)));
  }

  /** Writes what a read finds with the element at its end. */
  append(ticket: Ticket, key: string, element: string): void {
    this.#reads.begin(ticket, key, ({ content }) => this.#writes.begin(ticket, key, (textOf(content) ?? '') + element));
  }
}
