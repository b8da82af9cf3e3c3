import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from './acceptance.ts';
import { chainOf, only, TestNode } from './fixture.test.ts';
import type { RevisionMessage } from './messages.ts';
import type { Branch } from './revision.ts';

/** Another node's edit: the leaf and its parent, as they travel. */
const edit = (number: number, branch: Branch): RevisionMessage => ({
  type: 'edits',
  tag: 'n2#1',
  edits: [[number, 'k', { ...branch, hashes: branch.hashes.slice(0, 2) }]],
});

/** What the copy says of it. */
function verdictOn(node: TestNode, branch: Branch): Verdict | undefined {
  const [answer] = only(node.receive('n2', edit(1, branch)).sent, 'edited');
  const verdicts = (['held', 'refused', 'unsure'] as const).filter((verdict) => answer!.message[verdict].length > 0);
  assert.equal(verdicts.length, 1);
  return verdicts[0];
}

/** Whether the copy took it; if not, it has refused it. */
function takes(node: TestNode, branch: Branch): boolean {
  const verdict = verdictOn(node, branch);
  assert.notEqual(verdict, 'unsure');
  return verdict === 'held';
}

test('an edit of a leaf is taken, and the copy says so once it is durable', () => {
  const node = new TestNode();
  node.learn('k', chainOf('a'));
  const [answer] = only(node.receive('n2', edit(7, chainOf('a', 'b'))).sent, 'edited');
  assert.deepEqual(answer!.message, { type: 'edited', tag: 'n2#1', held: [7], refused: [], unsure: [] });
  assert.equal(answer!.when, node.host.log.entries.length);
  assert.equal(node.read('k'), 'b');
});

test('an edit of what has been edited already is refused', () => {
  const node = new TestNode();
  node.learn('k', chainOf('a', 'b'));
  assert.equal(takes(node, chainOf('a', 'c')), false);
  assert.equal(node.read('k'), 'b');
});

test('the same edit a second time is held, not refused', () => {
  const node = new TestNode();
  node.learn('k', chainOf('a'));
  assert.equal(takes(node, chainOf('a', 'b')), true);
  assert.equal(takes(node, chainOf('a', 'b')), true);
});

test('a document is begun only where there is none, be it deleted', () => {
  const node = new TestNode();
  assert.equal(takes(node, chainOf('a')), true);
  assert.equal(takes(node, chainOf('b')), false);
  const other = new TestNode();
  other.learn('k', chainOf('a', null));
  assert.equal(takes(other, chainOf('b')), false);
  assert.equal(takes(other, chainOf('a', null, 'b')), true, 'on the deletion it goes on');
});

test('a refusal is for good, though the parent comes afterwards, and though the node restarts', () => {
  const node = new TestNode();
  assert.equal(takes(node, chainOf('a', 'b')), false);
  node.learn('k', chainOf('a'));
  assert.equal(takes(node, chainOf('a', 'b')), false);
  assert.equal(takes(node, chainOf('a', 'c')), true, 'another edit of it is none of that');
  const again = new TestNode({}, { boot: 'restart', recovered: node.host.log.entries.slice(0, -1) });
  assert.equal(takes(again, chainOf('a', 'b')), false);
});

test('what others hold of a refused edit is taken as any branch is', () => {
  const node = new TestNode();
  assert.equal(takes(node, chainOf('a', 'b')), false);
  node.learn('k', chainOf('a', 'b'));
  assert.equal(node.read('k'), 'b');
});

test('an edit that was taken is never refused when it comes again, though its revision has been cut since', () => {
  const node = new TestNode({ historyLimit: 2 });
  assert.equal(takes(node, chainOf('a')), true);
  assert.equal(takes(node, chainOf('a', 'b')), true);
  assert.equal(takes(node, chainOf('a')), true);
  assert.equal(takes(node, chainOf('a', 'b', 'c')), true);
  assert.equal(verdictOn(node, chainOf('a')), 'unsure');
  assert.equal(takes(node, chainOf('a', 'other')), false, 'this near to the leaf nothing has been cut');
});
