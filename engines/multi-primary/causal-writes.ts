/**
 * Operations where concurrent writes are kept apart (`siblings.ts`). Every write replaces what its client has read: what its context says, or
 * what the coordinator reads for it, which is a read and then a write of an application that stands beside the coordinator.
 *
 * The coordinator holds the key, and puts the write into its own copy first: that copy has seen all that this life has ever written
 * there, so that the clock which the write leaves covers nothing unseen. A node that does not hold the key, or holds it only for others,
 * cannot say so, and gives each of its writes an actor of its own.
 */
import type { Request, Result, Ticket } from '../api.ts';
import { contextOf, seenIn } from './contexts.ts';
import { sum, totalOf } from './counters.ts';
import type { Parts } from './parts.ts';
import type { Reads } from './reads.ts';
import { afterWrite, type Clock, NOTHING_SEEN, type Sibling } from './siblings.ts';
import {
  elementsAfter,
  isSiblings,
  merge,
  type PlainVersion,
  textOf,
  united,
  type Version,
  valuesOf,
  versionOf,
} from './version.ts';
import type { Writes } from './writes.ts';

/** What a write with this dot writes. */
type Writing = (time: number, actor: string) => PlainVersion;

export class CausalWrites {
  readonly #parts: Parts;
  readonly #reads: Reads;
  readonly #writes: Writes;

  constructor(parts: Parts, reads: Reads, writes: Writes) {
    this.#parts = parts;
    this.#reads = reads;
    this.#writes = writes;
  }

  get(ticket: Ticket, key: string, read: Request['read']): void {
    const answer = (found: Version, position: number): void => {
      const value = textOf(found.content);
      const result = {
        value,
        ...(read === 'versions' && { versions: valuesOf(found) }),
        context: contextAt(key, found),
      };
      this.#reads.answer(ticket, result, position);
    };
    if (read === 'local') this.#reads.local(ticket, key, answer);
    else this.#reads.begin(ticket, key, answer);
  }

  /** Writes the value, or deletes by null. */
  put(ticket: Ticket, key: string, value: string | null, context: string | undefined): void {
    const written: Writing = (time, actor) => ({ content: value, time, writer: actor });
    const seen = seenIn(context, key);
    if (seen !== undefined) this.#write(ticket, key, seen, written);
    else this.#reads.begin(ticket, key, (found) => this.#write(ticket, key, clockOf(found), written));
  }

  /** Writes the value if what is found is what was expected (null: absent). */
  swap(ticket: Ticket, key: string, expected: string | null, value: string): void {
    this.#reads.begin(ticket, key, (found, position) => {
      const observed = textOf(found.content);
      const written: Writing = (time, actor) => ({ content: value, time, writer: actor });
      if (observed === expected) this.#write(ticket, key, clockOf(found), written, { swapped: true });
      else this.#reads.answer(ticket, { swapped: false, observed, context: contextAt(key, found) }, position);
    });
  }

  /** Replaces all that is found, and what has come to this copy meanwhile, by one version with the element at its end. */
  append(ticket: Ticket, key: string, element: string): void {
    this.#reads.begin(ticket, key, (found) => {
      const { options } = this.#parts;
      const all = merge(found, this.#reads.held(key));
      this.#write(ticket, key, clockOf(all), (time, actor) =>
        options.appends === 'merge'
          ? (merge(united(all), versionOf([element], time, actor)) as PlainVersion)
          : { content: (winnerOf(all) ?? '') + element, time, writer: actor },
      );
    });
  }

  /**
   * Adds to the total of whoever coordinates, which takes no read: other writers' totals on other copies are siblings until then. Or,
   * where counters are rewritten, writes the sum as an application would.
   */
  add(ticket: Ticket, key: string, amount: string): void {
    if (this.#parts.options.counters === 'merge') {
      const all = this.#reads.held(key);
      const basis = united(all);
      this.#write(ticket, key, clockOf(all), (time, actor) => {
        const total = sum(totalOf(elementsAfter(basis.content, 0, ''), actor), amount);
        return merge(basis, versionOf({ total }, time, actor)) as PlainVersion;
      });
      return;
    }
    this.#reads.begin(ticket, key, (found) =>
      this.#write(ticket, key, clockOf(found), (time, actor) => ({
        content: sum(winnerOf(found), amount),
        time,
        writer: actor,
      })),
    );
  }

  #write(ticket: Ticket, key: string, context: Clock, writing: Writing, result: Result = {}): void {
    const { clock, placement, writer } = this.#parts;
    const time = clock.next();
    const actor = placement.holds(key) ? writer : `${writer}@${time.toString(36)}`;
    const { content } = this.#reads.held(key);
    const before = isSiblings(content) ? content : undefined;
    this.#writes.begin(ticket, key, afterWrite(before, context, time, actor, writing(time, actor)), result, time);
  }
}

const clockOf = ({ content }: Version): Clock => (isSiblings(content) ? content.clock : NOTHING_SEEN);

const contextAt = (key: string, found: Version): string => contextOf(key, clockOf(found));

/** The winner's own text: who rewrites it has not looked at the others. */
function winnerOf({ content }: Version): string | null {
  if (!isSiblings(content)) return textOf(content);
  const [winner] = content.living as readonly [Sibling, ...Sibling[]];
  return textOf(winner[2].content);
}
