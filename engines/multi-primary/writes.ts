/**
 * Coordinating writes. A write is stamped, goes to all copies that are not believed dead, and is acknowledged once W of them hold it
 * durably; this node's own copy is one of them where it holds the key, and its disk is waited for only if it is needed.
 *
 * All writes of a turn share one batch, one parcel for each copy and one log entry. With W = 1 on a key that this node
 * holds, the answer waits for nothing but the log.
 */
import type { Host, NodeId, Ticket } from '../api.ts';
import type { HybridClock } from '../parts/hybrid-clock.ts';
import type { Copies } from './copies.ts';
import type { Hints } from './hints.ts';
import type { Journal } from './journal.ts';
import type { Message, Version } from './messages.ts';
import type { Options } from './options.ts';
import type { Outbox, Waiting } from './outbox.ts';
import type { Peers } from './peers.ts';

/** `refused`: certainly no effect. */
export type WriteOutcome = 'acknowledged' | 'unknown' | 'refused';

/** Who is told how a write ended: a client by its ticket, or whoever made the write for several clients. */
export type WriteOwner = Ticket | { writeEnded(outcome: WriteOutcome, when: number | 'now'): void };

/** The writes that one turn began. */
interface Round {
  readonly atMs: number;
  open: number;
  readonly writes: Write[];
}

class Write implements Waiting {
  readonly owner: WriteOwner;
  readonly #writes: Writes;
  readonly #round: Round;
  /** Copies that have to acknowledge still; 0: ended. */
  #missing: number;

  constructor(owner: WriteOwner, missing: number, round: Round, writes: Writes) {
    this.owner = owner;
    this.#missing = missing;
    this.#round = round;
    this.#writes = writes;
  }

  arrived(): void {
    if (this.#missing === 0 || --this.#missing > 0) return;
    this.#round.open--;
    this.#writes.end(this.owner, 'acknowledged', 'now');
  }

  giveUp(): void {
    if (this.#missing === 0) return;
    this.#missing = 0;
    this.#round.open--;
    this.#writes.end(this.owner, 'unknown', 'now');
  }
}

interface Begun {
  readonly owner: WriteOwner;
  readonly key: string;
  readonly value: string | null;
  readonly time: number;
  readonly owners: readonly NodeId[];
}

/** One copy's share of a turn's writes. */
interface Share {
  readonly items: (string | number | null)[];
  readonly waiting: Write[];
}

/** What the coordinators of this node work with. */
export interface Parts {
  readonly host: Host<Message, unknown>;
  readonly options: Options;
  readonly writer: string;
  readonly clock: HybridClock;
  readonly copies: Copies;
  readonly journal: Journal;
  readonly hints: Hints;
  readonly outbox: Outbox;
  readonly peers: Peers;
}

export class Writes {
  readonly #parts: Parts;
  #begun: Begun[] = [];
  #rounds: Round[] = [];
  /** Writes whose own copy is not durable yet, by log position. */
  #undurable: { readonly position: number; readonly writes: readonly Write[] }[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#rounds.length > 0;
  }

  /** Begins a write; null deletes. Returns its version, or nothing if it was refused, of which the owner is told at once. */
  begin(owner: WriteOwner, key: string, value: string | null): Version | undefined {
    const { host, peers, options, clock, copies, journal, writer } = this.#parts;
    const owners = peers.ring.copiesOf(key);
    if (peers.countUp(owners) < options.writeQuorum) {
      this.end(owner, 'refused', 'now');
      return undefined;
    }
    const time = clock.next();
    if (owners.includes(host.self)) copies.merge(key, value, time, writer, journal.turnPosition);
    this.#begun.push({ owner, key, value, time, owners });
    return { value, time, writer };
  }

  /** Logs and sends what the turn began. Ended writes may begin others: call again until it returns false. */
  flush(): boolean {
    const begun = this.#begun;
    if (begun.length === 0) return false;
    this.#begun = [];
    const { host, options, journal, outbox, writer } = this.#parts;
    const base = begun[0]!.time;
    const round: Round = { atMs: host.now(), open: 0, writes: [] };
    const shares = new Map<NodeId, Share>();
    const atOnce: WriteOwner[] = [];
    for (const write of begun) {
      if (options.writeQuorum === 1 && write.owners.includes(host.self)) {
        atOnce.push(write.owner);
        this.#share(write, undefined, base, shares);
      } else {
        const waiting = new Write(write.owner, options.writeQuorum, round, this);
        round.open++;
        round.writes.push(waiting);
        this.#share(write, waiting, base, shares);
      }
    }
    const own = shares.get(host.self);
    if (own !== undefined) journal.batch([writer, base, own.items]);
    journal.flush();
    if (own !== undefined && own.waiting.length > 0) {
      this.#undurable.push({ position: journal.lastPosition, writes: own.waiting });
    }
    for (const [node, { items, waiting }] of shares) {
      if (node !== host.self) outbox.write(node, [writer, base, items], waiting);
    }
    if (round.open > 0) this.#rounds.push(round);
    for (const owner of atOnce) this.end(owner, 'acknowledged', journal.lastPosition);
    return this.#begun.length > 0;
  }

  #share(write: Begun, waiting: Write | undefined, base: number, shares: Map<NodeId, Share>): void {
    const { host, peers, hints, outbox, writer } = this.#parts;
    const { key, value, time } = write;
    for (const node of write.owners) {
      if (node !== host.self && (peers.isDown(node) || outbox.isFull(node))) {
        hints.add(node, key, { value, time, writer });
        continue;
      }
      let share = shares.get(node);
      if (share === undefined) {
        share = { items: [], waiting: [] };
        shares.set(node, share);
      }
      share.items.push(key, value, time - base);
      if (waiting !== undefined) share.waiting.push(waiting);
    }
  }

  onDurable(position: number): void {
    let done = 0;
    while (done < this.#undurable.length && this.#undurable[done]!.position <= position) done++;
    for (const { writes } of this.#undurable.splice(0, done)) {
      for (const write of writes) write.arrived();
    }
  }

  tick(): void {
    const before = this.#parts.host.now() - this.#parts.options.writeTimeoutMs;
    let done = 0;
    for (; done < this.#rounds.length; done++) {
      const round = this.#rounds[done]!;
      if (round.open > 0 && round.atMs > before) break;
      if (round.open > 0) for (const write of round.writes) write.giveUp();
    }
    this.#rounds.splice(0, done);
  }

  end(owner: WriteOwner, outcome: WriteOutcome, when: number | 'now'): void {
    if ('writeEnded' in owner) owner.writeEnded(outcome, when);
    else answerWrite(this.#parts.host, owner, outcome, when);
  }
}

/** Tells a client how its write ended. */
export function answerWrite(
  host: Host<Message, unknown>,
  ticket: Ticket,
  outcome: WriteOutcome,
  when: number | 'now',
): void {
  if (outcome === 'acknowledged') host.reply(ticket, {}, when);
  else if (outcome === 'refused') host.fail(ticket, { effect: 'none', reason: 'unavailable' }, 'now');
  else host.fail(ticket, { effect: 'unknown', reason: 'too few copies have acknowledged in time' }, 'now');
}
