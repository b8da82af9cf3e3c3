/** What Raft's replicas say to each other. */

import type { StatePart } from '../parts/state-machine.ts';
import type { Configuration } from './configuration.ts';
import type { LogEntry, Place } from './records.ts';

/** To a follower: the entries after `prev`, none as a heartbeat. Numbered by `seq`, which the answer echoes. */
export interface Append {
  readonly type: 'append';
  readonly term: number;
  readonly seq: number;
  readonly prev: number;
  readonly prevTerm: number;
  readonly commit: number;
  /** The latest round: whoever echoes it still followed this leader when the round was begun. */
  readonly round: number;
  readonly entries: readonly LogEntry[];
}

/** To a follower, when there are no entries to send: a new commit index, or a new round. Answered if the round is new. */
export interface Beat {
  readonly type: 'beat';
  readonly term: number;
  readonly commit: number;
  readonly round: number;
}

/** The mark of a follower's disk, if it is not the first that this node has had. */
export interface FromDisk {
  readonly disk?: number;
}

/** To the leader, once all up to `match` is durable here: one for all the appends of a turn, the highest number echoed. */
export interface Acked extends FromDisk {
  readonly type: 'acked';
  readonly term: number;
  readonly seq: number;
  /** This log equals the leader's up to this index. */
  readonly match: number;
  readonly round: number;
  /** An append did not fit. */
  readonly conflict?: Conflict;
}

/** Where a log and an append part, in a form that lets the leader go back by a whole term at a time. */
export interface Conflict {
  readonly prev: number;
  /** The term of this log's entry at `prev`, and the first index of that term; 0 and the log's end + 1 if it ends before. */
  readonly term: number;
  readonly first: number;
}

/** To the leader, at once, whatever the disk does: the sender still follows it. Confirms reads and leases. */
export interface Heard extends FromDisk {
  readonly type: 'heard';
  readonly term: number;
  readonly round: number;
}

/** To a leader of the past: there is a newer term. */
export interface Outdated {
  readonly type: 'outdated';
  readonly term: number;
}

/** To a follower whose next entry is forgotten: a part of the state as it was when the entry at `at` had been applied. */
export interface Chunk extends StatePart {
  readonly type: 'chunk';
  readonly term: number;
  /** Which of this term's snapshots; chunks of different ones never go together. */
  readonly id: number;
  readonly at: Place;
  readonly configuration: Configuration;
  /** From 1. */
  readonly number: number;
  readonly isLast: boolean;
}

/** To the leader: of this snapshot all chunks up to this number are durable here. 0: it has to begin anew. */
export interface ChunkTaken extends FromDisk {
  readonly type: 'chunk-taken';
  readonly term: number;
  readonly id: number;
  readonly number: number;
}

/** Asks for a vote in `term`; `pre`: asks whether it would be granted, changing nothing. */
export interface AskVote {
  readonly type: 'ask-vote';
  readonly term: number;
  readonly pre: boolean;
  /** The leader itself has asked for this election: nobody need protect it. */
  readonly transfer: boolean;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The mark of the disk on which the candidate's configuration admits this voter, who may not know yet that it does. */
  readonly disk?: number;
}

/** The answer. `term`: the one asked for if granted, the voter's own if not. It is given to a log that ends so, as was asked. */
export interface Vote {
  readonly type: 'vote';
  readonly term: number;
  readonly pre: boolean;
  readonly granted: boolean;
  readonly lastIndex: number;
  readonly lastTerm: number;
}

/** From a node that hears nobody, and belongs by the configuration at this index: do I still? Answered if not. */
export interface Inquiry {
  readonly type: 'inquiry';
  readonly index: number;
}

/** The answer: what is committed goes beyond that index, and you have no part in it. */
export interface Dismissed {
  readonly type: 'dismissed';
  readonly index: number;
}

/** To the follower that is to lead next, and has everything: stand for election at once. */
export interface TimeoutNow {
  readonly type: 'timeout-now';
  readonly term: number;
}

/** From a follower that wants to answer reads: up to where does the log have to be applied for them? */
export interface AskIndex {
  readonly type: 'ask-index';
  readonly term: number;
  readonly id: number;
}

/** The answer; it is as new as the question. */
export interface ReadIndex {
  readonly type: 'read-index';
  readonly term: number;
  readonly id: number;
  readonly index: number;
}

export type Message =
  | Append
  | Beat
  | Acked
  | Heard
  | Outdated
  | Chunk
  | ChunkTaken
  | AskVote
  | Vote
  | Inquiry
  | Dismissed
  | TimeoutNow
  | AskIndex
  | ReadIndex;

/** `disk` of an answer, left out for a node's first disk. */
export const fromDisk = (mark: number): FromDisk => (mark === 0 ? {} : { disk: mark });
