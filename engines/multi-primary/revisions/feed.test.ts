import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainOf, only, TestNode } from './fixture.test.ts';
import type { RevisionMessage } from './messages.ts';
import type { RevisionOptions } from './options.ts';

const A = chainOf('a');

const missing = (number: number, disk: number, ...keys: readonly string[]): RevisionMessage => ({
  type: 'missing',
  tag: 'n1#1',
  number,
  disk,
  missing: keys.map((key) => [key, A.hashes]),
});
const merged = (number: number): RevisionMessage => ({ type: 'merged', tag: 'n1#1', numbers: [number] });

/** A node that has taken a change at 1,200 ms. */
function changed(options: Partial<RevisionOptions> = {}) {
  const node = new TestNode(options, { time: 1200 });
  node.learn('k', A);
  return node;
}

const pushedTo = (sent: ReturnType<TestNode['turn']>['sent']): string[] => only(sent, 'changes').map(({ to }) => to);

test('a change is pushed after its time, counted from the end of its step', () => {
  const node = changed();
  assert.equal(node.host.timers.get('feed'), 1500 + 5000);
  const { sent } = node.fire('feed', 5300);
  const [push] = only(sent, 'changes');
  assert.deepEqual(pushedTo(sent), ['n2', 'n3']);
  assert.deepEqual(push!.message.changes, [['k', [A.hashes[0]]]]);
});

test('who lacks it gets the branches, and once it has them nothing more', () => {
  const node = changed();
  const [push] = only(node.fire('feed', 5300).sent, 'changes');
  const number = push!.message.number;
  const [branches] = only(node.receive('n2', missing(number, 1, 'k')).sent, 'branches');
  assert.deepEqual(branches!.message.branches, [['k', A]]);
  node.receive('n2', merged(branches!.message.number));
  assert.deepEqual(pushedTo(node.fire('feed', 5000).sent), ['n3'], 'only who has not answered is asked again');
});

test('who lacks nothing gets nothing', () => {
  const node = changed();
  for (const { to, message } of only(node.fire('feed', 5300).sent, 'changes')) {
    assert.deepEqual(node.receive(to, missing(message.number, 1)).sent, []);
  }
  assert.deepEqual(node.fire('feed', 60_000).sent, []);
});

test('nothing is pushed to a node that is down, but everything when it is seen again', () => {
  const node = changed();
  node.turn(() => node.replica.onLink('n2', false));
  assert.deepEqual(pushedTo(node.fire('feed', 5300).sent), ['n3']);
  const { sent } = node.receive('n2', { type: 'heartbeat', life: 2 });
  assert.deepEqual(pushedTo(sent), ['n2']);
});

test('without reconnection it is pushed with the next change', () => {
  const node = changed({ replicatesOnReconnection: false });
  node.turn(() => node.replica.onLink('n2', false));
  node.fire('feed', 5300);
  assert.deepEqual(node.receive('n2', { type: 'heartbeat', life: 2 }).sent, []);
  node.learn('other', A);
  const [push] = only(node.fire('feed', 6000).sent, 'changes').filter(({ to }) => to === 'n2');
  assert.deepEqual(
    push?.message.changes.map(([key]) => key),
    ['k', 'other'],
  );
});

test('a node that has lost its disk is told everything again', () => {
  const node = changed();
  const [first] = only(node.fire('feed', 5300).sent, 'changes');
  node.receive('n2', missing(first!.message.number, 1));
  node.learn('other', A);
  const [second] = only(node.fire('feed', 6000).sent, 'changes').filter(({ to }) => to === 'n2');
  assert.deepEqual(
    second?.message.changes.map(([key]) => key),
    ['other'],
  );
  const [again] = only(node.receive('n2', missing(second!.message.number, 2)).sent, 'changes');
  assert.deepEqual(
    again?.message.changes.map(([key]) => key),
    ['k', 'other'],
  );
});

test('a node that has lost its disk says so, and is told everything again though nothing changes any more', () => {
  const node = changed();
  for (const { to, message } of only(node.fire('feed', 5300).sent, 'changes'))
    node.receive(to, missing(message.number, 1));
  const lost = new TestNode({}, { self: 'n2', boot: 'restart', time: 9000 });
  const [empty] = only(lost.fire('feed', 0).sent, 'changes').filter(({ to }) => to === 'n1');
  assert.deepEqual(empty?.message.changes, []);
  const [again] = only(node.receive('n2', empty!.message).sent, 'changes');
  assert.equal(again?.to, 'n2');
  assert.deepEqual(again?.message.changes, [['k', A.hashes]]);
});

test('a new life compares everything with everyone at once', () => {
  const node = changed();
  const next = new TestNode({}, { boot: 'restart', recovered: node.host.log.entries, time: 9000 });
  assert.deepEqual(pushedTo(next.fire('feed', 0).sent), ['n2', 'n3']);
});

test('a push of very many documents goes on until the last of them', () => {
  const node = new TestNode({}, { time: 1200 });
  const branches = Array.from({ length: 1200 }, (_, i) => [`k${i}`, A] as const);
  node.receive('n2', { type: 'branches', tag: 'n2#1', number: 0, branches });
  const sizes: number[] = [];
  let [push] = only(node.fire('feed', 5300).sent, 'changes').filter(({ to }) => to === 'n3');
  while (push !== undefined) {
    sizes.push(push.message.changes.length);
    [push] = only(node.receive('n3', missing(push.message.number, 1)).sent, 'changes');
  }
  assert.deepEqual(sizes, [500, 500, 200]);
});

test('the answer to a push names the leaves that are not here', () => {
  const node = changed();
  const other = chainOf('a', 'b');
  const changes = [
    ['k', [A.hashes[0]!, other.hashes[0]!]],
    ['new', A.hashes],
  ] as const;
  const [answer] = only(
    node.receive('n2', { type: 'changes', tag: 'n2#1', number: 3, disk: 1, changes }).sent,
    'missing',
  );
  assert.equal(answer!.when, node.host.log.entries.length, 'what it does not name must be durable');
  assert.deepEqual(answer!.message.missing, [
    ['k', [other.hashes[0]]],
    ['new', A.hashes],
  ]);
});
