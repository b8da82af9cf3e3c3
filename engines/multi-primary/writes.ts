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
import type { Cell, Message } from './messages.ts';
import type { Options } from './options.ts';
import type { Outbox, Waiting } from './outbox.ts';
import type { Peers } from './peers.ts';
import { versionOf, type Written } from './version.ts';

/** `refused`: certainly no effect. */
type WriteOutcome = 'acknowledged' | 'unknown' | 'refused';

/** The writes that one turn began. */
interface Round {
  readonly atMs: number;
  open: number;
  readonly writes: Write[];
}

class Write implements Waiting {
  readonly ticket: Ticket;
  readonly #writes: Writes;
  readonly #round: Round;
  /** Copies that have to acknowledge still; 0: ended. */
  #missing: number;

  constructor(ticket: Ticket, missing: number, round: Round, writes: Writes) {
    this.ticket = ticket;
    this.#missing = missing;
    this.#round = round;
    this.#writes = writes;
  }

  arrived(): void {
    if (this.#missing === 0 || --this.#missing > 0) return;
    this.#round.open--;
    this.#writes.end(this.ticket, 'acknowledged', 'now');
  }

  giveUp(): void {
    if (this.#missing === 0) return;
    this.#missing = 0;
    this.#round.open--;
    this.#writes.end(this.ticket, 'unknown', 'now');
  }
}

interface Begun {
  readonly ticket: Ticket;
  readonly key: string;
  readonly written: Written;
  readonly time: number;
  readonly owners: readonly NodeId[];
}

/** One copy's share of a turn's writes. */
interface Share {
  readonly items: Cell[];
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

  /** Begins a write. An append is one like any other: nothing is read first, since elements merge. */
  begin(ticket: Ticket, key: string, written: Written): void {
    const { host, peers, options, clock, copies, journal, writer } = this.#parts;
    const owners = peers.ring.copiesOf(key);
    if (peers.countUp(owners) < options.writeQuorum) {
      this.end(ticket, 'refused', 'now');
      return;
    }
    const time = clock.next();
    if (owners.includes(host.self)) copies.write(key, written, time, writer, journal.turnPosition);
    this.#begun.push({ ticket, key, written, time, owners });
  }

  /** Logs and sends what the turn began. */
  flush(): void {
    const begun = this.#begun;
    if (begun.length === 0) return;
    this.#begun = [];
    const { host, options, journal, outbox, writer } = this.#parts;
    const base = begun[0]!.time;
    const round: Round = { atMs: host.now(), open: 0, writes: [] };
    const shares = new Map<NodeId, Share>();
    const atOnce: Ticket[] = [];
    for (const write of begun) {
      if (options.writeQuorum === 1 && write.owners.includes(host.self)) {
        atOnce.push(write.ticket);
        this.#share(write, undefined, base, shares);
      } else {
        const waiting = new Write(write.ticket, options.writeQuorum, round, this);
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
    for (const ticket of atOnce) this.end(ticket, 'acknowledged', journal.lastPosition);
  }

  #share(write: Begun, waiting: Write | undefined, base: number, shares: Map<NodeId, Share>): void {
    const { host, peers, hints, outbox, writer } = this.#parts;
    const { key, written, time } = write;
    for (const node of write.owners) {
      if (node !== host.self && (peers.isDown(node) || outbox.isFull(node))) {
        hints.add(node, key, versionOf(written, time, writer));
        continue;
      }
      let share = shares.get(node);
      if (share === undefined) {
        share = { items: [], waiting: [] };
        shares.set(node, share);
      }
      share.items.push(key, written, time - base);
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

  /** Tells the client how its write ended. */
  end(ticket: Ticket, outcome: WriteOutcome, when: number | 'now'): void {
    const { host } = this.#parts;
    if (outcome === 'acknowledged') host.reply(ticket, {}, when);
    else if (outcome === 'refused') host.fail(ticket, { effect: 'none', reason: 'unavailable' }, 'now');
    else host.fail(ticket, { effect: 'unknown', reason: 'too few copies have acknowledged in time' }, 'now');
  }
}
