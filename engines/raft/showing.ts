/** What a replica tells of itself: to people, and to the invariants of a simulation. */
import type { NodeId, ReplicaStatus } from '../api.ts';
import type { View } from './invariants.ts';
import type { Node } from './node.ts';

/** What only the replica knows. */
export interface Shown {
  readonly role: string;
  readonly leader: NodeId | undefined;
  /** Of a candidate or leader: who has voted for it in this term. */
  readonly supporters: readonly NodeId[];
}

export function statusOf(node: Node, { role, leader }: Shown): ReplicaStatus {
  const { ballot, log, machine, installing, isAdmitted, configuration } = node;
  return {
    role,
    ...(leader === undefined ? {} : { leader }),
    epoch: ballot.term,
    details: {
      base: log.base.index,
      last: log.last,
      durable: log.durableIndex,
      commit: machine.commit,
      applied: machine.applied,
      voters: configuration.voters.join(' '),
      ...(installing.isUnderWay ? { takes: 'a snapshot' } : {}),
      ...(isAdmitted ? {} : { waits: 'for its new disk to be admitted' }),
    },
  };
}

export function viewOf(node: Node, shown: Shown): View {
  const { ballot, log, machine, options, isAdmitted } = node;
  return {
    ...shown,
    term: ballot.term,
    vote: ballot.vote,
    commit: machine.commit,
    applied: machine.applied,
    disk: ballot.disk,
    lostDisk: !isAdmitted,
    isLazy: options.lazySync,
    log,
  };
}
