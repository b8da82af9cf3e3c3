/** What a life starts from: the log and the ballot that the former lives left on disk. */
import type { Host } from '../api.ts';
import { RecoveredLog } from '../parts/recovered-log.ts';
import { Ballot } from './ballot.ts';
import { RaftLog } from './log.ts';
import { type HardState, isEntry, type LogEntry, type LogRecord, type Message } from './messages.ts';

/**
 * Folds the recovered records. A node that should have some and has none lost its disk: it may have voted, and it may have
 * acknowledged entries, and knows of neither. It stores and acknowledges what a leader sends it, but neither votes nor
 * stands, for its vote could now elect a leader that lacks what it acknowledged then. That lasts until it is replaced.
 */
export function recover(host: Host<Message, LogRecord>): { log: RaftLog; ballot: Ballot } {
  const { recovered } = host.log;
  const lost = recovered.length === 0 && host.boot !== 'found';
  let state: HardState = { term: 0, vote: null, abstains: lost };
  let statePosition = 0;
  const folded = new RecoveredLog<LogEntry>();
  for (let position = 1; position <= recovered.length; position++) {
    const record = recovered[position - 1]!;
    if (isEntry(record)) folded.put(record[0], record, position);
    else {
      state = record;
      statePosition = position;
    }
  }
  folded.finish();
  const log = new RaftLog(host, folded.entries, folded.positions);
  const ballot = new Ballot(host, state, statePosition);
  if (recovered.length === 0) ballot.found();
  return { log, ballot };
}
