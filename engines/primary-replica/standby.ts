/** What a node does for the primary it follows: take its records in order, say how far they are durable, answer its beats. */
import type { NodeId } from '../api.ts';
import type { Core } from './core.ts';
import type { Beat, Stream } from './messages.ts';

/** Epochs named in one answer when the logs differ: more are asked for if none of them is shared. */
const RUNS_PER_ANSWER = 32;
/** Messages kept that overtook others. Beyond, they are sent again. */
const HELD_MAX = 32;

export class Standby {
  readonly #core: Core;
  /** Up to where the log is known to equal the primary's; −1: nothing is known in this epoch. */
  #matched = -1;
  /** What the primary was last told to be durable here. */
  #acked = 0;
  /** Messages that overtook others, kept until the gap is filled. */
  #held: Stream[] = [];
  /** The attempt whose gap the primary has been told of: once is enough, beats repair the rest. */
  #told = -1;

  constructor(core: Core) {
    this.#core = core;
  }

  get matched(): number {
    return this.#matched;
  }

  /** A new epoch, or a new primary in it: nothing is known of its log. */
  reset(): void {
    this.#matched = -1;
    this.#acked = 0;
    this.#held = [];
    this.#told = -1;
  }

  onStream(from: NodeId, message: Stream): void {
    const core = this.#core;
    if (!core.follows(from, message.epoch)) return;
    if (!this.#fits(message)) {
      if (this.#held.length < HELD_MAX) this.#held.push(message);
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
    const { journal, machine } = this.#core;
    const known = journal.log.known(message.of, message.after + 1, message.records.length);
    if (known < message.records.length) {
      const first = message.after + 1 + known;
      machine.cut(first - 1);
      journal.replace(message.of, first, known === 0 ? message.records : message.records.slice(known));
    }
    this.#matched = Math.max(this.#matched, message.after + message.records.length);
    machine.commit(Math.min(message.committed, this.#matched));
  }

  onBeat(from: NodeId, message: Beat): void {
    const core = this.#core;
    if (!core.follows(from, message.epoch)) return;
    core.election.grant(from);
    const { epoch, sentMs, sent, sentEpoch, committed } = message;
    if (core.isFull && this.#matched < 0) {
      const { log } = core.journal;
      const runs = log.runs(log.last, RUNS_PER_ANSWER);
      core.send(from, { type: 'pulse', epoch, sentMs, sent, received: -1, durable: 0, runs });
      // Without this, a replica that already holds all there is would never hear that it does, and never acknowledge it.
      if (log.epochAt(sent) === sentEpoch) this.#matched = sent;
      return;
    }
    core.machine.commit(Math.min(committed, Math.max(this.#matched, 0)));
    const durable = Math.max(0, Math.min(this.#matched, core.journal.durable));
    core.send(from, { type: 'pulse', epoch, sentMs, sent, received: this.#matched, durable });
    this.#regainVoice(committed);
  }

  /** A node that lost its disk may vote again once it has everything that counted when it came back, on its disk. */
  #regainVoice(committed: number): void {
    const { journal, isFull } = this.#core;
    if (journal.voice || (isFull && (this.#matched < committed || journal.durable < committed))) return;
    journal.setVoice(true);
  }

  onTurnEnd(): void {
    const core = this.#core;
    const { leader } = core;
    if (leader === undefined || leader === core.self) return;
    const { epoch, log } = core.journal;
    if (this.#held.length > 0) {
      const lowest = this.#held.reduce((low, held) => (held.after < low.after ? held : low));
      const newest = this.#held.reduce((high, held) => Math.max(high, held.attempt), 0);
      if (newest > this.#told) {
        this.#told = newest;
        const runs = log.runs(lowest.after, RUNS_PER_ANSWER);
        core.send(leader, { type: 'differ', epoch, attempt: newest, runs });
      }
      if (this.#held.length === HELD_MAX) this.#held = [];
    }
    const durable = Math.min(this.#matched, core.journal.durable);
    if (durable > this.#acked) {
      this.#acked = durable;
      core.send(leader, { type: 'ack', epoch, position: durable });
    }
  }
}
