/** What a life starts from: the log, the snapshot before it, and the ballot, as the former lives left them on disk. */
import type { Host } from '../api.ts';
import { RecoveredLog } from '../parts/recovered-log.ts';
import type { StatePart } from '../parts/state-machine.ts';
import { Ballot } from './ballot.ts';
import { type Configuration, founding } from './configuration.ts';
import { RaftLog } from './log.ts';
import type { Message } from './messages.ts';
import { type HardState, isEntry, type LogEntry, type LogRecord, type Place, type SnapshotBegun } from './records.ts';

/** A snapshot as the records tell it: whole, or as far as it came. */
export interface Snapshot {
  readonly at: Place;
  readonly configuration: Configuration;
  readonly from: readonly [term: number, id: number] | undefined;
  /** The position of its first record. */
  readonly beginsAt: number;
  readonly parts: StatePart[];
}

export interface Recovered {
  readonly log: RaftLog;
  readonly ballot: Ballot;
  /** The state that the log begins with; undefined: it begins with nothing. */
  readonly snapshot: Snapshot | undefined;
  /** One that a leader was sending when the former life ended: it may go on. */
  readonly unfinished: Snapshot | undefined;
}

/** A mark is never 0, and never the same twice as far as chance goes. */
const MARKS = 2 ** 48;

/**
 * A node that should have some records and has none lost its disk: it may have voted, and it may have acknowledged entries, and
 * knows of neither. Its new disk gets a mark of its own, by which everybody knows that it is not the one that was admitted.
 */
export function recover(host: Host<Message, LogRecord>): Recovered {
  const { recovered } = host.log;
  const isNewDisk = recovered.length === 0 && host.boot !== 'found';
  let state: HardState = { term: 0, vote: null, disk: isNewDisk ? 1 + Math.floor(host.random() * MARKS) : 0 };
  let statePosition = 0;
  let snapshot: Snapshot | undefined;
  let unfinished: Snapshot | undefined;
  let folded = new RecoveredLog<LogEntry>();
  for (const [i, record] of recovered.entries()) {
    if (isEntry(record)) folded.put(record[0], record, i + 1);
    else if ('part' in record) unfinished?.parts.push(record.part);
    else if ('keepTail' in record) {
      // Without its beginning it is one that a newer snapshot has replaced.
      if (unfinished === undefined) continue;
      // What another's snapshot replaces is void, whatever there was.
      if (!record.keepTail) folded = new RecoveredLog<LogEntry>();
      folded.cover(unfinished.at.index, record.keepTail);
      snapshot = unfinished;
      unfinished = undefined;
    } else {
      const { term, vote, disk } = record;
      state = { term, vote, disk };
      statePosition = i + 1;
      if ('snapshot' in record) unfinished = begun(record, i + 1);
    }
  }
  folded.finish();
  const { entries, positions } = folded;
  const base = snapshot?.at ?? { index: 0, term: 0 };
  const configuration = snapshot?.configuration ?? founding(host.members);
  const log = new RaftLog(host, { base, configuration, entries, positions });
  const ballot = new Ballot(host, state, statePosition);
  if (recovered.length === 0) ballot.begin();
  return { log, ballot, snapshot, unfinished: unfinished?.from === undefined ? undefined : unfinished };
}

const begun = ({ snapshot, configuration, from }: SnapshotBegun, beginsAt: number): Snapshot => ({
  at: snapshot,
  configuration,
  from,
  beginsAt,
  parts: [],
});
