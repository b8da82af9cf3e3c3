import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../bench/random.ts';
import { type Branch, beats, hashOf, type Leaf } from './revision.ts';
import { branchTo, type Edit, edit, randomEdits, shuffled } from './testing.ts';
import { RevisionTree } from './tree.ts';

/** The rules read aloud: all that is known, joined, and after each merge all cut that is far from every leaf. */
class PlainTree {
  readonly limit: number;
  parents = new Map<string, { readonly generation: number; readonly parent: string | undefined }>();
  readonly values = new Map<string, string | null>();

  constructor(limit: number) {
    this.limit = limit;
  }

  merge({ generation, hashes, value }: Branch): boolean {
    const before = this.#picture();
    if (!this.parents.has(hashes[0]!)) this.values.set(hashes[0]!, value);
    for (const [i, hash] of hashes.entries()) {
      const parent = hashes[i + 1] ?? this.parents.get(hash)?.parent;
      this.parents.set(hash, { generation: generation - i, parent });
    }
    const kept = new Set<string>();
    for (const leaf of this.leaves()) {
      let at: string | undefined = leaf.hash;
      for (let i = 0; i < this.limit && at !== undefined; i++) {
        kept.add(at);
        at = this.parents.get(at)?.parent;
      }
    }
    const cut = [...this.parents].filter(([hash]) => kept.has(hash));
    const join = (parent: string | undefined) => (parent !== undefined && kept.has(parent) ? parent : undefined);
    this.parents = new Map(cut.map(([hash, { generation, parent }]) => [hash, { generation, parent: join(parent) }]));
    return this.#picture() !== before;
  }

  leaves(): Leaf[] {
    const inner = new Set([...this.parents.values()].map(({ parent }) => parent));
    const leaves = [...this.parents].filter(([hash]) => !inner.has(hash));
    return leaves
      .map(([hash, { generation }]) => ({ generation, hash, value: this.values.get(hash)! }))
      .sort((a, b) => (beats(a, b) ? -1 : 1));
  }

  #picture(): string {
    return JSON.stringify([...this.parents].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

const NO_LIMIT = 1_000_000;

function treeOf(branches: readonly Branch[], limit = NO_LIMIT): RevisionTree {
  const tree = new RevisionTree(limit);
  for (const branch of branches) tree.merge(branch);
  return tree;
}

/** All that one can ask a tree of these edits. */
function pictureOf(tree: RevisionTree, edits: readonly Edit[]): unknown {
  const leaves = tree.leaves();
  return {
    winner: tree.winner,
    conflicts: tree.conflicts,
    branches: leaves.map((leaf) => tree.branchOf(leaf)),
    has: edits.map((one) => tree.has(one.hash)),
  };
}

/** Several random documents, each with a random that is its own. */
function* documents(name: string, count: number): Generator<{ readonly random: Random; readonly edits: Edit[] }> {
  for (let i = 0; i < count; i++) {
    const random = new Random(`${name}${i}`);
    yield { random, edits: randomEdits(random, 1 + random.below(30), 1 + random.below(3), random.next()) };
  }
}

const somewhereCut = (random: Random, edits: readonly Edit[]): Branch =>
  branchTo(random.pick(edits), 1 + random.below(random.next() < 0.5 ? 3 : 30));

test('a tree holds what the rules say, whatever comes in whatever order, and however soon history is cut', () => {
  for (const { random, edits } of documents('rules', 1_000)) {
    const limit = random.next() < 0.2 ? NO_LIMIT : 1 + random.below(8);
    const [tree, plain] = [new RevisionTree(limit), new PlainTree(limit)];
    for (let i = 0; i < 40; i++) {
      // Most are edits of a leaf, as they come in life.
      const next = edits[i];
      const branch = next !== undefined && random.next() < 0.6 ? branchTo(next, 2) : somewhereCut(random, edits);
      assert.equal(tree.merge(branch), plain.merge(branch));
      const leaves = plain.leaves();
      assert.deepEqual(tree.leaves(), leaves);
      assert.deepEqual(tree.winner, leaves[0]);
      assert.equal(tree.conflicts, Math.max(0, leaves.filter(({ value }) => value !== null).length - 1));
      // Not each time: asking makes the tree let go of what it holds too long.
      if (random.next() < 0.8) continue;
      for (const one of edits) assert.equal(tree.has(one.hash), plain.parents.has(one.hash));
      for (const leaf of leaves) {
        const hashes: string[] = [];
        for (let at: string | undefined = leaf.hash; at !== undefined && hashes.length < limit; ) {
          hashes.push(at);
          at = plain.parents.get(at)?.parent;
        }
        assert.deepEqual(tree.branchOf(leaf), { generation: leaf.generation, hashes, value: leaf.value });
      }
    }
  }
});

test('while nothing is cut, merging is associative, commutative and idempotent', () => {
  for (const { random, edits } of documents('algebra', 1_000)) {
    const branches = edits.map(() => somewhereCut(random, edits));
    const tree = treeOf(branches);
    const picture = pictureOf(tree, edits);
    assert.deepEqual(pictureOf(treeOf(shuffled(random, branches)), edits), picture);
    for (const branch of shuffled(random, branches)) assert.equal(tree.merge(branch), false);
    assert.deepEqual(pictureOf(tree, edits), picture);
    // Two copies that send each other all of their leaves, whichever is the first.
    const cut = random.below(branches.length + 1);
    for (const parts of [
      [branches.slice(0, cut), branches.slice(cut)],
      [branches.slice(cut), branches.slice(0, cut)],
    ] as const) {
      const [one, other] = [treeOf(parts[0]), treeOf(parts[1])];
      for (const leaf of other.leaves()) one.merge(other.branchOf(leaf));
      assert.deepEqual(pictureOf(one, edits), picture);
    }
  }
});

test('the same holds with a limit, as long as no history is longer', () => {
  for (const { random, edits } of documents('within', 500)) {
    const limit = Math.max(...edits.map(({ generation }) => generation));
    const branches = edits.map((one) => branchTo(one));
    const picture = pictureOf(treeOf(branches, limit), edits);
    assert.deepEqual(pictureOf(treeOf(shuffled(random, branches), limit), edits), picture);
    assert.deepEqual(pictureOf(treeOf(branches), edits), picture);
  }
});

test('copies that saw the same edits with all of their history agree on all leaves, whatever is cut', () => {
  for (const { random, edits } of documents('leaves', 500)) {
    const limit = 1 + random.below(8);
    // In an order in which no edit comes after its descendants.
    const tree = treeOf(
      edits.map((one) => branchTo(one)),
      limit,
    );
    const parents = new Set(edits.map(({ parent }) => parent));
    const leaves = edits.filter((one) => !parents.has(one)).sort((a, b) => (beats(a, b) ? -1 : 1));
    assert.deepEqual(
      tree.leaves(),
      leaves.map(({ generation, hash, value }) => ({ generation, hash, value })),
    );
  }
});

test('a leaf goes only by a child', () => {
  for (const { random, edits } of documents('lost', 500)) {
    const tree = new RevisionTree(1 + random.below(8));
    for (let i = 0; i < 40; i++) {
      const before = tree.leaves();
      const branch = somewhereCut(random, edits);
      tree.merge(branch);
      for (const leaf of before) assert.ok(tree.isLeaf(leaf.hash) || branch.hashes.indexOf(leaf.hash) > 0);
    }
  }
});

test('a deletion loses to any living leaf, and the longest living history wins', () => {
  const first = edit(undefined, 'a');
  const long = edit(edit(edit(first, 'b'), 'c'), null);
  const short = edit(first, 'd');
  const tree = treeOf([long, short].map((one) => branchTo(one)));
  assert.equal(tree.winner?.hash, short.hash);
  assert.equal(tree.conflicts, 0);
  tree.merge(branchTo(edit(edit(first, 'e'), 'f')));
  assert.equal(tree.winner?.value, 'f');
  assert.equal(tree.conflicts, 1);
  tree.merge(branchTo(edit(tree.winner as Edit, null), 2));
  assert.equal(tree.winner?.hash, short.hash);
  tree.merge(branchTo(edit(short, null)));
  assert.equal(tree.winner?.hash, long.hash, 'of deletions too the longest history');
  assert.equal(tree.conflicts, 0);
});

test('what has been cut comes back as a branch of its own', () => {
  let [last, third] = [edit(undefined, 'v1'), undefined as Edit | undefined];
  const tree = treeOf([branchTo(last)], 5);
  for (let i = 2; i <= 20; i++) {
    last = edit(last, `v${i}`);
    third ??= i === 3 ? last : undefined;
    assert.equal(tree.merge(branchTo(last, 2)), true);
    assert.equal(tree.has((third ?? last).hash), i < 8);
  }
  assert.equal(tree.branchOf(last).hashes.length, 5);
  assert.equal(tree.merge(branchTo(last)), false, 'older history is cut at once');
  assert.equal(tree.merge(branchTo(third!)), true);
  assert.deepEqual(
    tree.leaves().map(({ value }) => value),
    ['v20', 'v3'],
  );
  assert.equal(tree.conflicts, 1);
});

test('a revision is named after what it says, whether it deletes, and its whole history', () => {
  const names = new Set<string>();
  const firsts = ['', 'a', 'b', null].map((value) => edit(undefined, value));
  const all = [...firsts, ...firsts.flatMap((first) => ['', 'a', 'b', null].map((value) => edit(first, value)))];
  for (const one of all) {
    assert.match(one.hash, /^[0-9a-f]{16}$/);
    assert.equal(hashOf(one.parent, one.value), one.hash);
    names.add(one.hash);
  }
  assert.equal(names.size, all.length);
});

test('two contents, generations or parents of one name are a broken invariant', () => {
  const [first, other] = [edit(undefined, 'a'), edit(undefined, 'b')];
  const second = edit(first, 'c');
  const tree = treeOf([branchTo(second)]);
  const branch = branchTo(second);
  assert.throws(() => tree.merge({ ...branch, value: 'd' }), /two values of/);
  assert.throws(() => tree.merge({ ...branch, generation: 3 }), /two generations of/);
  tree.merge(branchTo(edit(second, 'e')));
  assert.throws(() => tree.merge({ ...branch, hashes: [second.hash, other.hash] }), /two parents of/);
  assert.throws(() => tree.branchOf(first), /is not a leaf/);
});
