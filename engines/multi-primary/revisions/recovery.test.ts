import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainOf, only, TestNode } from './fixture.test.ts';
import type { RevisionMessage } from './messages.ts';
import type { Branch } from './revision.ts';

/** Living leaves as a `versions` read of this copy alone tells them. */
function versionsOf(node: TestNode, key: string): readonly string[] {
  return node.ask({ kind: 'get', key }, 'versions').replies[0]?.result.versions ?? [];
}

const ALONE = { readQuorum: 1 } as const;

test('a new life finds what it had logged, losing leaves and deletions too', () => {
  const node = new TestNode(ALONE);
  node.learn('k', chainOf('a', 'b', 'c'));
  node.learn('k', chainOf('a', 'other'));
  node.learn('gone', chainOf('a', null));
  const next = new TestNode(ALONE, { boot: 'restart', recovered: node.host.log.entries });
  assert.deepEqual(versionsOf(next, 'k'), ['c', 'other']);
  assert.equal(next.read('gone'), null);
  const [push] = only(next.fire('feed', 0).sent, 'changes');
  assert.deepEqual(
    push?.message.changes.map(([key, leaves]) => [key, leaves.length]),
    [
      ['k', 2],
      ['gone', 1],
    ],
  );
});

test('the log is cut once it has grown long, and what is left of it is the whole', () => {
  const node = new TestNode({ ...ALONE, checkpointBranches: 10 });
  const values = ['a'];
  node.learn('k', chainOf('a', 'loser'));
  for (let i = 0; i < 30; i++) {
    values.push(`v${i}`);
    node.learn('k', chainOf(...values));
  }
  assert.equal(node.host.log.discarded, 0);
  node.ask({ kind: 'put', key: 'k', value: 'w' });
  node.fire('tick', 125);
  const { entries, discarded } = node.host.log;
  assert.ok(discarded > 1, 'and now all before the cut is gone');
  const next = new TestNode(ALONE, { boot: 'restart', recovered: entries.slice(discarded - 1) });
  assert.deepEqual(versionsOf(next, 'k'), versionsOf(node, 'k'));
  assert.ok(versionsOf(next, 'k').includes('loser'));
  assert.notEqual(next.host.log.entries.at(-1)?.life, 1, 'its name has not been given before');
});

test('leaves that grow while the log is cut lose none of their history', () => {
  const node = new TestNode({ ...ALONE, checkpointBranches: 10 });
  const many = Array.from({ length: 300 }, (_, i) => [`b${i}`, `c${i}`, `d${i}`, `e${i}`, `f${i}`]);
  for (let grown = 1; grown <= 4; grown++) {
    for (const values of many) node.receive('n2', branches('k', chainOf('a', ...values.slice(0, grown))));
  }
  node.fire('tick', 125);
  assert.equal(node.host.log.discarded, 0, 'the cut is under way');
  for (const values of many) node.receive('n3', edits(chainOf('a', ...values)));
  for (let i = 0; i < 3; i++) node.fire('tick', 125);
  const { entries, discarded } = node.host.log;
  assert.ok(discarded > 1);
  const next = new TestNode(ALONE, { boot: 'restart', recovered: entries.slice(discarded - 1) });
  assert.deepEqual(versionsOf(next, 'k'), versionsOf(node, 'k'));
  for (const [first] of many) assert.ok(next.replica.inspect().has('k', chainOf('a', first!).hashes[0]!), first);
});

test('the log is cut to its end however many documents begin meanwhile', () => {
  const node = new TestNode({ checkpointBranches: 10 });
  for (let grown = 1; grown <= 4; grown++) {
    for (let i = 0; i < 300; i++)
      node.receive('n2', branches(`k${i}`, chainOf(...['a', 'b', 'c', 'd'].slice(0, grown))));
  }
  for (let tick = 0; tick < 2; tick++) {
    node.fire('tick', 125);
    for (let i = 0; i < 300; i++) node.receive('n2', branches(`new ${tick} ${i}`, chainOf('a')));
  }
  assert.ok(node.host.log.discarded > 1);
});

test('a log of nothing but refusals is cut too', () => {
  const node = new TestNode({ checkpointBranches: 10 });
  for (let i = 0; i < 20; i++) node.receive('n3', edits(chainOf('never heard of', `v${i}`)));
  node.fire('tick', 125);
  assert.ok(node.host.log.discarded > 1);
});

const branches = (key: string, branch: Branch): RevisionMessage => ({
  type: 'branches',
  tag: 'n2#1',
  number: 0,
  branches: [[key, branch]],
});
const edits = (edit: Branch): RevisionMessage => ({
  type: 'edits',
  tag: 'n3#1',
  edits: [[1, 'k', { ...edit, hashes: edit.hashes.slice(0, 2) }]],
});

test('no two lives have one name, also where a disk was lost', () => {
  const lifeOf = (node: TestNode): number => node.host.log.entries.findLast(({ life }) => life !== undefined)!.life!;
  const node = new TestNode();
  const next = new TestNode({}, { boot: 'restart', recovered: node.host.log.entries });
  const lost = new TestNode({}, { boot: 'restart' });
  assert.equal(new Set([lifeOf(node), lifeOf(next), lifeOf(lost)]).size, 3);
  assert.ok(lifeOf(lost) > 1000);
});
