import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashText, mix } from './hash.ts';
import { BRANCHES, branchOf, HashTree, LEAVES_PER_BRANCH, leafOf, sameDigest } from './hash-tree.ts';

fc.configureGlobal({ seed: 1 });

interface Item {
  readonly key: string;
  version: number;
}

const ALL = Array.from({ length: BRANCHES }, (_, i) => i);
let digests = 0;
const newTree = (): HashTree<Item> =>
  new HashTree(({ key, version }, lane) => {
    digests++;
    return mix(hashText(key, lane), version);
  });

function treeOf(items: readonly Item[]): HashTree<Item> {
  const tree = newTree();
  for (const item of items) tree.add(leafOf(item.key), item);
  return tree;
}

const contents = fc.uniqueArray(fc.record({ key: fc.string(), version: fc.nat({ max: 9 }) }), {
  selector: (item) => item.key,
  maxLength: 40,
});

test('equal contents have equal digests, whatever the order and the history', () => {
  fc.assert(
    fc.property(contents, (items) => {
      const one = treeOf(items);
      const other = treeOf([...items].reverse().map(({ key }) => ({ key, version: 99 })));
      other.root(ALL);
      for (const { key, version } of items) {
        for (const item of other.items(leafOf(key))) if (item.key === key) item.version = version;
        other.touch(leafOf(key));
      }
      assert.deepEqual(one.root(ALL), other.root(ALL));
    }),
    { numRuns: 50 },
  );
});

test('a different version shows in exactly one leaf, its branch and the root', () => {
  fc.assert(
    fc.property(contents, fc.nat(), (items, pick) => {
      fc.pre(items.length > 0);
      const at = pick % items.length;
      const changed = items.map((item, i) => (i === at ? { ...item, version: item.version + 1 } : item));
      const [one, other] = [treeOf(items), treeOf(changed)];
      const leaf = leafOf(items[at]!.key);
      assert.ok(!sameDigest(one.root(ALL), other.root(ALL)));
      assert.deepEqual(
        ALL.filter((branch) => !sameDigest(one.branch(branch), other.branch(branch))),
        [branchOf(leaf)],
      );
      for (let i = 0; i < BRANCHES * LEAVES_PER_BRANCH; i += 1) {
        assert.equal(sameDigest(one.leaf(i), other.leaf(i)), i !== leaf);
      }
    }),
    { numRuns: 15 },
  );
});

test('items of one leaf neither cancel in pairs nor stand in for each other by exchanging versions', () => {
  const tree = (...versions: [string, number][]): HashTree<Item> => {
    const built = newTree();
    for (const [key, version] of versions) built.add(5, { key, version });
    return built;
  };
  assert.ok(!sameDigest(tree(['a', 1], ['a', 1]).leaf(5), tree().leaf(5)));
  assert.ok(!sameDigest(tree(['a', 1], ['b', 2]).leaf(5), tree(['a', 2], ['b', 1]).leaf(5)));
});

test('a change costs no hashing until a digest is asked for, and then only that of its leaf', () => {
  const items = Array.from({ length: 1000 }, (_, i) => ({ key: `k${i}`, version: 1 }));
  const tree = treeOf(items);
  tree.root(ALL);
  digests = 0;
  items[7]!.version = 2;
  tree.touch(leafOf('k7'));
  assert.equal(digests, 0);
  tree.root(ALL);
  assert.equal(digests, 2 * tree.items(leafOf('k7')).length);
});

test('the root is over the branches asked for', () => {
  const [one, other] = [treeOf([{ key: 'k1', version: 1 }]), treeOf([{ key: 'k1', version: 2 }])];
  const elsewhere = ALL.filter((branch) => branch !== branchOf(leafOf('k1')));
  assert.deepEqual(one.root(elsewhere), other.root(elsewhere));
});
