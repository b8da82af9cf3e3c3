/** A follower of one leader in one term: takes appends and snapshots, and answers once a turn. */
import type { NodeId } from '../api.ts';
import type { Acked, Append, Beat, Chunk, Conflict } from './messages.ts';
import type { Node } from './node.ts';
import type { LogEntry } from './records.ts';

export class Following {
  readonly leader: NodeId;
  readonly #node: Node;
  readonly #term: number;
  /** This log equals the leader's up to here. What lies behind may yet be replaced, committed elsewhere or not. */
  #verified: number;
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
    // What is forgotten was committed: every leader has it.
    this.#verified = node.log.base.index;
  }

  onAppend(message: Append): void {
    const { log } = this.#node;
    const { entries } = message;
    // Entries up to the base are here, in a snapshot: they are committed, so the leader has the same.
    const skipped = Math.max(0, Math.min(entries.length, log.base.index - message.prev));
    const prev = message.prev + skipped;
    const prevTerm = skipped === 0 ? message.prevTerm : entries[skipped - 1]![1];
    this.#owesAck = true;
    this.#seq = Math.max(this.#seq, message.seq);
    // Heartbeats and rounds are answered at once, even while the disk is busy with earlier entries.
    if (entries.length === 0 || message.round > this.#round) this.#owesSign = true;
    this.#round = Math.max(this.#round, message.round);
    if (prev > log.last) {
      this.#conflict = { prev, term: 0, first: log.last + 1 };
    } else if (prev < log.base.index) {
      // All of it, and the place before it, is forgotten here.
    } else if (log.termAt(prev) !== prevTerm) {
      this.#conflict = { prev, term: log.termAt(prev), first: log.firstOfRun(prev) };
    } else {
      this.#take(prev, skipped === 0 ? entries : entries.slice(skipped));
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

  onChunk(message: Chunk): void {
    const { log, installing, host, fromDisk } = this.#node;
    const { at, id } = message;
    if (at.index > log.base.index && log.termAt(at.index) !== at.term) {
      const taken = installing.take(message, this.#node);
      if (taken !== undefined) {
        const { number, position } = taken;
        const answer = { type: 'chunk-taken', term: this.#term, id, number, ...fromDisk } as const;
        host.send(this.leader, answer, this.#node.when(position));
        return;
      }
    }
    // By now the log is here up to that place, if it was not before.
    this.#verify(at.index);
    this.#learnCommit(at.index);
    this.#owesAck = true;
  }

  /** Sends what the turn's messages call for. */
  answer(): void {
    const { host, log, ballot, fromDisk } = this.#node;
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
        ...fromDisk,
      };
      const when = this.#node.when(Math.max(log.positionOf(this.#verified), ballot.position));
      host.send(this.leader, ack, when);
      if (when === 'now') this.#owesSign = false;
    }
    if (this.#owesSign) {
      host.send(this.leader, { type: 'heard', term: this.#term, round: this.#round, ...fromDisk }, 'now');
    }
    this.#owesAck = this.#owesSign = false;
    this.#conflict = undefined;
  }

  /** The entries fit: those that are here already stay, the first that differs and all behind it are replaced. */
  #take(prev: number, entries: readonly LogEntry[]): void {
    const { log, machine, options } = this.#node;
    let at = 0;
    while (at < entries.length && prev + at < log.last && log.termAt(prev + at + 1) === entries[at]![1]) at++;
    if (at < entries.length && prev + at < log.last) {
      if (prev + at < machine.commit) {
        if (options.lazySync) {
          this.#beginAnew(prev);
          return;
        }
        throw new Error(`raft: ${this.leader} replaces entry ${prev + at + 1}, and ${machine.commit} is committed`);
      }
      log.truncate(prev + at + 1);
    }
    for (; at < entries.length; at++) log.append(entries[at]!);
    this.#verify(prev + entries.length);
  }

  #beginAnew(prev: number): void {
    this.#node.beginAnew();
    this.#verified = 0;
    this.#conflict = { prev, term: 0, first: 1 };
  }

  #verify(index: number): void {
    this.#verified = Math.max(this.#verified, index);
    this.#node.installing.caughtUp(this.#term, this.#verified);
  }

  /** What the leader has committed is committed here only as far as the logs are known to be equal. */
  #learnCommit(leaderCommit: number): void {
    this.#leaderCommit = Math.max(this.#leaderCommit, leaderCommit);
    this.#node.returning.hears(leaderCommit);
    this.#node.machine.commitUpTo(Math.min(this.#leaderCommit, this.#verified));
  }
}
