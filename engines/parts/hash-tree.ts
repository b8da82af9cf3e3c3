/**
 * Hash tree over versioned keys: two nodes find where they differ by comparing digests from the root down.
 *
 * A key's leaf is fixed by the first 12 bits of its hash: 256 branches of 16 leaves. A branch is exactly a partition of `ring.ts`, so that
 * two nodes which share only some partitions compare only those. A change costs two marks and no hashing; digests are
 * computed when they are asked for, and only of marked leaves.
 *
 * A leaf's digest is the sum of its items' digests, in two independent lanes of 32 bits. Sums, since items come in no order. Not
 * exclusive or, under which equal digests cancel in pairs; and every item's digest is fully mixed from key and version, so that
 * sums of different sets agree with the chance of any two 64-bit numbers agreeing. (The sum of poorly mixed digests
 * would fail: version 1 here and 2 there would add up to 2 here and 1 there.) Above the leaves order is known, and the children's
 * digests are mixed in order.
 */
import { hashText, mix } from './hash.ts';

export const BRANCHES = 256;
export const LEAVES_PER_BRANCH = 16;

/** Two unsigned 32-bit numbers. */
export type Digest = readonly [a: number, b: number];

export const leafOf = (key: string): number => hashText(key) >>> 20;
export const branchOf = (leaf: number): number => Math.floor(leaf / LEAVES_PER_BRANCH);
export const sameDigest = (a: Digest, b: Digest): boolean => a[0] === b[0] && a[1] === b[1];

const NO_ITEMS: readonly never[] = [];

export class HashTree<Item> {
  readonly #digestOf: (item: Item, lane: 0 | 1) => number;
  readonly #items: (Item[] | undefined)[] = new Array(BRANCHES * LEAVES_PER_BRANCH);
  readonly #leaves = new Level(BRANCHES * LEAVES_PER_BRANCH);
  readonly #branches = new Level(BRANCHES);

  /** `digestOf` mixes the item's key and version to 32 unsigned bits, differently for each lane. */
  constructor(digestOf: (item: Item, lane: 0 | 1) => number) {
    this.#digestOf = digestOf;
    this.#branches.marked.fill(1);
  }

  /** Adds an item that the tree does not hold yet. */
  add(leaf: number, item: Item): void {
    const items = this.#items[leaf];
    if (items === undefined) this.#items[leaf] = [item];
    else items.push(item);
    this.touch(leaf);
  }

  /** Removes an item that the tree holds. */
  remove(leaf: number, item: Item): void {
    const items = this.#items[leaf] ?? [];
    const at = items.indexOf(item);
    if (at === -1) throw new Error(`leaf ${leaf} of the hash tree does not hold the item to be removed`);
    items.splice(at, 1);
    this.touch(leaf);
  }

  /** Says that an item of this leaf has changed its version. */
  touch(leaf: number): void {
    this.#leaves.marked[leaf] = 1;
    this.#branches.marked[branchOf(leaf)] = 1;
  }

  items(leaf: number): readonly Item[] {
    return this.#items[leaf] ?? NO_ITEMS;
  }

  leaf(leaf: number): Digest {
    this.#settleLeaf(leaf);
    return this.#leaves.digest(leaf);
  }

  branch(branch: number): Digest {
    this.#settleBranch(branch);
    return this.#branches.digest(branch);
  }

  /** The digest over these branches, in this order. */
  root(branches: readonly number[]): Digest {
    let [a, b] = START;
    for (const branch of branches) {
      this.#settleBranch(branch);
      a = mix(a, this.#branches.a[branch]!);
      b = mix(b, this.#branches.b[branch]!);
    }
    return [a, b];
  }

  #settleLeaf(leaf: number): void {
    if (this.#leaves.marked[leaf] === 0) return;
    let a = 0;
    let b = 0;
    for (const item of this.items(leaf)) {
      a += this.#digestOf(item, 0);
      b += this.#digestOf(item, 1);
    }
    this.#leaves.set(leaf, a, b);
  }

  #settleBranch(branch: number): void {
    if (this.#branches.marked[branch] === 0) return;
    let [a, b] = START;
    const first = branch * LEAVES_PER_BRANCH;
    for (let leaf = first; leaf < first + LEAVES_PER_BRANCH; leaf++) {
      this.#settleLeaf(leaf);
      a = mix(a, this.#leaves.a[leaf]!);
      b = mix(b, this.#leaves.b[leaf]!);
    }
    this.#branches.set(branch, a, b);
  }
}

/** What a digest over ordered children starts from. */
const START: Digest = [1, 2];

/** One level of the tree: both lanes, and whether they are out of date. */
class Level {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly marked: Uint8Array;

  constructor(size: number) {
    this.a = new Uint32Array(size);
    this.b = new Uint32Array(size);
    this.marked = new Uint8Array(size);
  }

  digest(index: number): Digest {
    return [this.a[index]!, this.b[index]!];
  }

  /** Keeps the lowest 32 bits of each lane; sums of up to two million digests are exact before that. */
  set(index: number, a: number, b: number): void {
    this.a[index] = a;
    this.b[index] = b;
    this.marked[index] = 0;
  }
}
