/**
 * Quorums: which copies of a key have to hold a write, or to answer a read, before the coordinator may answer.
 *
 * A quorum is a number of copies, a share of them, or a majority of one zone's or of each zone's copies. Of the key's copies
 * every quorum makes groups, and asks for some of each group: of all copies together, of those of one zone, of each zone's.
 */
import type { Member, NodeId } from '../api.ts';
import { majority } from '../parts/quorum.ts';

/**
 * So many copies; more than half of all; all; more than half of those in the coordinator's zone (where that holds none: of all);
 * more than half of those in every zone that holds some. Cassandra's names: ONE, TWO, QUORUM, ALL, LOCAL_QUORUM, EACH_QUORUM.
 */
export type Quorum = number | 'majority' | 'all' | 'local-majority' | 'each-majority';

export const NAMED_QUORUMS: readonly Quorum[] = ['majority', 'all', 'local-majority', 'each-majority'];

/** What a quorum needs of one set of copies. */
export class Need {
  /** How many of each group. */
  readonly counts: readonly number[];
  /** How many in all: the fewest copies that can do. */
  readonly least: number;
  readonly #groups: ReadonlyMap<NodeId, number>;

  /** `groups`: the copies that count, each with its group. */
  constructor(counts: readonly number[], groups: ReadonlyMap<NodeId, number>) {
    this.counts = counts;
    this.least = counts.reduce((sum, count) => sum + count, 0);
    this.#groups = groups;
  }

  /** The group that the copy counts for; undefined: for none. */
  groupOf(node: NodeId): number | undefined {
    return this.#groups.get(node);
  }

  /** Whether these copies are enough; none of them twice. */
  isMetBy(nodes: Iterable<NodeId>): boolean {
    // Asked of every operation: counting needs no tally where there is one group.
    let missing = this.least;
    const tally = this.counts.length > 1 ? new Tally(this) : undefined;
    for (const node of nodes) {
      if (tally?.add(node)) return true;
      if (tally === undefined && this.#groups.has(node) && --missing === 0) return true;
    }
    return false;
  }
}

/** Counts the copies that have come, each once. */
export class Tally {
  readonly #need: Need;
  #missing: number;
  /** By group, where there are several. */
  readonly #left: number[] | undefined;

  constructor(need: Need) {
    this.#need = need;
    this.#missing = need.least;
    this.#left = need.counts.length > 1 ? [...need.counts] : undefined;
  }

  /** Whether this copy would bring the quorum nearer. */
  wants(node: NodeId): boolean {
    const group = this.#need.groupOf(node);
    return group !== undefined && this.#missing > 0 && (this.#left === undefined || this.#left[group]! > 0);
  }

  /** Takes a copy in, and says whether it was the last that was missing. */
  add(node: NodeId): boolean {
    if (!this.wants(node)) return false;
    if (this.#left !== undefined) this.#left[this.#need.groupOf(node)!]!--;
    return --this.#missing === 0;
  }
}

/** A node's zone, by its name. */
export type Zones = ReadonlyMap<NodeId, string>;

export const zonesOf = (members: readonly Member[]): Zones => new Map(members.map(({ id, zone }) => [id, zone]));

/** What the quorum needs of these copies if the coordinator stands in this zone. */
export function needOf(quorum: Quorum, copies: readonly NodeId[], zones: Zones, zone: string): Need {
  const together = (nodes: readonly NodeId[], count: number): Need =>
    new Need([count], new Map(nodes.map((node) => [node, 0])));
  if (typeof quorum === 'number') return together(copies, quorum);
  if (quorum === 'all') return together(copies, copies.length);
  if (quorum === 'majority') return together(copies, majority(copies.length));
  if (quorum === 'local-majority') {
    const local = copies.filter((node) => zones.get(node) === zone);
    const asked = local.length > 0 ? local : copies;
    return together(asked, majority(asked.length));
  }
  const names = [...new Set(copies.map((node) => zones.get(node)!))];
  const counts = names.map((name) => majority(copies.filter((node) => zones.get(node) === name).length));
  return new Need(counts, new Map(copies.map((node) => [node, names.indexOf(zones.get(node)!)])));
}

/**
 * Whether none of these copies can be left out: no quorum, wherever its coordinator stands, is met by the other copies
 * alone.
 */
export function areUnavoidable(nodes: ReadonlySet<NodeId>, needs: readonly Need[], copies: readonly NodeId[]): boolean {
  const others = copies.filter((node) => !nodes.has(node));
  return needs.every((need) => !need.isMetBy(others));
}

/** Whether any two quorums, one of each kind, have a copy in common. */
export function meet(a: readonly Need[], b: readonly Need[], copies: readonly NodeId[]): boolean {
  return a.every((need) => smallestSets(need, copies).every((set) => areUnavoidable(set, b, copies)));
}

/** Every way to meet a need with as few copies as can do. Copies are few: a hundred ways at most, for nine of them. */
function smallestSets(need: Need, copies: readonly NodeId[]): ReadonlySet<NodeId>[] {
  let sets: NodeId[][] = [[]];
  need.counts.forEach((count, group) => {
    const some = choose(
      copies.filter((node) => need.groupOf(node) === group),
      count,
    );
    sets = sets.flatMap((set) => some.map((more) => [...set, ...more]));
  });
  return sets.map((set) => new Set(set));
}

function choose(nodes: readonly NodeId[], count: number): NodeId[][] {
  if (count === 0) return [[]];
  return nodes.flatMap((node, i) => choose(nodes.slice(i + 1), count - 1).map((rest) => [node, ...rest]));
}
