/** Handing over the lead: section 3.10 of Ongaro's thesis. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../api.ts';
import { appendOf, Fixture, three } from './fixture.test.ts';

const put = { kind: 'put', key: 'k', value: 'v' } as const;
const ticket = { id: 1000 };

/** A leader that has everything committed, and heard both followers. */
function settled(members: readonly Member[] = three): Fixture {
  const a = new Fixture({ members });
  a.lead();
  a.sync();
  for (const id of ['b', 'c']) a.hear(id, { type: 'acked', term: 1, seq: 1, round: 1, match: 1 });
  a.host.take();
  return a;
}
const acked = (match: number, seq: number) => ({ type: 'acked', term: 1, seq, round: 1, match }) as const;
const askedToStand = (sent: ReturnType<Fixture['turn']>): string[] =>
  sent.filter(({ message }) => message.type === 'timeout-now').map(({ to }) => to);

test('the heir is asked once it has everything; what comes before is kept, what comes after is sent there', () => {
  const a = settled();
  const begun = a.request(put);
  a.turn();
  a.replica.onCommand(ticket, { kind: 'transfer', to: 'c' });
  const kept = a.request(put);
  assert.deepEqual(askedToStand(a.turn()), []);
  a.sync();
  assert.deepEqual(askedToStand(a.hear('b', acked(2, 2))), [], 'it is committed, and the heir has it not');
  assert.deepEqual([a.replies.map((reply) => reply.ticket), a.failures], [[begun], []]);
  assert.deepEqual(askedToStand(a.hear('c', acked(2, 2))), ['c']);
  const late = a.request(put);
  a.turn();
  const sentOn = { effect: 'none', reason: 'not-leader', leader: 'c' };
  assert.deepEqual(
    a.failures.map(({ ticket: id, failure }) => [id, failure]),
    [kept, late].map((id) => [id, sentOn]),
  );
});

test('whoever has everything is asked where nobody is named', () => {
  const a = settled();
  a.request(put);
  a.turn();
  a.replica.onCommand(ticket, { kind: 'transfer' });
  a.replica.onMessage('c', acked(2, 2));
  assert.deepEqual(askedToStand(a.turn()), ['c']);
});

test('the order is done when another leads', () => {
  const a = settled();
  a.replica.onCommand(ticket, { kind: 'transfer', to: 'b' });
  assert.deepEqual(askedToStand(a.turn()), ['b']);
  assert.equal(a.replies.length, 0);
  a.hear('b', appendOf(2, 1, 1));
  assert.deepEqual(
    a.replies.map((reply) => reply.ticket),
    [ticket.id],
  );
});

test('an heir that does not come: the leader goes on, and what it kept is begun', () => {
  const a = settled();
  a.request(put);
  a.turn();
  a.replica.onCommand(ticket, { kind: 'transfer', to: 'b' });
  a.request(put);
  a.turn();
  a.fire('transfer');
  assert.deepEqual(a.failures, [{ ticket: ticket.id, failure: { effect: 'none', reason: 'unavailable' } }]);
  assert.equal(a.replica.inspect().log.last, 3);
  const late = settled();
  late.replica.onCommand(ticket, { kind: 'transfer', to: 'b' });
  late.turn();
  late.fire('transfer');
  assert.equal(late.failures[0]?.failure.effect, 'unknown', 'it may still be elected');
});

test('nobody else can be made leader: not who is silent, holds no data, does not vote, or leads already', () => {
  const refusal = (a: Fixture, to: string): string | undefined => {
    a.replica.onCommand(ticket, { kind: 'transfer', to });
    a.turn();
    return a.failures[0]?.failure.effect;
  };
  const silent = settled();
  silent.pass(301);
  assert.equal(refusal(silent, 'b'), 'none');
  assert.equal(refusal(settled([...three, { id: 's', zone: 'z', kind: 'spare' }]), 's'), 'none');
  const witness = [...three.slice(0, 2), { id: 'c', zone: 'z', kind: 'witness' as const }];
  assert.equal(refusal(settled(witness), 'c'), 'none');
  const a = settled();
  a.replica.onCommand(ticket, { kind: 'transfer', to: 'a' });
  assert.equal(a.host.take().replies.length, 1);
});

test('the heir stands at once, without asking whether it could win, and keeps its clients waiting', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0, [[1, 1, 0]], 1));
  b.sync();
  const sent = b.hear('a', { type: 'timeout-now', term: 1 });
  assert.deepEqual(
    sent.map(({ message }) => message),
    [0, 1].map(() => ({
      type: 'ask-vote',
      term: 2,
      pre: false,
      transfer: true,
      lastIndex: 1,
      lastTerm: 1,
    })),
  );
  b.request(put);
  assert.deepEqual(b.host.failures, []);
  b.sync();
  b.hear('c', { type: 'vote', term: 2, pre: false, granted: true, ...b.end });
  assert.deepEqual([b.role, b.replica.inspect().log.last], ['leader', 3]);
});

test('an heir that loses sends its clients away', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0, [[1, 1, 0]], 1), { type: 'timeout-now', term: 1 });
  const waiting = b.request(put);
  b.hear('c', appendOf(2, 1, 1));
  assert.deepEqual(b.failures, [{ ticket: waiting, failure: { effect: 'none', reason: 'not-leader' } }]);
});

test('a protected leader’s followers vote for the heir all the same', () => {
  const c = new Fixture({ self: 'c' });
  c.hear('a', appendOf(1, 0, 0, [[1, 1, 0]], 1));
  const ask = { type: 'ask-vote', term: 2, pre: false, lastIndex: 1, lastTerm: 1 } as const;
  assert.deepEqual(c.hear('b', { ...ask, transfer: false }), []);
  assert.ok(c.hear('b', { ...ask, transfer: true }).some(({ message }) => message.type === 'vote' && message.granted));
});

test('a leader that is to be drained hands over, and leaves the next elections to others, but not for ever', () => {
  const a = settled();
  a.replica.onCommand(ticket, { kind: 'drain' });
  assert.equal(askedToStand(a.turn()).length, 1);
  const b = new Fixture({ self: 'b' });
  b.replica.onCommand(ticket, { kind: 'drain' });
  assert.equal(b.host.take().replies.length, 1);
  let fired = 0;
  while (b.role === 'follower' && fired < 10) {
    b.fire('election');
    fired++;
  }
  assert.equal(fired, 4);
});
