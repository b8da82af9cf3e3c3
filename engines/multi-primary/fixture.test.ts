/** For this engine's tests: one node under a fake host, driven a turn at a time. */
import { FakeHost, type FakeHostOptions } from '../../bench/kit/fake-host.ts';
import type { Member, Operation, Request } from '../api.ts';
import engine from './index.ts';
import type { Entry, Message, MessageOf } from './messages.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';
import type { MultiPrimary } from './replica.ts';

export const THREE: readonly Member[] = ['a', 'b', 'c'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));

export type Sent = { readonly to: string; readonly message: Message; readonly when: unknown };

export class TestNode {
  readonly host: FakeHost<Message, Entry>;
  readonly replica: MultiPrimary;
  #tickets = 0;

  constructor(
    options: Partial<Options> = {},
    more: FakeHostOptions<Entry> & { self?: string; members?: readonly Member[]; time?: number } = {},
  ) {
    this.host = new FakeHost(more.self ?? 'n1', more.members ?? THREE, more);
    this.host.time = more.time ?? 1000;
    this.replica = engine.create(this.host, { ...presets.default, ...options }) as MultiPrimary;
    this.turn(() => {});
    this.host.take();
  }

  /** Runs inputs as one turn and returns what it put out, the membership's messages left out. */
  turn(inputs: () => void): {
    sent: Sent[];
    replies: ReturnType<TestNode['take']>['replies'];
    failures: ReturnType<TestNode['take']>['failures'];
  } {
    inputs();
    this.replica.onTurnEnd();
    return this.take();
  }

  /** What was put out; membership and the session's token, of which other tests tell, are left out. */
  take() {
    const { sent, replies, failures } = this.host.take();
    return {
      sent: sent.filter(({ message }) => !message.type.startsWith('swim-')),
      replies: replies.map(({ result: { context: _, ...result }, ...reply }) => ({ ...reply, result })),
      failures,
    };
  }

  /** Hands in a request, to be used within `turn`; returns its ticket. */
  request(operation: Operation, read: Request['read'] = 'default'): number {
    const id = ++this.#tickets;
    this.replica.onRequest({ id, operation, read, session: 's', serial: id, settled: 0 });
    return id;
  }

  put(key: string, value: string): number {
    return this.request({ kind: 'put', key, value });
  }

  /** Lets everything appended so far become durable. */
  durable() {
    return this.turn(() => this.replica.onDurable(this.host.log.entries.length));
  }

  /** Moves time on and fires the named timer. */
  fire(name: string, afterMs: number) {
    this.host.time += afterMs;
    this.host.timers.delete(name);
    return this.turn(() => this.replica.onTimer(name));
  }

  receive(from: string, ...messages: readonly Message[]) {
    return this.turn(() => {
      for (const message of messages) this.replica.onMessage(from, message);
    });
  }
}

/** The messages of one type, with whom they went to. */
export function only<Type extends Message['type']>(
  sent: readonly Sent[],
  type: Type,
): { readonly to: string; readonly message: MessageOf<Type>; readonly when: unknown }[] {
  return sent.filter(({ message }) => message.type === type) as never;
}

/** The acknowledgement of one parcel of n1's first life. */
export const ackOf = (parcel: number, tag = 'n1#1'): Message => ({ type: 'ack', tag, ranges: [parcel, parcel] });
