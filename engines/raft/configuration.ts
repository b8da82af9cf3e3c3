/**
 * Who takes part: as data, and what can become of it. A change of voters goes through a joint configuration, in which the old voters
 * and the new ones decide together (the Raft paper, section 6); learners come and go without one, since they decide nothing.
 */
import type { Member, NodeId } from '../api.ts';
import type { JointVoters } from '../parts/joint-quorum.ts';

export interface Configuration extends JointVoters {
  /** They get the log, and neither vote nor count. */
  readonly learners: readonly NodeId[];
  /** Learners that voted until they lost their disk, and are to vote again once they have caught up. */
  readonly returning: readonly NodeId[];
  /**
   * The disk that a node was admitted with, by its mark; 0 where none is named. A voter with another disk has forgotten what it
   * promised: it neither votes nor counts until it has been a learner again.
   */
  readonly disks: readonly (readonly [node: NodeId, mark: number])[];
}

/** What a cluster is founded with: everyone but the spares votes. */
export function founding(members: readonly Member[]): Configuration {
  const voters = members.filter(({ kind }) => kind !== 'spare').map(({ id }) => id);
  return { voters, outgoing: [], learners: [], returning: [], disks: [] };
}

export const isJoint = ({ outgoing }: Configuration): boolean => outgoing.length > 0;

export const votes = ({ voters, outgoing }: Configuration, node: NodeId): boolean =>
  voters.includes(node) || outgoing.includes(node);

export const takesPart = (configuration: Configuration, node: NodeId): boolean =>
  votes(configuration, node) || configuration.learners.includes(node);

/** Everyone who gets the log. */
export const everyone = ({ voters, outgoing, learners }: Configuration): readonly NodeId[] => [
  ...new Set([...voters, ...outgoing, ...learners]),
];

/** Whether a node with this disk may vote and count. */
export const admits = (configuration: Configuration, node: NodeId, mark: number): boolean =>
  diskOf(configuration, node) === mark;

/** The mark of the disk that a node was admitted with. */
export const diskOf = ({ disks }: Configuration, node: NodeId): number => disks.find(([id]) => id === node)?.[1] ?? 0;

export function withLearner(configuration: Configuration, node: NodeId): Configuration {
  return { ...configuration, learners: [...configuration.learners, node] };
}

export function withoutLearner(configuration: Configuration, node: NodeId): Configuration {
  const without = (ids: readonly NodeId[]): readonly NodeId[] => ids.filter((id) => id !== node);
  const { learners, returning, disks } = configuration;
  return {
    ...configuration,
    learners: without(learners),
    returning: without(returning),
    disks: disks.filter(([id]) => id !== node),
  };
}

/** A change of voters. Who is demoted stays as a learner, and is to return. */
export interface Change {
  readonly promote?: { readonly node: NodeId; readonly disk: number };
  readonly remove?: NodeId;
  readonly demote?: NodeId;
}

/** The joint configuration that a change begins with. */
export function entering(configuration: Configuration, { promote, remove, demote }: Change): Configuration {
  const { voters, learners, returning, disks } = configuration;
  const stays = (id: NodeId): boolean => id !== promote?.node && id !== remove;
  const demoted = demote === undefined ? [] : [demote];
  return {
    voters: [
      ...voters.filter((id) => id !== remove && id !== demote),
      ...(promote === undefined ? [] : [promote.node]),
    ],
    outgoing: voters,
    learners: [...learners.filter(stays), ...demoted],
    returning: [...returning.filter(stays), ...demoted],
    disks: [
      ...disks.filter(([id]) => stays(id)),
      ...(promote === undefined || promote.disk === 0 ? [] : [[promote.node, promote.disk] as const]),
    ],
  };
}

/** The configuration that a change ends with. */
export function leaving(configuration: Configuration): Configuration {
  return { ...configuration, outgoing: [] };
}
