import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ackOf, only, TestNode } from './fixture.test.ts';
import type { Message } from './messages.ts';

const append = (node: TestNode, value: string): number => node.request({ kind: 'append', key: 'd', value });
const answer = (number: number, value: string | null, time: number): Message => ({
  type: 'answers',
  tag: 'n1#1',
  answers: [number, value, time, time === 0 ? '' : 'n2#1'],
});
const written = (sent: Parameters<typeof only>[0]): unknown[] =>
  only(sent, 'write').map(({ message }) => message.batch[2].filter((_, i) => i % 3 === 1));

test('an append reads a quorum, adds to the newest value and writes the whole', () => {
  const node = new TestNode();
  const asked = only(node.turn(() => append(node, '1;')).sent, 'read');
  assert.equal(asked.length, 1);
  const { sent } = node.receive(asked[0]!.to, answer(1, '0;', 500));
  assert.deepEqual(written(sent), [['0;1;'], ['0;1;']]);
  node.durable();
  assert.deepEqual(
    node.receive('n2', ackOf(only(sent, 'write')[0]!.message.parcel)).replies.map(({ ticket }) => ticket),
    [1],
  );
});

test('appends through one coordinator lose nothing: those that wait are written together, after the first', () => {
  const node = new TestNode();
  const asked = only(node.turn(() => append(node, '1;')).sent, 'read');
  const waiting = node.turn(() => {
    append(node, '2;');
    append(node, '3;');
  });
  assert.deepEqual(waiting.sent, []);
  const first = node.receive(asked[0]!.to, answer(1, null, 0));
  node.durable();
  const done = node.receive('n2', ackOf(only(first.sent, 'write')[0]!.message.parcel));
  assert.deepEqual(
    done.replies.map(({ ticket }) => ticket),
    [1],
  );
  const again = only(done.sent, 'read');
  const second = node.receive(again[0]!.to, answer(2, '1;', 1));
  assert.deepEqual(written(second.sent)[0], ['1;2;3;']);
});

test('with R = W = 1 an append is one step at the node', () => {
  const node = new TestNode({ readQuorum: 1, writeQuorum: 1 });
  const { replies } = node.turn(() => {
    append(node, '1;');
    append(node, '2;');
  });
  assert.equal(node.host.store.get('d'), '1;2;');
  assert.deepEqual(
    replies.map(({ ticket }) => ticket),
    [1, 2],
  );
});

test('an append whose read fails is refused for certain, and the next has its turn', () => {
  const node = new TestNode();
  node.turn(() => append(node, '1;'));
  node.turn(() => append(node, '2;'));
  const { failures, sent } = node.fire('tick', 1000);
  assert.deepEqual(
    failures.map(({ ticket, failure }) => [ticket, failure.effect]),
    [[1, 'none']],
  );
  assert.equal(only(sent, 'read').length, 1);
});

test('an append whose write is not acknowledged in time ends unknown', () => {
  const node = new TestNode();
  const asked = only(node.turn(() => append(node, '1;')).sent, 'read');
  node.receive(asked[0]!.to, answer(1, null, 0));
  const { failures } = node.fire('tick', 1000);
  assert.deepEqual(
    failures.map(({ failure }) => failure.effect),
    ['unknown'],
  );
});
