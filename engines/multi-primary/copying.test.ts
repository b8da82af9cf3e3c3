import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ackOf, only, TestNode } from './fixture.test.ts';
import type { Batch, Message } from './messages.ts';
import { presets } from './presets.ts';

const write = (parcel: number, ...batch: Batch): Message => ({ type: 'write', parcel, batch });

test('a copy acknowledges all parcels of a turn as ranges, once their entry is durable', () => {
  const node = new TestNode();
  const { sent } = node.receive(
    'n2',
    write(4, 'n2#1', 5, ['a', '1', 0]),
    write(5, 'n2#1', 6, ['b', '2', 0]),
    write(9, 'n2#1', 7, ['c', '3', 0]),
  );
  assert.deepEqual(sent, [{ to: 'n2', message: { type: 'ack', tag: 'n2#1', ranges: [4, 5, 9, 9] }, when: 2 }]);
  assert.equal(node.host.log.entries.length, 2);
});

test('the later stamp wins in whatever order writes arrive, and the loser is not logged', () => {
  const node = new TestNode();
  node.receive('n2', write(1, 'n2#1', 500, ['a', 'later', 0]));
  const { sent } = node.receive('n3', write(1, 'n3#1', 499, ['a', 'earlier', 0, 'b', 'b', 1, 'a', 'even', 1]));
  assert.equal(node.host.store.get('a'), 'even');
  assert.deepEqual(node.host.log.entries.at(-1), { batches: [['n3#1', 499, ['b', 'b', 1, 'a', 'even', 1]]] });
  assert.equal(only(sent, 'ack').length, 1);
});

test('between equal times the writer’s name decides', () => {
  for (const order of [
    ['n2', 'n3'],
    ['n3', 'n2'],
  ]) {
    const node = new TestNode();
    for (const from of order) node.receive(from, write(1, `${from}#1`, 500, ['a', from, 0]));
    assert.equal(node.host.store.get('a'), 'n3');
  }
});

test('a deletion is a version like any other: an earlier write does not bring the key back', () => {
  const node = new TestNode();
  node.receive('n2', write(1, 'n2#1', 500, ['a', null, 0]));
  node.receive('n3', write(1, 'n3#1', 400, ['a', 'old', 0]));
  assert.equal(node.host.store.get('a'), null);
});

test('a repeated parcel changes nothing, is not logged again, and is acknowledged again', () => {
  const node = new TestNode();
  node.receive('n2', write(1, 'n2#1', 500, ['a', '1', 0]));
  const { sent } = node.receive('n2', write(1, 'n2#1', 500, ['a', '1', 0]));
  assert.equal(node.host.log.entries.length, 2);
  assert.deepEqual(
    sent.map(({ message, when }) => [message, when]),
    [[{ type: 'ack', tag: 'n2#1', ranges: [1, 1] }, 2]],
  );
});

test('two values under one stamp are a broken invariant', () => {
  const node = new TestNode();
  node.receive('n2', write(1, 'n2#1', 500, ['a', '1', 0]));
  assert.throws(() => node.receive('n2', write(2, 'n2#1', 500, ['a', '2', 0])), /one stamp|the stamp/);
});

test('own stamps come after every stamp seen, even from a clock far ahead', () => {
  const node = new TestNode();
  node.receive('n2', write(1, 'n2#1', 9e12, ['a', 'ahead', 0]));
  node.turn(() => node.put('a', 'mine'));
  assert.equal(node.host.store.get('a'), 'mine');
});

test('an unacknowledged parcel is sent once more, and then hinted', () => {
  const node = new TestNode();
  node.turn(() => node.put('a', '1'));
  node.receive('n2', ackOf(1));
  const again = node.fire('tick', 100);
  assert.deepEqual(
    again.sent.map(({ to, message }) => [to, message.type]),
    [['n3', 'write']],
  );
  assert.deepEqual(node.fire('tick', 100).sent, []);
  node.fire('tick', 100);
  assert.deepEqual(node.host.log.entries.at(-1), { hints: ['n3', 'a'] });
  assert.deepEqual(node.fire('tick', 20).sent, []);
});

test('an acknowledgement that comes after the hint was made counts and settles the hint', () => {
  const node = new TestNode();
  node.turn(() => node.put('a', '1'));
  node.durable();
  node.fire('tick', 300);
  assert.deepEqual(node.host.log.entries.at(-1), { hints: ['n2', 'a', 'n3', 'a'] });
  assert.equal(node.receive('n3', ackOf(1)).replies.length, 1);
  assert.deepEqual(node.host.log.entries.at(-1), { settled: ['n3', 'a'] });
  assert.equal(node.replica.status().details!.hints, 1);
});

/** From a life of another node that may be told of by `me`. */
const PING = {
  type: 'swim-ping',
  probe: 1,
  me: 65536,
  you: { status: 'alive', incarnation: 65536 },
  rumours: [],
} as const satisfies Message;

test('hints are delivered when the copy is back, and removed once it says that it has them', () => {
  const node = new TestNode();
  node.turn(() => node.replica.onLink('n2', false));
  node.turn(() => {
    node.put('a', 'old');
    node.put('b', '2');
  });
  node.turn(() => node.put('a', 'new'));
  const back = node.receive('n2', { ...PING, me: 7 * 65536 });
  const [delivery] = only(back.sent, 'copy');
  assert.deepEqual(
    [delivery!.to, delivery!.message.versions.filter((_, i) => i % 4 < 2)],
    ['n2', ['b', '2', 'a', 'new']],
  );
  assert.equal(node.replica.status().details!.hints, 2);
  node.receive('n2', ackOf(delivery!.message.parcel));
  assert.equal(node.replica.status().details!.hints, 0);
  assert.deepEqual(node.host.log.entries.at(-1), { settled: ['n2', 'b', 'n2', 'a'] });
});

test('a hint made anew during its delivery outlives the delivery', () => {
  const node = new TestNode();
  node.turn(() => node.replica.onLink('n2', false));
  node.turn(() => node.put('a', 'old'));
  const [delivery] = only(node.receive('n2', { ...PING, me: 2 * 65536 }).sent, 'copy');
  node.turn(() => node.put('a', 'new'));
  node.fire('tick', presets.default.hintAfterMs);
  const { sent } = node.receive('n2', ackOf(delivery!.message.parcel));
  assert.deepEqual(only(sent, 'copy')[0]!.message.versions.slice(0, 2), ['a', 'new']);
  assert.ok(node.host.log.entries.every(({ settled }) => settled === undefined));
});

test('hints that were under way to a process that has ended are delivered anew once there is another one', () => {
  for (const isSeenDown of [true, false]) {
    const node = new TestNode();
    node.turn(() => node.replica.onLink('n2', false));
    node.turn(() => node.put('a', 'x'));
    const alive = (life: number) => node.receive('n2', { ...PING, me: life * 65536 }).sent;
    const first = only(alive(2), 'copy')[0]!.message.parcel;
    const { sent } = node.turn(() => {
      if (isSeenDown) node.replica.onLink('n2', false);
      node.replica.onLink('n2', true);
    });
    const again = only([...sent, ...alive(3)], 'copy');
    assert.equal(again.length, 1);
    assert.ok(again[0]!.message.parcel > first);
    node.receive('n2', ackOf(first));
    assert.equal(node.replica.status().details!.hints, 1);
    node.receive('n2', ackOf(again[0]!.message.parcel));
    assert.equal(node.replica.status().details!.hints, 0);
  }
});

test('a hint is dropped when its write is older than hints are kept, and not before', () => {
  const node = new TestNode({ hintWindowMs: 5000 });
  node.turn(() => node.replica.onLink('n2', false));
  node.turn(() => node.put('a', '1'));
  node.fire('membership', 4999);
  assert.equal(node.replica.status().details!.hints, 1);
  node.fire('membership', 2);
  assert.equal(node.replica.status().details!.hints, 0);
  assert.deepEqual(node.host.log.entries.at(-1), { settled: ['n2', 'a'] });
});

test('a hint that is too old is not delivered, though the copy is back before it was dropped', () => {
  const node = new TestNode({ hintWindowMs: 5000 });
  node.turn(() => node.replica.onLink('n2', false));
  node.turn(() => node.put('a', '1'));
  node.host.time += 5001;
  const { sent } = node.receive('n2', {
    type: 'swim-ping',
    probe: 1,
    me: 7 * 65536,
    you: { status: 'alive', incarnation: 65536 },
    rumours: [],
  });
  assert.deepEqual(only(sent, 'copy'), []);
  assert.equal(node.replica.status().details!.hints, 0);
});

test('without hints nothing is sent again to a copy that is silent, and nothing is kept for one that is away', () => {
  const node = new TestNode({ missingCopies: 'nothing' });
  node.turn(() => node.replica.onLink('n2', false));
  node.turn(() => node.put('a', '1'));
  assert.deepEqual(node.fire('tick', 100).sent, []);
  node.fire('tick', 1000);
  assert.equal(node.replica.status().details!.hints, 0);
});
