/**
 * Coordinating writes. A write is stamped, goes to all copies that are not believed dead, and is acknowledged once its quorum of them
 * holds it; this node's own copy is one of them where it holds the key, and its disk is waited for only if it is needed.
 *
 * All writes of a turn share one batch, one parcel for each copy and one log entry. Where this node's own copy is enough,
 * the answer waits for nothing but the log.
 */
import type { NodeId, Result, Ticket } from '../api.ts';
import { UntilDurable } from '../parts/until-durable.ts';
import type { Cell } from './messages.ts';
import type { Waiting } from './outbox.ts';
import type { Parts } from './parts.ts';
import type { Owners } from './placement.ts';
import { Tally } from './quorums.ts';
import { versionOf, type Written } from './version.ts';

/** `refused`: certainly no effect. */
type WriteOutcome = 'committed' | 'accepted' | 'unknown' | 'refused';

/** The writes that one turn began. */
interface Round {
  readonly atMs: number;
  open: number;
  readonly writes: Write[];
}

class Write extends Tally implements Waiting {
  readonly ticket: Ticket;
  readonly result: Result;
  readonly #writes: Writes;
  readonly #round: Round;
  #asked = 0;
  #held = 0;
  /** Copies that went down before they answered; undefined: none yet. */
  #gone: Set<NodeId> | undefined;
  #isOver = false;

  constructor({ ticket, result, owners }: Begun, round: Round, writes: Writes) {
    super(owners.write);
    this.ticket = ticket;
    this.result = result;
    this.#round = round;
    this.#writes = writes;
  }

  /** One copy more is asked. */
  asks(): void {
    this.#asked++;
  }

  arrived(node: NodeId): void {
    this.#held++;
    this.#gone?.delete(node);
    if (this.#isOver) return;
    if (this.add(node)) this.#end('committed');
    else this.#settle();
  }

  gone(node: NodeId): void {
    this.#gone ??= new Set();
    this.#gone.add(node);
    this.#settle();
  }

  giveUp(): void {
    if (!this.#isOver) this.#end(this.#isAccepted ? 'accepted' : 'unknown');
  }

  get #isAccepted(): boolean {
    return this.#held > 0 && this.#writes.accepts;
  }

  /** Nobody is left to wait for. */
  #settle(): void {
    const isSettled = this.#held + (this.#gone?.size ?? 0) === this.#asked;
    if (!this.#isOver && isSettled && this.#isAccepted) this.#end('accepted');
  }

  #end(outcome: WriteOutcome): void {
    this.#isOver = true;
    this.#round.open--;
    this.#writes.end(this.ticket, outcome, this.result, 'now');
  }
}

interface Begun {
  readonly ticket: Ticket;
  readonly result: Result;
  readonly key: string;
  readonly written: Written;
  readonly time: number;
  readonly owners: Owners;
}

/** One copy's share of a turn's writes. */
interface Share {
  readonly to: NodeId;
  /** Whom it stands in for. */
  readonly insteadOf: NodeId | undefined;
  readonly items: Cell[];
  readonly waiting: Write[];
}

export class Writes {
  readonly #parts: Parts;
  /** Whether a write that some copy holds is answered though others are missing. */
  readonly accepts: boolean;
  readonly #onReceipt: boolean;
  #begun: Begun[] = [];
  #rounds: Round[] = [];
  /** Writes whose own copy is not durable yet, those of a turn together. */
  readonly #undurable = new UntilDurable<readonly Write[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.accepts = parts.options.answers === 'accepting';
    this.#onReceipt = parts.options.acknowledgesOn === 'receipt';
  }

  get busy(): boolean {
    return this.#rounds.length > 0;
  }

  /** Begins a write, which is answered by `result` if all goes well. `time`: its stamp, if the clock has given it already. */
  begin(ticket: Ticket, key: string, written: Written, result: Result = {}, time?: number): void {
    const { host, peers, standIns, clock, copies, hints, journal, writer } = this.#parts;
    const owners = standIns.ownersOf(key);
    const up = peers.up(owners.nodes);
    // All of them are always enough: then nothing has to be counted.
    if (up !== owners.nodes && (this.accepts ? up.length === 0 : !owners.write.isMetBy(up))) {
      this.end(ticket, 'refused', result, 'now');
      return;
    }
    const stamped = time ?? clock.next();
    if (owners.placed.includes(host.self)) copies.write(key, written, stamped, writer, journal.turnPosition);
    const absent = owners.standsInFor?.get(host.self);
    if (absent !== undefined) hints.add(absent, key, versionOf(written, stamped, writer));
    this.#begun.push({ ticket, result, key, written, time: stamped, owners });
  }

  /** Logs and sends what the turn began. */
  flush(): void {
    const begun = this.#begun;
    if (begun.length === 0) return;
    this.#begun = [];
    const { host, journal, outbox, writer } = this.#parts;
    const base = begun[0]!.time;
    const round: Round = { atMs: host.now(), open: 0, writes: [] };
    const shares = new Map<string, Share>();
    const atOnce: Begun[] = [];
    for (const write of begun) {
      const { owners } = write;
      if (owners.write.least === 1 && owners.write.groupOf(host.self) !== undefined) {
        atOnce.push(write);
        this.#share(write, undefined, base, shares);
      } else {
        const waiting = new Write(write, round, this);
        round.open++;
        round.writes.push(waiting);
        this.#share(write, waiting, base, shares);
      }
    }
    const own = shares.get(host.self);
    if (own !== undefined && own.items.length > 0) journal.batch([writer, base, own.items]);
    journal.flush();
    if (own !== undefined && own.waiting.length > 0) {
      if (this.#onReceipt) for (const write of own.waiting) write.arrived(host.self);
      else this.#undurable.push(journal.lastPosition, own.waiting);
    }
    for (const { to, insteadOf, items, waiting } of shares.values()) {
      if (to !== host.self) outbox.write(to, [writer, base, items], waiting, insteadOf);
    }
    if (round.open > 0) this.#rounds.push(round);
    const when = this.#onReceipt ? 'now' : journal.lastPosition;
    for (const { ticket, result } of atOnce) this.end(ticket, 'committed', result, when);
  }

  #share(write: Begun, waiting: Write | undefined, base: number, shares: Map<string, Share>): void {
    const { host, peers, hints, outbox, writer } = this.#parts;
    const { key, written, time, owners } = write;
    for (const node of owners.nodes) {
      const insteadOf = owners.standsInFor?.get(node);
      if (node !== host.self && (peers.isDown(node) || outbox.isFull(node))) {
        hints.add(insteadOf ?? node, key, versionOf(written, time, writer));
        continue;
      }
      const name = insteadOf === undefined || node === host.self ? node : `${node} for ${insteadOf}`;
      let share = shares.get(name);
      if (share === undefined) {
        share = { to: node, insteadOf, items: [], waiting: [] };
        shares.set(name, share);
      }
      // What this node holds as a guest is in the log already.
      if (insteadOf === undefined || node !== host.self) share.items.push(key, written, time - base);
      if (waiting === undefined) continue;
      share.waiting.push(waiting);
      waiting.asks();
    }
  }

  onDurable(position: number): void {
    const { self } = this.#parts.host;
    for (const writes of this.#undurable.take(position)) for (const write of writes) write.arrived(self);
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
  end(ticket: Ticket, outcome: WriteOutcome, result: Result, when: number | 'now'): void {
    const { replies, withToken } = this.#parts;
    if (outcome === 'committed') replies.reply(ticket, withToken(result), when);
    else if (outcome === 'accepted') replies.reply(ticket, withToken({ ...result, ack: 'accepted' }), when);
    else if (outcome === 'refused') replies.fail(ticket, { effect: 'none', reason: 'unavailable' });
    else replies.fail(ticket, { effect: 'unknown', reason: 'too few copies have acknowledged in time' });
  }
}
