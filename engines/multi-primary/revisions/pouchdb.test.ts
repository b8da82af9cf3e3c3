/** The tree against PouchDB's, which was written apart from CouchDB's to the same rules. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Random } from '../../../bench/random.ts';
import type { Branch, Revision } from './revision.ts';
import { branchTo, type Edit, randomEdits, shuffled } from './testing.ts';
import { RevisionTree } from './tree.ts';

type PouchNode = [hash: string, about: { readonly deleted?: boolean }, children: PouchNode[]];
type PouchTree = readonly { readonly pos: number; readonly ids: PouchNode }[];

/** What is used of the package, which has no types. */
interface PouchMerge {
  merge(
    tree: PouchTree,
    path: PouchTree[number],
    limit: number,
  ): { readonly tree: PouchTree; readonly conflicts: 'new_leaf' | 'new_branch' | 'internal_node' };
  traverseRevTree(tree: PouchTree, visit: (isLeaf: boolean, pos: number, hash: string) => void): void;
  collectLeaves(tree: PouchTree): readonly { readonly rev: string }[];
  collectConflicts(document: { readonly rev_tree: PouchTree }): readonly string[];
  winningRev(document: { readonly rev_tree: PouchTree }): string;
}

const pouch = createRequire(import.meta.url)('pouchdb-merge') as PouchMerge;

function pathOf({ generation, hashes, value }: Branch): PouchTree[number] {
  let node: PouchNode = [hashes[0]!, value === null ? { deleted: true } : {}, []];
  for (const hash of hashes.slice(1)) node = [hash, {}, [node]];
  return { pos: generation - hashes.length + 1, ids: node };
}

type Told = ReturnType<PouchMerge['merge']>['conflicts'];

/** One document in both trees. */
class Both {
  readonly #limit: number;
  readonly #ours: RevisionTree;
  #theirs: PouchTree = [];

  constructor(limit: number) {
    this.#limit = limit;
    this.#ours = new RevisionTree(limit);
  }

  /** What each tells of the merge; ours in their words. */
  merge(branch: Branch): { readonly ours: Told; readonly theirs: Told } {
    const before = this.#ours.leaves().length;
    const changed = this.#ours.merge(branch);
    const more = this.#ours.leaves().length > before && before > 0;
    const { tree, conflicts } = pouch.merge(this.#theirs, pathOf(branch), this.#limit);
    this.#theirs = tree;
    return { ours: changed ? (more ? 'new_branch' : 'new_leaf') : 'internal_node', theirs: conflicts };
  }

  /** Throws unless both have the same leaves, winner and conflicts. Cut trees may hold a leaf several times in theirs. */
  compare(): void {
    const document = { rev_tree: this.#theirs };
    assert.equal(pouch.winningRev(document), nameOf(this.#ours.winner!));
    assert.equal(new Set(pouch.collectConflicts(document)).size, this.#ours.conflicts);
    assert.deepEqual(this.#theirLeaves(), this.#ours.leaves().map(nameOf).sort());
  }

  /** How many leaves theirs also has with a child, elsewhere; throws unless the others are ours. */
  doubtful(): number {
    const inner = new Set<string>();
    pouch.traverseRevTree(this.#theirs, (isLeaf, pos, hash) => {
      if (!isLeaf) inner.add(`${pos}-${hash}`);
    });
    const leaves = this.#theirLeaves();
    const certain = leaves.filter((name) => !inner.has(name));
    assert.deepEqual(certain, this.#ours.leaves().map(nameOf).sort());
    return leaves.length - certain.length;
  }

  #theirLeaves(): string[] {
    return [...new Set(pouch.collectLeaves(this.#theirs).map(({ rev }) => rev))].sort();
  }
}

const nameOf = ({ generation, hash }: Revision): string => `${generation}-${hash}`;

const NO_LIMIT = 1_000_000;

function documentOf(name: string, roots: number): { readonly random: Random; readonly edits: Edit[] } {
  const random = new Random(name);
  return { random, edits: randomEdits(random, 1 + random.below(20), 1 + random.below(roots), random.next()) };
}

test('both trees have the same leaves, winner and conflicts after 10,000 documents merged in random order', () => {
  for (let i = 0; i < 10_000; i++) {
    const { random, edits } = documentOf(`whole${i}`, 3);
    const severalFirst = edits.filter(({ generation }) => generation === 1).length > 1;
    const both = new Both(NO_LIMIT);
    for (const one of shuffled(random, edits)) {
      const { ours, theirs } = both.merge(branchTo(one));
      // Theirs does not tell of a branch that shares nothing with the others, though it adds it.
      const silent = severalFirst && ours === 'new_branch' && theirs === 'internal_node';
      if (!silent) assert.equal(ours, theirs);
      if (random.next() < 0.1) both.compare();
    }
    both.compare();
  }
});

test('they still have when history is cut early, if whole histories are merged', () => {
  // What merging tells is not compared: theirs tells it before it cuts, and ours afterwards.
  for (let i = 0; i < 2_000; i++) {
    const { random, edits } = documentOf(`limited${i}`, 3);
    const both = new Both(1 + random.below(6));
    for (const one of shuffled(random, edits)) {
      both.merge(branchTo(one));
      both.compare();
    }
  }
});

test('of parts of histories theirs may keep a leaf whose child it knows, and else they have the same leaves', () => {
  // Where two of its branches start at different generations it may hold one revision in both, and give a child to one of them.
  let [merges, doubtful] = [0, 0];
  for (let i = 0; i < 2_000; i++) {
    const { random, edits } = documentOf(`parts${i}`, 3);
    const both = new Both(random.next() < 0.5 ? NO_LIMIT : 1 + random.below(6));
    for (const one of shuffled(random, edits)) {
      both.merge(branchTo(one, 1 + random.below(5)));
      if (both.doubtful() > 0) doubtful++;
      merges++;
    }
  }
  assert.ok(doubtful < 0.02 * merges, `${doubtful} of ${merges}`);
});
