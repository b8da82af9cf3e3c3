/** Takes a full copy, part by part, into memory and onto the disk. Until it is whole and durable the node keeps the state it had. */
import type { NodeId } from '../api.ts';
import type { StatePart } from '../parts/state-machine.ts';
import type { Core } from './core.ts';
import type { Copy } from './messages.ts';

export class Receiving {
  /** The primary's number for it. */
  readonly id: number;
  readonly #core: Core;
  readonly #first: Copy;
  #from: NodeId = '';
  readonly #parts: StatePart[] = [];
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
      const part: StatePart = { pairs, sessions };
      this.#parts.push(part);
      this.#core.journal.addPart(part);
      this.#isComplete = last;
      if (last) this.#endsAt = this.#core.journal.endImage(this.#first.at);
    }
    this.#tell(this.#parts.length - (this.#isComplete ? 1 : 0));
  }

  /** Whether all of it is in the log: the next life begins with it, and so must what is left of this one. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get isDurable(): boolean {
    return this.#core.journal.synced >= this.#endsAt;
  }

  /** It takes the place of what there was, and its sender is told so once it is on the disk. */
  install(): void {
    const { journal, machine } = this.#core;
    const { at } = this.#first;
    if (this.isDurable) {
      this.#tell(this.#parts.length);
      journal.discardBeforeImage();
    }
    machine.lost += Math.max(0, machine.committed - at.position);
    machine.committed = at.position;
    journal.rebase(at, this.#endsAt);
    machine.load({ at, parts: this.#parts });
  }

  #tell(number: number): void {
    const { epoch } = this.#first;
    if (number > 0) this.#core.send(this.#from, { type: 'copied', epoch, copy: this.id, number });
  }
}
