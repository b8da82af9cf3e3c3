import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainOf, only, TestNode } from './fixture.test.ts';

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

test('no two lives have one name, also where a disk was lost', () => {
  const lifeOf = (node: TestNode): number => node.host.log.entries.findLast(({ life }) => life !== undefined)!.life!;
  const node = new TestNode();
  const next = new TestNode({}, { boot: 'restart', recovered: node.host.log.entries });
  const lost = new TestNode({}, { boot: 'restart' });
  assert.equal(new Set([lifeOf(node), lifeOf(next), lifeOf(lost)]).size, 3);
  assert.ok(lifeOf(lost) > 1000);
});
