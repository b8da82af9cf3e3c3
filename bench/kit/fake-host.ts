/**
 * A host for unit tests of an engine: it does nothing by itself and remembers everything the engine asked of it. What the
 * contract forbids throws here, too.
 */
import type { Failure, Host, Member, NodeId, Note, Result, Ticket, When } from '../../engines/api.ts';
import { Random } from '../random.ts';
import { MemoryStore } from '../runtimes/host/store.ts';
import { plainCopy } from '../runtimes/simulation/plain.ts';

export interface FakeHostOptions<Entry> {
  readonly boot?: 'found' | 'join' | 'restart';
  readonly recovered?: readonly Entry[];
  readonly seed?: number;
}

export interface Sent<Message> {
  readonly to: NodeId;
  readonly message: Message;
  readonly when: When | undefined;
}
export interface Replied {
  readonly ticket: number;
  readonly result: Result;
  readonly when: When | undefined;
}
export interface Failed {
  readonly ticket: number;
  readonly failure: Failure;
}

export class FakeHost<Message extends { readonly type: string }, Entry> implements Host<Message, Entry> {
  readonly self: NodeId;
  readonly members: readonly Member[];
  readonly boot: 'found' | 'join' | 'restart';
  readonly store = new MemoryStore();
  readonly log: Host<Message, Entry>['log'] & { readonly entries: Entry[]; discarded: number };
  /** Read by `now()` and `wallClock()`. Set it freely. */
  time = 0;
  sent: Sent<Message>[] = [];
  replies: Replied[] = [];
  failures: Failed[] = [];
  notes: Note[] = [];
  /** Due times by name. A test fires one by deleting it and calling `onTimer`. */
  readonly timers = new Map<string, number>();
  readonly #random: Random;
  readonly #closed = new Set<number>();

  constructor(self: NodeId, members: readonly Member[], options: FakeHostOptions<Entry> = {}) {
    this.self = self;
    this.members = members;
    this.boot = options.boot ?? 'found';
    this.#random = new Random(`${options.seed ?? 1}/${self}`);
    const entries = [...(options.recovered ?? [])];
    this.log = {
      recovered: [...entries],
      entries,
      discarded: 0,
      append: (entry) => entries.push(plainCopy(entry)),
      discard(before) {
        this.discarded = before;
      },
    };
  }

  now(): number {
    return this.time;
  }
  wallClock(): number {
    return this.time;
  }
  random(): number {
    return this.#random.next();
  }
  /** Keeps a copy, so that a later mutation by the engine shows as a difference from what it meant to send. */
  send(to: NodeId, message: Message, when?: When): void {
    if (to === this.self) throw new Error(`${to} sent to itself`);
    if (!this.members.some(({ id }) => id === to)) throw new Error(`sent to ${to}, which is no member`);
    this.sent.push({ to, message: plainCopy(message), when });
  }
  setTimer(name: string, delayMs: number): void {
    if (!(delayMs >= 0)) throw new Error(`timer ${name}: the delay must be 0 or more, but ${delayMs} came`);
    this.timers.set(name, this.time + delayMs);
  }
  clearTimer(name: string): void {
    this.timers.delete(name);
  }
  reply(ticket: Ticket, result: Result, when?: When): void {
    this.#close(ticket);
    this.replies.push({ ticket: ticket.id, result, when });
  }
  fail(ticket: Ticket, failure: Failure): void {
    this.#close(ticket);
    this.failures.push({ ticket: ticket.id, failure });
  }
  #close({ id }: Ticket): void {
    if (this.#closed.has(id)) throw new Error(`ticket ${id} was answered twice`);
    this.#closed.add(id);
  }
  note(note: Note): void {
    this.notes.push(note);
  }

  /** Hands over what the engine put out since the last call, and forgets it. */
  take(): { sent: Sent<Message>[]; replies: Replied[]; failures: Failed[] } {
    const { sent, replies, failures } = this;
    this.sent = [];
    this.replies = [];
    this.failures = [];
    return { sent, replies, failures };
  }
}
