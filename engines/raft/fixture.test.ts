/** One replica on a host that does nothing by itself: what the other tests of this folder play against. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Failed, FakeHost, type Replied } from '../../bench/kit/fake-host.ts';
import type { Member, NodeId, Operation, Request } from '../api.ts';
import type { Append, Message, Vote } from './messages.ts';
import type { RaftOptions } from './options.ts';
import { presets } from './presets.ts';
import type { LogEntry, LogRecord } from './records.ts';
import { RaftReplica } from './replica.ts';

export const three: readonly Member[] = ['a', 'b', 'c'].map((id) => ({ id, zone: `zone-${id}`, kind: 'full' }));
export const five: readonly Member[] = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, zone: 'z', kind: 'full' }));

export interface Setting {
  readonly self?: NodeId;
  readonly members?: readonly Member[];
  readonly options?: Partial<RaftOptions>;
  readonly recovered?: readonly LogRecord[];
  readonly boot?: 'found' | 'join' | 'restart';
  readonly seed?: number;
}

/** Entries of these terms, from index 1 on. */
export function entries(...terms: number[]): LogEntry[] {
  return terms.map((term, at) => [at + 1, term, 2, '', 0, 0, `k${at + 1}`, `v${term}`] as const);
}

/** What a former life left: a ballot, then entries of these terms. */
export function formerLife(term: number, ...terms: number[]): LogRecord[] {
  return [{ term, vote: null, disk: 0 }, ...entries(...terms)];
}

export class Fixture {
  readonly host: FakeHost<Message, LogRecord>;
  readonly replica: RaftReplica;
  /** All that clients and administrators were told in turns that have ended. */
  readonly replies: Replied[] = [];
  readonly failures: Failed[] = [];
  #tickets = 0;

  constructor(setting: Setting = {}) {
    const { self = 'a', members = three, options, recovered = [], seed = 1 } = setting;
    const boot = setting.boot ?? (recovered.length > 0 ? 'restart' : 'found');
    this.host = new FakeHost<Message, LogRecord>(self, members, { boot, recovered, seed });
    this.replica = new RaftReplica(this.host, { ...presets.default, ...options });
    this.turn();
    this.sync();
    this.host.take();
  }

  /** Ends the turn and hands over the messages that came out since the last look. */
  turn(): { to: NodeId; message: Message; when: number | 'now' | undefined }[] {
    this.replica.onTurnEnd();
    const { sent, replies, failures } = this.host.take();
    this.replies.push(...replies);
    this.failures.push(...failures);
    return sent;
  }

  hear(from: NodeId, ...messages: Message[]): ReturnType<Fixture['turn']> {
    for (const message of messages) this.replica.onMessage(from, message);
    return this.turn();
  }

  /** All that was appended becomes durable. */
  sync(): void {
    this.replica.onDurable(this.host.log.entries.length);
  }

  pass(ms: number): void {
    this.host.time += ms;
  }

  /** Lets time pass until the timer is due, and fires it. */
  fire(name: string): ReturnType<Fixture['turn']> {
    const dueMs = this.host.timers.get(name);
    assert.ok(dueMs !== undefined, `no timer ${name}`);
    this.host.timers.delete(name);
    this.host.time = Math.max(this.host.time, dueMs);
    this.replica.onTimer(name);
    return this.turn();
  }

  request(operation: Operation, read: Request['read'] = 'default'): number {
    const id = ++this.#tickets;
    this.replica.onRequest({ id, operation, read, session: 's', serial: id, settled: 0 });
    return id;
  }

  /** Wins an election with the votes of these peers, and hands over what the new leader sends first. */
  lead(voters: readonly NodeId[] = ['b']): ReturnType<Fixture['turn']> {
    this.fire('election');
    this.sync();
    const term = this.term;
    for (const voter of voters)
      this.replica.onMessage(voter, { type: 'vote', term: term + 1, pre: true, granted: true, ...this.end });
    this.sync();
    for (const voter of voters)
      this.replica.onMessage(voter, { type: 'vote', term: this.term, pre: false, granted: true, ...this.end });
    assert.equal(this.role, 'leader');
    this.host.take();
    return this.turn();
  }

  /** An acknowledgement of all that the leader has sent to this peer in this message. */
  ack(from: NodeId, append: Append): ReturnType<Fixture['turn']> {
    const { term, seq, round, prev } = append;
    return this.hear(from, { type: 'acked', term, seq, round, match: prev + append.entries.length });
  }

  get role(): string {
    return this.replica.status().role;
  }
  get term(): number {
    return this.replica.status().epoch!;
  }
  /** Where its log ends, as its requests for votes and the votes say. */
  get end(): Pick<Vote, 'lastIndex' | 'lastTerm'> {
    const { log } = this.replica.inspect();
    return { lastIndex: log.last, lastTerm: log.lastTerm };
  }
  get commit(): number {
    return this.replica.inspect().commit;
  }
  get terms(): number[] {
    const { log } = this.replica.inspect();
    return log.slice(log.base.index + 1, log.last - log.base.index).map(([, term]) => term);
  }
}

/** The append among these messages to this peer. */
export function appendTo(peer: NodeId, sent: ReturnType<Fixture['turn']>): Append {
  const found = sent.find(({ to, message }) => to === peer && message.type === 'append')?.message;
  assert.ok(found?.type === 'append', `no append to ${peer} in ${JSON.stringify(sent)}`);
  return found;
}

export function appendOf(
  term: number,
  prev: number,
  prevTerm: number,
  added: readonly LogEntry[] = [],
  commit = 0,
  seq = 1,
): Append {
  return { type: 'append', term, seq, prev, prevTerm, commit, round: 0, entries: added };
}

test('a fixture leads, commits and answers', () => {
  const a = new Fixture();
  const first = a.lead();
  a.sync();
  a.ack('b', appendTo('b', first));
  const ticket = a.request({ kind: 'put', key: 'k', value: 'v' });
  const second = a.turn();
  a.sync();
  a.replica.onMessage('b', { type: 'acked', term: a.term, seq: 2, round: 0, match: 2 });
  a.replica.onTurnEnd();
  assert.deepEqual(appendTo('b', second).entries, [[2, 1, 2, 's', 1, 0, 'k', 'v']]);
  assert.deepEqual(
    a.host.take().replies.map((reply) => [reply.ticket, reply.when]),
    [[ticket, 'now']],
  );
  assert.equal(a.host.store.get('k'), 'v');
});
