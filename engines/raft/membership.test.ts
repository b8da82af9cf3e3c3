/** Changing who takes part, one step after the other: sections 4.1 to 4.3 of Ongaro's thesis, and section 6 of the paper. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, Member, NodeId } from '../api.ts';
import type { Configuration } from './configuration.ts';
import { appendOf, Fixture, formerLife, three } from './fixture.test.ts';
import type { Acked, AskVote } from './messages.ts';
import { configurationEntry } from './records.ts';

const withSpare: readonly Member[] = [...three, { id: 's', zone: 'z', kind: 'spare' }];
/** Orders are numbered from here. */
const FIRST_TICKET = 1000;

/** A leader of a, b and c, all of it committed, whose spare is s. */
class Led {
  readonly leader: Fixture;
  #seq = 0;
  #ticket = FIRST_TICKET;

  constructor(setting: ConstructorParameters<typeof Fixture>[0] = {}) {
    this.leader = new Fixture({ members: withSpare, ...setting });
    this.leader.lead();
    this.commit('b', 'c');
  }

  get configuration(): Configuration {
    return this.leader.replica.inspect().log.configurations.current;
  }

  get last(): number {
    return this.leader.replica.inspect().log.last;
  }

  /** These have everything on their disks, and say so. */
  commit(...who: NodeId[]): this {
    this.leader.sync();
    for (const id of who) this.ack(id);
    return this;
  }

  ack(id: NodeId, more: Partial<Acked> = {}): this {
    const { term } = this.leader;
    this.leader.hear(id, { type: 'acked', term, seq: ++this.#seq, round: 0, match: this.last, ...more });
    return this;
  }

  order(command: Command): this {
    this.leader.replica.onCommand({ id: ++this.#ticket }, command);
    this.leader.turn();
    return this;
  }

  get isAnswered(): boolean {
    return this.leader.replies.some((reply) => reply.ticket === this.#ticket);
  }

  get refusal() {
    return this.leader.failures.find((failure) => failure.ticket === this.#ticket)?.failure;
  }
}

test('a newcomer is a learner: it gets the log, and does not count', () => {
  const led = new Led().order({ kind: 'add', node: 's' });
  assert.deepEqual([led.configuration.learners, led.isAnswered], [['s'], false]);
  led.commit('b');
  assert.equal(led.isAnswered, true);
  led.leader.request({ kind: 'put', key: 'k', value: 'v' });
  led.leader.turn();
  const before = led.leader.commit;
  led.leader.sync();
  led.ack('s');
  assert.equal(led.leader.commit, before, 'its own disk and a learner’s are no majority of three');
  led.ack('c');
  assert.equal(led.leader.commit, led.last);
});

test('a learner is promoted once it has caught up, through a configuration in which old and new voters decide together', () => {
  const led = new Led().order({ kind: 'add', node: 's' }).commit('b', 'c').order({ kind: 'promote', node: 's' });
  assert.deepEqual(led.configuration.voters, ['a', 'b', 'c'], 'it has said nothing yet');
  led.ack('s', { match: 0 });
  assert.deepEqual(led.configuration.voters, ['a', 'b', 'c'], 'it is behind');
  led.ack('s');
  assert.deepEqual(
    [led.configuration.voters, led.configuration.outgoing],
    [
      ['a', 'b', 'c', 's'],
      ['a', 'b', 'c'],
    ],
  );
  led.commit('b', 's');
  assert.deepEqual([led.configuration.voters.length, led.configuration.outgoing], [4, []]);
  assert.equal(led.isAnswered, false, 'the last step has to be committed too');
  led.commit('b', 'c');
  assert.equal(led.isAnswered, true);
});

test('a change commits only with majorities of both configurations', () => {
  const led = new Led()
    .order({ kind: 'add', node: 's' })
    .commit('b', 'c')
    .order({ kind: 'replace', node: 'c', by: 's' });
  led.ack('s');
  assert.deepEqual(led.configuration.outgoing, ['a', 'b', 'c']);
  const before = led.leader.commit;
  led.commit('s');
  assert.equal(led.leader.commit, before, 'a and s are a majority of the new voters, and a alone is none of the old');
  led.ack('b');
  assert.ok(led.leader.commit > before);
});

test('one change at a time: the next waits for the commit of the one before, and another order is refused', () => {
  const led = new Led().order({ kind: 'add', node: 's' });
  const { last } = led;
  led.leader.replica.onCommand({ id: 1 }, { kind: 'remove', node: 'c' });
  led.leader.turn();
  assert.equal(led.last, last);
  assert.deepEqual(led.leader.failures.at(-1), {
    ticket: 1,
    failure: { effect: 'none', reason: 'unavailable' },
  });
});

test('no configuration is proposed before an entry of the own term is committed', () => {
  const leader = new Fixture({ members: withSpare });
  leader.lead();
  leader.replica.onCommand({ id: FIRST_TICKET }, { kind: 'add', node: 's' });
  leader.turn();
  assert.deepEqual(leader.replica.inspect().log.configurations.current.learners, []);
  leader.sync();
  leader.hear('b', { type: 'acked', term: 1, seq: 1, round: 0, match: 1 });
  assert.deepEqual(leader.replica.inspect().log.configurations.current.learners, ['s']);
});

test('what is the case already is answered at once', () => {
  for (const command of [
    { kind: 'add', node: 'b' },
    { kind: 'promote', node: 'b' },
    { kind: 'remove', node: 's' },
  ] as const) {
    const led = new Led();
    const { last } = led;
    led.order(command);
    assert.deepEqual([led.isAnswered, led.last], [true, last], command.kind);
  }
});

test('what cannot be is refused: unknown nodes, promoting who is no learner, removing those without whom nobody could lead', () => {
  const refused = (command: Command, members: readonly Member[] = withSpare): boolean => {
    const led = new Led({ members });
    const { last } = led;
    led.order(command);
    return led.refusal?.effect === 'none' && led.last === last;
  };
  assert.ok(refused({ kind: 'add', node: 'nobody' }));
  assert.ok(refused({ kind: 'promote', node: 's' }));
  assert.ok(refused({ kind: 'replace', node: 's', by: 'a' }));
  const witnesses = [three[0]!, ...['b', 'c'].map((id) => ({ id, zone: 'z', kind: 'witness' as const }))];
  assert.ok(refused({ kind: 'remove', node: 'a' }, witnesses));
  const pair = [...three.slice(0, 2), { id: 'c', zone: 'z', kind: 'witness' as const }];
  assert.ok(
    refused({ kind: 'remove', node: 'b' }, pair),
    'a witness with the newest entry could hold up the last full member',
  );
  assert.ok(!refused({ kind: 'remove', node: 'c' }, pair));
});

test('a new leader ends the change that it finds half done', () => {
  const joint: Configuration = {
    voters: ['a', 'b', 's'],
    outgoing: ['a', 'b', 'c'],
    learners: [],
    returning: [],
    disks: [],
  };
  const a = new Fixture({
    members: withSpare,
    recovered: [{ term: 1, vote: null, disk: 0 }, [1, 1, 0], configurationEntry(2, 1, joint)],
  });
  a.lead(['b', 's']);
  a.sync();
  a.hear('b', { type: 'acked', term: 2, seq: 1, round: 0, match: 3 });
  assert.deepEqual(a.replica.inspect().log.configurations.current.outgoing, []);
});

test('a leader that has removed itself goes on until that is committed, tells the others, and names its successor', () => {
  const led = new Led().order({ kind: 'remove', node: 'a' });
  led.commit('b', 'c');
  assert.deepEqual([led.configuration.voters, led.leader.role], [['b', 'c'], 'leader']);
  led.leader.host.take();
  led.leader.sync();
  led.ack('b');
  assert.equal(led.leader.role, 'leader', 'it does not count itself any more');
  led.leader.replica.onMessage('c', { type: 'acked', term: 1, seq: 99, round: 0, match: led.last });
  const sent = led.leader.turn();
  assert.deepEqual([led.leader.role, led.leader.replica.holds()], ['spare', false]);
  assert.equal(sent.filter(({ message }) => message.type === 'timeout-now').length, 1);
  assert.ok(sent.some(({ message }) => message.type === 'beat' && message.commit === led.last));
});

test('who is voted out stands for election all the same while that is not committed, and does not count itself', () => {
  const out: Configuration = { voters: ['b', 'c'], outgoing: [], learners: [], returning: [], disks: [] };
  const joint: Configuration = { ...out, outgoing: ['a', 'b', 'c'] };
  const records = [{ term: 1, vote: null, disk: 0 }, [1, 1, 0], configurationEntry(2, 1, joint)] as const;
  const a = new Fixture({ recovered: [...records, configurationEntry(3, 1, out)], options: { preVote: false } });
  a.fire('election');
  a.sync();
  a.hear('b', { type: 'vote', term: 2, pre: false, granted: true, ...a.end });
  assert.equal(a.role, 'candidate', 'b is no majority of b and c');
  a.hear('c', { type: 'vote', term: 2, pre: false, granted: true, ...a.end });
  assert.equal(a.role, 'leader');
  a.sync();
  for (const id of ['b', 'c']) a.hear(id, { type: 'acked', term: 2, seq: 1, round: 1, match: 4 });
  assert.deepEqual([a.commit, a.role], [4, 'spare']);
});

test('who has been removed is told so by the leader, and then no more', () => {
  const led = new Led().order({ kind: 'remove', node: 'c' }).commit('b', 'c').commit('b');
  const toC = (): string[] =>
    led.leader
      .fire('heartbeat')
      .filter(({ to }) => to === 'c')
      .map(({ message }) => message.type);
  assert.ok(toC().length > 0, 'it does not know yet');
  led.ack('c');
  led.leader.turn();
  assert.deepEqual([led.isAnswered, toC()], [true, []]);
});

test('a node that left without knowing asks when nobody speaks to it, and then stays away', () => {
  const c = new Fixture({ self: 'c' });
  c.hear('a', appendOf(1, 0, 0, [[1, 1, 0]], 1));
  c.sync();
  c.fire('election');
  c.fire('election');
  const asked = c.fire('election').filter(({ message }) => message.type === 'inquiry');
  assert.deepEqual(
    asked.map(({ to, message }) => [to, message]),
    [
      ['a', { type: 'inquiry', index: 0 }],
      ['b', { type: 'inquiry', index: 0 }],
    ],
  );
  c.hear('b', { type: 'dismissed', index: 7 });
  assert.equal(c.role, 'candidate', 'that was about another configuration');
  c.hear('b', { type: 'dismissed', index: 0 });
  c.fire('election');
  assert.deepEqual([c.role, c.replica.holds(), c.host.timers.has('election')], ['spare', false, false]);
  c.hear('b', appendOf(2, 1, 1));
  assert.deepEqual([c.role, c.replica.holds()], ['follower', true], 'a leader knows better');
});

test('an inquiry is answered by who knows for certain that the asker has left', () => {
  const led = new Led().order({ kind: 'remove', node: 'c' });
  const answer = (index: number): string[] =>
    led.leader.hear('c', { type: 'inquiry', index }).map(({ message }) => message.type);
  assert.ok(!answer(0).includes('dismissed'), 'the change is not committed');
  led.commit('b', 'c').commit('b');
  assert.ok(!answer(led.last + 1).includes('dismissed'), 'the asker may know more');
  assert.ok(answer(0).includes('dismissed'));
  assert.ok(!led.leader.hear('b', { type: 'inquiry', index: 0 }).some(({ message }) => message.type === 'dismissed'));
});

test('a newcomer that never catches up is given up, and the order with it', () => {
  const led = new Led().order({ kind: 'add', node: 's' }).commit('b', 'c').order({ kind: 'promote', node: 's' });
  for (let i = 0; i < 130 && led.refusal === undefined; i++) {
    led.leader.fire('heartbeat');
    led.ack('b').ack('c');
  }
  assert.deepEqual(led.refusal, { effect: 'none', reason: 'unavailable' });
  assert.deepEqual(led.configuration.voters, ['a', 'b', 'c']);
});

test('losing the lead leaves the order’s outcome open', () => {
  const led = new Led().order({ kind: 'add', node: 's' });
  led.leader.hear('b', { type: 'outdated', term: 9 });
  assert.equal(led.refusal?.effect, 'unknown');
});

// ----------------------------------------------------------------------------------------------------- lost disks

test('a voter that answers from an unknown disk counts no more, and is admitted anew as a learner that has caught up', () => {
  const led = new Led();
  led.ack('c', { disk: 5, match: 0 });
  assert.deepEqual(
    [led.configuration.voters, led.configuration.outgoing, led.configuration.returning],
    [['a', 'b'], ['a', 'b', 'c'], ['c']],
  );
  const before = led.leader.commit;
  led.leader.sync();
  led.ack('c', { disk: 5 });
  assert.equal(led.leader.commit, before, 'its word counts for nothing yet');
  led.ack('b').commit('b').ack('c', { disk: 5 });
  assert.deepEqual(
    [led.configuration.voters, led.configuration.outgoing],
    [
      ['a', 'b', 'c'],
      ['a', 'b'],
    ],
  );
  led.commit('b').commit('b');
  assert.deepEqual([led.configuration.outgoing, led.configuration.disks], [[], [['c', 5]]]);
  led.leader.request({ kind: 'put', key: 'k', value: 'v' });
  led.leader.turn();
  led.leader.sync();
  led.ack('c', { disk: 5 });
  assert.equal(led.leader.commit, led.last, 'now it counts again');
});

test('with readmission by an operator nothing happens by itself', () => {
  const led = new Led({ options: { readmission: 'operator' } });
  led.ack('c', { disk: 5, match: 0 });
  assert.deepEqual([led.configuration.voters, led.configuration.outgoing], [['a', 'b', 'c'], []]);
});

test('an answer from the disk that is lost says nothing after one from the new disk', () => {
  const led = new Led();
  led.leader.request({ kind: 'put', key: 'k', value: 'v' });
  led.leader.turn();
  led.leader.sync();
  led.ack('c', { disk: 5, match: 0 });
  const before = led.leader.commit;
  led.ack('c');
  assert.equal(led.leader.commit, before);
});

test('a candidate that knows of the admission of a new disk may have its vote, though the voter does not know yet', () => {
  const b = new Fixture({ self: 'b', boot: 'restart' });
  const [record] = b.host.log.entries;
  assert.ok(record !== undefined && 'disk' in record && record.disk > 0);
  const ask = { type: 'ask-vote', term: 1, pre: false, transfer: false, lastIndex: 9, lastTerm: 9 } as const;
  const isGranted = (asked: AskVote): boolean =>
    b.hear('a', asked).some(({ message }) => message.type === 'vote' && message.granted);
  assert.equal(isGranted({ ...ask, disk: record.disk + 1 }), false, 'that was another disk');
  assert.equal(isGranted({ ...ask, disk: record.disk }), true);
});

test('a candidate names to each voter the disk that it is admitted on', () => {
  const admitted: Configuration = {
    voters: ['a', 'b', 'c'],
    outgoing: [],
    learners: [],
    returning: [],
    disks: [['c', 7]],
  };
  const a = new Fixture({
    recovered: [...formerLife(1), configurationEntry(1, 1, admitted)],
    options: { preVote: false },
  });
  const disks = a.fire('election').map(({ to, message }) => [to, message.type === 'ask-vote' && message.disk]);
  assert.deepEqual(disks, [
    ['b', undefined],
    ['c', 7],
  ]);
});

test('a node on a new disk votes for nobody and does not stand until it is admitted, in this life and later ones', () => {
  const b = new Fixture({ self: 'b', boot: 'restart' });
  const [record] = b.host.log.entries;
  assert.ok(record !== undefined && 'disk' in record && record.disk > 0);
  const asked = { type: 'ask-vote', term: 1, pre: false, transfer: false, lastIndex: 9, lastTerm: 9 } as const;
  const isGranted = (node: Fixture): boolean =>
    node.hear('a', asked).some(({ message }) => message.type === 'vote' && message.granted);
  assert.equal(isGranted(b), false);
  const admitted: Configuration = {
    voters: ['a', 'b', 'c'],
    outgoing: [],
    learners: [],
    returning: [],
    disks: [['b', record.disk]],
  };
  const again = new Fixture({ self: 'b', recovered: b.host.log.entries });
  assert.equal(isGranted(again), false);
  again.hear('a', appendOf(1, 0, 0, [[1, 1, 0], configurationEntry(2, 1, admitted)]));
  again.pass(1000);
  const later = { ...asked, term: 2 };
  assert.ok(again.hear('c', later).some(({ message }) => message.type === 'vote' && message.granted));
});
