/** What must hold between the replicas at every instant of a simulation. */
import type { NodeId } from '../api.ts';
import { suffice } from '../parts/joint-quorum.ts';
import { type Configuration, votes } from './configuration.ts';
import type { RaftLog } from './log.ts';
import type { LogEntry } from './records.ts';

/** One replica's state as the invariants see it. */
export interface View {
  readonly role: string;
  readonly leader: NodeId | undefined;
  readonly term: number;
  readonly vote: NodeId | null;
  /** Of a candidate or leader: who has voted for it in this term. */
  readonly supporters: readonly NodeId[];
  readonly commit: number;
  readonly applied: number;
  /** The mark of its disk: not 0 if it has lost one, and with it what it had promised. */
  readonly disk: number;
  /** The cluster has not admitted this disk yet: what the node had may be missing. */
  readonly lostDisk: boolean;
  /** Promises and entries count before they are durable: a crash may take them back, and with them everything but the order of indexes. */
  readonly isLazy: boolean;
  /** The live log. */
  readonly log: RaftLog;
}

type Views = readonly (readonly [NodeId, View])[];

/**
 * Entries compared below the shorter log's end. The invariants are looked at every few milliseconds, far more often than so
 * many entries are appended: what is deeper has been compared before.
 */
const COMPARED_MAX = 64;

/** The first broken invariant, in one sentence. That terms, commit and applied only grow, each replica sees to by itself. */
export function invariants(nodes: ReadonlyMap<NodeId, unknown>): string | undefined {
  const all = nodes as ReadonlyMap<NodeId, View>;
  const views = [...all];
  for (const [at, [id, view]] of views.entries()) {
    const { base, last } = view.log;
    if (!(base.index <= view.applied && view.applied <= view.commit && view.commit <= last)) {
      return `Order of indexes: at ${id} base ${base.index} ≤ applied ${view.applied} ≤ commit ${view.commit} ≤ last ${last} does not hold.`;
    }
    if (view.isLazy) continue;
    for (const [otherId, other] of views.slice(at + 1)) {
      const broken = twoLeaders(view, other) ?? logsDiffer(id, view, otherId, other);
      if (broken !== undefined) return broken;
    }
    const broken = forgotten(id, view, all) ?? notOnMajority(id, view, all);
    if (broken !== undefined) return broken;
  }
  if (views.some(([, { isLazy }]) => isLazy)) return undefined;
  return leaderLacks(views) ?? couldBeElected(views);
}

/** Election safety: a term has one leader, whoever is asked. */
function twoLeaders(a: View, b: View): string | undefined {
  if (a.term !== b.term || a.leader === undefined || b.leader === undefined || a.leader === b.leader) return undefined;
  return `Election safety: in term ${a.term} both ${a.leader} and ${b.leader} lead.`;
}

/** One vote a term, and no way back from a term: what others rely on a node still knows, in whatever life. */
function forgotten(id: NodeId, view: View, nodes: ReadonlyMap<NodeId, View>): string | undefined {
  const { term, leader } = view;
  const led = leader === undefined ? undefined : nodes.get(leader);
  if (led?.disk === 0 && led.term < term) {
    return `Growing terms: ${id} follows ${leader} in term ${term}, and ${leader} is back in term ${led.term}.`;
  }
  for (const voter of view.supporters) {
    const now = nodes.get(voter);
    // What was promised on another disk is forgotten; the entry that admits this one keeps it from voting for anybody who lacks it.
    if (now?.disk !== 0 || now.term > term || (now.term === term && now.vote === id)) continue;
    return `One vote a term: ${voter} voted for ${id} in term ${term}, and is in term ${now.term} with a vote for ${now.vote ?? 'nobody'}.`;
  }
  return undefined;
}

/** Log matching, and that what is committed is the same everywhere. */
function logsDiffer(aId: NodeId, a: View, bId: NodeId, b: View): string | undefined {
  const end = Math.min(a.log.last, b.log.last);
  const stop = Math.max(a.log.base.index, b.log.base.index, end - COMPARED_MAX);
  const bothCommitted = Math.min(a.commit, b.commit);
  let met = false;
  for (let index = end; index > stop; index--) {
    const left = a.log.at(index);
    const right = b.log.at(index);
    if (equal(left, right)) {
      met = true;
      continue;
    }
    if (index <= bothCommitted)
      return `State-machine safety: entry ${index} is committed, and differs on ${aId} and ${bId}.`;
    if (met) return `Log matching: ${aId} and ${bId} agree on an entry after ${index}, and differ at ${index}.`;
    if (left[1] === right[1]) return `Log matching: entry ${index} of term ${left[1]} differs on ${aId} and ${bId}.`;
  }
  return undefined;
}

/** Whether a log has, or had before it was forgotten, the entry of this term at this index. */
function has({ log, commit }: View, index: number, term: number): boolean {
  if (index < log.base.index) return commit >= index;
  return log.termAt(index) === term;
}

/** The configurations that somebody may go by who counts up to an index. */
const configurationsFrom = (nodes: Iterable<View>): readonly Configuration[] =>
  [...nodes].flatMap(({ log }) => log.configurations.all);

/**
 * An entry known to be committed is on the disks of a majority; of nodes that are down, or lost a disk, it may be. By which configuration it
 * was counted the entry does not tell: one is enough.
 */
function notOnMajority(id: NodeId, view: View, nodes: ReadonlyMap<NodeId, View>): string | undefined {
  const { commit, log } = view;
  if (commit <= log.base.index) return undefined;
  const term = log.termAt(commit);
  const holds = (voter: NodeId): boolean => {
    const other = nodes.get(voter);
    if (other === undefined || other.lostDisk) return true;
    return has(other, commit, term) && other.log.durableIndex >= commit;
  };
  if (configurationsFrom(nodes.values()).some((configuration) => suffice(configuration, holds))) return undefined;
  const { voters } = log.configurations.current;
  return `Commitment: ${id} takes entry ${commit} for committed, and only ${voters.filter(holds).length} of ${voters.length} disks can hold it.`;
}

/** Leader completeness: the leader of the highest term has whatever anybody knows to be committed. */
function leaderLacks(views: Views): string | undefined {
  const highest = Math.max(...views.map(([, view]) => view.term));
  for (const [leaderId, leader] of views) {
    if (leader.role !== 'leader' || leader.term !== highest) continue;
    for (const [id, { commit, log }] of views) {
      if (!has(leader, commit, log.termAt(commit))) {
        return `Leader completeness: ${leaderId} leads term ${highest} without entry ${commit}, committed at ${id}.`;
      }
    }
  }
  return undefined;
}

/**
 * The same ahead of time: nobody who lacks the newest committed entry could win an election among those that are up, even if
 * the others lost what is not on their disks. A leader that commits what may yet be replaced breaks this long before anything
 * is replaced.
 */
function couldBeElected(views: Views): string | undefined {
  const [newest] = views.toSorted(([, a], [, b]) => b.commit - a.commit);
  if (newest === undefined || newest[1].commit === 0) return undefined;
  const [knowing, { commit, log }] = newest;
  const term = log.termAt(commit);
  const able = new Map(views.filter(([, { lostDisk }]) => !lostDisk));
  for (const [id, candidate] of able) {
    const { configurations, last, lastTerm } = candidate.log;
    const { current } = configurations;
    if (candidate.role === 'witness' || has(candidate, commit, term) || !votes(current, id)) continue;
    const grants = (voter: NodeId): boolean => {
      const view = able.get(voter);
      // A snapshot that is not on the disk yet: until it is, the log before it would come back, as far as that was.
      if (view === undefined || view.log.durableIndex < view.log.base.index) return false;
      const durableTerm = view.log.termAt(view.log.durableIndex);
      return voter === id || (durableTerm === lastTerm ? last >= view.log.durableIndex : lastTerm > durableTerm);
    };
    if (suffice(current, grants)) {
      return `Leader completeness: ${id} lacks entry ${commit}, committed at ${knowing}, and ${[...able.keys()].filter(grants).join(', ')} would elect it.`;
    }
  }
  return undefined;
}

function equal(a: LogEntry, b: LogEntry): boolean {
  if (a === b) return true;
  if (a[1] !== b[1] || a.length !== b.length) return false;
  return a[2] === 6 ? true : a.every((field, i) => field === b[i]);
}
