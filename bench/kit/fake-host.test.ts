import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../../engines/api.ts';
import { FakeHost } from './fake-host.ts';

type Message = { readonly type: string; items?: number[] };
const members: Member[] = ['a', 'b'].map((id) => ({ id, zone: 'z', kind: 'full' }));
const fake = (options = {}): FakeHost<Message, { n: number }> => new FakeHost('a', members, options);

test('everything put out is remembered with its when, and taken once', () => {
  const host = fake();
  host.send('b', { type: 'x' });
  host.send('b', { type: 'y' }, 'now');
  host.reply({ id: 1 }, { value: 'v' }, 3);
  host.fail({ id: 2 }, { effect: 'unknown', reason: 'lost' });
  assert.deepEqual(host.take(), {
    sent: [
      { to: 'b', message: { type: 'x' }, when: undefined },
      { to: 'b', message: { type: 'y' }, when: 'now' },
    ],
    replies: [{ ticket: 1, result: { value: 'v' }, when: 3 }],
    failures: [{ ticket: 2, failure: { effect: 'unknown', reason: 'lost' } }],
  });
  assert.deepEqual(host.take(), { sent: [], replies: [], failures: [] });
});

test('a message and an entry are kept as they were when they were handed over', () => {
  const host = fake();
  const message: Message = { type: 'x', items: [1] };
  const entry = { n: 1 };
  host.send('b', message);
  host.log.append(entry);
  message.items!.push(2);
  entry.n = 2;
  assert.deepEqual(host.sent[0]!.message, { type: 'x', items: [1] });
  assert.deepEqual(host.log.entries, [{ n: 1 }]);
});

test('positions count from what was recovered, which stays as it was', () => {
  const host = fake({ boot: 'restart', recovered: [{ n: 1 }, { n: 2 }] });
  assert.equal(host.log.append({ n: 3 }), 3);
  host.log.discard(3);
  assert.deepEqual(host.log.recovered, [{ n: 1 }, { n: 2 }]);
  assert.equal(host.log.discarded, 3);
  assert.equal(host.boot, 'restart');
});

test('time stands still until it is set, and timers keep their due times by name', () => {
  const host = fake();
  host.time = 100;
  assert.deepEqual([host.now(), host.wallClock()], [100, 100]);
  host.setTimer('t', 5);
  host.setTimer('t', 7);
  host.setTimer('u', 1);
  host.clearTimer('u');
  assert.deepEqual([...host.timers], [['t', 107]]);
});

test('random numbers hang on the seed and the node', () => {
  const first = (self: string, seed: number): number => new FakeHost(self, members, { seed }).random();
  assert.equal(first('a', 1), first('a', 1));
  assert.equal(new Set([first('a', 1), first('b', 1), first('a', 2)]).size, 3);
});

test('what the contract forbids throws', () => {
  const host = fake();
  assert.throws(() => host.send('a', { type: 'x' }), /a sent to itself/);
  assert.throws(() => host.send('c', { type: 'x' }), /sent to c, which is no member/);
  assert.throws(() => host.send('b', { type: 'x', items: [Number.NaN] }), /plain data/);
  assert.throws(() => host.log.append({ n: Number.NaN }), /plain data/);
  assert.throws(() => host.setTimer('t', -1), /0 or more/);
  host.reply({ id: 1 }, {});
  assert.throws(() => host.fail({ id: 1 }, { effect: 'unknown', reason: 'x' }), /answered twice/);
  host.take();
  assert.throws(() => host.reply({ id: 1 }, {}), /answered twice/, 'also after what was put out has been taken');
});
