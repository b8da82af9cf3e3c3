import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../bench/runtimes/host/store.ts';
import { PartSender } from './part-sender.ts';
import { StateMachine } from './state-machine.ts';

/** A sender of so many pairs, one a part, and the numbers it has sent. */
function senderOf(pairs: number): { sender: PartSender; sent: number[]; last: () => number | undefined } {
  const store = new MemoryStore();
  for (let i = 0; i < pairs; i++) store.set(`k${i}`, 'v');
  const sent: number[] = [];
  let last: number | undefined;
  const sender = new PartSender(new StateMachine(store, 1).read(1), (_, number, isLast) => {
    sent.push(number);
    if (isLast) last = number;
  });
  return { sender, sent, last: () => last };
}

test('a few parts are under way at a time, and the next leave as those before are taken', () => {
  const { sender, sent } = senderOf(9);
  sender.sendSome();
  sender.sendSome();
  assert.deepEqual([sent, sender.hasBegun], [[1, 2, 3, 4], false]);
  assert.equal(sender.onTaken(2), false);
  sender.sendSome();
  assert.deepEqual([sent, sender.hasBegun], [[1, 2, 3, 4, 5, 6], true]);
});

test('it ends when the last part, an empty one, is taken', () => {
  const { sender, sent, last } = senderOf(2);
  sender.sendSome();
  assert.deepEqual([sent, last()], [[1, 2, 3], 3]);
  assert.equal(sender.onTaken(2), false);
  sender.sendSome();
  assert.deepEqual(sent, [1, 2, 3]);
  assert.equal(sender.onTaken(3), true);
  assert.equal(sender.onTaken(3), false);
});

test('an empty state is one part', () => {
  const { sender, sent, last } = senderOf(0);
  sender.sendSome();
  assert.deepEqual([sent, last(), sender.onTaken(1)], [[1], 1, true]);
});

test('what the other node does not take, though it lives, goes out again from the first that is missing', () => {
  const { sender, sent } = senderOf(9);
  sender.sendSome();
  sender.onTaken(1);
  sender.sendSome();
  for (let i = 0; i < 3; i++) sender.onSignOfLife();
  sender.sendSome();
  assert.deepEqual(sent, [1, 2, 3, 4, 5, 2, 3, 4, 5]);
});
