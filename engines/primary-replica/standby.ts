/** What a node does for the primary it follows: take its records in order, say how far they are durable, answer its beats. */
import type { NodeId } from '../api.ts';
import type { Point } from '../parts/epoch-log.ts';
import type { Core } from './core.ts';
import type { Beat, Copy, Stream } from './messages.ts';
import { Receiving } from './receiving.ts';

/** Epochs named in one answer when the logs differ: more are asked for if none of them is shared. */
const RUNS_PER_ANSWER = 32;
/** Messages kept that overtook others. Beyond, they are sent again. */
const HELD_MAX = 32;

export class Standby {
  readonly #core: Core;
  /** Up to where the log is known to equal the primary's; −1: nothing is known in this epoch. */
  #matched = -1;
  /** What the primary was last told to be durable here, and to count. */
  #acked = { durable: 0, counts: 0 };
  /** Messages that overtook others, kept until the gap is filled. */
  #held: Stream[] = [];
  /** The attempt whose gap the primary has been told of: once is enough, beats repair the rest. */
  #told = -1;
  /** The primary's log does not hold what has been applied here. */
  #isAstray = false;
  #receiving: Receiving | undefined;
  /** Of those begun: a part that comes late, or twice, begins none again. */
  #newestCopy = 0;
  /** When it was last known that all that counted then has been applied here, ms on this node's clock. */
  #currentMs = Number.NEGATIVE_INFINITY;
  /** How far the newest word of the primary says that records count, and when it came. */
  #news = { committed: 0, atMs: Number.NEGATIVE_INFINITY };

  constructor(core: Core) {
    this.#core = core;
  }

  get isCopying(): boolean {
    return this.#receiving !== undefined;
  }

  /** A new epoch, or a new primary in it: nothing is known of its log. */
  reset(): void {
    this.#giveUpCopy();
    this.#matched = -1;
    this.#acked = { durable: 0, counts: 0 };
    this.#held = [];
    this.#told = -1;
    this.#isAstray = false;
    this.#newestCopy = 0;
    this.#news = { committed: 0, atMs: Number.NEGATIVE_INFINITY };
  }

  // --------------------------------------------------------------------------------------------------------- records

  onStream(from: NodeId, message: Stream): void {
    if (!this.#core.follows(from, message.epoch, 'stream') || this.#receiving !== undefined) return;
    if (!this.#fits(message)) {
      const isPast = message.after + message.records.length <= this.#core.journal.log.base.position;
      if (this.#held.length < HELD_MAX && !isPast) this.#held.push(message);
      return;
    }
    this.#take(message);
    for (let i = 0; this.#held.length > 0 && i < this.#held.length; i++) {
      if (!this.#fits(this.#held[i]!)) continue;
      const [fitting] = this.#held.splice(i, 1);
      this.#take(fitting!);
      i = -1;
    }
    this.#regainVoice(message.committed);
  }

  #fits(message: Stream): boolean {
    return this.#core.journal.log.epochAt(message.after) === message.afterEpoch;
  }

  #take(message: Stream): void {
    const { journal, machine, checkpoint } = this.#core;
    // Up to the base everything is forgotten, and is in the state.
    const skipped = Math.max(0, Math.min(message.records.length, journal.log.base.position - message.after));
    if (skipped > 0 && journal.log.epochAt(message.after + skipped) !== message.of) {
      this.#isAstray = true;
      return;
    }
    const first = message.after + skipped + 1;
    const records = skipped === 0 ? message.records : message.records.slice(skipped);
    const known = records.length === 0 ? 0 : journal.log.known(message.of, first, records.length);
    if (known < records.length) {
      const position = first + known - 1;
      if (!machine.canCut(position)) {
        this.#isAstray = true;
        return;
      }
      if (position < machine.applied) checkpoint.cancel();
      machine.cut(position);
      journal.replace(message.of, first + known, known === 0 ? records : records.slice(known));
    }
    this.#matched = Math.max(this.#matched, message.after + message.records.length);
    this.#hearOf(message.committed);
  }

  #hearOf(committed: number): void {
    this.#core.machine.commit(Math.min(committed, Math.max(this.#matched, 0)));
    this.#news = { committed, atMs: this.#core.host.now() };
  }

  // ------------------------------------------------------------------------------------------------------ full copies

  onCopy(from: NodeId, message: Copy): void {
    const core = this.#core;
    if (!core.follows(from, message.epoch, 'copy')) return;
    if (message.copy > this.#newestCopy && message.number === 1) {
      this.#newestCopy = message.copy;
      this.#giveUpCopy();
      if (this.#needs(message.at)) {
        core.checkpoint.cancel();
        this.#held = [];
        this.#receiving = new Receiving(core, message);
      }
    }
    if (this.#receiving?.id === message.copy) this.#receiving.take(from, message);
  }

  /**
   * A copy may have been begun upon old news. It replaces the log, and what stands there behind the copy's point may be a
   * copy that was counted: it is not given up for less.
   */
  #needs(at: Point): boolean {
    const { journal, machine, voices } = this.#core;
    if (this.#isAstray) return true;
    if (journal.log.epochAt(at.position) === at.epoch) {
      this.#matched = Math.max(this.#matched, at.position);
      return false;
    }
    return !voices.isSafe || at.position > machine.committed;
  }

  // ------------------------------------------------------------------------------------------------------------ beats

  onBeat(from: NodeId, message: Beat): void {
    const core = this.#core;
    if (!core.follows(from, message.epoch, 'beat')) return;
    core.voice.grant(from);
    core.election.knows(message.last);
    const { epoch, sentMs, sent, sentEpoch, committed } = message;
    core.returning.hears(committed);
    const { log } = core.journal;
    const state = { type: 'pulse', epoch, sentMs, sent, base: log.base.position, astray: this.#isAstray } as const;
    // The primary may have found that there is no need for it.
    if (this.#receiving !== undefined && this.#receiving.id !== message.copy) this.#giveUpCopy();
    const copying = this.#receiving?.id ?? 0;
    if (core.isFull && this.#matched < 0) {
      const runs = log.runs(log.last, RUNS_PER_ANSWER);
      core.send(from, { ...state, received: -1, durable: 0, counts: 0, copying, runs });
      // Without this, a replica that already holds all there is would never hear that it does, and never acknowledge it.
      if (copying === 0 && log.epochAt(sent) === sentEpoch) this.#matched = sent;
      return;
    }
    this.#hearOf(committed);
    core.send(from, { ...state, received: this.#matched, ...this.#progress, copying });
    this.#regainVoice(committed);
  }

  /** Up to where the log, which equals the primary's, is on the disk, and counts as a copy. */
  get #progress(): { readonly durable: number; readonly counts: number } {
    const { journal, machine, options } = this.#core;
    const durable = Math.max(0, Math.min(this.#matched, journal.durable));
    if (options.copyCounts === 'durable') return { durable, counts: durable };
    const counts = options.copyCounts === 'received' ? this.#matched : Math.min(durable, machine.applied);
    return { durable, counts: Math.max(0, counts) };
  }

  /** A node that lost its disk may vote again once it has everything that counted when it came back, on its disk. */
  #regainVoice(committed: number): void {
    const { journal, isFull } = this.#core;
    if (journal.voice || (isFull && (this.#matched < committed || journal.durable < committed))) return;
    journal.setVoice(true);
  }

  onDurable(): void {
    if (this.#receiving?.isDurable === true) this.#install(this.#receiving);
  }

  #install(receiving: Receiving): void {
    this.#receiving = undefined;
    this.#isAstray = false;
    receiving.install();
    this.#matched = this.#core.journal.log.last;
  }

  /** It is not to be finished, unless nothing of it is missing. */
  #giveUpCopy(): void {
    const receiving = this.#receiving;
    this.#receiving = undefined;
    if (receiving?.isComplete === true) this.#install(receiving);
  }

  /** To be called when what counts has been applied. */
  onTurnEnd(): void {
    const core = this.#core;
    const { leader } = core;
    if (leader === undefined || leader === core.self) return;
    if (core.machine.applied >= this.#news.committed) this.#currentMs = this.#news.atMs;
    if (this.#receiving !== undefined || this.#isAstray) return;
    if (!core.machine.isLoading) core.returning.has(Math.min(core.machine.applied, this.#matched));
    const { epoch, log } = core.journal;
    if (this.#held.length > 0) {
      const lowest = this.#held.reduce((low, held) => (held.after < low.after ? held : low));
      const newest = this.#held.reduce((high, held) => Math.max(high, held.attempt), 0);
      if (newest > this.#told) {
        this.#told = newest;
        const runs = log.runs(Math.max(lowest.after, log.base.position), RUNS_PER_ANSWER);
        core.send(leader, { type: 'differ', epoch, attempt: newest, runs, base: log.base.position });
      }
      if (this.#held.length === HELD_MAX) this.#held = [];
    }
    const { durable, counts } = this.#progress;
    if (durable > this.#acked.durable || counts > this.#acked.counts) {
      this.#acked = { durable, counts };
      core.send(leader, { type: 'ack', epoch, durable, counts });
    }
  }

  /** How far this node's state may be behind the primary's, besides the way of a message, ms; undefined: nobody knows. */
  get lagMs(): number | undefined {
    const ms = this.#core.host.now() - this.#currentMs;
    return ms === Number.POSITIVE_INFINITY ? undefined : ms;
  }
}
