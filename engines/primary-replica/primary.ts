/** One reign: from the opening of an epoch until the primary steps down. It takes requests, counts copies and answers. */
import type { NodeId, Result } from '../api.ts';
import type { Asked } from './asked.ts';
import type { Core } from './core.ts';
import { Counting } from './counting.ts';
import { Lease } from './lease.ts';
import type { Pulse } from './messages.ts';
import { type Content, writeOf } from './record.ts';
import { Shipping } from './shipping.ts';

const UNAVAILABLE = { effect: 'none', reason: 'unavailable' } as const;

export class Primary {
  readonly #core: Core;
  readonly shipping: Shipping;
  readonly #counting: Counting;
  readonly #lease: Lease;
  readonly epoch: number;
  /** The position of the record that opens the epoch: nothing counts before it does. */
  readonly #opening: number;
  /** Records up to here are in the journal; those behind came in this turn. */
  #written: number;
  /** Who asked for the record at position `#firstAsked` + i; answered ones are cleared away now and then. */
  #asked: Asked[] = [];
  #firstAsked: number;
  #answered = 0;
  /** What records had for results that were applied here and are not to be answered yet. */
  #results: (Result | undefined)[] = [];
  /** Reads that came before the epoch's first record counted. */
  #early: Asked[] = [];
  /** While it is about to hand over: writes that came, to be begun by whoever leads then. */
  #held: Asked[] | undefined;
  readonly #startedMs: number;

  constructor(core: Core) {
    this.#core = core;
    this.epoch = core.journal.epoch;
    const { log } = core.journal;
    this.#written = log.last;
    this.shipping = new Shipping(core);
    this.#counting = new Counting(core);
    this.#lease = new Lease(core);
    this.#startedMs = core.host.now();
    this.#opening = log.append(this.epoch, null);
    this.#firstAsked = this.#opening + 1;
    this.#beat();
  }

  get leased(): boolean {
    return this.#lease.valid;
  }

  // ------------------------------------------------------------------------------------------------------- clients

  onRequest(asked: Asked): void {
    // A young primary holds what it is asked until its first lease comes; one that has lost its lease refuses.
    if (!this.#lease.valid && this.#lease.everHeld) this.#core.fail(asked, UNAVAILABLE);
    else if (asked.operation.kind === 'get') this.#onRead(asked);
    else this.#onWrite(asked);
  }

  #onRead(asked: Asked): void {
    if (this.#mayRead) this.#read(asked);
    else if (this.#early.length < this.#core.options.waitingMax) this.#early.push(asked);
    else this.#core.fail(asked, UNAVAILABLE);
  }

  get #mayRead(): boolean {
    return this.#lease.valid && this.#core.machine.applied >= this.#opening;
  }

  #read(asked: Asked): void {
    this.#core.reply(asked, { value: this.#core.host.store.get(asked.operation.key) });
  }

  #onWrite(asked: Asked): void {
    const { host, options, journal } = this.#core;
    const waiting = this.#asked.length - this.#answered + (this.#held?.length ?? 0);
    const { minReplicas, replicaSilenceMs, waitingMax } = options;
    const isAlone = minReplicas > 0 && this.shipping.heardSince(host.now() - replicaSilenceMs) < minReplicas;
    if (isAlone || waiting >= waitingMax) this.#core.fail(asked, UNAVAILABLE);
    else if (this.#held !== undefined) this.#held.push(asked);
    else {
      journal.log.append(this.epoch, writeOf(asked));
      this.#asked.push(asked);
    }
  }

  /** A record counts, and stands in this node's store. */
  applied(position: number, result: Result | undefined): void {
    if (position >= this.#firstAsked) this.#results.push(result);
  }

  /** Answers those of whom enough copies show the write, and have it on as many as was promised or say otherwise. */
  #answer(): void {
    if (this.#results.length === 0) return;
    const { voices, options } = this.#core;
    const copied = this.shipping.copied(voices.copies, 'counts');
    const until = options.copyCounts === 'applied' && !this.#counting.hasFallenBack ? copied : Number.POSITIVE_INFINITY;
    let index = this.#answered;
    for (const result of this.#results) {
      const position = this.#firstAsked + index;
      if (position > until) break;
      const asked = this.#asked[index++]!;
      if (result === undefined)
        this.#core.fail(asked, { effect: 'unknown', reason: 'a retry, whose result is forgotten' });
      else this.#core.reply(asked, position > copied ? { ...result, ack: 'accepted' } : result);
    }
    if (index === this.#answered) return;
    this.#results = this.#results.slice(index - this.#answered);
    this.#answered = index;
    if (index === this.#asked.length) this.#asked = [];
    else if (index > 4096) this.#asked = this.#asked.slice(index);
    else return;
    this.#firstAsked += index;
    this.#answered = 0;
  }

  // ------------------------------------------------------------------------------------------------------ hand-over

  /** From now on writes are held: what was begun is brought to its end. */
  drain(): void {
    this.#held ??= [];
  }

  /** The hand-over came to nothing. */
  goOn(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const asked of held) this.onRequest(asked);
  }

  /** Whether everything begun here has been answered, and is on the disk of that node. */
  hasDrained(to: NodeId): boolean {
    const { log } = this.#core.journal;
    return (
      this.#written === log.last && this.#asked.length === this.#answered && this.shipping.durableAt(to) === log.last
    );
  }

  /** Writes under way may still come to count under the next primary; reads certainly had no effect. */
  end(leader: NodeId | undefined): void {
    const { host, journal } = this.#core;
    const reason = `stepped down as primary of epoch ${this.epoch}`;
    const refusal = { effect: 'none', reason: 'not-leader', ...(leader === undefined ? {} : { leader }) } as const;
    for (let i = this.#answered; i < this.#asked.length; i++) {
      // What came in this very turn is in no journal and was shown to nobody: it can be taken back.
      const isWritten = this.#firstAsked + i <= this.#written;
      this.#core.fail(this.#asked[i]!, isWritten ? { effect: 'unknown', reason } : refusal);
    }
    for (const asked of [...this.#early, ...(this.#held ?? [])]) this.#core.fail(asked, refusal);
    this.shipping.end();
    journal.log.cut(this.#written);
    host.clearTimer('beat');
    host.clearTimer('fall-back');
  }

  // -------------------------------------------------------------------------------------------------------- copies

  onPulse(from: NodeId, message: Pulse): void {
    if (message.epoch !== this.epoch) return;
    this.#lease.answered(from, message.sentMs);
    this.shipping.onPulse(from, message);
  }

  /**
   * Records count that are on as many disks as the answer point demands, this node's own among them. An earlier epoch's record
   * counts only together with one of this epoch: before, a node without it could still be promoted.
   */
  #count(): void {
    const { journal, machine, voices, options } = this.#core;
    if (!this.#lease.valid) return;
    const copied = this.shipping.copied(voices.copies, options.copyCounts === 'applied' ? 'durable' : 'counts');
    const position = this.#counting.count(journal.durable, copied);
    if (position >= this.#opening) machine.commit(position);
  }

  onTurnEnd(): void {
    const { journal, machine } = this.#core;
    this.#count();
    machine.advance(this);
    this.#answer();
    if (this.#early.length > 0 && this.#mayRead) {
      for (const asked of this.#early) this.#read(asked);
      this.#early = [];
    }
    const { log } = journal;
    const first = this.#written + 1;
    let fresh: readonly Content[] = [];
    if (log.last >= first) {
      fresh = log.piece(first, log.last - this.#written).items;
      journal.write(this.epoch, first, fresh);
      this.#written = log.last;
      this.#counting.wrote(log.last);
    }
    this.shipping.onTurnEnd(first, fresh);
  }

  // ---------------------------------------------------------------------------------------------------------- time

  /** Returns why the reign has to end, if it has. */
  onBeatDue(): 'isolated' | 'no disk' | undefined {
    const { host, options, isManual, journal } = this.#core;
    if (!isManual) {
      // A primary that hears of too few may get them back before long; longer, and the others are better off without it.
      const aloneMs = host.now() - Math.max(this.#lease.heldMs, this.#startedMs);
      if (options.isolationMs > 0 && aloneMs > options.isolationMs) return 'isolated';
      if (journal.owedMs() > options.detectionMs) return 'no disk';
    }
    this.#beat();
    return undefined;
  }

  #beat(): void {
    const { host, options, journal, machine, voices, self } = this.#core;
    const sentMs = host.now();
    const { committed } = machine;
    const { last } = journal.log;
    for (const id of voices.all) {
      if (id === self) continue;
      const sent = this.shipping.sentTo(id);
      const sentEpoch = Math.max(0, journal.log.epochAt(sent));
      const copy = this.shipping.copyTo(id);
      this.#core.send(id, { type: 'beat', epoch: this.epoch, sentMs, sent, sentEpoch, last, copy, committed });
    }
    host.setTimer('beat', options.heartbeatMs);
  }
}
