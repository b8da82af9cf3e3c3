/**
 * The load generator: carries out steps of load with clients, and records every operation.
 *
 * It is a deterministic function of what its runtime hands it, as an engine is: the runtime carries attempts and answers,
 * tells the time, and calls `tick` when `wakeAt` has come. Worker threads and the simulation run the same code.
 *
 * In an open loop the schedule of intended starts does not wait for the store, nor for this generator: an operation that
 * starts late keeps its intended start. In a closed loop a client's next operation is intended when its last one ended.
 *
 * Where the policy has a cache of documents, it is asked before the clients are, and told what they did.
 *
 * Answers that wait when the generator wakes should be handed over before `tick` is called: it ends what has timed out.
 */
import type { Member, Operation } from '../../engines/api.ts';
import {
  ABSENT,
  ADD,
  counterSum,
  FAIL,
  type History,
  isCounterKey,
  OK,
  PRELOADED,
  PUT,
  preloadText,
  valueRow,
} from '../history.ts';
import { Random } from '../random.ts';
import { Arrivals } from './arrivals.ts';
import type { ClientAnswer, ClientRequest, NodeState } from './attempts.ts';
import { type ClientOwner, Clients } from './client.ts';
import { DeadlineQueue } from './deadlines.ts';
import { CACHE_ANSWER_MS, DocumentCaches } from './document-cache.ts';
import { OperationSource, ownKey } from './operations.ts';
import type { GeneratorPlan, LoadStep } from './plan.ts';
import { Recorder } from './recorder.ts';

/** The generator's surroundings. Nodes are numbered by their place among the members. */
export interface GeneratorWorld {
  /** The cluster's time in ms; it never goes back. */
  now(): number;
  /**
   * The runtime may gather attempts and send them together when the call that made them has returned. Clients live in the
   * plan's zones in turn: client i at place i mod length.
   */
  send(node: number, attempt: ClientRequest, client: number): void;
  /**
   * Carries word of a changed key from the cache of one zone to that of another, over the link between their clients: it may be
   * late, and it may be lost. Zones are numbered as in the history. Arrived, it goes to `onChanged`.
   */
  tell(from: number, to: number, key: number): void;
}

export class Generator {
  readonly #plan: GeneratorPlan;
  readonly #world: GeneratorWorld;
  readonly #random: Random;
  readonly #source: OperationSource;
  readonly #clients: Clients;
  readonly #recorder: Recorder;
  readonly #caches: DocumentCaches | undefined;
  /** Reads that a cache is answering; the stamp is the value. */
  readonly #cachedReads = new DeadlineQueue();
  /** By place in the plan's zones: the zone's number in the history. */
  readonly #zoneNumbers: readonly number[];
  readonly #preloadText: string;

  // By client: its operation's row, key and what its put writes; whether it writes, inserts, and is to be followed by an update.
  readonly #row: number[] = [];
  readonly #key: number[] = [];
  readonly #puts: (number | undefined)[] = [];
  readonly #writes: boolean[] = [];
  readonly #inserts: boolean[] = [];
  readonly #modifies: boolean[] = [];

  // The step under way.
  #stepCount = 0;
  #endMs = 0;
  #limit = 0;
  #started = 0;
  #ended = true;
  #finished = true;
  #arrivals: Arrivals | undefined;
  #zoneTurn = 0;
  /** By place in the zones: idle clients, and the number of the next client that has had nothing to do in this step. */
  #idle: number[][] = [];
  #unused: number[] = [];
  #preload = false;
  #preloadNext = 0;
  #preloadAgain: number[] = [];

  #latestWrite: { readonly node: number; readonly endMs: number } | undefined;

  constructor(plan: GeneratorPlan, members: readonly Member[], world: GeneratorWorld) {
    if (plan.zones.length === 0) throw new Error('clients need at least one zone to live in');
    this.#plan = plan;
    this.#world = world;
    this.#random = new Random(plan.seed).fork('load');
    this.#source = new OperationSource(plan.workload, this.#random);
    const zones = [...new Set(plan.zones)];
    this.#zoneNumbers = plan.zones.map((zone) => zones.indexOf(zone));
    this.#recorder = new Recorder(
      zones,
      members.map((member) => member.id),
    );
    this.#preloadText = preloadText(plan.workload.valueBytes);
    const { cacheMs } = plan.policy;
    const tell = (from: number, to: number, key: number): void => world.tell(from, to, key);
    this.#caches = cacheMs === undefined ? undefined : new DocumentCaches(cacheMs, zones.length, tell);
    const owner: ClientOwner = {
      ended: (client, outcome, now, node, answer) => this.#onEnded(client, outcome, now, node, answer),
      rested: (client, now) => this.#startNext(client, now),
    };
    this.#clients = new Clients(
      plan.policy,
      plan.workload.retry === true,
      members,
      plan.zones,
      this.#random.fork('backoff'),
      (node, attempt, client) => world.send(node, attempt, client),
      owner,
    );
  }

  /** No step is under way: all its operations have ended. */
  get finished(): boolean {
    return this.#finished;
  }

  /** The latest ok write: the node that answered it, and when it ended; undefined: none yet. */
  latestWrite(): { readonly node: number; readonly endMs: number } | undefined {
    return this.#latestWrite;
  }

  start(step: LoadStep): void {
    if (!this.#finished) throw new Error('the former step of load has not finished');
    const { arrival, durationMs, operations, preload = false } = step;
    if (!preload && durationMs === undefined && operations === undefined) {
      throw new Error('a step of load needs a duration or a number of operations');
    }
    if (preload && arrival.mode !== 'closed') throw new Error('a preload runs in a closed loop');
    const now = this.#world.now();
    this.#stepCount++;
    this.#endMs = now + (durationMs ?? Number.POSITIVE_INFINITY);
    this.#limit = preload ? Number.POSITIVE_INFINITY : (operations ?? Number.POSITIVE_INFINITY);
    this.#started = 0;
    this.#ended = false;
    this.#finished = false;
    this.#preload = preload;
    this.#preloadNext = 0;
    this.#preloadAgain = [];
    this.#arrivals = undefined;
    this.#clients.rest(now);
    if (arrival.mode === 'closed') {
      this.#reserve(arrival.clients);
      for (let client = 0; client < arrival.clients; client++) this.#startNext(client, now);
    } else {
      const random = this.#random.fork(`arrivals ${this.#stepCount}`);
      this.#arrivals = new Arrivals(now, arrival.ratePerS, arrival.spacing, random);
      this.#zoneTurn = 0;
      this.#idle = this.#plan.zones.map(() => []);
      this.#unused = this.#plan.zones.map((_, place) => place);
      this.#startDue(now);
    }
    this.#settle(now);
  }

  /** Starts nothing more; the step finishes when what is under way has ended. */
  stop(): void {
    this.#ended = true;
    this.#settle(this.#world.now());
  }

  /** A node's host has answered an attempt. Answers to attempts that were given up are passed over. */
  onAnswer(_node: number, answer: ClientAnswer): void {
    const now = this.#world.now();
    this.#startDue(now);
    this.#clients.answer(answer, now);
    this.#settle(now);
  }

  /** The clients of a zone hear that another zone has changed a key. */
  onChanged(zone: number, key: number): void {
    this.#caches?.forget(zone, key);
  }

  onNode(node: number, state: NodeState): void {
    const now = this.#world.now();
    this.#clients.node(node, state, now);
    this.#settle(now);
  }

  /** Starts what is due and ends what has timed out. */
  tick(): void {
    const now = this.#world.now();
    // First, so that rows stand in order of intended start: what follows from a time-out is intended now.
    this.#startDue(now);
    this.#endCachedReads(now);
    this.#clients.expire(now);
    this.#settle(now);
  }

  /** When `tick` has something to do next, in the cluster's ms. */
  wakeAt(): number | undefined {
    if (this.#finished) return undefined;
    let due = this.#clients.wakeAt();
    if (this.#cachedReads.size > 0) due = Math.min(due, this.#cachedReads.due);
    if (!this.#ended) {
      due = Math.min(due, this.#endMs);
      if (this.#arrivals !== undefined) due = Math.min(due, this.#arrivals.peek());
    }
    return due === Number.POSITIVE_INFINITY ? undefined : due;
  }

  /** The finished step's history. Row numbers go on with the next step. */
  take(): History {
    if (!this.#finished) throw new Error('the step of load has not finished');
    return this.#recorder.take();
  }

  #startDue(now: number): void {
    const arrivals = this.#arrivals;
    if (arrivals === undefined || this.#ended) return;
    while (this.#started < this.#limit && arrivals.peek() <= now && arrivals.peek() < this.#endMs) {
      const intended = arrivals.take();
      const client = this.#idleClient();
      this.#draw(client, intended, now);
    }
  }

  /** An idle client of the next zone in turn; a new one where all are busy. */
  #idleClient(): number {
    const place = this.#zoneTurn;
    const places = this.#plan.zones.length;
    this.#zoneTurn = (place + 1) % places;
    const idle = this.#idle[place]!.pop();
    if (idle !== undefined) return idle;
    const client = this.#unused[place]!;
    this.#unused[place] = client + places;
    this.#reserve(client + 1);
    return client;
  }

  /** Gives a free client its next operation in a closed loop, or puts it by in an open one. */
  #startNext(client: number, now: number): void {
    if (this.#arrivals !== undefined) this.#idle[client % this.#plan.zones.length]!.push(client);
    else if (this.#ended || now >= this.#endMs || this.#started >= this.#limit) return;
    else if (this.#preload) this.#startPreload(client, now);
    else this.#draw(client, now, now);
  }

  #startPreload(client: number, now: number): void {
    const fresh = this.#preloadNext < this.#plan.workload.keyCount;
    const key = fresh ? ownKey(this.#plan.workload, this.#preloadNext++) : this.#preloadAgain.pop();
    if (key === undefined) return;
    this.#inserts[client] = false;
    this.#modifies[client] = false;
    // A counter that was put would be none.
    if (isCounterKey(key)) this.#begin(client, ADD, key, this.#source.operation(ADD, key, 0), 0, now, now);
    else this.#begin(client, PUT, key, this.#source.preload(key, this.#preloadText), PRELOADED, now, now);
  }

  #draw(client: number, intended: number, now: number): void {
    const row = this.#recorder.nextRow;
    const source = this.#source;
    source.draw(row);
    const { kind, key, value } = source;
    this.#inserts[client] = source.inserts;
    this.#modifies[client] = source.modifies;
    this.#begin(client, kind, key, source.operation(kind, key, value), value, intended, now);
  }

  #begin(
    client: number,
    kind: number,
    key: number,
    operation: Operation,
    value: number,
    intended: number,
    now: number,
  ): void {
    const writes = operation.kind !== 'get';
    const zone = this.#zoneNumbers[client % this.#zoneNumbers.length]!;
    const row = this.#recorder.begin(client, zone, kind, key, writes ? value : ABSENT, intended, now);
    this.#started++;
    this.#row[client] = row;
    this.#key[client] = key;
    this.#puts[client] = kind === PUT ? value : undefined;
    this.#writes[client] = writes;
    if (this.#isCached(client, zone, now)) return;
    if (this.#clients.hasRoom) {
      this.#clients.begin(client, operation, now);
      return;
    }
    this.#recorder.shed(row, now);
    if (this.#preload) this.#preloadAgain.push(key);
    // In a closed loop the client would shed its next operation in the same instant, and for ever.
    if (this.#arrivals === undefined) this.#clients.pause(client, now);
    else this.#startNext(client, now);
  }

  /** Whether a cache answers the operation. An edit begins with what the store holds. */
  #isCached(client: number, zone: number, now: number): boolean {
    const key = this.#key[client]!;
    if (this.#writes[client]) this.#caches?.forget(zone, key);
    if (this.#writes[client] || this.#modifies[client]) return false;
    const value = this.#caches?.find(zone, key, now);
    if (value === undefined) return false;
    this.#cachedReads.push(now + CACHE_ANSWER_MS, client, value);
    return true;
  }

  #endCachedReads(now: number): void {
    while (this.#cachedReads.size > 0 && this.#cachedReads.due <= now) {
      const { client, stamp } = this.#cachedReads;
      this.#cachedReads.shift();
      this.#recorder.end(this.#row[client]!, OK, now, 0);
      this.#recorder.cached(this.#row[client]!, stamp);
      this.#startNext(client, now);
    }
  }

  /** Tells the cache what an operation has come to. `read`: what a `get` returned, as the history has it, if it is to be kept. */
  #remember(
    client: number,
    outcome: number,
    read: number | undefined,
    answer: ClientAnswer | undefined,
    now: number,
  ): void {
    if (this.#caches === undefined) return;
    const zone = this.#zoneNumbers[client % this.#zoneNumbers.length]!;
    const key = this.#key[client]!;
    if (this.#writes[client]) {
      if (outcome === OK) this.#caches.written(zone, key, this.#puts[client], now);
      else if (answer?.reason === 'conflict') this.#caches.forget(zone, key);
    } else if (read !== undefined && !this.#modifies[client]) this.#caches.fill(zone, key, read, now);
  }

  #onEnded(client: number, outcome: number, now: number, node: number, answer: ClientAnswer | undefined): void {
    const row = this.#row[client]!;
    const key = this.#key[client]!;
    const ok = outcome === OK;
    this.#recorder.end(row, outcome, now, this.#clients.attempts(client));
    const text = ok && !this.#writes[client] ? (answer?.result?.value ?? null) : null;
    const read = readOf(key, text);
    // Asked of the text, since a counter's sum may be the number that stands for an absent value.
    this.#remember(client, outcome, text === null ? undefined : read, answer, now);
    if (answer !== undefined) {
      const { result, atMs, crossed } = answer;
      this.#recorder.answered(row, node, atMs, result?.ack === 'accepted', read, crossed);
      if (outcome === FAIL && answer.reason === 'conflict') this.#recorder.refusedInConflict(row);
    }
    if (ok && this.#writes[client]) this.#latestWrite = { node, endMs: now };
    if (ok && this.#inserts[client]) this.#source.acknowledge(key);
    if (!ok && this.#preload) this.#preloadAgain.push(key);
    if (ok && this.#modifies[client] && !this.#ended && now < this.#endMs && this.#started < this.#limit) {
      this.#modify(client, key, now);
    } else {
      this.#startNext(client, now);
    }
  }

  /** The second half of a read-modify-write. */
  #modify(client: number, key: number, now: number): void {
    const row = this.#recorder.nextRow;
    this.#modifies[client] = false;
    this.#begin(client, PUT, key, this.#source.operation(PUT, key, row), row, now, now);
  }

  #settle(now: number): void {
    if (this.#finished) return;
    if (now >= this.#endMs || this.#started >= this.#limit) this.#ended = true;
    const open = this.#clients.open + this.#cachedReads.size;
    if (this.#preload && open === 0 && this.#preloadAgain.length === 0) {
      this.#ended ||= this.#preloadNext === this.#plan.workload.keyCount;
    }
    if (this.#ended && open === 0) {
      this.#finished = true;
      this.#arrivals = undefined;
    }
  }

  #reserve(clients: number): void {
    this.#clients.reserve(clients);
    for (let client = this.#row.length; client < clients; client++) {
      this.#row.push(0);
      this.#key.push(0);
      this.#puts.push(undefined);
      this.#writes.push(false);
      this.#inserts.push(false);
      this.#modifies.push(false);
    }
  }
}

/** What a read of this key returned, as the history's `value` column has it. */
const readOf = (key: number, text: string | null): number => (isCounterKey(key) ? counterSum(text) : valueRow(text));
