import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sent, TestNode } from './fixture.test.ts';
import type { Message } from './messages.ts';

/** Lets two nodes talk until neither has anything to say; returns the messages in order. */
function talk(nodes: { readonly [id: string]: TestNode }, first: readonly Sent[]): Message[] {
  const messages: Message[] = [];
  let waiting = first.map((sent) => ({ from: 'n1', ...sent }));
  while (waiting.length > 0) {
    const { from, to, message } = waiting.shift()!;
    const receiver = nodes[to];
    if (receiver === undefined) continue;
    messages.push(message);
    waiting = [...waiting, ...receiver.receive(from, message).sent.map((sent) => ({ from: to, ...sent }))];
  }
  return messages;
}

const converse = (nodes: { readonly [id: string]: TestNode }, first: readonly Sent[]): string[] =>
  talk(nodes, first).map(({ type }) => type);

const copied = (versions: readonly (string | number | null)[]): Message => ({
  type: 'copy',
  tag: 'n3#1',
  parcel: 0,
  versions,
});
const copy = (...versions: (string | number | null)[]): Message => copied(versions);
const pair = () => ({
  n1: new TestNode({}, { time: 60_000 }),
  n2: new TestNode({}, { time: 60_000, self: 'n2' }),
});
/** Both peers take their turn in two rounds. */
const compare = (nodes: ReturnType<typeof pair>): string[] =>
  [1, 2].flatMap(() => converse(nodes, nodes.n1.fire('anti-entropy', 1000).sent));

test('an old deletion is not sent to who holds nothing of the key', () => {
  const options = { hintWindowMs: 500, tombstoneGraceMs: 1000 };
  const nodes = {
    n1: new TestNode(options, { time: 60_000 }),
    n2: new TestNode(options, { time: 60_000, self: 'n2' }),
  };
  const held: Message = { ...copy('gone', null, 70, 'n3#1', 'mine', '1', 50, 'n3#1'), parcel: 1 } as Message;
  nodes.n1.receive('n3', held);
  const messages = talk(nodes, nodes.n1.fire('anti-entropy', 1000).sent);
  assert.deepEqual(
    messages.flatMap((message) => (message.type === 'copy' ? message.versions : [])),
    ['mine', '1', 50, 'n3#1'],
  );
});

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

/** What two nodes with so many keys, of which so many differ, send each other until they are equal; bytes of JSON. */
function traffic(keys: number, differing: number): { readonly bytes: number; readonly rounds: number } {
  const nodes = pair();
  const versions = Array.from({ length: keys }, (_, i) => [`key-${i}`, `value-${i}`, 50, 'n3#1']).flat();
  for (const node of [nodes.n1, nodes.n2]) node.receive('n3', copied(versions));
  const newer = Array.from({ length: differing }, (_, i) => [`key-${i * 97}`, 'newer', 60, 'n3#1']).flat();
  nodes.n1.receive('n3', copied(newer));
  let bytes = 0;
  let rounds = 0;
  for (let calm = 0; calm < 2; rounds++) {
    const messages = talk(nodes, nodes.n1.fire('anti-entropy', 1000).sent);
    bytes += messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0);
    calm = messages.length <= 1 ? calm + 1 : 0;
  }
  for (let i = 0; i < differing; i++) assert.equal(nodes.n2.host.store.get(`key-${i * 97}`), 'newer');
  return { bytes, rounds };
}

test('of 100,000 keys with ten that differ less than 100 kB travel, and of none that differ two digests', (t) => {
  const none = traffic(100_000, 0);
  const ten = traffic(100_000, 10);
  t.diagnostic(`none differ: ${none.bytes} bytes; ten differ: ${ten.bytes} bytes in ${ten.rounds} rounds`);
  assert.ok(none.bytes < 200, `${none.bytes} bytes`);
  assert.ok(ten.bytes < 100_000, `${ten.bytes} bytes`);
});

test('what travels grows with the difference, not with what is held', () => {
  const few = traffic(20_000, 10).bytes;
  const many = traffic(20_000, 200).bytes;
  const larger = traffic(100_000, 10).bytes;
  assert.ok(many > 3 * few, `${few} bytes for 10, ${many} for 200`);
  assert.ok(larger < 2.5 * few, `${few} bytes of 20,000 keys, ${larger} of 100,000`);
});
