/** What Raft's replicas say to each other, and what they write to their logs. */
import type { NodeId, Operation } from '../api.ts';

const CODES = ['noop', 'get', 'put', 'delete', 'cas', 'append'] as const;
type Code = 0 | 1 | 2 | 3 | 4 | 5;

/**
 * One entry of the replicated log, as it stands in memory, on disk and in messages: a flat array, for it is most of what
 * is written and sent. Code 0 is the leader's first entry, which does nothing; the others are operations on a key.
 */
export type LogEntry = readonly [
  index: number,
  term: number,
  code: Code,
  key?: string,
  value?: string,
  expected?: string | null,
];

/** The latest term this node has seen and whom it voted for in it: durable before anything that depends on it leaves. */
export interface HardState {
  readonly term: number;
  readonly vote: NodeId | null;
  /** The node lost its disk once: its promises are forgotten, so it makes no new ones. */
  readonly abstains: boolean;
}

/** A record of the node's own durable log. An entry with a lower index replaces the one before it and all behind that. */
export type LogRecord = LogEntry | HardState;

/** To a follower: the entries after `prev`, none as a heartbeat. Numbered by `seq`, which the answer echoes. */
export interface Append {
  readonly type: 'append';
  readonly term: number;
  readonly seq: number;
  readonly prev: number;
  readonly prevTerm: number;
  readonly commit: number;
  /** The latest round of reads: whoever echoes it still followed this leader after those reads had arrived. */
  readonly round: number;
  readonly entries: readonly LogEntry[];
}

/** To a follower, when there are no entries to send: a new commit index, or a new round of reads. Answered if the round is new. */
export interface Beat {
  readonly type: 'beat';
  readonly term: number;
  readonly commit: number;
  readonly round: number;
}

/** To the leader, once all up to `match` is durable here: one for all the appends of a turn, the highest number echoed. */
export interface Acked {
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

/** To the leader, at once, whatever the disk does: the sender still follows it. Confirms reads. */
export interface Heard {
  readonly type: 'heard';
  readonly term: number;
  readonly round: number;
}

/** To a leader of the past: there is a newer term. */
export interface Outdated {
  readonly type: 'outdated';
  readonly term: number;
}

/** Asks for a vote in `term`; `pre`: asks whether it would be granted, changing nothing. */
export interface AskVote {
  readonly type: 'ask-vote';
  readonly term: number;
  readonly pre: boolean;
  readonly lastIndex: number;
  readonly lastTerm: number;
}

/** The answer. `term`: the one asked for if granted, the voter's own if not. */
export interface Vote {
  readonly type: 'vote';
  readonly term: number;
  readonly pre: boolean;
  readonly granted: boolean;
}

export type Message = Append | Beat | Acked | Heard | Outdated | AskVote | Vote;

export function noopEntry(index: number, term: number): LogEntry {
  return [index, term, 0];
}

export function toEntry(index: number, term: number, operation: Operation): LogEntry {
  switch (operation.kind) {
    case 'get':
      return [index, term, 1, operation.key];
    case 'put':
      return [index, term, 2, operation.key, operation.value];
    case 'delete':
      return [index, term, 3, operation.key];
    case 'cas':
      return [index, term, 4, operation.key, operation.value, operation.expected];
    case 'append':
      return [index, term, 5, operation.key, operation.value];
  }
}

/** The operation that an entry carries; undefined for a no-op. */
export function toOperation(entry: LogEntry): Operation | undefined {
  const key = entry[3]!;
  switch (CODES[entry[2]]) {
    case 'noop':
      return undefined;
    case 'get':
      return { kind: 'get', key };
    case 'put':
      return { kind: 'put', key, value: entry[4]! };
    case 'delete':
      return { kind: 'delete', key };
    case 'cas':
      return { kind: 'cas', key, value: entry[4]!, expected: entry[5] ?? null };
    case 'append':
      return { kind: 'append', key, value: entry[4]! };
  }
}

export function isEntry(record: LogRecord): record is LogEntry {
  return Array.isArray(record);
}
