/** What all rooms of one replica share. */
import type { Host, NodeId } from '../api.ts';
import type { Ballot } from './ballot.ts';
import type { RaftLog } from './log.ts';
import type { Machine } from './machine.ts';
import type { LogRecord, Message } from './messages.ts';
import type { RaftOptions } from './options.ts';

export interface Node {
  readonly host: Host<Message, LogRecord>;
  readonly options: RaftOptions;
  /** Full members and witnesses; `peers` are those but this node. */
  readonly voters: readonly NodeId[];
  readonly peers: readonly NodeId[];
  readonly log: RaftLog;
  readonly ballot: Ballot;
  readonly machine: Machine;
}
