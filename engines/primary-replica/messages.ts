/** What travels between the nodes, and what stands in the durable log. Every message names the epoch it belongs to. */
import type { Failure, NodeId, Request, Result } from '../api.ts';
import type { Point, Run } from '../parts/epoch-log.ts';
import type { StatePart } from '../parts/state-machine.ts';
import type { Content } from './record.ts';

/** Primary to replica: records of one epoch, behind the record at `after`. */
export interface Stream {
  readonly type: 'stream';
  readonly epoch: number;
  readonly after: number;
  /** The epoch of the record at `after`: the replica takes nothing unless its own agrees. */
  readonly afterEpoch: number;
  /** The epoch of the records: an older one while a replica catches up. */
  readonly of: number;
  readonly records: readonly Content[];
  readonly committed: number;
  /** Counts how often the primary went back to send records again: answers to earlier attempts are out of date. */
  readonly attempt: number;
}

/** Replica to primary: how far its log, which is equal to the primary's, has come. */
export interface Ack {
  readonly type: 'ack';
  readonly epoch: number;
  readonly durable: number;
  /** Up to where it counts as a copy for the clients' answers: received, durable or applied. */
  readonly counts: number;
}

/** Replica to primary: my record at `after` is not the one you named. Here is where my epochs begin and end. */
export interface Differ {
  readonly type: 'differ';
  readonly epoch: number;
  readonly attempt: number;
  readonly runs: readonly Run[];
  /** Up to where its records are forgotten: there is nothing older to be compared. */
  readonly base: number;
}

export interface Beat {
  readonly type: 'beat';
  readonly epoch: number;
  /** The primary's clock: its lease is counted from here once this comes back. */
  readonly sentMs: number;
  /** Up to where records had been sent to this replica before. */
  readonly sent: number;
  /** The epoch of the last of them: a log that has it there is equal to the primary's up to there. */
  readonly sentEpoch: number;
  /** Where the primary's log ends. */
  readonly last: number;
  /** The full copy that is under way to this replica; 0: none. */
  readonly copy: number;
  readonly committed: number;
}

/** The answer to a beat, and with it, where there are leases, the sender's word to promise no new epoch for the length of one. */
export interface Pulse {
  readonly type: 'pulse';
  readonly epoch: number;
  readonly sentMs: number;
  readonly sent: number;
  /** Up to where the replica's log is known to equal the primary's, durable or not; −1: not known yet, see `runs`. */
  readonly received: number;
  readonly durable: number;
  readonly counts: number;
  readonly runs?: readonly Run[];
  readonly base: number;
  /** What it has applied is not in the primary's log, and it cannot take it back: it needs a full copy. */
  readonly astray: boolean;
  /** The full copy that it is taking; 0: none. */
  readonly copying: number;
}

/** Primary to replica: a part of the state as it was when the record at `at` had been applied. Parts are taken in order. */
export interface Copy extends StatePart {
  readonly type: 'copy';
  readonly epoch: number;
  /** Which of the primary's full copies to this replica. */
  readonly copy: number;
  readonly at: Point;
  /** From 1. */
  readonly number: number;
  readonly last: boolean;
}

/** Replica to primary: it has taken the parts up to this one; the last one is told when all of it is on its disk. */
export interface Copied {
  readonly type: 'copied';
  readonly epoch: number;
  readonly copy: number;
  readonly number: number;
}

/** "Would you promise me this epoch?" It binds nobody, so that a node cut off for long does not raise epochs. */
export interface Canvass {
  readonly type: 'canvass';
  readonly epoch: number;
  readonly end: Point;
}

export interface Opinion {
  readonly type: 'opinion';
  /** The epoch that was asked about. */
  readonly epoch: number;
  readonly yes: boolean;
  /** The highest epoch that the voice knows of, and where its log ends. */
  readonly seen: number;
  readonly end: Point;
  /** Whether it has not heard of the primary for too long either. */
  readonly lost: boolean;
  /** Whether it could be promoted itself. */
  readonly mayLead: boolean;
  /** Where the primary's log ended when it was last heard of. */
  readonly known: number;
}

/** "Promise me this epoch." Sent once the candidate's own promise, and its whole log, are durable. */
export interface Candidacy {
  readonly type: 'candidacy';
  readonly epoch: number;
  readonly end: Point;
  /** The epoch whose primary has resigned in this candidate's favour: leases granted to it are void. 0: none has. */
  readonly heirOf: number;
}

/** Given once durable, and with it all that the voice had received before: no older epoch counts here any more. */
export interface Promised {
  readonly type: 'promised';
  readonly epoch: number;
}

/** To the sender of a message of an older epoch: this is the epoch that counts here. */
export interface Stale {
  readonly type: 'stale';
  readonly epoch: number;
}

/** Primary to the replica that is to follow it: I answer no more, and you have everything. Open the next epoch. */
export interface HandOver {
  readonly type: 'hand-over';
  readonly epoch: number;
  /** The epoch to open, where nobody votes. */
  readonly next: number;
  readonly end: Point;
}

/** Replica to primary: a client asked me this. */
export interface Forward extends Pick<Request, 'id' | 'operation' | 'session' | 'serial' | 'settled'> {
  readonly type: 'forward';
  readonly epoch: number;
  /** The oldest that is still open: older ones are not waited for, and not to be begun. */
  readonly oldest: number;
}

export interface Forwarded {
  readonly type: 'forwarded';
  readonly epoch: number;
  readonly id: number;
  readonly answer: { readonly result: Result } | { readonly failure: Failure };
}

export type Message =
  | Stream
  | Ack
  | Differ
  | Beat
  | Pulse
  | Copy
  | Copied
  | Canvass
  | Opinion
  | Candidacy
  | Promised
  | Stale
  | HandOver
  | Forward
  | Forwarded;

/**
 * What is appended to the durable log: a turn's records as one batch, replacing whatever stood at `first` and behind; a promise;
 * whether this node has a voice, which one that lost its disk has not until a primary has brought it up to date; or an image
 * of the state, which counts once it is whole. It begins with all that older entries said and still holds, so that they can go.
 */
export type Entry =
  | { readonly epoch: number; readonly first: number; readonly records: readonly Content[] }
  | { readonly promise: number; readonly to: NodeId }
  | { readonly voice: boolean }
  | ({ readonly image: Point } & Promises)
  | { readonly part: StatePart }
  | { readonly whole: true };

/** What a node has bound itself to. */
export interface Promises {
  readonly promise: number;
  readonly to: NodeId;
  readonly voice: boolean;
}
