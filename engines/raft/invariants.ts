/** What must hold between the replicas at every instant of a simulation. */
import type { NodeId } from '../api.ts';
import { majority } from '../parts/quorum.ts';
import type { LogEntry } from './messages.ts';

/** One replica's state as the invariants see it. `entries` is the live log itself. */
export interface View {
  readonly voters: number;
  readonly role: string;
  readonly leader: NodeId | undefined;
  readonly term: number;
  readonly vote: NodeId | null;
  /** Of a candidate or leader: who has voted for it in this term. */
  readonly supporters: readonly NodeId[];
  readonly commit: number;
  readonly applied: number;
  /** How far the log is on this replica's disk. */
  readonly durable: number;
  /** It knows that it lost its disk once, and so takes no part in elections: what it had may be missing. */
  readonly lostDisk: boolean;
  readonly entries: readonly LogEntry[];
}

/**
 * Entries compared below the shorter log's end. The invariants are looked at every few milliseconds, far more often than so
 * many entries are appended: what is deeper has been compared before.
 */
const COMPARED_MAX = 64;

/** The first broken invariant, in one sentence. That terms, commit and applied only grow, each replica sees to by itself. */
export function invariants(nodes: ReadonlyMap<NodeId, unknown>): string | undefined {
  const views = [...(nodes as ReadonlyMap<NodeId, View>)].filter(([, view]) => view.role !== 'spare');
  for (const [at, [id, view]] of views.entries()) {
    if (view.applied > view.commit || view.commit > view.entries.length) {
      return `Order of indexes: at ${id} applied ${view.applied} ≤ commit ${view.commit} ≤ last ${view.entries.length} does not hold.`;
    }
    for (const [otherId, other] of views.slice(at + 1)) {
      const broken = twoLeaders(view, other) ?? logsDiffer(id, view, otherId, other);
      if (broken !== undefined) return broken;
    }
    const broken = forgotten(id, view, nodes as ReadonlyMap<NodeId, View>) ?? notOnMajority(id, view, views);
    if (broken !== undefined) return broken;
  }
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
  if (led !== undefined && !led.lostDisk && led.term < term) {
    return `Growing terms: ${id} follows ${leader} in term ${term}, and ${leader} is back in term ${led.term}.`;
  }
  for (const voter of view.supporters) {
    const now = nodes.get(voter);
    if (now === undefined || now.lostDisk || now.term > term || (now.term === term && now.vote === id)) continue;
    return `One vote a term: ${voter} voted for ${id} in term ${term}, and is in term ${now.term} with a vote for ${now.vote ?? 'nobody'}.`;
  }
  return undefined;
}

/** Log matching, and that what is committed is the same everywhere. */
function logsDiffer(aId: NodeId, a: View, bId: NodeId, b: View): string | undefined {
  const end = Math.min(a.entries.length, b.entries.length);
  const stop = Math.max(0, end - COMPARED_MAX);
  const bothCommitted = Math.min(a.commit, b.commit);
  let met = false;
  for (let index = end; index > stop; index--) {
    const left = a.entries[index - 1]!;
    const right = b.entries[index - 1]!;
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

/** An entry known to be committed is on the disks of a majority; of nodes that are down, or lost a disk, it may be. */
function notOnMajority(id: NodeId, view: View, views: readonly (readonly [NodeId, View])[]): string | undefined {
  if (view.commit === 0 || view.commit > view.entries.length) return undefined;
  const entry = view.entries[view.commit - 1]!;
  let holders = view.voters - views.length;
  for (const [, other] of views) {
    const theirs = other.entries[view.commit - 1];
    const holds = theirs !== undefined && equal(theirs, entry) && other.durable >= view.commit;
    if (holds || other.lostDisk) holders++;
  }
  if (holders >= majority(view.voters)) return undefined;
  return `Commitment: ${id} takes entry ${view.commit} for committed, and only ${holders} of ${view.voters} disks can hold it.`;
}

/** Leader completeness: the leader of the highest term has whatever anybody knows to be committed. */
function leaderLacks(views: readonly (readonly [NodeId, View])[]): string | undefined {
  const highest = Math.max(...views.map(([, view]) => view.term));
  for (const [leaderId, leader] of views) {
    if (leader.role !== 'leader' || leader.term !== highest) continue;
    for (const [id, view] of views) {
      if (view.commit === 0) continue;
      const own = leader.entries[view.commit - 1];
      if (own === undefined || !equal(own, view.entries[view.commit - 1]!)) {
        return `Leader completeness: ${leaderId} leads term ${highest} without entry ${view.commit}, committed at ${id}.`;
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
function couldBeElected(views: readonly (readonly [NodeId, View])[]): string | undefined {
  const [newest] = views.toSorted(([, a], [, b]) => b.commit - a.commit);
  if (newest === undefined || newest[1].commit === 0) return undefined;
  const [knowing, { commit, entries, voters }] = newest;
  const able = views.filter(([, { lostDisk }]) => !lostDisk);
  for (const [id, candidate] of able) {
    const own = candidate.entries[commit - 1];
    if (candidate.role === 'witness' || (own !== undefined && equal(own, entries[commit - 1]!))) continue;
    const last = candidate.entries.length;
    const lastTerm = termAt(candidate, last);
    const granting = able.filter(([other, view]) => {
      if (other === id) return true;
      const term = termAt(view, view.durable);
      return term === lastTerm ? last >= view.durable : lastTerm > term;
    });
    if (granting.length >= majority(voters)) {
      return `Leader completeness: ${id} lacks entry ${commit}, committed at ${knowing}, and ${granting.length} of ${voters} would elect it.`;
    }
  }
  return undefined;
}

const termAt = ({ entries }: View, index: number): number => entries[index - 1]?.[1] ?? 0;

function equal(a: LogEntry, b: LogEntry): boolean {
  if (a === b) return true;
  return a[1] === b[1] && a[2] === b[2] && a[3] === b[3] && a[4] === b[4] && a[5] === b[5];
}
