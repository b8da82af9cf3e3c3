/** Reads under a lease: section 6.4.1 of Ongaro's thesis. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendOf, Fixture } from './fixture.test.ts';
import { Lease } from './lease.ts';
import type { AskVote } from './messages.ts';

const LEASE = { reads: 'lease' } as const;
const ask = (term: number, transfer = false): AskVote => {
  return { type: 'ask-vote', term, pre: false, transfer, lastIndex: 9, lastTerm: 9 };
};
const get = { kind: 'get', key: 'k' } as const;

test('a lease is counted from when its round was sent, not from when it was answered', () => {
  const lease = new Lease(300, 0);
  lease.sent(1, 1000);
  assert.equal(lease.isHeld(1000), false, 'nobody has answered');
  lease.confirmed(1);
  assert.deepEqual([lease.isHeld(1299), lease.isHeld(1300)], [true, false]);
});

test('a round confirms those before it, and an old one shortens nothing', () => {
  const lease = new Lease(300, 0);
  for (const round of [1, 2, 3]) lease.sent(round, 1000 + 50 * round);
  lease.confirmed(3);
  lease.confirmed(1);
  assert.deepEqual([lease.isHeld(1449), lease.isHeld(1450)], [true, false]);
});

test('it is shorter by what the clocks of both sides may be off', () => {
  const lease = new Lease(300, 50_000);
  lease.sent(1, 0);
  lease.confirmed(1);
  const endMs = (300 * 0.95) / 1.05;
  assert.deepEqual([lease.isHeld(endMs - 0.01), lease.isHeld(endMs)], [true, false]);
});

/** A leader with a lease that lasts until 300 ms, less one per cent of drift on both sides, after it was elected. */
function leased(): Fixture {
  const a = new Fixture({ options: LEASE });
  a.lead();
  a.sync();
  a.hear('b', { type: 'acked', term: 1, seq: 1, round: 1, match: 1 });
  return a;
}
const answers = (a: Fixture): number => {
  a.request(get);
  const sent = a.turn();
  const { replies } = a.host.take();
  assert.ok(replies.length === 0 || sent.every(({ message }) => message.type !== 'beat'), 'no round was needed');
  return replies.length;
};

test('under the lease a read is answered at once, after it only once a majority has confirmed', () => {
  const a = leased();
  a.request(get);
  a.replica.onTurnEnd();
  assert.equal(a.host.take().replies.length, 1);
  a.pass(294.1);
  const ticket = a.request(get);
  const beat = a.turn().find(({ message }) => message.type === 'beat')?.message;
  assert.ok(beat?.type === 'beat');
  assert.equal(a.host.replies.length, 0);
  a.replica.onMessage('c', { type: 'heard', term: 1, round: beat.round });
  a.replica.onTurnEnd();
  assert.deepEqual(
    a.host.take().replies.map((reply) => reply.ticket),
    [ticket],
  );
});

test('who has asked another to lead answers nothing under the lease any more, in all of its term', () => {
  const a = leased();
  a.replica.onCommand({ id: 99 }, { kind: 'transfer', to: 'b' });
  const sent = a.turn();
  assert.ok(sent.some(({ message }) => message.type === 'timeout-now'));
  assert.equal(answers(a), 0);
  a.fire('transfer');
  assert.equal(a.role, 'leader');
  a.hear('b', { type: 'heard', term: 1, round: 50 });
  a.host.take();
  assert.equal(answers(a), 0, 'the one that was asked may still stand');
});

test('who has heard the leader votes for nobody else until the lease is out, whatever else it thinks of the leader', () => {
  const b = new Fixture({ self: 'b', options: { ...LEASE, stickiness: false, linkHint: true } });
  b.hear('a', appendOf(1, 0, 0));
  b.replica.onLink('a', false);
  b.pass(299);
  assert.deepEqual(b.hear('c', ask(2)), []);
  b.pass(1);
  assert.ok(b.hear('c', ask(2)).some(({ message }) => message.type === 'vote' && message.granted));
});

test('nor for itself', () => {
  const b = new Fixture({ self: 'b', options: { ...LEASE, leaseMs: 2000, linkHint: true, preVote: false } });
  b.hear('a', appendOf(1, 0, 0));
  b.sync();
  b.replica.onLink('a', false);
  b.fire('election');
  assert.deepEqual([b.role, b.term], ['follower', 1]);
  b.fire('election');
  assert.deepEqual([b.role, b.host.time >= 2000], ['candidate', true]);
});

test('the word that a former life may have given binds the next one', () => {
  const before = new Fixture({ self: 'b', options: LEASE });
  before.hear('a', appendOf(1, 0, 0));
  const again = new Fixture({ self: 'b', options: LEASE, recovered: before.host.log.entries });
  again.pass(299);
  assert.deepEqual(again.hear('c', ask(2)), []);
  again.pass(1);
  assert.equal(again.hear('c', ask(2)).length, 1);
});

test('a candidate that the leader itself has asked for may have the vote at once', () => {
  const b = new Fixture({ self: 'b', options: LEASE });
  b.hear('a', appendOf(1, 0, 0));
  assert.ok(b.hear('c', ask(2, true)).some(({ message }) => message.type === 'vote' && message.granted));
});
