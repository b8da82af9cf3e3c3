/** A host in a world that a test moves by hand: what the tests of the host's promises play against. */
import type { AnyEngine, Host, Member, Note, Replica, Request } from '../../../engines/api.ts';
import { ReplicaHost, type World } from './replica-host.ts';

type Message = { readonly type: string };
type AnyHost = Host<Message, unknown>;

const members: Member[] = ['a', 'b', 'c'].map((id) => ({ id, zone: 'z', kind: 'full' }));
/** The other zone has one node. */
members.push({ id: 'd', zone: 'y', kind: 'full' });

export interface Setting {
  /** The handlers of the replica; those left out do nothing. */
  readonly replica?: (host: AnyHost) => Partial<Replica<Message>>;
  readonly life?: number;
  readonly recovered?: readonly unknown[];
  readonly boot?: 'found' | 'join' | 'restart';
}

/** A host in a world that a test moves by hand. It writes down whatever leaves, in order. */
export class Bench implements World {
  time = 1000;
  /** Up to which position a write is durable at once; the rest waits for `sync`. */
  durableAtOnce = 0;
  left: string[] = [];
  /** Tickets whose answers crossed zones. */
  readonly crossed: number[] = [];
  batches: { to: string; types: string[]; urgent: number }[] = [];
  written: unknown[] = [];
  lateUs: number[] = [];
  notes: Note[] = [];
  readonly log: string[] = [];
  readonly host: ReplicaHost;
  api!: AnyHost;

  constructor({ replica = () => ({}), life = 0, recovered = [], boot = 'found' }: Setting = {}) {
    const engine: AnyEngine = {
      name: 'bench',
      presets: { default: {} },
      claims: () => {
        throw new Error('nobody asks');
      },
      create: (host) => {
        this.api = host;
        return {
          onRequest: () => {},
          onMessage: (_from, message) => this.log.push((message as Message).type),
          onTimer: (name) => this.log.push(`timer ${name}`),
          status: () => ({ role: 'bench' }),
          ...replica(host),
        };
      },
    };
    this.host = new ReplicaHost(engine, {}, { self: 'a', members, boot, number: life, recovered }, this);
  }

  nowUs = (): number => this.time;
  wallClockMs = (): number => 7;
  random = (): number => 0.5;
  transmit(to: number, messages: unknown[], urgent: number): void {
    const types = (messages as Message[]).map(({ type }) => type);
    this.batches.push({ to: members[to]!.id, types, urgent });
    this.left.push(...types);
  }
  answer(ticket: number, answer: { result: unknown } | { failure: unknown }, crossed: boolean): void {
    if (crossed) this.crossed.push(ticket);
    this.left.push(`${'result' in answer ? 'reply' : 'fail'} ${ticket}`);
  }
  write(entries: readonly unknown[]): number {
    this.log.push(`write ${entries.length}`);
    this.written.push(...entries);
    return this.durableAtOnce;
  }
  discard(before: number): void {
    this.log.push(`discard ${before}`);
  }
  note(note: Note): void {
    this.notes.push(note);
  }
  late(us: number): void {
    this.lateUs.push(us);
  }

  /** One turn with one input: a request, on whose ticket `during` may act. */
  ask(during: (request: Request) => void = () => {}): number {
    const id = this.host.ticket();
    this.host.request({
      id,
      operation: { kind: 'get', key: 'k' },
      read: 'default',
      session: 's',
      serial: 1,
      settled: 0,
    });
    during({ id } as Request);
    return id;
  }

  sync(position: number): void {
    this.host.durable(position);
    this.host.endTurn();
  }

  took(): string[] {
    const { left } = this;
    this.left = [];
    return left;
  }
}
