/** What the unit tests of this folder share: one node with a fake world around it. It has no tests of its own. */
import assert from 'node:assert/strict';
import { FakeHost, type FakeHostOptions } from '../../bench/kit/fake-host.ts';
import type { Member, NodeId, Operation, Replica, Request } from '../api.ts';
import engine from './index.ts';
import type { Ack, Beat, Entry, Message, Opinion, Pulse, Stream } from './messages.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';
import { type Content, writeOf } from './record.ts';

/** n1, n2, … hold data; w1, w2, … only vote. */
export const members = (full: number, witnesses = 0): Member[] => [
  ...Array.from({ length: full }, (_, i) => ({ id: `n${i + 1}`, zone: 'z', kind: 'full' as const })),
  ...Array.from({ length: witnesses }, (_, i) => ({ id: `w${i + 1}`, zone: 'w', kind: 'witness' as const })),
];

/** One node with a fake world around it: time passes, timers fire, the disk keeps up, when the test says so. */
export class Bench {
  readonly host: FakeHost<Message, Entry>;
  readonly replica: Replica<Message>;
  #ticket = 0;

  constructor(self: NodeId, options: Partial<Options> = {}, world: FakeHostOptions<Entry> & { count?: number } = {}) {
    this.host = new FakeHost<Message, Entry>(self, members(world.count ?? 3), world);
    this.replica = engine.create(this.host, { ...presets.default, ...options });
    this.turn();
  }

  turn(): this {
    this.replica.onTurnEnd?.();
    return this;
  }
  /** Ends the turn; the disk then has everything. */
  sync(): this {
    this.turn();
    this.replica.onDurable?.(this.host.log.entries.length);
    return this.turn();
  }
  hear(from: NodeId, ...messages: Message[]): this {
    for (const message of messages) this.replica.onMessage(from, message);
    return this.turn();
  }
  /** Lets time pass, firing what comes due on the way. */
  pass(ms: number): this {
    const until = this.host.time + ms;
    for (;;) {
      const next = [...this.host.timers].filter(([, due]) => due <= until).sort((a, b) => a[1] - b[1])[0];
      if (next === undefined) break;
      this.host.timers.delete(next[0]);
      this.host.time = Math.max(this.host.time, next[1]);
      this.replica.onTimer(next[0]);
      this.turn();
    }
    this.host.time = until;
    return this;
  }
  ask(operation: Operation, read: Request['read'] = 'default'): number {
    const id = ++this.#ticket;
    this.replica.onRequest({ id, operation, read, session: 's', serial: id, settled: 0 });
    return id;
  }
  /** What was sent since the last look, of one type, to one node or to any. */
  take<Type extends Message['type']>(type: Type, to?: NodeId): Extract<Message, { type: Type }>[] {
    const { sent } = this.host;
    const wanted = sent.filter((row) => row.message.type === type && (to === undefined || row.to === to));
    this.host.sent = sent.filter((row) => !wanted.includes(row));
    return wanted.map((row) => row.message as Extract<Message, { type: Type }>);
  }
  /** Answers every beat sent to this peer, as a replica would that has everything up to `durable`. */
  pulse(from: NodeId, durable: number): this {
    for (const { epoch, sentMs, sent } of this.take('beat', from)) {
      this.hear(from, pulse(epoch, durable, { sentMs, sent }));
    }
    return this;
  }
}

export const put = (key: string, value: string): Operation => ({ kind: 'put', key, value });
/** A record of a write, each of a session of its own. */
export const record = (operation: Operation): Content =>
  writeOf({ operation, session: `s${++sessions}`, serial: 1, settled: 0 });
let sessions = 0;
export const get = (key: string): Operation => ({ kind: 'get', key });
export const START = { epoch: 0, position: 0 };
export const stream = (
  epoch: number,
  after: number,
  afterEpoch: number,
  records: Stream['records'],
  more: Partial<Stream> = {},
): Stream => ({
  type: 'stream',
  epoch,
  after,
  afterEpoch,
  of: epoch,
  records,
  committed: 0,
  attempt: 0,
  ...more,
});
export const beat = (epoch: number, more: Partial<Beat> = {}): Beat => ({
  type: 'beat',
  epoch,
  sentMs: 0,
  sent: 0,
  sentEpoch: 0,
  last: 0,
  copy: 0,
  committed: 0,
  ...more,
});
export const ack = (epoch: number, durable: number, counts = durable): Ack => ({ type: 'ack', epoch, durable, counts });
export const pulse = (epoch: number, durable: number, more: Partial<Pulse> = {}): Pulse => ({
  type: 'pulse',
  epoch,
  sentMs: 0,
  sent: durable,
  received: durable,
  durable,
  counts: durable,
  base: 0,
  astray: false,
  copying: 0,
  ...more,
});
export const opinion = (epoch: number, more: Partial<Opinion> = {}): Opinion => ({
  type: 'opinion',
  epoch,
  yes: true,
  seen: 0,
  end: START,
  lost: true,
  mayLead: true,
  known: 0,
  ...more,
});

/** The first member of a new cluster, elected into epoch 1, its opening record on every disk. */
export function elected(options: Partial<Options> = {}, count = 3): Bench {
  const bench = new Bench('n1', options, { count }).sync().pass(0);
  for (let i = 2; i < Math.max(3, count); i++) bench.hear(`n${i}`, opinion(1));
  bench.sync();
  for (let i = 2; i < Math.max(3, count); i++) bench.hear(`n${i}`, { type: 'promised', epoch: 1 });
  assert.equal(bench.replica.status().role, 'primary');
  bench.sync();
  for (let i = 2; i < count; i++) bench.pulse(`n${i}`, 1);
  bench.host.take();
  return bench;
}

/** A replica that follows n1 in epoch 1 and has two records of it. */
export const following = (options: Partial<Options> = {}, count = 3): Bench =>
  new Bench('n2', options, { count })
    .sync()
    .hear('n1', stream(1, 0, 0, [null, record(put('a', '1'))]), beat(1))
    .sync();
