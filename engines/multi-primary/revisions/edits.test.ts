import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainOf, held, only, opened, refused, type Sent, TestNode } from './fixture.test.ts';
import type { RevisionOptions } from './options.ts';

/** A node that has read an absent document at all copies and asks them to take its first revision; edit number 1. */
function editing(options: Partial<RevisionOptions> = {}) {
  const node = new TestNode(options);
  node.ask({ kind: 'put', key: 'k', value: 'v' });
  return { node, first: node.receive('n2', opened(1)) };
}

test('an edit goes to all copies at once, as a leaf on what was read', () => {
  const node = new TestNode();
  node.learn('k', chainOf('old'));
  node.ask({ kind: 'append', key: 'k', value: '+new' });
  const { sent } = node.receive('n2', opened(1, chainOf('old')));
  const edits = only(sent, 'edits');
  assert.deepEqual(
    edits.map(({ to }) => to),
    ['n2', 'n3'],
  );
  assert.deepEqual(edits[0]!.message.edits, [[1, 'k', chainOf('old', 'old+new')]]);
  assert.equal(node.read('k'), 'old+new', 'and this copy has taken it');
});

test('W copies that hold it commit it, whichever they are', () => {
  const { node } = editing();
  assert.deepEqual(node.receive('n2', held(1)).replies, []);
  assert.deepEqual(node.receive('n3', held(1)).replies[0]?.result, {});
});

test('the own copy counts once it is on the disk', () => {
  const { node } = editing();
  node.receive('n2', held(1));
  assert.deepEqual(node.durable().replies[0]?.result, {});
});

test('all have answered and one holds it: accepted', () => {
  const { node } = editing();
  node.receive('n2', refused(1));
  node.receive('n3', refused(1));
  assert.deepEqual(node.durable().replies[0]?.result, { ack: 'accepted' });
});

test('all refuse it: a conflict, for certain', () => {
  const node = coordinating();
  for (const copy of ['n1', 'n2']) node.receive(copy, refusedTo4);
  assert.deepEqual(node.receive('n3', refusedTo4).failures[0]?.failure, { effect: 'none', reason: 'conflict' });
});

test('a conflict with a copy that fell silent is no refusal for certain', () => {
  const node = coordinating();
  for (const copy of ['n1', 'n2']) node.receive(copy, refusedTo4);
  const { failures } = node.turn(() => node.replica.onLink('n3', false));
  assert.equal(failures[0]?.failure.effect, 'unknown');
});

test('a copy that may have held it in the history that it has cut is no refusal for certain', () => {
  const node = coordinating();
  for (const copy of ['n1', 'n2']) node.receive(copy, refusedTo4);
  const { failures } = node.receive('n3', { ...refusedTo4, refused: [], unsure: [1] });
  assert.equal(failures[0]?.failure.effect, 'unknown');
});

test('a silent copy is waited for up to the time-out, then one that holds it is enough to be accepted', () => {
  const { node } = editing();
  node.receive('n2', refused(1));
  node.durable();
  assert.deepEqual(node.fire('tick', 59_000).replies, []);
  assert.deepEqual(node.fire('tick', 1500).replies[0]?.result, { ack: 'accepted' });
});

test('a silent copy whose connection closes is not waited for', () => {
  const { node } = editing();
  node.receive('n2', refused(1));
  node.durable();
  const { replies } = node.turn(() => node.replica.onLink('n3', false));
  assert.deepEqual(replies[0]?.result, { ack: 'accepted' });
});

test('nobody answers: it ends as unknown', () => {
  const { node } = editing();
  assert.equal(node.fire('tick', 61_000).failures[0]?.failure.effect, 'unknown');
});

test('the silent are asked again, each time after twice as long, and only they', () => {
  const { node } = editing();
  node.receive('n2', held(1));
  const again = [...Array(40)].flatMap((_, i) => {
    const { sent } = node.fire('tick', 125);
    return only(sent, 'edits').map(({ to }) => `${to} at ${(i + 1) * 125}`);
  });
  assert.deepEqual(again, ['n3 at 500', 'n3 at 1500', 'n3 at 3500']);
});

test('copies known to be down are not asked, and the rest may accept', () => {
  const node = new TestNode();
  node.turn(() => {
    node.replica.onLink('n2', false);
    node.replica.onLink('n3', false);
  });
  const { sent } = node.ask({ kind: 'put', key: 'k', value: 'v' });
  assert.deepEqual(only(sent, 'edits'), []);
  assert.deepEqual(node.durable().replies[0]?.result, { ack: 'accepted' });
});

test('a deletion is an edit, and of what is not there nothing is deleted', () => {
  const node = new TestNode();
  node.learn('k', chainOf('old'));
  node.ask({ kind: 'delete', key: 'k' });
  const { sent } = node.receive('n2', opened(1, chainOf('old')));
  assert.deepEqual(only(sent, 'edits')[0]?.message.edits, [[1, 'k', chainOf('old', null)]]);
  node.ask({ kind: 'delete', key: 'never' });
  assert.deepEqual(node.receive('n2', opened(2)).replies[0]?.result, {});
});

test('a swap compares with the winner, and says what it saw', () => {
  const node = new TestNode();
  node.learn('k', chainOf('old'));
  node.ask({ kind: 'cas', key: 'k', expected: 'other', value: 'new' });
  assert.deepEqual(node.receive('n2', opened(1, chainOf('old'))).replies[0]?.result, {
    swapped: false,
    observed: 'old',
  });
});

test('serial: the next copy is asked when one has answered, and after W the rest without waiting', () => {
  const node = coordinating({ start: 'serial' });
  const order = [askedOf(node.first)];
  const next = node.receive(order[0]!, heldTo4);
  assert.deepEqual(next.replies, []);
  order.push(askedOf(next));
  const last = node.receive(order[1]!, heldTo4);
  assert.deepEqual(last.replies[0]?.result, {});
  order.push(askedOf(last));
  assert.deepEqual(order.toSorted(), ['n1', 'n2', 'n3']);
});

test('serial: the first that refuses decides, and the others are not asked', () => {
  const node = coordinating({ start: 'serial' });
  const { sent, failures } = node.receive(askedOf(node.first), refusedTo4);
  assert.deepEqual(failures[0]?.failure, { effect: 'none', reason: 'conflict' });
  assert.deepEqual(only(sent, 'edits'), []);
});

test('serial: refused by the second, though the first holds it, is told as unknown', () => {
  const node = coordinating({ start: 'serial' });
  const second = askedOf(node.receive(askedOf(node.first), heldTo4));
  const { sent, failures } = node.receive(second, refusedTo4);
  assert.equal(failures[0]?.failure.effect, 'unknown');
  assert.deepEqual(only(sent, 'edits'), []);
});

test('serial: a silent first copy holds up its documents until it is known to be down', () => {
  const node = coordinating({ start: 'serial' });
  const silent = askedOf(node.first);
  assert.deepEqual(only(node.fire('tick', 100).sent, 'edits'), []);
  assert.notEqual(askedOf(node.turn(() => node.replica.onLink(silent, false))), silent);
});

test('serial: all coordinators ask in the same order, and other keys in another', () => {
  const firstOf = (self: string, key: string): string => {
    const node = new TestNode({ start: 'serial' }, { self, members: FIVE });
    node.ask({ kind: 'put', key, value: 'v' });
    node.receive('n1', { type: 'opened', tag: `${self}#1`, answers: [[1, []]] });
    return askedOf(node.receive('n2', { type: 'opened', tag: `${self}#1`, answers: [[1, []]] }));
  };
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const first = keys.map((key) => firstOf('n4', key));
  assert.deepEqual(
    keys.map((key) => firstOf('n5', key)),
    first,
  );
  assert.equal(new Set(first).size, 3);
});

/** n4 and n5 coordinate and hold nothing. */
const FIVE = (['full', 'full', 'full', 'witness', 'witness'] as const).map((kind, i) => ({
  id: `n${i + 1}`,
  zone: 'a',
  kind,
}));
const heldTo4 = { type: 'edited', tag: 'n4#1', held: [1], refused: [], unsure: [] } as const;
const refusedTo4 = { type: 'edited', tag: 'n4#1', held: [], refused: [1], unsure: [] } as const;

/** n4, which has read an absent document and asks copies to take its first revision; edit number 1. `first`: what went out then. */
function coordinating(options: Partial<RevisionOptions> = {}) {
  const node = new TestNode(options, { self: 'n4', members: FIVE });
  node.ask({ kind: 'put', key: 'k', value: 'v' });
  const nothing = { type: 'opened', tag: 'n4#1', answers: [[1, []]] } as const;
  node.receive('n1', nothing);
  return Object.assign(node, { first: node.receive('n2', nothing) });
}

/** The one node that an edit was sent to. */
function askedOf({ sent }: { readonly sent: readonly Sent[] }): string {
  const edits = only(sent, 'edits');
  assert.equal(edits.length, 1);
  return edits[0]!.to;
}

test('an edit that this copy has got from another one meanwhile waits for nothing that is logged', () => {
  const node = new TestNode();
  node.ask({ kind: 'put', key: 'k', value: 'v' });
  node.learn('k', chainOf('v'));
  node.receive('n2', opened(1));
  node.receive('n2', refused(1));
  assert.deepEqual(node.receive('n3', refused(1)).replies[0]?.result, { ack: 'accepted' });
});
