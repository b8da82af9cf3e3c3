/** What travels between the nodes, and what stands in the durable log. Every message names the epoch it belongs to. */
import type { NodeId, Operation } from '../api.ts';
import type { Point, Run } from '../parts/epoch-log.ts';

/** A record's content: a write, or null for the record that opens an epoch and changes nothing. */
export type Content = Operation | null;

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

/** Replica to primary: everything up to here is durable at the replica and equal to the primary's log. */
export interface Ack {
  readonly type: 'ack';
  readonly epoch: number;
  readonly position: number;
}

/** Replica to primary: my record at `after` is not the one you named. Here is where my epochs begin and end. */
export interface Differ {
  readonly type: 'differ';
  readonly epoch: number;
  readonly attempt: number;
  readonly runs: readonly Run[];
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
  readonly committed: number;
}

/** The answer to a beat, and with it the replica's word to promise no new epoch for the length of a lease. */
export interface Pulse {
  readonly type: 'pulse';
  readonly epoch: number;
  readonly sentMs: number;
  readonly sent: number;
  /** Up to where the replica's log is known to equal the primary's, durable or not; −1: not known yet, see `runs`. */
  readonly received: number;
  readonly durable: number;
  readonly runs?: readonly Run[];
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
}

/** "Promise me this epoch." Sent once the candidate's own promise, and its whole log, are durable. */
export interface Candidacy {
  readonly type: 'candidacy';
  readonly epoch: number;
  readonly end: Point;
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

export type Message = Stream | Ack | Differ | Beat | Pulse | Canvass | Opinion | Candidacy | Promised | Stale;

/**
 * What is appended to the durable log: a turn's records as one batch, replacing whatever stood at `first` and behind; a promise;
 * or whether this node has a voice, which one that lost its disk has not until a primary has brought it up to date.
 */
export type Entry =
  | { readonly epoch: number; readonly first: number; readonly records: readonly Content[] }
  | { readonly promise: number; readonly to: NodeId }
  | { readonly voice: boolean };
