/** Replication, commitment and reads: the rules of the Raft paper that keep what was acknowledged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendOf, appendTo, entries, Fixture, five, formerLife } from './fixture.test.ts';
import type { Acked, Message } from './messages.ts';
import type { LogEntry } from './records.ts';

const acked = (term: number, seq: number, match: number, more: Partial<Acked> = {}): Acked => {
  return { type: 'acked', term, seq, match, round: 0, ...more };
};
const put = { kind: 'put', key: 'k', value: 'v' } as const;
const only = (sent: readonly { message: Message }[]): Message => {
  assert.equal(sent.length, 1, JSON.stringify(sent));
  return sent[0]!.message;
};
/** A leader whose first entry is committed, so that nothing old is under way. */
const settled = (setting = {}): Fixture => {
  const a = new Fixture(setting);
  const sent = a.lead(a.host.members.length > 3 ? ['b', 'c'] : ['b']);
  a.sync();
  for (const { id } of a.host.members) if (id !== 'a') a.ack(id, appendTo(id, sent));
  assert.equal(a.commit, a.replica.inspect().log.last);
  return a;
};

// ------------------------------------------------------------------------------------------------------ follower

test('a follower takes entries that fit, and acknowledges them once they are durable', () => {
  const b = new Fixture({ self: 'b' });
  const sent = b.hear('a', appendOf(1, 0, 0, entries(1, 1), 0, 7));
  const [answer] = sent;
  assert.deepEqual([answer?.message, answer?.when], [acked(1, 7, 2), b.host.log.entries.length]);
  assert.equal(sent.length, 1);
});

test('a follower refuses what does not fit: a gap, or another term before it', () => {
  const b = new Fixture({ self: 'b', recovered: formerLife(4, 1, 2, 2, 3) });
  assert.deepEqual(only(b.hear('a', appendOf(4, 6, 4))), acked(4, 1, 0, { conflict: { prev: 6, term: 0, first: 5 } }));
  const conflict = { prev: 3, term: 2, first: 2 };
  assert.deepEqual(only(b.hear('a', appendOf(4, 3, 3, [], 0, 2))), acked(4, 2, 0, { conflict }));
  assert.deepEqual(b.terms, [1, 2, 2, 3]);
});

test('an entry that conflicts goes, with all that follow it; entries that are there already stay', () => {
  const b = new Fixture({ self: 'b', recovered: formerLife(3, 1, 1, 2, 2) });
  const appended = b.host.log.entries.length;
  b.hear('a', appendOf(4, 1, 1, [entries(1, 1)[1]!, [3, 3, 2, '', 0, 0, 'x', 'y']]));
  assert.deepEqual(b.terms, [1, 1, 3]);
  assert.deepEqual(b.host.log.entries.slice(appended + 1), [[3, 3, 2, '', 0, 0, 'x', 'y']]);
});

test('an old append that arrives late takes nothing away', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0, entries(1, 1, 1), 0, 2));
  b.hear('a', appendOf(1, 0, 0, entries(1), 0, 1));
  assert.deepEqual(b.terms, [1, 1, 1]);
  b.sync();
  const again = b.hear('a', appendOf(1, 3, 1, [], 0, 3)).map(({ message }) => message);
  assert.deepEqual(again, [acked(1, 3, 3)]);
});

test('one acknowledgement answers all appends of a turn, with the highest number', () => {
  const b = new Fixture({ self: 'b' });
  const all = entries(1, 1, 1);
  const first = appendOf(1, 0, 0, all.slice(0, 2), 0, 4);
  const second = appendOf(1, 2, 1, all.slice(2), 0, 5);
  assert.deepEqual(only(b.hear('a', first, second)), acked(1, 5, 3));
});

test('what is committed is known only as far as the log is known to equal the leader’s', () => {
  const b = new Fixture({ self: 'b', recovered: formerLife(1, 1, 1, 1) });
  b.hear('a', { type: 'beat', term: 2, commit: 3, round: 0 });
  assert.equal(b.commit, 0);
  b.hear('a', appendOf(2, 1, 1, [], 3));
  assert.equal(b.commit, 1);
  b.hear('a', appendOf(2, 1, 1, [[2, 2, 2, '', 0, 0, 'k2', 'other']], 3));
  assert.deepEqual([b.commit, b.terms], [2, [1, 2]]);
  assert.equal(b.host.store.get('k2'), 'other');
});

test('a committed entry is never replaced: the replica stops instead', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0, entries(1, 1), 2));
  assert.throws(() => b.hear('c', appendOf(2, 0, 0, entries(2))), /2 is committed/);
});

test('two leaders of one term stop the replica that sees them', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0));
  assert.throws(() => b.hear('c', appendOf(1, 0, 0)), /another leader/);
});

test('a busy disk delays acknowledgements, not the signs of life that heartbeats and reads ask for', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0, entries(1)));
  const beat = b.hear('a', { type: 'beat', term: 1, commit: 0, round: 6 });
  assert.deepEqual(
    beat.map(({ message, when }) => [message, when]),
    [[{ type: 'heard', term: 1, round: 6 }, 'now']],
  );
  const heartbeat = b.hear('a', { ...appendOf(1, 1, 1, [], 0, 2), round: 6 });
  assert.deepEqual(
    heartbeat.map(({ message, when }) => [message.type, when]),
    [
      ['acked', 3],
      ['heard', 'now'],
    ],
  );
});

test('a later life has the entries of the former ones, replaced ones replaced', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0, entries(1, 1, 1), 1));
  b.hear('c', appendOf(2, 1, 1, [[2, 2, 2, '', 0, 0, 'k', 'new']], 1));
  const again = new Fixture({ self: 'b', recovered: b.host.log.entries });
  assert.deepEqual([again.terms, again.term, again.commit], [[1, 2], 2, 0]);
});

// -------------------------------------------------------------------------------------------------------- leader

test('a new leader begins its term with an entry that does nothing', () => {
  const a = new Fixture({ recovered: formerLife(2, 1, 2) });
  const sent = a.lead();
  assert.deepEqual(appendTo('b', sent), { ...appendOf(3, 2, 2, [[3, 3, 0]]), round: 1 });
  assert.deepEqual(
    sent.map(({ when }) => when),
    ['now', 'now'],
  );
});

test('operations of a turn travel in one append to each follower', () => {
  const a = settled();
  for (let i = 0; i < 10; i++) a.request(put);
  const sent = a.turn();
  assert.deepEqual(
    sent.map(({ to, message }) => [to, message.type === 'append' && message.entries.length]),
    [
      ['b', 10],
      ['c', 10],
    ],
  );
});

test('a write is answered when a majority’s disks have it, whether or not the leader’s own is one of them', () => {
  const a = settled();
  const ticket = a.request(put);
  a.turn();
  a.replica.onMessage('b', acked(1, 2, 2));
  a.replica.onTurnEnd();
  assert.deepEqual(a.host.take().replies, []);
  a.replica.onMessage('c', acked(1, 2, 2));
  a.replica.onTurnEnd();
  assert.deepEqual(
    a.host.take().replies.map((reply) => [reply.ticket, reply.when]),
    [[ticket, 'now']],
  );
  assert.equal(a.host.store.get('k'), 'v');
});

test('an entry of an earlier term commits only with one of the own term (Figure 8)', () => {
  const a = new Fixture({ members: five, recovered: formerLife(3, 1, 2) });
  a.lead(['b', 'c']);
  a.sync();
  a.hear('b', acked(4, 1, 2));
  a.hear('c', acked(4, 1, 2));
  a.hear('d', acked(4, 1, 2));
  assert.equal(a.commit, 0);
  a.hear('b', acked(4, 2, 3));
  a.hear('c', acked(4, 2, 3));
  assert.equal(a.commit, 3);
});

test('an own entry that was overwritten and written again counts by its new position', () => {
  const a = new Fixture({ options: { preVote: false } });
  a.lead();
  a.request(put);
  a.turn();
  const oldPosition = a.host.log.entries.length;
  a.hear('b', appendOf(2, 0, 0, [[1, 2, 0]]));
  a.fire('election');
  const newPosition = a.host.log.entries.length;
  a.replica.onDurable(oldPosition);
  assert.equal(a.replica.status().details?.durable, 0);
  a.replica.onDurable(newPosition);
  assert.equal(a.replica.status().details?.durable, 1);
});

test('followers hear of a commit soon, without being asked to answer', () => {
  const beat: Message = { type: 'beat', term: 1, commit: 2, round: 1 };
  const commits = (commitNoticeMs: number): Fixture => {
    const a = settled({ options: { commitNoticeMs } });
    if (a.host.timers.has('commit-notice')) a.fire('commit-notice');
    a.request(put);
    a.turn();
    a.sync();
    a.replica.onMessage('b', acked(1, 2, 2));
    return a;
  };
  const atOnce = commits(0).turn();
  assert.deepEqual(
    atOnce.map(({ to, message }) => [to, message]),
    [
      ['b', beat],
      ['c', beat],
    ],
  );
  const waits = commits(1);
  assert.deepEqual(waits.turn(), []);
  assert.equal(waits.fire('commit-notice').length, 2);
  const byTheWay = commits(1);
  byTheWay.turn();
  byTheWay.request(put);
  assert.equal(appendTo('b', byTheWay.turn()).commit, 2);
  assert.deepEqual(byTheWay.fire('commit-notice'), []);
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0, entries(1, 1)));
  assert.deepEqual(b.hear('a', { ...beat, round: 0 }), []);
  assert.equal(b.commit, 2);
});

test('appends are pipelined up to the limit, counted by the highest number echoed', () => {
  const a = settled({ options: { inFlightAppendsMax: 2 } });
  const sentTo = (sent: ReturnType<Fixture['turn']>) =>
    sent.filter(({ to, message }) => to === 'b' && message.type === 'append').length;
  const next = () => {
    a.request(put);
    return sentTo(a.turn());
  };
  assert.deepEqual([next(), next(), next(), next()], [1, 1, 0, 0]);
  const sent = a.hear('b', acked(1, 3, 3));
  assert.deepEqual(
    appendTo('b', sent).entries.map(([index]) => index),
    [4, 5],
  );
  // That one answer was for two appends: there is room for a second one again.
  assert.deepEqual([next(), next()], [1, 0]);
});

test('a follower far behind is served in pieces, one a turn', () => {
  const a = settled({ options: { entriesPerAppend: 4 } });
  for (let i = 0; i < 10; i++) a.request(put);
  const sizes = [appendTo('b', a.turn()).entries.length];
  while (a.host.timers.has('go-on')) sizes.push(appendTo('b', a.fire('go-on')).entries.length);
  assert.deepEqual(sizes, [4, 4, 2]);
});

test('a lost append is sent again when a heartbeat finds the gap', () => {
  const a = settled();
  a.request(put);
  a.turn();
  const heartbeat = appendTo('b', a.fire('heartbeat'));
  assert.deepEqual([heartbeat.prev, heartbeat.entries, heartbeat.seq], [2, [], 3]);
  const sent = a.hear('b', acked(1, 3, 1, { conflict: { prev: 2, term: 0, first: 2 } }));
  assert.deepEqual(appendTo('b', sent).entries, [[2, 1, 2, 's', 1, 0, 'k', 'v']]);
});

test('log repair goes back by whole terms: to the leader’s end of the term, or before the follower’s beginning of it', () => {
  const run = (own: number[], conflict: { prev: number; term: number; first: number }): number => {
    const a = new Fixture({ recovered: formerLife(9, ...own) });
    a.lead();
    return appendTo('b', a.hear('b', acked(10, 1, 0, { conflict }))).prev;
  };
  assert.equal(run([1, 1, 4, 4, 5, 5, 6], { prev: 7, term: 4, first: 3 }), 4);
  assert.equal(run([1, 1, 4, 4, 5, 5, 6], { prev: 7, term: 3, first: 3 }), 2);
  assert.equal(run([1, 1, 4, 4, 5, 5, 6], { prev: 7, term: 0, first: 3 }), 2);
  assert.equal(run([1, 1, 1, 4, 4], { prev: 3, term: 4, first: 2 }), 1);
});

test('a conflict that was dealt with is not dealt with again', () => {
  const a = settled();
  for (let i = 0; i < 3; i++) {
    a.request(put);
    a.turn();
  }
  const conflict = { prev: 3, term: 0, first: 2 };
  assert.equal(appendTo('b', a.hear('b', acked(1, 3, 1, { conflict }))).prev, 1);
  assert.deepEqual(a.hear('b', acked(1, 4, 1, { conflict: { ...conflict, prev: 4 } })), []);
});

test('without leaderDiskParallel nothing is sent before it is durable here', () => {
  const a = new Fixture({ options: { leaderDiskParallel: false } });
  assert.deepEqual(appendTo('b', a.lead()).entries, []);
  a.ack('b', appendOf(1, 0, 0));
  a.sync();
  assert.equal(appendTo('b', a.turn()).entries.length, 1);
  a.ack('b', appendOf(1, 1, 1, [], 0, 2));
  a.request(put);
  assert.deepEqual(
    a.turn().filter(({ message }) => message.type === 'append'),
    [],
  );
  a.sync();
  assert.equal(appendTo('b', a.turn()).entries.length, 1);
});

test('a leader that loses its term ends writes unknown, and gives reads back', () => {
  const a = settled();
  const write = a.request(put);
  const read = a.request({ kind: 'get', key: 'k' });
  a.replica.onMessage('c', { type: 'outdated', term: 5 });
  assert.deepEqual(a.host.failures, [
    { ticket: write, failure: { effect: 'unknown', reason: 'leadership was lost before a majority had the write' } },
    { ticket: read, failure: { effect: 'none', reason: 'not-leader' } },
  ]);
});

test('who does not lead refuses, and names the leader if it knows one', () => {
  const b = new Fixture({ self: 'b' });
  b.request(put);
  b.replica.onMessage('a', appendOf(1, 0, 0));
  b.request({ kind: 'get', key: 'k' });
  assert.deepEqual(
    b.host.failures.map(({ failure }) => failure),
    [
      { effect: 'none', reason: 'not-leader' },
      { effect: 'none', reason: 'not-leader', leader: 'a' },
    ],
  );
});

// --------------------------------------------------------------------------------------------------------- reads

test('a read is answered once a majority has answered a message sent after it arrived, whatever the disks do', () => {
  const a = settled();
  a.request(put);
  a.turn();
  const ticket = a.request({ kind: 'get', key: 'k' });
  const [beat] = a.turn();
  assert.deepEqual([beat?.message, beat?.when], [{ type: 'beat', term: 1, commit: 1, round: 2 }, 'now']);
  a.replica.onMessage('c', { type: 'heard', term: 1, round: 1 });
  a.replica.onTurnEnd();
  assert.deepEqual(a.host.take().replies, []);
  a.replica.onMessage('c', { type: 'heard', term: 1, round: 2 });
  a.replica.onTurnEnd();
  assert.deepEqual(a.host.take().replies, [{ ticket, result: { value: null }, when: 'now' }]);
});

test('reads of one turn share a round, and a later turn’s do not wait for it', () => {
  const a = settled();
  const first = [a.request({ kind: 'get', key: 'x' }), a.request({ kind: 'get', key: 'y' })];
  a.turn();
  const later = a.request({ kind: 'get', key: 'z' });
  a.turn();
  a.replica.onMessage('b', { type: 'heard', term: 1, round: 2 });
  a.replica.onTurnEnd();
  assert.deepEqual(
    a.host.take().replies.map((reply) => reply.ticket),
    first,
  );
  a.replica.onMessage('c', { type: 'heard', term: 1, round: 3 });
  a.replica.onTurnEnd();
  assert.deepEqual(
    a.host.take().replies.map((reply) => reply.ticket),
    [later],
  );
});

test('a new leader answers no read before an entry of its own term is committed', () => {
  const a = new Fixture({ recovered: formerLife(1, 1) });
  a.lead();
  const ticket = a.request({ kind: 'get', key: 'k1' });
  a.turn();
  a.replica.onMessage('b', { type: 'heard', term: 2, round: 2 });
  a.replica.onTurnEnd();
  assert.deepEqual(a.host.take().replies, []);
  a.sync();
  a.replica.onMessage('b', acked(2, 1, 2, { round: 2 }));
  a.replica.onTurnEnd();
  assert.deepEqual(a.host.take().replies, [{ ticket, result: { value: 'v1' }, when: 'now' }]);
});

test('a local read is answered by whoever is asked, other versions by nobody', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0, entries(1), 1));
  b.replica.onTurnEnd();
  const local = b.request({ kind: 'get', key: 'k1' }, 'local');
  const versions = b.request({ kind: 'get', key: 'k1' }, 'versions');
  const out = b.host.take();
  assert.deepEqual(out.replies, [{ ticket: local, result: { value: 'v1' }, when: 'now' }]);
  assert.deepEqual(out.failures, [{ ticket: versions, failure: { effect: 'none', reason: 'unsupported' } }]);
});

test('reads through the log are entries like any other', () => {
  const a = settled({ options: { reads: 'log' } });
  a.request({ kind: 'get', key: 'k' });
  const expected: LogEntry = [2, 1, 1, '', 0, 0, 'k'];
  assert.deepEqual(appendTo('b', a.turn()).entries, [expected]);
});

test('a long log is applied over several turns', () => {
  const b = new Fixture({ self: 'b', recovered: formerLife(1, ...Array<number>(2500).fill(1)) });
  b.hear('a', appendOf(1, 2500, 1, [], 2500));
  const applied = [b.replica.inspect().applied];
  while (b.host.timers.has('go-on')) {
    b.fire('go-on');
    applied.push(b.replica.inspect().applied);
  }
  assert.deepEqual(applied, [1024, 2048, 2500]);
});
