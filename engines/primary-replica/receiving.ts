/** Takes a full copy, part by part, into memory and onto the disk. Until it is whole and durable the node keeps the state it had. */
import type { NodeId } from '../api.ts';
import type { Core } from './core.ts';
import type { Image } from './journal.ts';
import type { Copy, Part } from './messages.ts';

export class Receiving {
  /** The primary's number for it. */
  readonly id: number;
  readonly #core: Core;
  readonly #first: Copy;
  #from: NodeId = '';
  readonly #parts: Part[] = [];
  #isComplete = false;
  /** Where the disk has to be for the copy to be whole there. */
  #endsAt = Number.POSITIVE_INFINITY;

  constructor(core: Core, first: Copy) {
    this.#core = core;
    this.#first = first;
    this.id = first.copy;
    core.journal.beginImage(first.at);
  }

  /** Parts are taken in order; others will come again. */
  take(from: NodeId, { number, pairs, sessions, last }: Copy): void {
    this.#from = from;
    if (number === this.#parts.length + 1 && !this.#isComplete) {
      const part: Part = { pairs, sessions };
      this.#parts.push(part);
      this.#core.journal.addPart(part);
      this.#isComplete = last;
      if (last) this.#endsAt = this.#core.journal.endImage();
    }
    this.#tell(this.#parts.length - (this.#isComplete ? 1 : 0));
  }

  /** Set once all of it is on the disk. */
  get whole(): Image | undefined {
    if (this.#core.journal.synced < this.#endsAt) return undefined;
    return { at: this.#first.at, parts: this.#parts };
  }

  acknowledge(): void {
    this.#tell(this.#parts.length);
  }

  #tell(number: number): void {
    const { epoch } = this.#first;
    if (number > 0) this.#core.send(this.#from, { type: 'copied', epoch, copy: this.id, number });
  }
}
