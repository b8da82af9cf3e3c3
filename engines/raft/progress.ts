/**
 * One follower as its leader sees it. Appends are numbered, and answers echo the highest number: what is in flight is the
 * difference. (Counting answers would leak, since a follower answers once for all the appends of a turn.)
 */
import type { RaftLog } from './log.ts';
import type { Acked, Conflict } from './messages.ts';

export class Progress {
  /** The follower's log equals the leader's, durably, up to here. */
  match = 0;
  /** The first entry not sent yet. */
  next: number;
  /** Where the logs meet is not known yet: one append at a time. */
  probing = true;
  /** The number of the latest append sent, and the highest echoed. */
  seq = 0;
  acked = 0;
  /** The latest round of reads it confirmed. */
  round = 0;
  heardMs: number;
  /** The commit index and round it was last told. */
  toldCommit = 0;
  toldRound = 0;
  heartbeatDue = true;
  suspected = false;
  /** Conflicts of appends up to this number were dealt with by going back. */
  #settledSeq = 0;

  constructor(next: number, nowMs: number) {
    this.next = next;
    this.heardMs = nowMs;
  }

  /** Whether another append with entries may be sent. */
  hasRoom(inFlightAppendsMax: number): boolean {
    return this.seq - this.acked < (this.probing ? 1 : inFlightAppendsMax);
  }

  onAcked(message: Acked, log: RaftLog): void {
    const { seq, match, conflict } = message;
    this.acked = Math.max(this.acked, seq);
    this.match = Math.max(this.match, match);
    if (conflict === undefined) this.next = Math.max(this.next, match + 1);
    if (seq <= this.#settledSeq) return;
    if (conflict === undefined) this.probing = false;
    else this.#goBack(conflict, match, log);
  }

  /** Everything sent so far is void: the next append begins where the logs may meet. */
  #goBack(conflict: Conflict, match: number, log: RaftLog): void {
    const ownLast = conflict.term === 0 ? undefined : log.lastOfTerm(conflict.term);
    // If this log has the term too, the logs may meet at its end; if not, not within the term.
    const meet = ownLast !== undefined && ownLast < conflict.prev ? ownLast + 1 : conflict.first;
    this.next = Math.max(1, match + 1, Math.min(meet, conflict.prev));
    this.probing = true;
    this.acked = this.#settledSeq = this.seq;
  }
}
