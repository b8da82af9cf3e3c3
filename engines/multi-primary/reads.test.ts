import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../api.ts';
import { ackOf, only, TestNode } from './fixture.test.ts';
import type { Message } from './messages.ts';

const answer = (number: number, value: string | null, time: number, writer: string): Message => ({
  type: 'answers',
  tag: 'n1#1',
  answers: [number, value, time, writer],
});
const get = (node: TestNode, ...keys: string[]) =>
  node.turn(() => {
    for (const key of keys) node.request({ kind: 'get', key });
  });

test('a read asks this node and one other, and all reads of a turn to one copy share a message', () => {
  const node = new TestNode();
  const { sent } = get(node, 'a', 'b', 'c', 'd');
  const asked = only(sent, 'read');
  assert.deepEqual(asked.map(({ to }) => to).sort(), ['n2', 'n3']);
  assert.deepEqual(asked.flatMap(({ message }) => message.reads.filter((_, i) => i % 2 === 1)).sort(), [
    'a',
    'b',
    'c',
    'd',
  ]);
  assert.ok(asked.every(({ when }) => when === 'now'));
});

test('copies in the own zone are asked before the others', () => {
  const members: Member[] = ['a', 'b', 'b', 'a'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));
  const node = new TestNode({ copies: 4, writeQuorum: 3 }, { members });
  for (let i = 0; i < 8; i++) {
    assert.deepEqual(
      only(get(node, 'a').sent, 'read').map(({ to }) => to),
      ['n4'],
    );
  }
});

test('the newest of R answers is returned', () => {
  const node = new TestNode();
  const to = only(get(node, 'a').sent, 'read')[0]!.to;
  const { replies } = node.receive(to, answer(1, 'x', 500, 'n2#1'));
  assert.deepEqual(replies[0]!.result, { value: 'x' });
});

test('an older own copy is repaired, and the answer waits until the repair is durable here', () => {
  const node = new TestNode();
  node.receive('n3', { type: 'write', parcel: 1, batch: ['n3#1', 400, ['a', 'old', 0]] });
  const to = only(get(node, 'a').sent, 'read')[0]!.to;
  const { replies } = node.receive(to, answer(1, 'new', 500, 'n2#1'));
  assert.equal(node.host.store.get('a'), 'new');
  assert.deepEqual(node.host.log.entries.at(-1), { versions: ['a', 'new', 500, 'n2#1'] });
  assert.deepEqual(replies, [{ ticket: 1, result: { value: 'new' }, when: 3 }]);
});

test('an older other copy is brought up before the answer where sessions are promised', () => {
  const node = new TestNode();
  node.receive('n3', { type: 'write', parcel: 1, batch: ['n3#1', 400, ['a', 'new', 0]] });
  const to = only(get(node, 'a').sent, 'read')[0]!.to;
  const taken = node.receive(to, answer(1, 'old', 300, 'n2#1'));
  assert.deepEqual(taken.replies, []);
  const [push] = only(taken.sent, 'copy');
  assert.deepEqual([push!.to, push!.message.versions], [to, ['a', 'new', 400, 'n3#1']]);
  const { replies } = node.receive(to, ackOf(push!.message.parcel));
  assert.deepEqual(replies[0]!.result, { value: 'new' });
});

test('a read that was refused is not answered by a write-back that comes later', () => {
  const node = new TestNode();
  node.receive('n3', { type: 'write', parcel: 1, batch: ['n3#1', 400, ['a', 'new', 0]] });
  const to = only(get(node, 'a').sent, 'read')[0]!.to;
  const [push] = only(node.receive(to, answer(1, 'old', 300, 'n2#1')).sent, 'copy');
  assert.equal(node.fire('tick', 1000).failures.length, 1);
  assert.deepEqual(node.receive(to, ackOf(push!.message.parcel)).replies, []);
});

test('where read quorums do not meet, the answer does not wait for repair', () => {
  const node = new TestNode({ writeQuorum: 1 });
  node.receive('n3', { type: 'write', parcel: 1, batch: ['n3#1', 400, ['a', 'new', 0]] });
  const to = only(get(node, 'a').sent, 'read')[0]!.to;
  const { replies, sent } = node.receive(to, answer(1, 'old', 300, 'n2#1'));
  assert.deepEqual(replies[0]!.result, { value: 'new' });
  assert.deepEqual(
    only(sent, 'copy').map(({ to, message }) => [to, message.parcel]),
    [[to, 0]],
  );
});

test('a late copy is replaced by a spare', () => {
  const node = new TestNode();
  const first = only(get(node, 'a').sent, 'read')[0]!.to;
  assert.deepEqual(node.fire('tick', 10).sent, []);
  const spare = only(node.fire('tick', 30).sent, 'read');
  assert.equal(spare.length, 1);
  assert.notEqual(spare[0]!.to, first);
  assert.equal(node.receive(spare[0]!.to, answer(1, null, 0, '')).replies.length, 1);
});

test('a copy whose process ends is replaced by a spare at once', () => {
  const node = new TestNode();
  const first = only(get(node, 'a').sent, 'read')[0]!.to;
  const { sent } = node.turn(() => node.replica.onLink(first, false));
  assert.deepEqual(
    only(sent, 'read').map(({ to }) => to),
    [first === 'n2' ? 'n3' : 'n2'],
  );
});

test('late copies are asked once more where the copies that are left would not help', () => {
  const members: Member[] = ['a', 'a', 'b'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));
  const node = new TestNode({ writeQuorum: 'local-majority', readQuorum: 'local-majority' }, { members });
  get(node, 'a');
  assert.deepEqual(only(node.fire('tick', 40).sent, 'read'), []);
  assert.deepEqual(
    only(node.fire('tick', 40).sent, 'read').map(({ to }) => to),
    ['n2'],
  );
  assert.equal(node.receive('n2', answer(1, null, 0, '')).replies.length, 1);
});

test('where all are asked and one is enough, this node answers and repairs the others behind', () => {
  const node = new TestNode({ writeQuorum: 1, readQuorum: 1, readsAsk: 'all' });
  node.receive('n3', { type: 'write', parcel: 1, batch: ['n3#1', 400, ['a', 'new', 0]] });
  const { replies, sent } = get(node, 'a');
  assert.deepEqual(replies[0]!.result, { value: 'new' });
  assert.equal(only(sent, 'read').length, 2);
  assert.equal(only(node.receive('n2', answer(1, 'old', 300, 'n2#1')).sent, 'copy').length, 1);
});

test('an older answer that comes after the fact is repaired behind', () => {
  const node = new TestNode();
  const first = only(get(node, 'a').sent, 'read')[0]!.to;
  const spare = only(node.fire('tick', 40).sent, 'read')[0]!.to;
  node.receive(spare, answer(1, 'new', 500, 'n3#1'));
  const { sent, replies } = node.receive(first, answer(1, 'old', 400, 'n3#1'));
  assert.deepEqual(replies, []);
  assert.deepEqual(
    only(sent, 'copy').map(({ to, message }) => [to, message.parcel, message.versions]),
    [[first, 0, ['a', 'new', 500, 'n3#1']]],
  );
});

test('too few copies up, or too few answers in time: refused for certain', () => {
  const node = new TestNode();
  get(node, 'a');
  node.fire('tick', 500);
  const { failures } = node.fire('tick', 500);
  assert.deepEqual(failures, [{ ticket: 1, failure: { effect: 'none', reason: 'unavailable' } }]);
  node.turn(() => {
    node.replica.onLink('n2', false);
    node.replica.onLink('n3', false);
  });
  assert.equal(get(node, 'a').failures.length, 1);
});

test('answers to a former life’s questions are ignored', () => {
  const node = new TestNode();
  const to = only(get(node, 'a').sent, 'read')[0]!.to;
  const stale: Message = { type: 'answers', tag: 'n1#0', answers: [1, 'x', 500, 'n2#1'] };
  assert.deepEqual(node.receive(to, stale).replies, []);
});

test('a copy answers what it holds once that is durable, and waits for nothing else', () => {
  const node = new TestNode();
  node.receive('n3', { type: 'write', parcel: 1, batch: ['n3#1', 400, ['a', '1', 0]] });
  node.receive('n3', { type: 'write', parcel: 2, batch: ['n3#1', 500, ['b', '2', 0]] });
  const { sent } = node.receive('n2', { type: 'read', tag: 'n2#1', reads: [8, 'a', 9, 'never'] });
  assert.deepEqual(sent, [
    { to: 'n2', message: { type: 'answers', tag: 'n2#1', answers: [8, '1', 400, 'n3#1', 9, null, 0, ''] }, when: 2 },
  ]);
});

test('with R = 1 a holder answers by itself, never from what a crash could undo', () => {
  const node = new TestNode({ writeQuorum: 1, readQuorum: 1 });
  const { replies, sent } = node.turn(() => {
    node.put('a', '1');
    node.request({ kind: 'get', key: 'a' });
    node.request({ kind: 'get', key: 'never' });
  });
  assert.deepEqual(only(sent, 'read'), []);
  assert.deepEqual(
    replies.filter(({ ticket }) => ticket > 1),
    [
      { ticket: 3, result: { value: null }, when: 0 },
      { ticket: 2, result: { value: '1' }, when: 2 },
    ],
  );
});

test('a local read shows this node’s store; versions are not kept', () => {
  const node = new TestNode();
  node.receive('n3', { type: 'write', parcel: 1, batch: ['n3#1', 400, ['a', '1', 0]] });
  const { replies, failures } = node.turn(() => {
    node.request({ kind: 'get', key: 'a' }, 'local');
    node.request({ kind: 'get', key: 'a' }, 'versions');
  });
  assert.deepEqual(replies[0]!.result, { value: '1' });
  assert.equal(failures[0]!.failure.reason, 'unsupported');
});
