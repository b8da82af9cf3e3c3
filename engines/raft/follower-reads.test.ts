/** Reads that followers answer: section 6.4 of Ongaro's thesis. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendOf, entries, Fixture } from './fixture.test.ts';

const READS = { followerReads: true } as const;
const get = { kind: 'get', key: 'k1' } as const;

function following(): Fixture {
  const b = new Fixture({ self: 'b', options: READS });
  b.hear('a', appendOf(1, 0, 0, entries(1, 1), 1));
  b.host.take();
  return b;
}

test('a follower asks the leader once for all the reads of a turn, and answers from its own store', () => {
  const b = following();
  const tickets = [b.request(get), b.request(get)];
  const sent = b.turn();
  assert.deepEqual(
    sent.map(({ to, message }) => [to, message]),
    [['a', { type: 'ask-index', term: 1, id: 1 }]],
  );
  assert.deepEqual(b.host.replies, []);
  b.replica.onMessage('a', { type: 'read-index', term: 1, id: 1, index: 1 });
  b.replica.onTurnEnd();
  assert.deepEqual(
    b.host.take().replies,
    tickets.map((ticket) => ({ ticket, result: { value: 'v1' }, when: 'now' })),
  );
});

test('it answers only once it has applied as much as the leader said', () => {
  const b = following();
  b.request({ kind: 'get', key: 'k2' });
  b.turn();
  b.replica.onMessage('a', { type: 'read-index', term: 1, id: 1, index: 2 });
  b.replica.onTurnEnd();
  assert.deepEqual(b.host.take().replies, []);
  b.replica.onMessage('a', { type: 'beat', term: 1, commit: 2, round: 5 });
  b.replica.onTurnEnd();
  assert.deepEqual(
    b.host.take().replies.map(({ result }) => result.value),
    ['v1'],
  );
});

test('a question that is not answered is asked again', () => {
  const b = following();
  b.request(get);
  b.turn();
  assert.deepEqual(
    b.fire('reads').map(({ message }) => message),
    [{ type: 'ask-index', term: 1, id: 1 }],
  );
});

test('with the leader gone, or another there, reads are given back', () => {
  const b = following();
  const ticket = b.request(get);
  b.turn();
  b.replica.onMessage('c', appendOf(2, 2, 1));
  b.replica.onTurnEnd();
  assert.deepEqual(b.host.take().failures, [
    { ticket, failure: { effect: 'none', reason: 'not-leader', leader: 'c' } },
  ]);
  const second = b.request(get);
  b.turn();
  while (b.role === 'follower') b.fire('election');
  assert.deepEqual(
    b.failures.map(({ ticket: id, failure }) => [id, failure.effect]),
    [[second, 'none']],
  );
});

test('the leader says how far once a majority has confirmed that it leads', () => {
  const a = new Fixture({ options: READS });
  a.lead();
  a.sync();
  a.hear('b', { type: 'acked', term: 1, seq: 1, round: 1, match: 1 });
  const asked = a.hear('c', { type: 'ask-index', term: 1, id: 4 });
  const beat = asked.find(({ message }) => message.type === 'beat')?.message;
  assert.ok(beat?.type === 'beat' && !asked.some(({ message }) => message.type === 'read-index'));
  const sent = a.hear('b', { type: 'heard', term: 1, round: beat.round });
  assert.deepEqual(
    sent.map(({ to, message }) => [to, message]),
    [['c', { type: 'read-index', term: 1, id: 4, index: 1 }]],
  );
});

test('without the option, and without a leader, a follower refuses', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0));
  b.request(get);
  const alone = new Fixture({ self: 'b', options: READS });
  alone.request(get);
  for (const node of [b, alone]) assert.equal(node.host.failures.length, 1);
});
