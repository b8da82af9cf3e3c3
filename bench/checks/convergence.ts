/** Convergence: once all is quiet, the copies of a key are equal, and every node that ought to hold one does. */

/** What each node holds, by its name: values by key. */
export type Stores = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A key whose copies are not as they ought to be. */
export interface Divergence {
  readonly key: string;
  /** What each of its owners holds; null: nothing. */
  readonly copies: ReadonlyMap<string, string | null>;
}

export interface Convergence {
  readonly keys: number;
  /** Keys with two copies that differ. */
  readonly differing: readonly Divergence[];
  /** Keys that some owner lacks, although another node has a copy: of which no two copies differ. */
  readonly missing: readonly Divergence[];
}

/** @param holds whether the node is one of the key's owners; copies elsewhere are not looked at. Left out: every node owns every key. */
export function convergence(stores: Stores, holds: (node: string, key: string) => boolean = () => true): Convergence {
  const keys = new Set([...stores.values()].flatMap((store) => [...store.keys()]));
  const differing: Divergence[] = [];
  const missing: Divergence[] = [];
  for (const key of keys) {
    const owners = [...stores].filter(([node]) => holds(node, key));
    const copies = new Map(owners.map(([node, store]) => [node, store.get(key) ?? null]));
    const values = new Set(copies.values());
    const lacks = values.delete(null);
    if (values.size > 1) differing.push({ key, copies });
    else if (lacks) missing.push({ key, copies });
  }
  return { keys: keys.size, differing, missing };
}
