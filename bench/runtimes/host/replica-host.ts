/**
 * What both runtimes put around one replica for one life: the contract's `Host`, with turns, timers and the rule that
 * nothing leaves before what it depends on is durable. A runtime hands in the world: clock, links, log, clients.
 *
 * Use: call an input method for each waiting input, then `endTurn()`. `fireDue()` and `endTurn()` when a timer is due.
 */
import type {
  AnyEngine,
  Command,
  Failure,
  Host,
  Member,
  NodeId,
  Note,
  Replica,
  ReplicaStatus,
  Request,
  Result,
  When,
} from '../../../engines/api.ts';
import { NOW, type Output, Outputs } from './outputs.ts';
import { MemoryStore, type OnApply } from './store.ts';
import { Timers } from './timers.ts';

/** Inputs that a turn takes at most; the rest waits for the next turn. */
export const TURN_INPUTS_MAX = 256;
/** `onDurable` calls answered by new appends within one turn, where the log is durable as soon as it is written. */
const DURABLE_ROUNDS_MAX = 8;

/** One life of one replica, as the runtime sets it up. */
export interface Life {
  readonly self: NodeId;
  readonly members: readonly Member[];
  readonly boot: 'found' | 'join' | 'restart';
  /** 0 for the first life. */
  readonly number: number;
  readonly recovered: readonly unknown[];
}

/** What a runtime hands to the host of one node. */
export interface World {
  /** This node's monotonic clock, in whole microseconds. */
  nowUs(): number;
  wallClockMs(): number;
  random(): number;
  /**
   * All messages that leave for one peer at this moment; `to` is the peer's place among the members. The first `urgent` of
   * them were sent with `'now'` and may overtake what still queues.
   */
  transmit(to: number, messages: unknown[], urgent: number): void;
  /** `crossed`: the replica answered while it handled an input that came from another zone. */
  answer(ticket: number, answer: { readonly result: Result } | { readonly failure: Failure }, crossed: boolean): void;
  /** Appends the turn's entries to the log as one block; returns up to which position the log is durable now. */
  write(entries: readonly unknown[]): number;
  /** Drops the entries before a position. Called only once everything before it is durable. */
  discard(before: number): void;
  note(note: Note): void;
  /** A timer fired so long after it was due. */
  late(lateUs: number): void;
}

/** Tickets of one life start here times the life's number: unique over all lives. */
const TICKETS_PER_LIFE = 2 ** 40;

/** What leaves for one peer at a turn's end. */
interface Batch {
  urgent: unknown[];
  rest: unknown[];
}

/** By members, which are the same for all nodes and lives of a cluster: each one's place. */
const PLACES = new WeakMap<readonly Member[], ReadonlyMap<NodeId, number>>();

function placesOf(members: readonly Member[]): ReadonlyMap<NodeId, number> {
  const known = PLACES.get(members);
  if (known !== undefined) return known;
  const places = new Map(members.map(({ id }, place) => [id, place]));
  PLACES.set(members, places);
  return places;
}

export class ReplicaHost implements Host<{ type: string }, unknown> {
  readonly self: NodeId;
  readonly members: readonly Member[];
  readonly boot: 'found' | 'join' | 'restart';
  readonly log: Host<{ type: string }, unknown>['log'];
  readonly store: MemoryStore;
  readonly #world: World;
  readonly #replica: Replica<unknown>;
  readonly #timers = new Timers();
  readonly #outputs = new Outputs();
  readonly #places: ReadonlyMap<NodeId, number>;
  readonly #open = new Set<number>();
  /** Made when first used: of a thousand nodes most pairs never meet. */
  readonly #batches: (Batch | undefined)[];
  /** The peers for which something is gathered, each once. */
  #addressed: number[] = [];
  /** Members in other zones. */
  readonly #afar: ReadonlySet<NodeId>;
  /** Whether the input at hand came from another zone, and whether any since the last `onTurnEnd` did. */
  #isFromAfar = false;
  #wasFromAfar = false;
  /** After a pause: what waits comes first, the due timers after it. */
  #timersWait = false;
  #nextTicket: number;
  #unwritten: unknown[] = [];
  #appended: number;
  #durable: number;
  /** Discards asked for; each is carried out once the log is durable up to `after`. */
  #discards: { before: number; after: number }[] = [];
  /** Messages sent to other nodes in this life. */
  messages = 0;
  /** Requests and commands answered in this life. */
  answered = 0;

  constructor(engine: AnyEngine, options: object, life: Life, world: World, onApply?: OnApply) {
    this.self = life.self;
    this.members = life.members;
    this.boot = life.boot;
    this.#world = world;
    this.store = new MemoryStore(onApply);
    this.#places = placesOf(life.members);
    this.#batches = life.members.map(() => undefined);
    const zone = life.members.find(({ id }) => id === life.self)?.zone;
    this.#afar = new Set(life.members.filter((member) => member.zone !== zone).map(({ id }) => id));
    this.#nextTicket = life.number * TICKETS_PER_LIFE + 1;
    this.#appended = life.recovered.length;
    this.#durable = life.recovered.length;
    this.log = {
      recovered: life.recovered,
      append: (entry) => {
        this.#unwritten.push(entry);
        return ++this.#appended;
      },
      discard: (before) => {
        if (!(before >= 1 && before <= this.#appended + 1)) {
          throw new Error(`discarded before position ${before}, but the log ends at ${this.#appended}`);
        }
        this.#discards.push({ before, after: this.#appended });
      },
    };
    this.#replica = engine.create(this, options);
  }

  // ----------------------------------------------------------------------------------------- what the replica calls

  now(): number {
    return this.#world.nowUs() / 1000;
  }

  wallClock(): number {
    return this.#world.wallClockMs();
  }

  random(): number {
    return this.#world.random();
  }

  send(to: NodeId, message: { type: string }, when?: When): void {
    const place = this.#places.get(to);
    if (place === undefined) throw new Error(`sent to ${to}, which is no member`);
    if (to === this.self) throw new Error(`${to} sent to itself`);
    this.#outputs.put({ kind: 'message', to: place, message }, this.#gate(when));
  }

  setTimer(name: string, delayMs: number): void {
    if (!(delayMs >= 0)) throw new Error(`timer ${name}: the delay must be 0 or more, but ${delayMs} came`);
    this.#timers.set(name, this.#world.nowUs() + Math.ceil(delayMs * 1000));
  }

  clearTimer(name: string): void {
    this.#timers.clear(name);
  }

  reply(ticket: { id: number }, result: Result, when?: When): void {
    this.#close(ticket.id);
    this.#outputs.put({ kind: 'reply', ticket: ticket.id, result, crossed: this.#isFromAfar }, this.#gate(when));
  }

  fail(ticket: { id: number }, failure: Failure, when?: When): void {
    this.#close(ticket.id);
    this.#outputs.put({ kind: 'fail', ticket: ticket.id, failure, crossed: this.#isFromAfar }, this.#gate(when));
  }

  note(note: Note): void {
    this.#world.note(note);
  }

  #gate(when: When | undefined): number {
    if (when === undefined) return this.#appended;
    if (when === 'now') return NOW;
    if (!(when >= 0)) throw new Error(`when must be a position or 'now', but ${when} came`);
    return when;
  }

  #close(ticket: number): void {
    if (!this.#open.delete(ticket)) throw new Error(`ticket ${ticket} was answered twice, or never asked`);
  }

  // ---------------------------------------------------------------------------------------- what the runtime calls

  /** A ticket for a request or command that is about to be handed in. */
  ticket(): number {
    return this.#nextTicket++;
  }

  request(request: Request): void {
    this.#betweenInputs();
    this.#open.add(request.id);
    this.#replica.onRequest(request);
  }

  message(from: NodeId, message: unknown): void {
    this.#betweenInputs();
    this.#comesFrom(from);
    this.#replica.onMessage(from, message);
  }

  command(ticket: number, command: Command): void {
    this.#betweenInputs();
    this.#open.add(ticket);
    if (this.#replica.onCommand !== undefined) this.#replica.onCommand({ id: ticket }, command);
    else this.fail({ id: ticket }, { effect: 'none', reason: 'unsupported' }, 'now');
  }

  link(peer: NodeId, up: boolean): void {
    this.#betweenInputs();
    this.#comesFrom(peer);
    this.#replica.onLink?.(peer, up);
  }

  /** The log has become durable up to this position. */
  durable(position: number): void {
    if (position <= this.#durable) return;
    this.#betweenInputs();
    this.#durable = position;
    this.#replica.onDurable?.(position);
  }

  /** The node stood still: in the turn to come, what waited is handed in before the timers that came due meanwhile. */
  resumed(): void {
    this.#timersWait = true;
  }

  #betweenInputs(): void {
    this.#isFromAfar = false;
    if (!this.#timersWait) this.fireDue();
  }

  #comesFrom(peer: NodeId): void {
    if (!this.#afar.has(peer)) return;
    this.#isFromAfar = true;
    this.#wasFromAfar = true;
  }

  /** Fires the timers that are due. It reads the clock anew each time, so that a pause is never overlooked. */
  fireDue(): void {
    const stoodStill = this.#timersWait;
    this.#isFromAfar = false;
    this.#timersWait = false;
    for (let fired = 0; fired < TURN_INPUTS_MAX; fired++) {
      const nowUs = this.#world.nowUs();
      const due = this.#timers.takeDue(nowUs);
      if (due === undefined) return;
      if (!stoodStill) this.#world.late(nowUs - due.dueUs);
      this.#replica.onTimer(due.name);
    }
  }

  /** When the next timer is due, in microseconds of this node's clock; Infinity: none is set. */
  nextDeadlineUs(): number {
    return this.#timers.nextUs();
  }

  /** Writes the turn's entries and lets everything leave that may. */
  endTurn(): void {
    for (let round = 0; ; round++) {
      // What is put out now may follow from any of the turn's inputs.
      this.#isFromAfar = this.#wasFromAfar;
      this.#wasFromAfar = false;
      this.#replica.onTurnEnd?.();
      this.#isFromAfar = false;
      let durable = this.#durable;
      if (this.#unwritten.length > 0) {
        // What needs nothing of this turn's entries does not wait for the file either: peers begin while this node writes.
        this.#outputs.release(durable, this.#leave);
        this.#flush();
        const entries = this.#unwritten;
        this.#unwritten = [];
        durable = this.#world.write(entries);
      }
      const advanced = durable > this.#durable;
      this.#durable = durable;
      this.#outputs.release(durable, this.#leave);
      this.#flush();
      this.#discardUpTo(durable);
      if (!advanced || this.#replica.onDurable === undefined) return;
      if (round >= DURABLE_ROUNDS_MAX) throw new Error('every onDurable appends again: the turn never ends');
      this.#replica.onDurable(durable);
    }
  }

  #discardUpTo(durable: number): void {
    let before = 0;
    while (this.#discards.length > 0 && this.#discards[0]!.after <= durable) {
      before = Math.max(before, this.#discards.shift()!.before);
    }
    if (before > 0) this.#world.discard(before);
  }

  readonly #leave = (output: Output, gate: number): void => {
    if (output.kind === 'message') {
      const batch = this.#batchFor(output.to);
      if (batch.urgent.length === 0 && batch.rest.length === 0) this.#addressed.push(output.to);
      (gate === NOW ? batch.urgent : batch.rest).push(output.message);
    } else {
      this.answered++;
      this.#world.answer(
        output.ticket,
        output.kind === 'reply' ? { result: output.result } : { failure: output.failure },
        output.crossed,
      );
    }
  };

  #batchFor(to: number): Batch {
    const known = this.#batches[to];
    if (known !== undefined) return known;
    const made: Batch = { urgent: [], rest: [] };
    this.#batches[to] = made;
    return made;
  }

  #flush(): void {
    if (this.#addressed.length === 0) return;
    const addressed = this.#addressed;
    this.#addressed = [];
    if (addressed.length > 1) addressed.sort((a, b) => a - b);
    for (const to of addressed) {
      const batch = this.#batches[to]!;
      const { urgent, rest } = batch;
      const count = urgent.length + rest.length;
      // What leaves is handed over; mostly one of the two has nothing, and stays.
      if (urgent.length > 0) batch.urgent = [];
      if (rest.length > 0) batch.rest = [];
      this.messages += count;
      this.#world.transmit(
        to,
        rest.length === 0 ? urgent : urgent.length === 0 ? rest : [...urgent, ...rest],
        urgent.length,
      );
    }
  }

  status(): ReplicaStatus {
    return this.#replica.status();
  }

  holds(key: string): boolean {
    return this.#replica.holds?.(key) ?? true;
  }

  inspect(): unknown {
    return this.#replica.inspect?.();
  }
}
