import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainOf, only, opened, TestNode } from './fixture.test.ts';
import type { RevisionOptions } from './options.ts';
import type { Branch } from './revision.ts';

const OLD = chainOf('a');
const NEW = chainOf('a', 'b');
/** Neither is the other's ancestor. */
const OTHER = chainOf('a', 'c');

/** n1, whose own copy holds this, and a read of it that has begun; number 1. */
function reading(own: Branch | undefined, options: Partial<RevisionOptions> = {}) {
  const node = new TestNode(options);
  if (own !== undefined) node.learn('k', own);
  return Object.assign(node, { asked: node.ask({ kind: 'get', key: 'k' }) });
}

test('a read asks all copies, and R that say the same are the answer', () => {
  const node = reading(NEW);
  assert.deepEqual(
    only(node.asked.sent, 'opens').map(({ to }) => to),
    ['n2', 'n3'],
  );
  const { replies, sent } = node.receive('n2', opened(1, NEW));
  assert.equal(replies[0]?.result.value, 'b');
  assert.deepEqual(sent, []);
});

test('who has said something older is repaired behind the answer', () => {
  const node = reading(NEW);
  node.receive('n2', opened(1, OLD));
  const { replies, sent } = node.receive('n3', opened(1, NEW));
  assert.equal(replies[0]?.result.value, 'b');
  const [repair] = only(sent, 'branches');
  assert.deepEqual([repair?.to, repair?.message.number, repair?.message.branches], ['n2', 0, [['k', NEW]]]);
});

test('copies that really differ are repaired before the answer, which is the best of what they said', () => {
  const node = reading(NEW);
  const [winner] = [NEW, OTHER].toSorted((a, b) => (a.hashes[0]! > b.hashes[0]! ? -1 : 1));
  node.receive('n2', opened(1, OTHER));
  const { replies, sent } = node.receive('n3', opened(1, NEW));
  assert.deepEqual(replies, []);
  const repairs = only(sent, 'branches');
  assert.deepEqual(
    repairs.map(({ to }) => to),
    ['n2', 'n3'],
  );
  assert.ok(repairs.every(({ message }) => message.number === 1));
  node.receive('n2', { type: 'merged', tag: 'n1#1', numbers: [1] });
  const { replies: after } = node.receive('n3', { type: 'merged', tag: 'n1#1', numbers: [1] });
  assert.equal(after[0]?.result.value, winner!.value);
  assert.equal(node.read('k'), winner!.value, 'the own copy too');
});

test('one copy is enough where the others are known to be down', () => {
  const node = reading(NEW);
  node.turn(() => node.replica.onLink('n2', false));
  const { replies } = node.turn(() => node.replica.onLink('n3', false));
  assert.equal(replies[0]?.result.value, 'b');
});

test('a silent copy is waited for, and then the read is refused', () => {
  const node = reading(NEW);
  assert.deepEqual(node.fire('tick', 59_000).failures, []);
  assert.deepEqual(node.fire('tick', 2000).failures[0]?.failure, { effect: 'none', reason: 'unavailable' });
});

test('the silent are asked again', () => {
  const node = reading(NEW, { readQuorum: 3 });
  node.receive('n2', opened(1, NEW));
  assert.deepEqual(
    only(node.fire('tick', 500).sent, 'opens').map(({ to }) => to),
    ['n3'],
  );
});

test('a deleted document and one that never was read as absent', () => {
  assert.equal(reading(chainOf('a', null)).receive('n2', opened(1, chainOf('a', null))).replies[0]?.result.value, null);
  assert.equal(reading(undefined).receive('n2', opened(1)).replies[0]?.result.value, null);
});

test('versions: every living leaf of R copies, the winner first', () => {
  const node = new TestNode();
  for (const branch of [NEW, OTHER, chainOf('a', 'd', null)]) node.learn('k', branch);
  node.ask({ kind: 'get', key: 'k' }, 'versions');
  const longer = chainOf('a', 'e', 'f');
  const { replies } = node.receive('n2', opened(1, longer));
  const { value, versions } = replies[0]!.result;
  assert.equal(value, 'f');
  assert.equal(versions?.[0], 'f');
  assert.deepEqual(versions?.toSorted(), ['b', 'c', 'f']);
});

test('nothing is told that is not durable here', () => {
  const node = new TestNode({ readQuorum: 1 });
  node.receive('n2', { type: 'branches', tag: 'n2#1', number: 0, branches: [['k', NEW]] });
  const { replies } = node.ask({ kind: 'get', key: 'k' });
  assert.equal(replies[0]?.when, node.host.log.entries.length);
  const [answer] = only(node.receive('n3', { type: 'opens', tag: 'n3#1', opens: [[4, 'k', false]] }).sent, 'opened');
  assert.equal(answer?.when, node.host.log.entries.length);
});

test('copies that all go down before they answer have not said that the document is absent', () => {
  for (const read of ['default', 'versions'] as const) {
    const node = new TestNode({ copies: 2 }, { members: FOUR, self: 'n1' });
    const key = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].find((name) => !node.replica.holds(name))!;
    const asked = only(node.ask({ kind: 'get', key }, read).sent, 'opens').map(({ to }) => to);
    assert.equal(asked.length, 2);
    const [last] = asked.map((copy) => node.turn(() => node.replica.onLink(copy, false))).slice(-1);
    assert.deepEqual(last!.replies, []);
    assert.deepEqual(last!.failures[0]?.failure, { effect: 'none', reason: 'unavailable' });
  }
});

test('a repair that this copy has had meanwhile needs no more of its log', () => {
  const node = reading(NEW);
  node.learn('k', OTHER);
  node.receive('n2', opened(1, OTHER));
  node.turn(() => node.replica.onLink('n3', false));
  const { replies } = node.receive('n2', { type: 'merged', tag: 'n1#1', numbers: [1] });
  assert.ok(replies.length > 0);
});

test('a repair does not tell what this copy may lose yet', () => {
  const node = new TestNode();
  const { sent } = node.turn(() => {
    node.replica.onMessage('n3', { type: 'branches', tag: 'n3#1', number: 0, branches: [['k', NEW]] });
    node.replica.onRequest({ id: 1, operation: { kind: 'get', key: 'k' }, ...ASKED });
    node.replica.onMessage('n2', opened(1, OTHER));
    node.replica.onMessage('n3', opened(1, OLD));
  });
  const repairs = only(sent, 'branches');
  assert.deepEqual(
    repairs.map(({ to, when }) => [to, when]),
    [
      ['n2', node.host.log.entries.length],
      ['n3', node.host.log.entries.length],
    ],
  );
});

const FOUR = ['n1', 'n2', 'n3', 'n4'].map((id) => ({ id, zone: 'a', kind: 'full' }) as const);
const ASKED = { read: 'default', session: 's', serial: 1, settled: 0 } as const;
