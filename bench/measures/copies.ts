/**
 * Copies of one key on different nodes: whether they are equal now, how long it takes after a fault until they are again,
 * and how much of the time they are not. Looked at in the nodes' own stores, so only in simulation.
 */
import type { Copies } from '../runtimes/cluster.ts';
import type { Between } from './selection.ts';

/**
 * Whether all owners of the key that live hold the same. One that lacks what another one has differs from it: so equal
 * copies are as many as there ought to be, or as there are owners alive. Undefined: fewer than two owners live.
 */
export function isEqual(key: string, nodes: readonly Copies[]): boolean | undefined {
  let first: string | null = null;
  let owners = 0;
  for (const node of nodes) {
    if (!node.holds(key)) continue;
    const value = node.get(key);
    if (owners++ === 0) first = value;
    else if (value !== first) return false;
  }
  return owners < 2 ? undefined : true;
}

/** Of the keys with two live owners or more, the share whose owners differ now; undefined: there is no such key. */
export function differingShare(keys: readonly string[], nodes: readonly Copies[]): number | undefined {
  let shared = 0;
  let differing = 0;
  for (const key of keys) {
    const equal = isEqual(key, nodes);
    if (equal === undefined) continue;
    shared++;
    if (!equal) differing++;
  }
  return shared === 0 ? undefined : differing / shared;
}

/** What was seen of the copies around one fault. */
export interface CopiesSeen {
  /** At fixed instants: the share of some keys whose owners differed then. */
  readonly instants: readonly { readonly atMs: number; readonly share: number }[];
  /** Undefined: nothing was healed. */
  readonly healedMs: number | undefined;
  /** From the heal until each key that was there then had been equal everywhere; undefined: some never were. */
  readonly convergedMs: number | undefined;
  /** Of the keys that were there at the heal, the share that was never seen equal since; undefined: nothing was healed. */
  readonly unconvergedShare: number | undefined;
}

/** The mean over the instants of a stretch: how likely a key, at one instant, is read differently at two of its owners. */
export function disagreement({ instants }: CopiesSeen, { fromMs, toMs }: Between): number | undefined {
  const shares = instants.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ share }) => share);
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/**
 * The keys that differ when a fault is healed, until each has been seen equal. Load may go on meanwhile: what is written later
 * is not looked at, and a key that is written all the time counts from the first look that finds its copies equal.
 */
export class Convergence {
  readonly #keys: number;
  #open: readonly string[];

  /** `nodes`: as they are at the heal. */
  constructor(nodes: readonly Copies[]) {
    const keys = new Set(nodes.flatMap((node) => [...node.keys()]));
    this.#keys = keys.size;
    this.#open = [...keys].filter((key) => isEqual(key, nodes) === false);
  }

  /** Looks at what is open. Returns whether nothing is any more. */
  look(nodes: readonly Copies[]): boolean {
    if (this.#open.length > 0) this.#open = this.#open.filter((key) => isEqual(key, nodes) === false);
    return this.isOver;
  }

  get isOver(): boolean {
    return this.#open.length === 0;
  }

  get openShare(): number {
    return this.#keys === 0 ? 0 : this.#open.length / this.#keys;
  }
}
