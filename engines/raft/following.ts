/** A follower of one leader in one term: takes appends into the log and answers once a turn. */
import type { NodeId } from '../api.ts';
import type { Acked, Append, Beat, Conflict } from './messages.ts';
import type { Node } from './node.ts';

export class Following {
  readonly leader: NodeId;
  readonly #node: Node;
  readonly #term: number;
  /** This log equals the leader's up to here. What lies behind may yet be replaced, committed elsewhere or not. */
  #verified = 0;
  #leaderCommit = 0;
  #seq = 0;
  #round = 0;
  #conflict: Conflict | undefined;
  /** What this turn owes the leader: an answer to appends; a sign of life that waits for no disk. */
  #owesAck = false;
  #owesSign = false;

  constructor(node: Node, leader: NodeId) {
    this.#node = node;
    this.leader = leader;
    this.#term = node.ballot.term;
  }

  onAppend(message: Append): void {
    const { log } = this.#node;
    const { prev, entries } = message;
    this.#owesAck = true;
    this.#seq = Math.max(this.#seq, message.seq);
    // Heartbeats and rounds of reads are answered at once, even while the disk is busy with earlier entries.
    if (entries.length === 0 || message.round > this.#round) this.#owesSign = true;
    this.#round = Math.max(this.#round, message.round);
    if (prev > log.last) {
      this.#conflict = { prev, term: 0, first: log.last + 1 };
    } else if (log.termAt(prev) !== message.prevTerm) {
      this.#conflict = { prev, term: log.termAt(prev), first: log.firstOfRun(prev) };
    } else {
      this.#take(message);
    }
    this.#learnCommit(message.commit);
  }

  onBeat(message: Beat): void {
    if (message.round > this.#round) {
      this.#round = message.round;
      this.#owesSign = true;
    }
    this.#learnCommit(message.commit);
  }

  /** Sends what the turn's messages call for. */
  answer(): void {
    const { host, log, ballot } = this.#node;
    if (this.#owesAck) {
      const conflict = this.#conflict;
      const ack: Acked = {
        type: 'acked',
        term: this.#term,
        seq: this.#seq,
        match: this.#verified,
        round: this.#round,
        ...(conflict === undefined
          ? {}
          : { conflict: { ...conflict, first: Math.max(conflict.first, this.#verified + 1) } }),
      };
      const position = Math.max(log.positionOf(this.#verified), ballot.position);
      const isDurable = position <= log.durablePosition;
      host.send(this.leader, ack, isDurable ? 'now' : position);
      if (isDurable) this.#owesSign = false;
    }
    if (this.#owesSign) host.send(this.leader, { type: 'heard', term: this.#term, round: this.#round }, 'now');
    this.#owesAck = this.#owesSign = false;
    this.#conflict = undefined;
  }

  /** The entries fit: those that are here already stay, the first that differs and all behind it are replaced. */
  #take(message: Append): void {
    const { log, machine } = this.#node;
    const { prev, entries } = message;
    let at = 0;
    while (at < entries.length && prev + at < log.last && log.termAt(prev + at + 1) === entries[at]![1]) at++;
    if (at < entries.length && prev + at < log.last) {
      if (prev + at < machine.commit) {
        throw new Error(`raft: ${this.leader} replaces entry ${prev + at + 1}, and ${machine.commit} is committed`);
      }
      log.truncate(prev + at + 1);
    }
    for (; at < entries.length; at++) log.append(entries[at]!);
    this.#verified = Math.max(this.#verified, prev + entries.length);
  }

  /** What the leader has committed is committed here only as far as the logs are known to be equal. */
  #learnCommit(leaderCommit: number): void {
    this.#leaderCommit = Math.max(this.#leaderCommit, leaderCommit);
    this.#node.machine.commitUpTo(Math.min(this.#leaderCommit, this.#verified));
  }
}
