/** For the tests of revision trees: one node under a fake host, driven a turn at a time. */
import { FakeHost, type FakeHostOptions } from '../../../bench/kit/fake-host.ts';
import type { Member, Operation, Request } from '../../api.ts';
import type { RevisionEntry, RevisionMessage, RevisionMessageOf } from './messages.ts';
import type { RevisionOptions } from './options.ts';
import { revisionPresets } from './presets.ts';
import { RevisionReplica } from './replica.ts';
import { type Branch, hashOf } from './revision.ts';

export const THREE: readonly Member[] = ['a', 'b', 'c'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));

export type Sent = { readonly to: string; readonly message: RevisionMessage; readonly when: unknown };

export class TestNode {
  readonly host: FakeHost<RevisionMessage, RevisionEntry>;
  readonly replica: RevisionReplica;
  #tickets = 0;

  constructor(
    options: Partial<RevisionOptions> = {},
    more: FakeHostOptions<RevisionEntry> & { self?: string; members?: readonly Member[]; time?: number } = {},
  ) {
    this.host = new FakeHost(more.self ?? 'n1', more.members ?? THREE, more);
    this.host.time = more.time ?? 1000;
    this.replica = new RevisionReplica(this.host, { ...revisionPresets.couchdb, ...options });
    this.turn(() => {});
    this.host.take();
  }

  /** Runs inputs as one turn and returns what it put out, heartbeats left out. */
  turn(inputs: () => void) {
    inputs();
    this.replica.onTurnEnd();
    const { sent, replies, failures } = this.host.take();
    return { sent: sent.filter(({ message }) => message.type !== 'heartbeat'), replies, failures };
  }

  ask(operation: Operation, read: Request['read'] = 'default') {
    const id = ++this.#tickets;
    return this.turn(() => this.replica.onRequest({ id, operation, read, session: 's', serial: id, settled: 0 }));
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

  receive(from: string, ...messages: readonly RevisionMessage[]) {
    return this.turn(() => {
      for (const message of messages) this.replica.onMessage(from, message);
    });
  }

  /** Hands in a branch as another copy's repair. */
  learn(key: string, branch: Branch) {
    this.receive('n2', { type: 'branches', tag: 'n2#1', number: 0, branches: [[key, branch]] });
    return this.durable();
  }

  /** What the copies are asked to take: by node, the edit and its number. */
  read(key: string, read: Request['read'] = 'local'): string | null | undefined {
    return this.ask({ kind: 'get', key }, read).replies[0]?.result.value;
  }
}

/** The messages of one type, with whom they went to. */
export function only<Type extends RevisionMessage['type']>(
  sent: readonly Sent[],
  type: Type,
): { readonly to: string; readonly message: RevisionMessageOf<Type>; readonly when: unknown }[] {
  return sent.filter(({ message }) => message.type === type) as never;
}

/** A chain of revisions that say these, the last of them its leaf. */
export function chainOf(...values: readonly (string | null)[]): Branch {
  const hashes: string[] = [];
  values.forEach((value, i) => {
    const parent = i === 0 ? undefined : { generation: i, hash: hashes[0]! };
    hashes.unshift(hashOf(parent, value));
  });
  return { generation: values.length, hashes, value: values.at(-1)! };
}

export const held = (...numbers: readonly number[]): RevisionMessage => ({
  type: 'edited',
  tag: 'n1#1',
  held: numbers,
  refused: [],
  unsure: [],
});

export const refused = (...numbers: readonly number[]): RevisionMessage => ({
  type: 'edited',
  tag: 'n1#1',
  held: [],
  refused: numbers,
  unsure: [],
});

export const opened = (number: number, ...branches: readonly Branch[]): RevisionMessage => ({
  type: 'opened',
  tag: 'n1#1',
  answers: [[number, branches]],
});
