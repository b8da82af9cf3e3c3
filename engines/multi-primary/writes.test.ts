import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STAMPS_PER_MS } from '../parts/hybrid-clock.ts';
import { ackOf, only, TestNode } from './fixture.test.ts';

const UNAVAILABLE = { effect: 'none', reason: 'unavailable' };

test('all writes of a turn go to each copy in one parcel and into one log entry, stamped in order', () => {
  const node = new TestNode();
  const { sent } = node.turn(() => {
    node.put('a', '1');
    node.put('b', '2');
    node.request({ kind: 'delete', key: 'a' });
  });
  const batch = ['n1#1', 1000 * STAMPS_PER_MS, ['a', '1', 0, 'b', '2', 1, 'a', null, 2]];
  assert.deepEqual(
    sent.map(({ to, message }) => [to, message]),
    ['n2', 'n3'].map((to) => [to, { type: 'write', parcel: 1, batch }]),
  );
  assert.deepEqual(node.host.log.entries, [{ life: 1 }, { batches: [batch] }]);
  assert.deepEqual([...node.host.store.entries()], [['b', '2']]);
});

test('writes leave once the life that stamped them is on record, without waiting for the writes themselves', () => {
  const node = new TestNode();
  const { sent } = node.turn(() => node.put('a', '1'));
  assert.deepEqual(
    sent.map(({ when }) => when),
    [1, 1],
  );
});

test('with W = 2 the own disk and one other copy suffice, in either order', () => {
  for (const ownFirst of [true, false]) {
    const node = new TestNode();
    const begun = node.turn(() => node.put('a', '1'));
    assert.deepEqual([begun.replies, begun.failures], [[], []]);
    const first = ownFirst ? node.durable() : node.receive('n3', ackOf(1));
    assert.deepEqual(first.replies, []);
    const second = ownFirst ? node.receive('n3', ackOf(1)) : node.durable();
    assert.deepEqual(second.replies, [{ ticket: 1, result: {}, when: 'now' }]);
    assert.deepEqual(node.receive('n2', ackOf(1)).replies, []);
  }
});

test('with W = 2 two other copies suffice while the own disk hangs', () => {
  const node = new TestNode();
  node.turn(() => node.put('a', '1'));
  node.receive('n2', ackOf(1));
  assert.equal(node.receive('n3', ackOf(1)).replies.length, 1);
  assert.deepEqual(node.durable().replies, []);
});

test('one copy that acknowledges twice counts once', () => {
  const node = new TestNode({ writeQuorum: 3 });
  node.turn(() => node.put('a', '1'));
  node.durable();
  node.receive('n2', ackOf(1));
  assert.deepEqual(node.receive('n2', ackOf(1)).replies, []);
  assert.equal(node.receive('n3', ackOf(1)).replies.length, 1);
});

test('an acknowledgement meant for a former life, or for another parcel, counts for nothing', () => {
  const node = new TestNode();
  node.turn(() => node.put('a', '1'));
  node.durable();
  assert.deepEqual(node.receive('n2', ackOf(1, 'n1#0'), ackOf(2)).replies, []);
  assert.equal(node.receive('n2', ackOf(1)).replies.length, 1);
});

test('with W = 1 the answer waits for the own log entry and nothing else', () => {
  const node = new TestNode({ writeQuorum: 1, readQuorum: 1 });
  const { replies, sent } = node.turn(() => node.put('a', '1'));
  assert.deepEqual(replies, [{ ticket: 1, result: {}, when: 2 }]);
  assert.equal(only(sent, 'write').length, 2);
});

test('a write is refused for certain only if too few copies are up before any was asked', () => {
  const node = new TestNode();
  node.turn(() => {
    node.replica.onLink('n2', false);
    node.replica.onLink('n3', false);
  });
  const { failures, sent } = node.turn(() => node.put('a', '1'));
  assert.deepEqual(failures, [{ ticket: 1, failure: UNAVAILABLE }]);
  assert.deepEqual(only(sent, 'write'), []);
  assert.equal(node.host.store.get('a'), null);
});

test('a write that some copy may hold ends unknown after its time-out', () => {
  const node = new TestNode();
  node.turn(() => node.put('a', '1'));
  node.durable();
  assert.deepEqual(node.fire('tick', 999).failures, []);
  const { failures } = node.fire('tick', 1);
  assert.equal(failures.length, 1);
  assert.equal(failures[0]!.failure.effect, 'unknown');
  assert.deepEqual(node.receive('n2', ackOf(1)).replies, []);
});

test('a dead copy costs a write nothing: it is acknowledged by the other, and a hint is kept', () => {
  const node = new TestNode();
  node.turn(() => node.replica.onLink('n2', false));
  const { sent } = node.turn(() => node.put('a', '1'));
  assert.deepEqual(
    only(sent, 'write').map(({ to }) => to),
    ['n3'],
  );
  assert.deepEqual(node.host.log.entries.at(-1)!.hints, ['n2', 'a']);
  node.durable();
  assert.equal(node.receive('n3', ackOf(1)).replies.length, 1);
});

test('a hint does not count towards W', () => {
  const node = new TestNode({ writeQuorum: 3, readQuorum: 1 });
  node.turn(() => node.put('a', '1'));
  node.durable();
  node.receive('n2', ackOf(1));
  assert.deepEqual(node.turn(() => node.replica.onLink('n3', false)).replies, []);
  assert.deepEqual(node.host.log.entries.at(-1)!.hints, ['n3', 'a']);
});

test('an accepting coordinator says at its time-out that some copy has the write, and at once if nobody is left', () => {
  const late = new TestNode({ answers: 'accepting' });
  late.turn(() => late.put('a', '1'));
  assert.deepEqual(late.durable().replies, []);
  assert.deepEqual(late.fire('tick', 1000).replies[0]!.result, { ack: 'accepted' });

  const alone = new TestNode({ answers: 'accepting' });
  alone.turn(() => alone.put('a', '1'));
  alone.durable();
  assert.deepEqual(alone.turn(() => alone.replica.onLink('n2', false)).replies, []);
  assert.deepEqual(alone.turn(() => alone.replica.onLink('n3', false)).replies[0]!.result, { ack: 'accepted' });
  alone.turn(() => alone.put('b', '1'));
  assert.deepEqual(alone.durable().replies[0]!.result, { ack: 'accepted' });
});

test('an accepting coordinator that no copy has answered does not know', () => {
  const node = new TestNode({ answers: 'accepting' });
  node.turn(() => node.put('a', '1'));
  assert.equal(node.fire('tick', 1000).failures[0]!.failure.effect, 'unknown');
});

test('where receipt is enough, neither the own disk nor another’s is waited for', () => {
  const node = new TestNode({ acknowledgesOn: 'receipt', writeQuorum: 1 });
  const { replies } = node.turn(() => node.put('a', '1'));
  assert.deepEqual(replies, [{ ticket: 1, result: {}, when: 'now' }]);
  const { sent } = node.receive('n2', { type: 'write', parcel: 1, batch: ['n2#1', 2e6, ['b', '1', 0]] });
  assert.equal(only(sent, 'ack')[0]!.when, 'now');
});

test('where receipt is enough, a version read elsewhere still waits for the name of the life that stamped it', () => {
  const node = new TestNode({ acknowledgesOn: 'receipt', writeQuorum: 1 });
  node.turn(() => node.put('a', '1'));
  const { sent } = node.receive('n2', { type: 'read', tag: 'n2#1', reads: [8, 'a'] });
  assert.deepEqual(node.host.log.entries[0], { life: 1 });
  assert.equal(only(sent, 'answers')[0]!.when, 1);
});

test('a local majority waits for the own zone alone', () => {
  const members = [...'aaabbb'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' as const }));
  const node = new TestNode({ copies: 6, writeQuorum: 'local-majority' }, { members });
  node.turn(() => node.put('a', '1'));
  for (const far of ['n4', 'n5', 'n6']) assert.deepEqual(node.receive(far, ackOf(1)).replies, []);
  assert.deepEqual(node.durable().replies, []);
  assert.equal(node.receive('n3', ackOf(1)).replies.length, 1);
});

test('a node that does not hold the key coordinates it without keeping it', () => {
  const members = ['n1', 'n2', 'n3', 'n4'].map((id, i) => ({ id, zone: 'abcd'[i]!, kind: 'full' as const }));
  const node = new TestNode({}, { members });
  const key = Array.from({ length: 100 }, (_, i) => `k${i}`).find((key) => !node.replica.holds(key))!;
  const { sent } = node.turn(() => node.put(key, '1'));
  assert.deepEqual(
    only(sent, 'write')
      .map(({ to }) => to)
      .sort(),
    ['n2', 'n3', 'n4'],
  );
  assert.equal(node.host.store.get(key), null);
  node.durable();
  assert.deepEqual(node.receive('n2', ackOf(1)).replies, []);
  assert.equal(node.receive('n3', ackOf(1)).replies.length, 1);
});
