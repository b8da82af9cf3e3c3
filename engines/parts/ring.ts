/**
 * Placement: which nodes hold a key's copies.
 *
 * Keys fall into 256 fixed partitions by hash. A partition's copies are found by walking a ring of tokens (consistent hashing with
 * 64 tokens a node): first the next node of each zone not met yet, so that no two copies share a zone while there are
 * zones left, then the next nodes of any zone. A node that comes or goes changes only the partitions that it holds or held.
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
  /** Set where every node holds every key: then keys need no hashing. */
  readonly #everyone: readonly NodeId[] | undefined;

  /** Places `copies` of each key on the members that hold data (`full`), or on all of these if they are fewer. */
  constructor(members: readonly Member[], copies: number) {
    const full = members.filter((member) => member.kind === 'full');
    const everyone = full.map((member) => member.id);
    if (copies >= full.length) {
      this.#partitions = Array.from({ length: PARTITIONS }, () => everyone);
      this.#everyone = everyone;
      return;
    }
    const tokens = full
      .flatMap((member) =>
        Array.from({ length: TOKENS_PER_NODE }, (_, i) => ({ at: hashText(`${member.id}/${i}`), member })),
      )
      .sort((a, b) => a.at - b.at || (a.member.id < b.member.id ? -1 : 1));
    this.#partitions = Array.from({ length: PARTITIONS }, (_, partition) =>
      walk(tokens, full.length, (partition + 0.5) * 2 ** 24, copies),
    );
  }

  /** The nodes that hold the key; always the same array for the same key. The first is no better than the others. */
  copiesOf(key: string): readonly NodeId[] {
    return this.#everyone ?? this.#partitions[partitionOf(key)]!;
  }

  copiesOfPartition(partition: number): readonly NodeId[] {
    return this.#partitions[partition]!;
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

function walk(tokens: readonly Token[], nodes: number, from: number, copies: number): readonly NodeId[] {
  const first = tokens.findIndex((token) => token.at >= from);
  const order: Member[] = [];
  for (let i = 0; order.length < nodes; i++) {
    const { member } = tokens[(Math.max(first, 0) + i) % tokens.length]!;
    if (!order.includes(member)) order.push(member);
  }
  const chosen: Member[] = [];
  const zones = new Set<string>();
  for (const member of order) {
    if (chosen.length < copies && !zones.has(member.zone)) {
      zones.add(member.zone);
      chosen.push(member);
    }
  }
  for (const member of order) {
    if (chosen.length < copies && !chosen.includes(member)) chosen.push(member);
  }
  return chosen.map((member) => member.id);
}
