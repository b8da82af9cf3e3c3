import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainOf, TestNode } from './fixture.test.ts';
import { revisionInvariants } from './inspection.ts';
import { RevisionTree } from './tree.ts';

test('a revision that is cut behind a leaf which has lost is not missed', () => {
  const node = new TestNode({ historyLimit: 1 });
  const nodes = new Map([['n1', node.replica.inspect()]]);
  node.learn('k', chainOf('a', 'b'));
  node.learn('k', chainOf('a', 'c'));
  assert.equal(revisionInvariants(nodes), undefined);
  node.learn('k', chainOf('a', 'c', null));
  assert.equal(node.read('k'), 'b', 'the deletion is the deepest leaf, and loses');
  assert.equal(revisionInvariants(nodes), undefined);
});

test('a revision that is gone from a tree, and not behind its history, is missed', () => {
  const tree = new RevisionTree(1000);
  tree.merge(chainOf('a', 'b'));
  const before = new Map([['k', [...tree.leaves(), { generation: 3, hash: 'gone', value: 'x' }]]]);
  const inspection = {
    historyLimit: 1000,
    takeChanged: () => before,
    leaves: () => tree.leaves(),
    has: (_: string, hash: string) => tree.has(hash),
    value: () => 'b',
  };
  assert.match(revisionInvariants(new Map([['n1', inspection]])) ?? '', /n1 has lost the revision 3-gone/);
});
