/** Elections: the rules of the Raft paper and of Ongaro's thesis that decide who may lead. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../api.ts';
import { appendOf, entries, Fixture, five, formerLife, three } from './fixture.test.ts';
import type { AskVote, Message } from './messages.ts';

const ask = (term: number, lastIndex = 0, lastTerm = 0, pre = false): AskVote => ({
  type: 'ask-vote',
  term,
  pre,
  transfer: false,
  lastIndex,
  lastTerm,
});
const asked = (sent: readonly { message: Message }[]) => sent.filter(({ message }) => message.type === 'ask-vote');
const granted = (sent: readonly { message: Message }[]): (boolean | undefined)[] =>
  sent.map(({ message }) => (message.type === 'vote' ? message.granted : undefined));

test('a follower that hears no leader asks whether it could win, and changes no term for that', () => {
  const a = new Fixture();
  const sent = a.fire('election');
  assert.deepEqual(
    sent.map(({ to, message, when }) => [to, message, when]),
    [
      ['b', ask(1, 0, 0, true), 'now'],
      ['c', ask(1, 0, 0, true), 'now'],
    ],
  );
  assert.equal(a.term, 0);
});

test('a majority of pre-votes starts the election: a new term, an own vote, and all are asked without waiting for the disk', () => {
  const a = new Fixture();
  a.fire('election');
  const sent = a.hear('b', { type: 'vote', term: 1, pre: true, granted: true, ...a.end });
  assert.deepEqual(a.host.log.entries.at(-1), { term: 1, vote: 'a', disk: 0 });
  assert.deepEqual(
    sent.map(({ message, when }) => [message, when]),
    [
      [ask(1), 'now'],
      [ask(1), 'now'],
    ],
  );
});

test('a candidate leads with a majority of votes, its own counted once durable', () => {
  const a = new Fixture({ options: { preVote: false } });
  a.fire('election');
  a.hear('b', { type: 'vote', term: 1, pre: false, granted: true, ...a.end });
  assert.equal(a.role, 'candidate');
  a.sync();
  assert.equal(a.role, 'leader');
});

test('nobody leads before its own vote is durable, however many others have voted for it: it might forget the term', () => {
  const a = new Fixture({ options: { preVote: false } });
  a.fire('election');
  a.hear('b', { type: 'vote', term: 1, pre: false, granted: true, ...a.end });
  a.hear('c', { type: 'vote', term: 1, pre: false, granted: true, ...a.end });
  assert.equal(a.role, 'candidate');
  a.sync();
  assert.equal(a.role, 'leader');
});

test('a vote that a former life asked for counts only if it was for a log that ends as this one does', () => {
  for (const [lastIndex, lastTerm, role] of [
    [3, 1, 'candidate'],
    [2, 2, 'candidate'],
    [2, 1, 'leader'],
  ] as const) {
    const a = new Fixture({ options: { preVote: false }, recovered: formerLife(1, 1, 1) });
    a.fire('election');
    a.sync();
    a.hear('b', { type: 'vote', term: 2, pre: false, granted: true, lastIndex, lastTerm });
    assert.equal(a.role, role, `${lastIndex} of term ${lastTerm}`);
  }
});

test('a node whose disk stands still takes no votes that it could not win with, until the disk goes on', () => {
  const a = new Fixture({ options: { preVote: false } });
  assert.equal(asked(a.fire('election')).length, 2);
  assert.equal(asked(a.fire('election')).length, 0, 'its own vote is not on disk yet');
  assert.equal(a.term, 1);
  a.sync();
  assert.equal(asked(a.fire('election')).length, 2);
});

test('one vote is no majority of five', () => {
  const a = new Fixture({ members: five, options: { preVote: false } });
  a.fire('election');
  a.sync();
  a.hear('b', { type: 'vote', term: 1, pre: false, granted: true, ...a.end });
  a.hear('b', { type: 'vote', term: 1, pre: false, granted: true, ...a.end });
  assert.equal(a.role, 'candidate');
  a.hear('d', { type: 'vote', term: 1, pre: false, granted: true, ...a.end });
  assert.equal(a.role, 'leader');
});

test('votes of another term, and pre-votes, do not elect', () => {
  const a = new Fixture({ options: { preVote: false }, recovered: formerLife(4) });
  a.fire('election');
  a.sync();
  a.hear('b', { type: 'vote', term: 4, pre: false, granted: true, ...a.end });
  a.hear('c', { type: 'vote', term: 5, pre: true, granted: true, ...a.end });
  assert.equal(a.role, 'candidate');
});

test('waits are drawn from the whole range between the time-outs', () => {
  const waits: number[] = [];
  const a = new Fixture({ options: { preVote: false } });
  for (let i = 0; i < 200; i++) {
    const from = a.host.time;
    a.fire('election');
    waits.push(a.host.time - from);
  }
  assert.ok(Math.min(...waits) >= 300 && Math.max(...waits) <= 601, `${Math.min(...waits)} to ${Math.max(...waits)}`);
  assert.ok(Math.max(...waits) - Math.min(...waits) > 250);
});

test('a vote is given once a term, to the first who asks, and again to the same', () => {
  const a = new Fixture();
  assert.deepEqual(granted(a.hear('b', ask(1))), [true]);
  assert.deepEqual(granted(a.hear('c', ask(1))), [false]);
  assert.deepEqual(granted(a.hear('b', ask(1))), [true]);
  assert.deepEqual(granted(a.hear('c', ask(2))), [true]);
});

test('a vote leaves when it is durable, and a later life remembers it', () => {
  const a = new Fixture();
  const [answer] = a.hear('b', ask(1));
  assert.deepEqual([answer?.when, a.host.log.entries.at(-1)], [2, { term: 1, vote: 'b', disk: 0 }]);
  const again = new Fixture({ recovered: a.host.log.entries });
  assert.deepEqual(granted(again.hear('c', ask(1))), [false]);
});

test('a candidate gives nobody else its vote in its own term', () => {
  const a = new Fixture({ options: { preVote: false } });
  a.fire('election');
  assert.deepEqual(granted(a.hear('b', ask(1))), [false]);
});

test('entering a term because of a refused candidate is not a vote for it', () => {
  const a = new Fixture({ recovered: formerLife(1, 1, 1) });
  assert.deepEqual(granted(a.hear('b', ask(5, 1, 1))), [false]);
  assert.equal(a.term, 5);
  assert.deepEqual(granted(a.hear('c', ask(5, 2, 1))), [true]);
});

test('no vote for a log that is less up to date: the later last term wins, then the longer log', () => {
  const rows: [lastIndex: number, lastTerm: number, expected: boolean][] = [
    [3, 2, true],
    [2, 3, true],
    [2, 2, false],
    [9, 1, false],
    [4, 2, true],
  ];
  for (const [lastIndex, lastTerm, expected] of rows) {
    const a = new Fixture({ recovered: formerLife(3, 1, 2, 2) });
    assert.deepEqual(granted(a.hear('b', ask(4, lastIndex, lastTerm))), [expected], `${lastIndex} of term ${lastTerm}`);
    assert.deepEqual(granted(a.hear('c', ask(5, lastIndex, lastTerm, true))), [expected]);
  }
});

test('a refused request does not put off the own election', () => {
  const a = new Fixture({ recovered: formerLife(1, 1, 1) });
  const dueMs = a.host.timers.get('election')!;
  a.pass(dueMs - 1);
  a.hear('b', ask(5, 1, 1));
  const sent = a.fire('election');
  assert.equal(a.host.time, dueMs);
  assert.equal(sent.length, 2);
});

test('a candidate of an old term is refused, and learns the new one', () => {
  const a = new Fixture({ recovered: formerLife(7) });
  const [answer] = a.hear('b', ask(3));
  assert.deepEqual(answer?.message, { type: 'vote', term: 7, pre: false, granted: false, lastIndex: 0, lastTerm: 0 });
  const b = new Fixture({ recovered: formerLife(2), options: { preVote: false } });
  b.fire('election');
  b.hear('c', answer.message);
  assert.deepEqual([b.role, b.term], ['follower', 7]);
});

test('while a leader is fresh, vote requests are not even answered, and change no term', () => {
  const a = new Fixture();
  a.hear('b', appendOf(1, 0, 0));
  a.pass(299);
  assert.deepEqual(a.hear('c', ask(9, 5, 5)), []);
  assert.equal(a.term, 1);
  a.pass(1);
  assert.deepEqual(granted(a.hear('c', ask(9, 5, 5))), [true]);
});

test('a leader with a fresh majority does not listen to candidates, one without does', () => {
  const a = new Fixture();
  a.lead();
  assert.deepEqual(a.hear('c', ask(9, 5, 5)), []);
  a.pass(301);
  a.hear('c', ask(9, 5, 5));
  assert.deepEqual([a.role, a.term], ['follower', 9]);
});

test('without stickiness the first candidate of a higher term is heard at once', () => {
  const a = new Fixture({ options: { stickiness: false } });
  a.hear('b', appendOf(1, 0, 0));
  assert.deepEqual(granted(a.hear('c', ask(2, 5, 5))), [true]);
});

test('heartbeats put the election off, without setting the timer each time', () => {
  const a = new Fixture();
  const dueMs = a.host.timers.get('election')!;
  a.pass(dueMs - 10);
  a.hear('b', appendOf(1, 0, 0));
  assert.equal(a.host.timers.get('election'), dueMs);
  assert.deepEqual(a.fire('election'), []);
  assert.ok(a.host.timers.get('election')! >= dueMs - 10 + 300);
  assert.equal(a.fire('election').length, 2);
  assert.deepEqual(
    a.host.notes.map((note) => note.kind),
    ['trusts', 'suspects'],
  );
});

test('a closed connection hurries the election only with linkHint', () => {
  const patient = new Fixture();
  patient.hear('b', appendOf(1, 0, 0));
  const dueMs = patient.host.timers.get('election');
  patient.replica.onLink('b', false);
  assert.equal(patient.host.timers.get('election'), dueMs);
  const hasty = new Fixture({ options: { linkHint: true } });
  hasty.hear('b', appendOf(1, 0, 0));
  hasty.replica.onLink('c', false);
  assert.equal(hasty.replica.status().leader, 'b');
  hasty.replica.onLink('b', false);
  assert.ok(hasty.host.timers.get('election')! <= 300);
  assert.deepEqual(granted(hasty.hear('c', ask(2, 5, 5, true))), [true]);
});

test('a leader that hears no majority steps down, unless check-quorum is off', () => {
  const run = (checkQuorum: boolean): Fixture => {
    const a = new Fixture({ options: { checkQuorum } });
    a.lead();
    for (let i = 0; i < 7; i++) if (a.role === 'leader') a.fire('heartbeat');
    return a;
  };
  assert.equal(run(true).role, 'follower');
  assert.equal(run(false).role, 'leader');
});

test('one follower of two is a majority with the leader', () => {
  const a = new Fixture();
  a.lead();
  for (let i = 0; i < 20; i++) {
    a.fire('heartbeat');
    a.hear('c', { type: 'heard', term: 1, round: 0 });
  }
  assert.equal(a.role, 'leader');
});

test('a leader gives way to a higher term in any message', () => {
  const a = new Fixture();
  a.lead();
  a.hear('c', { type: 'outdated', term: 3 });
  assert.deepEqual([a.role, a.term], ['follower', 3]);
  assert.deepEqual(a.host.notes.at(-1), { kind: 'steps-down', epoch: 1 });
});

test('a leader of the past is told of the newer term', () => {
  const a = new Fixture({ recovered: formerLife(5) });
  assert.deepEqual(
    a.hear('b', appendOf(4, 0, 0)).map(({ message }) => message),
    [{ type: 'outdated', term: 5 }],
  );
});

test('a witness votes and stores, and never stands', () => {
  const members: Member[] = [...three.slice(0, 2), { id: 'w', zone: 'z', kind: 'witness' }];
  const w = new Fixture({ self: 'w', members });
  assert.deepEqual(asked(w.fire('election')), []);
  assert.deepEqual(granted(w.hear('a', ask(1))), [true]);
  w.hear('a', appendOf(1, 0, 0, entries(1), 1));
  assert.deepEqual([w.terms, w.commit, w.host.store.size, w.replica.holds()], [[1], 1, 0, false]);
});

test('a spare is no part of it', () => {
  const members: Member[] = [...three, { id: 's', zone: 'z', kind: 'spare' }];
  const spare = new Fixture({ self: 's', members });
  assert.deepEqual([spare.host.timers.size, spare.role, spare.replica.holds()], [0, 'spare', false]);
  const a = new Fixture({ members });
  assert.deepEqual(
    a.fire('election').map(({ to }) => to),
    ['b', 'c'],
  );
});

test('a node that lost its disk stores and acknowledges, and neither votes nor stands, for all lives to come', () => {
  const b = new Fixture({ self: 'b', boot: 'restart' });
  const check = (node: Fixture, term: number) => {
    assert.deepEqual(granted(node.hear('a', ask(term, 9, 9))), [false]);
    assert.deepEqual(asked(node.fire('election')), []);
    const sent = node.hear('a', appendOf(term, 0, 0, entries(1)));
    assert.deepEqual(sent.filter(({ message }) => message.type === 'acked').length, 1);
  };
  check(b, 1);
  check(new Fixture({ self: 'b', recovered: b.host.log.entries }), 2);
});

test('a lone full member leads by itself', () => {
  const a = new Fixture({ members: three.slice(0, 1) });
  a.fire('election');
  assert.equal(a.role, 'candidate');
  a.sync();
  assert.equal(a.role, 'leader');
  const ticket = a.request({ kind: 'put', key: 'k', value: 'v' });
  a.turn();
  assert.equal(a.commit, 0);
  a.sync();
  a.replica.onTurnEnd();
  assert.deepEqual(
    a.host.take().replies.map((reply) => reply.ticket),
    [ticket],
  );
});
