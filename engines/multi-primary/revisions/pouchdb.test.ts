/** The tree against PouchDB's, which was written apart from CouchDB's to the same rules. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Random } from '../../../bench/random.ts';
import type { Branch } from './revision.ts';
import { branchTo, randomEdits, shuffled } from './testing.ts';
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

function compare(tree: RevisionTree, theirs: PouchTree): string {
  const nameOf = ({ generation, hash }: { generation: number; hash: string }): string => `${generation}-${hash}`;
  const leaves = tree.leaves().map(nameOf).sort();
  const out: string[] = [];
  const eq = (a: unknown, b: unknown, what: string) => {
    try {
      assert.deepEqual(a, b);
    } catch {
      out.push(what);
    }
  };
  eq([...new Set(pouch.collectLeaves(theirs).map(({ rev }) => rev))].sort(), leaves, 'leaves');
  eq(pouch.winningRev({ rev_tree: theirs }), nameOf(tree.winner!), 'winner');
  eq(new Set(pouch.collectConflicts({ rev_tree: theirs })).size, tree.conflicts, 'conflicts');
  return out.join();
}

test('explore', () => {
  for (const mode of ['full', 'partial', 'full-limited', 'partial-limited', 'causal-limited']) {
    const counts: Record<string, number> = {};
    for (let i = 0; i < 3000; i++) {
      const random = new Random(`${mode}${i}`);
      const roots = 1 + random.below(3);
      const edits = randomEdits(random, 1 + random.below(20), roots, random.next());
      const limit = mode.includes('limited') ? 1 + random.below(6) : 1000;
      const tree = new RevisionTree(limit);
      let theirs: PouchTree = [];
      const order = mode.startsWith('causal') ? edits : shuffled(random, edits);
      const tells = new Set<string>();
      for (const one of order) {
        const branch = branchTo(one, mode.startsWith('partial') ? 1 + random.below(5) : undefined);
        const before = tree.leaves().length;
        const changed = tree.merge(branch);
        const added = tree.leaves().length - before;
        const merged = pouch.merge(theirs, pathOf(branch), limit);
        theirs = merged.tree;
        const d = compare(tree, theirs);
        if (d) tells.add(d);
        const ours = !changed ? 'internal_node' : before === 0 || added === 0 ? 'new_leaf' : 'new_branch';
        if (ours !== merged.conflicts) tells.add(`tell ${ours} ${merged.conflicts} ${roots > 1 ? 'roots' : ''}`);
      }
      for (const t of tells) counts[t] = (counts[t] ?? 0) + 1;
    }
    console.log(mode, counts);
  }
});
