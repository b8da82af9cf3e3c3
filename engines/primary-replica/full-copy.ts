/**
 * Sends a replica the whole state, for which the log does not reach back far enough. The copy is of one instant, and the
 * stream goes on behind the record that was the last one applied at that instant: no record is missed, none comes twice. The
 * log keeps what stands behind that record for as long as the copy takes.
 */
import type { NodeId, StoreView } from '../api.ts';
import type { Point } from '../parts/epoch-log.ts';
import type { Core } from './core.ts';
import type { Copy } from './messages.ts';

/** Parts sent and not yet acknowledged at most: enough to keep a link busy, few enough to be no flood. */
const UNDER_WAY_MAX = 4;
/** Beats answered without a part being taken, after which parts are taken for lost. */
const PATIENCE_BEATS = 2;

export class FullCopy {
  readonly id: number;
  readonly #core: Core;
  readonly #to: NodeId;
  /** Undefined until the first turn's end, and once all of it has been read. */
  #view: StoreView | undefined;
  #at: Point | undefined;
  /** Parts that have not been acknowledged, oldest first; the first `#sent` of them are under way. */
  #parts: Copy[] = [];
  #sent = 0;
  #acknowledged = 0;
  #isRead = false;
  #beatsWaited = 0;

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
    return this.#acknowledged > 0;
  }

  /** To be called at each turn's end, when everything that counts has been applied. */
  sendSome(): void {
    if (this.#core.machine.isLoading) return;
    if (this.#at === undefined) this.#open();
    while (this.#sent < UNDER_WAY_MAX) {
      if (this.#sent === this.#parts.length && !this.#readOne()) return;
      this.#core.send(this.#to, this.#parts[this.#sent++]!);
    }
  }

  #open(): void {
    const { machine, journal, host, options } = this.#core;
    const position = machine.applied;
    this.#at = { position, epoch: journal.log.epochAt(position) };
    this.#view = host.store.view();
    for (const { sessions } of machine.sessionParts(options.recordsPerMessage)) this.#add([], sessions, false);
  }

  /** Returns whether there was anything to be read. */
  #readOne(): boolean {
    if (this.#isRead) return false;
    const pairs = this.#view!.next(this.#core.options.recordsPerMessage);
    // A part that is not full is not the last: only an empty one tells that all have been read.
    this.#isRead = pairs.length === 0;
    this.#add(pairs, [], this.#isRead);
    return true;
  }

  #add(pairs: Copy['pairs'], sessions: Copy['sessions'], last: boolean): void {
    const { epoch } = this.#core.journal;
    const number = this.#acknowledged + this.#parts.length + 1;
    this.#parts.push({ type: 'copy', epoch, copy: this.id, at: this.#at!, number, pairs, sessions, last });
  }

  /** The replica has taken the parts up to this one. Returns whether that was the last: it then has the state on its disk. */
  onCopied(number: number): boolean {
    const taken = this.#parts.filter((part) => part.number <= number);
    this.#parts = this.#parts.slice(taken.length);
    this.#sent = Math.max(0, this.#sent - taken.length);
    this.#acknowledged += taken.length;
    if (taken.length > 0) this.#beatsWaited = 0;
    return taken.at(-1)?.last === true;
  }

  /** The replica lives. If it takes nothing all the same, what is under way is lost and goes out again. */
  onBeatAnswered(): void {
    if (this.#sent === 0 || ++this.#beatsWaited <= PATIENCE_BEATS) return;
    this.#beatsWaited = 0;
    this.#sent = 0;
  }

  close(): void {
    this.#view?.close();
    this.#view = undefined;
  }
}
