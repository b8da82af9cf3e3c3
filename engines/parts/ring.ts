/**
 * Placement: which nodes hold a key's copies.
 *
 * Keys fall into 256 fixed partitions by hash. A partition's copies are found by walking a ring of tokens (consistent hashing with
 * 64 tokens a node): the next nodes of any zone; or, aware of zones, first the next node of each zone, then a second one of each,
 * and so on, so that copies are spread over the zones as evenly as can be. A node that comes or goes changes only the partitions
 * that it holds or held.
 */
import type { Member, NodeId } from '../api.ts';
import { hashText } from './hash.ts';

export const PARTITIONS = 256;
/** Enough that the largest share of three nodes stays within a third of the smallest. */
const TOKENS_PER_NODE = 64;

/** The first 8 bits of the key's hash. */
export const partitionOf = (key: string): number => hashText(key) >>> 24;

export class Ring {
  readonly #partitions: readonly (readonly NodeId[])[];
  /** The nodes that come after a partition's copies. */
  readonly #next: readonly (readonly NodeId[])[];
  /** Set where every node holds every key: then keys need no hashing. */
  readonly #everyone: readonly NodeId[] | undefined;

  /** Places `copies` of each key on the members that hold data (`full`), or on all of these if they are fewer. */
  constructor(members: readonly Member[], copies: number, zoneAware = true) {
    const full = members.filter((member) => member.kind === 'full');
    const everyone = full.map((member) => member.id);
    if (copies >= full.length) {
      this.#partitions = Array.from({ length: PARTITIONS }, () => everyone);
      this.#everyone = everyone;
      this.#next = this.#partitions.map(() => []);
      return;
    }
    const tokens = full
      .flatMap((member) =>
        Array.from({ length: TOKENS_PER_NODE }, (_, i) => ({ at: hashText(`${member.id}/${i}`), member })),
      )
      .sort((a, b) => a.at - b.at || (a.member.id < b.member.id ? -1 : 1));
    const known = new Map<string, readonly NodeId[]>();
    const orders = Array.from({ length: PARTITIONS }, (_, partition) =>
      walk(tokens, full.length, (partition + 0.5) * 2 ** 24, zoneAware),
    );
    this.#next = orders.map((order) => order.slice(copies));
    this.#partitions = orders.map((order) => {
      const nodes = order.slice(0, copies);
      const name = nodes.join();
      if (!known.has(name)) known.set(name, nodes);
      return known.get(name)!;
    });
  }

  /** The nodes that hold the key; the same array for all keys that have the same. The first is no better than the others. */
  copiesOf(key: string): readonly NodeId[] {
    return this.#everyone ?? this.#partitions[partitionOf(key)]!;
  }

  /** The nodes that would be given the key's copies next, were there more of them. */
  nextOf(key: string): readonly NodeId[] {
    return this.#next[partitionOf(key)]!;
  }

  copiesOfPartition(partition: number): readonly NodeId[] {
    return this.#partitions[partition]!;
  }

  /** Every list of copies that some partition has; each once, as `copiesOf` returns it. */
  placements(): (readonly NodeId[])[] {
    return [...new Set(this.#partitions)];
  }

  /** The partitions that both nodes hold, in order. */
  shared(a: NodeId, b: NodeId): number[] {
    const shared: number[] = [];
    this.#partitions.forEach((copies, partition) => {
      if (copies.includes(a) && copies.includes(b)) shared.push(partition);
    });
    return shared;
  }
}

interface Token {
  readonly at: number;
  readonly member: Member;
}

/** The members in the order in which they are given copies of what lies at this place. */
function walk(tokens: readonly Token[], nodes: number, from: number, zoneAware: boolean): NodeId[] {
  const first = Math.max(
    tokens.findIndex((token) => token.at >= from),
    0,
  );
  const order: Member[] = [];
  for (let i = 0; order.length < nodes; i++) {
    const { member } = tokens[(first + i) % tokens.length]!;
    if (!order.includes(member)) order.push(member);
  }
  const ids = (members: readonly Member[]): NodeId[] => members.map(({ id }) => id);
  if (!zoneAware) return ids(order);
  const met = new Map<string, number>();
  const rounds = order.map(({ zone }) => {
    const round = met.get(zone) ?? 0;
    met.set(zone, round + 1);
    return round;
  });
  // Sorting is stable: within a round the ring's order stays.
  return ids(
    order
      .map((member, i) => ({ member, round: rounds[i]! }))
      .sort((a, b) => a.round - b.round)
      .map(({ member }) => member),
  );
}
