/** Who gets a vote: the rules, apart from everything that happens around them. */
import type { NodeId } from '../api.ts';
import type { Ballot } from './ballot.ts';
import type { RaftLog } from './log.ts';
import type { AskVote } from './messages.ts';

/** Whether a log that ends so holds all that this one could know to be committed: the later last term wins, then the longer log. */
export function isUpToDate(lastTerm: number, lastIndex: number, log: RaftLog): boolean {
  return lastTerm === log.lastTerm ? lastIndex >= log.last : lastTerm > log.lastTerm;
}

/** Whether the candidate may have this node's vote in the term it asks for. One vote a term, and none for a log that lacks something. */
export function mayVote(candidate: NodeId, asked: AskVote, ballot: Ballot, log: RaftLog): boolean {
  if (asked.term < ballot.term) return false;
  if (!asked.pre && asked.term === ballot.term && ballot.vote !== null && ballot.vote !== candidate) return false;
  // A vote in the present term may be gone already, so standing makes sense for a later one only.
  if (asked.pre && asked.term === ballot.term) return false;
  return isUpToDate(asked.lastTerm, asked.lastIndex, log);
}
