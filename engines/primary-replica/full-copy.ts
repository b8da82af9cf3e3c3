/**
 * Sends a replica the whole state, for which the log does not reach back far enough. The copy is of one instant, and the
 * stream goes on behind the record that was the last one applied at that instant: no record is missed, none comes twice. The
 * log keeps what stands behind that record for as long as the copy takes.
 */
import type { NodeId } from '../api.ts';
import type { Point } from '../parts/epoch-log.ts';
import { PartSender } from '../parts/part-sender.ts';
import type { Core } from './core.ts';

export class FullCopy {
  readonly id: number;
  readonly #core: Core;
  readonly #to: NodeId;
  /** Undefined until the first turn's end. */
  #sender: PartSender | undefined;
  #at: Point | undefined;

  constructor(core: Core, to: NodeId, id: number) {
    this.#core = core;
    this.#to = to;
    this.id = id;
  }

  /** Where the stream goes on. */
  get at(): Point {
    return this.#at ?? this.#core.journal.log.end;
  }

  /** The replica has taken some of it, and would have to say so. */
  get hasBegun(): boolean {
    return this.#sender?.hasBegun === true;
  }

  /** To be called at each turn's end, when everything that counts has been applied. */
  sendSome(): void {
    if (this.#core.machine.isLoading) return;
    this.#sender ??= this.#open();
    this.#sender.sendSome();
  }

  #open(): PartSender {
    const { machine, journal, options } = this.#core;
    const { epoch } = journal;
    const at = { position: machine.applied, epoch: journal.log.epochAt(machine.applied) };
    this.#at = at;
    return new PartSender(machine.state.read(options.recordsPerMessage), (part, number, last) =>
      this.#core.send(this.#to, { type: 'copy', epoch, copy: this.id, at, number, ...part, last }),
    );
  }

  /** The replica has taken the parts up to this one. Returns whether that was the last: it then has the state on its disk. */
  onCopied(number: number): boolean {
    return this.#sender?.onTaken(number) === true;
  }

  /** The replica lives. */
  onBeatAnswered(): void {
    this.#sender?.onSignOfLife();
  }

  close(): void {
    this.#sender?.close();
  }
}
