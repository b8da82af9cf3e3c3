/**
 * One follower as its leader sees it. Appends are numbered, and answers echo the highest number: what is in flight is the
 * difference. (Counting answers would leak, since a follower answers once for all the appends of a turn.)
 */
import type { RaftLog } from './log.ts';
import type { Acked, Conflict } from './messages.ts';
import type { RaftOptions } from './options.ts';
import type { SnapshotSending } from './snapshot-sending.ts';

/** An append on its way: its number, and how many bytes all up to it have had together. */
type Flight = readonly [seq: number, bytesSent: number];

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
  /** The latest round that it confirmed. */
  round = 0;
  heardMs: number;
  /** The commit index and round it was last told. */
  toldCommit = 0;
  toldRound = 0;
  heartbeatDue = true;
  suspected = false;
  /** The mark of the disk that it answers from. Once it has answered from another than before, old answers are no news. */
  disk: number;
  #formerDisks: number[] = [];
  readonly #isLazy: boolean;
  /** What it says counts: it is a voter on the disk that it was admitted with. */
  counts = false;
  /** The snapshot that is under way to it. */
  sending: SnapshotSending | undefined;
  /** Conflicts of appends up to this number were dealt with by going back. */
  #settledSeq = 0;
  #flights: Flight[] = [];
  #bytesSent = 0;
  #bytesAcked = 0;

  /** `disk`: the mark of the one that the configuration admits. */
  constructor(next: number, nowMs: number, disk: number, isLazy: boolean) {
    this.next = next;
    this.heardMs = nowMs;
    this.disk = disk;
    this.#isLazy = isLazy;
  }

  /** It answers from this disk. Returns false for an answer from one that it has lost since; what was there is gone. */
  answersFrom(disk: number, log: RaftLog): boolean {
    if (disk === this.disk) return true;
    if (this.#formerDisks.includes(disk)) return false;
    this.#formerDisks.push(this.disk);
    this.disk = disk;
    this.counts = false;
    this.match = 0;
    this.next = log.last + 1;
    this.probing = true;
    this.#settledSeq = this.seq;
    this.#arrived(this.seq);
    this.stopSending();
    return true;
  }

  stopSending(): void {
    this.sending?.close();
    this.sending = undefined;
  }

  /** Whether another append with entries may be sent. */
  hasRoom({ inFlightAppendsMax, inFlightBytesMax }: RaftOptions): boolean {
    const appends = this.seq - this.acked;
    if (this.probing) return appends < 1;
    return appends < inFlightAppendsMax && this.#bytesSent - this.#bytesAcked < inFlightBytesMax;
  }

  /** An append leaves, with entries of so many bytes. Returns its number. */
  sends(count: number, bytes: number): number {
    this.seq++;
    this.next += count;
    this.heartbeatDue = false;
    if (bytes > 0) {
      this.#bytesSent += bytes;
      this.#flights.push([this.seq, this.#bytesSent]);
    }
    return this.seq;
  }

  onAcked(message: Acked, log: RaftLog): void {
    const { seq, match, conflict } = message;
    this.#arrived(seq);
    this.match = Math.max(this.match, match);
    if (conflict === undefined) this.next = Math.max(this.next, match + 1);
    if (this.sending !== undefined) {
      if (match < this.sending.at.index) return;
      this.stopSending();
    }
    if (seq <= this.#settledSeq) return;
    // Only where syncs are lazy can it have lost what it had acknowledged.
    if (conflict !== undefined && this.#isLazy) this.match = Math.min(this.match, match, conflict.first - 1);
    if (conflict === undefined) this.probing = false;
    else this.#goBack(conflict, match, log);
  }

  #arrived(seq: number): void {
    if (seq <= this.acked) return;
    this.acked = seq;
    const open = this.#flights.findIndex(([number]) => number > seq);
    const done = this.#flights.splice(0, open < 0 ? this.#flights.length : open);
    this.#bytesAcked = done.at(-1)?.[1] ?? this.#bytesAcked;
  }

  /** Everything sent so far is void: the next append begins where the logs may meet. */
  #goBack(conflict: Conflict, match: number, log: RaftLog): void {
    const ownLast = conflict.term === 0 ? undefined : log.lastOfTerm(conflict.term);
    // If this log has the term too, the logs may meet at its end; if not, not within the term.
    const meet = ownLast !== undefined && ownLast < conflict.prev ? ownLast + 1 : conflict.first;
    this.next = Math.max(1, match + 1, Math.min(meet, conflict.prev));
    this.probing = true;
    this.#settledSeq = this.seq;
    this.#arrived(this.seq);
  }
}
