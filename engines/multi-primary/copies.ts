/** The copies that this node holds: each key's newest version, in the host's store, with its stamp, log position and leaf beside it. */
import type { Store } from '../api.ts';
import { hashText, mix } from '../parts/hash.ts';
import { HashTree, leafOf } from '../parts/hash-tree.ts';
import { isNewer } from '../parts/hybrid-clock.ts';
import type { Version } from './messages.ts';

export interface Stamp {
  readonly time: number;
  readonly writer: string;
}

/** What is known of a held key's version; the value is in the store. */
export interface Holding {
  readonly key: string;
  time: number;
  writer: string;
  /** Where this life's log has the version; 0: a former life's. */
  position: number;
  readonly leaf: number;
}

export class Copies {
  readonly #store: Store;
  readonly #holdings = new Map<string, Holding>();
  readonly tree = new HashTree<Holding>(digestOf);
  #changes: Map<string, Stamp | undefined> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get size(): number {
    return this.#holdings.size;
  }

  get(key: string): Holding | undefined {
    return this.#holdings.get(key);
  }

  all(): IterableIterator<Holding> {
    return this.#holdings.values();
  }

  value(key: string): string | null {
    return this.#store.get(key);
  }

  version({ key, time, writer }: Holding): Version {
    return { value: this.#store.get(key), time, writer };
  }

  /** From the first call on, changes are noted: the keys changed since the last call, with the stamp that each had then. */
  takeChanges(): ReadonlyMap<string, Stamp | undefined> {
    const changes = this.#changes ?? new Map([...this.#holdings.keys()].map((key) => [key, undefined]));
    this.#changes = new Map();
    return changes;
  }

  /** Takes the version if it is newer than the one held, and says whether it was. */
  merge(key: string, value: string | null, time: number, writer: string, position: number): boolean {
    const holding = this.#holdings.get(key);
    if (holding === undefined) {
      const added = { key, time, writer, position, leaf: leafOf(key) };
      this.#holdings.set(key, added);
      this.tree.add(added.leaf, added);
      this.#changes?.set(key, undefined);
    } else {
      if (!isNewer(time, writer, holding.time, holding.writer)) {
        if (time === holding.time && writer === holding.writer && value !== this.#store.get(key)) {
          throw new Error(`two values of ${key} with the stamp ${time} ${writer}`);
        }
        return false;
      }
      if (this.#changes?.has(key) === false) this.#changes.set(key, { time: holding.time, writer: holding.writer });
      holding.time = time;
      holding.writer = writer;
      holding.position = position;
      this.tree.touch(holding.leaf);
    }
    this.#store.set(key, value);
    return true;
  }
}

const LANE_SEEDS = [0x2545f491, 0x9e3779b9] as const;

/** Mixes key and stamp. Deleted or not needs no part in it: an equal stamp is the same write. */
function digestOf({ key, time, writer }: Holding, lane: 0 | 1): number {
  const seed = LANE_SEEDS[lane];
  const low = mix(hashText(key, seed), time % 2 ** 32);
  return mix(mix(low, Math.floor(time / 2 ** 32)), hashText(writer, seed));
}
