import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sent, TestNode } from './fixture.test.ts';
import type { Message } from './messages.ts';

/** Lets two nodes talk until neither has anything to say; returns the types of messages in order. */
function converse(nodes: { readonly [id: string]: TestNode }, first: readonly Sent[]): string[] {
  const types: string[] = [];
  let waiting = first.map((sent) => ({ from: 'n1', ...sent }));
  while (waiting.length > 0) {
    const { from, to, message } = waiting.shift()!;
    const receiver = nodes[to];
    if (receiver === undefined) continue;
    types.push(message.type);
    waiting = [...waiting, ...receiver.receive(from, message).sent.map((sent) => ({ from: to, ...sent }))];
  }
  return types;
}

const copy = (...versions: (string | number | null)[]): Message => ({ type: 'copy', tag: 'n3#1', parcel: 0, versions });
const pair = () => ({
  n1: new TestNode({}, { time: 60_000 }),
  n2: new TestNode({}, { time: 60_000, self: 'n2' }),
});
/** Both peers take their turn in two rounds. */
const compare = (nodes: ReturnType<typeof pair>): string[] =>
  [1, 2].flatMap(() => converse(nodes, nodes.n1.fire('anti-entropy', 1000).sent));

test('two equal nodes exchange one message a round', () => {
  const nodes = pair();
  for (const node of [nodes.n1, nodes.n2]) node.receive('n3', copy('a', '1', 50, 'n3#1'));
  assert.deepEqual(compare(nodes), ['tree-root']);
});

test('each gets what it lacks, newer versions and deletions included', () => {
  const nodes = pair();
  nodes.n1.receive('n3', copy('both', 'new', 60, 'n3#1', 'mine', '1', 50, 'n3#1', 'gone', null, 70, 'n3#1'));
  nodes.n2.receive('n3', copy('both', 'old', 50, 'n3#1', 'theirs', '2', 50, 'n3#1', 'gone', 'still', 60, 'n3#1'));
  const types = compare(nodes);
  const expected = new Map([
    ['both', 'new'],
    ['mine', '1'],
    ['theirs', '2'],
  ]);
  for (const node of [nodes.n1, nodes.n2]) {
    assert.deepEqual(new Map([...node.host.store.entries()].sort()), expected);
  }
  assert.deepEqual(types.slice(0, 4), ['tree-root', 'tree-branches', 'tree-leaves', 'tree-keys']);
  assert.deepEqual(compare(nodes), ['tree-root']);
});

test('a node that lacks everything catches up in pieces of bounded size', () => {
  const nodes = pair();
  const keys = Array.from({ length: 3000 }, (_, i) => `k${i}`);
  for (const key of keys) nodes.n1.receive('n3', copy(key, 'v', 50, 'n3#1'));
  let rounds = 0;
  while (nodes.n2.host.store.size < keys.length && rounds < 200) {
    compare(nodes);
    rounds++;
  }
  assert.ok(rounds > 1 && rounds < 100, `${rounds} rounds`);
});

test('an exchange that found something goes on soon; otherwise the next waits for its interval', () => {
  const nodes = pair();
  nodes.n1.receive('n3', copy('a', '1', 50, 'n3#1'));
  compare(nodes);
  assert.ok(nodes.n1.host.timers.get('anti-entropy')! - nodes.n1.host.time <= 1250);
  nodes.n1.receive('n3', copy('b', '1', 50, 'n3#1'));
  converse(nodes, nodes.n1.fire('anti-entropy', 1000).sent);
  const first = nodes.n1.host.timers.get('anti-entropy')! - nodes.n1.host.time;
  converse(nodes, nodes.n1.fire('anti-entropy', 1000).sent);
  const second = nodes.n1.host.timers.get('anti-entropy')! - nodes.n1.host.time;
  assert.equal(Math.min(first, second), 50);
});

test('writes that are still under way are no difference to be repaired', () => {
  const nodes = pair();
  nodes.n1.turn(() => nodes.n1.put('a', '1'));
  const types = [1, 2].flatMap(() => converse(nodes, nodes.n1.fire('anti-entropy', 1).sent));
  assert.ok(types.includes('tree-keys'));
  assert.equal(nodes.n2.host.store.get('a'), null);
});
