/**
 * Majorities of two configurations at once, as a change from one to the other needs them (the Raft paper, section 6): whatever is
 * decided meanwhile is decided by both. Outside a change one of them is empty, and agrees with everything.
 */
import { majority, reachedByMajority, type Tally, tally } from './quorum.ts';

export interface JointVoters {
  readonly voters: readonly string[];
  /** Those of the configuration that is being left; empty outside a change. */
  readonly outgoing: readonly string[];
}

/** The highest value that majorities of both have reached. No voters at all: `Infinity`, no limit. */
export function reachedByBoth({ voters, outgoing }: JointVoters, of: (voter: string) => number): number {
  const reached = reachedByMajority(voters.map(of));
  return outgoing.length === 0 ? reached : Math.min(reached, reachedByMajority(outgoing.map(of)));
}

/** Where a vote stands: won if both have granted it, lost if one cannot any more. Voices of others do not count. */
export function tallyBoth({ voters, outgoing }: JointVoters, answers: ReadonlyMap<string, boolean>): Tally {
  const tallies = [tally(voters, answers), tally(outgoing, answers)];
  if (tallies.includes('lost')) return 'lost';
  return tallies.includes('pending') ? 'pending' : 'won';
}

/** Whether these make up majorities of both. */
export function suffice({ voters, outgoing }: JointVoters, who: (voter: string) => boolean): boolean {
  const enough = (ids: readonly string[]): boolean => ids.filter(who).length >= majority(ids.length);
  return enough(voters) && enough(outgoing);
}
