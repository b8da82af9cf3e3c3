/**
 * The clients: each is a session with one operation under way at a time, carried through attempts, refusals, silence and
 * back-off to its outcome, as the client policy says.
 *
 * - A definite refusal is tried elsewhere, at once and within the operation's time-out. So is a read after anything.
 * - A write after silence, or on a broken connection, may have had its effect: it ends `unknown`, unless the workload or the
 *   policy retries such writes with the same session and serial. Once an attempt is in doubt, the operation cannot end `fail`.
 * - After a whole round of nodes without success the client waits, each time twice as long, with jitter.
 * - When the policy's attempts are used up, the operation ends as it stands: `unknown` if any of them is in doubt.
 * - No more than `inFlightMax` attempts are under way at once, over all clients. A new operation that finds no room is not
 *   begun; one that wants to try again waits as after a round.
 *
 * All attempts have the same time-out, and so have all operations, so that deadlines stand in queues and cost constant time.
 */
import type { Member, NodeId, Operation } from '../../engines/api.ts';
import { FAIL, OK, UNKNOWN } from '../history.ts';
import type { Random } from '../random.ts';
import type { ClientAnswer, NodeState, Send } from './attempts.ts';
import { DeadlineHeap, DeadlineQueue } from './deadlines.ts';
import type { ClientPolicy } from './plan.ts';
import { ZoneProxy } from './proxy.ts';
import type { Router } from './router.ts';
import { Routing } from './routing.ts';

/** Whoever gives the clients their operations. */
export interface ClientOwner {
  /** The operation has ended, by this node's answer or (−1) without one. The client is free again. */
  ended(client: number, outcome: number, now: number, node: number, answer: ClientAnswer | undefined): void;
  /** A pause is over. */
  rested(client: number, now: number): void;
}

const IDLE = 0;
/** An attempt is under way. */
const FLYING = 1;
/** After a round without success. */
const WAITING = 2;
/** Between operations, because there was no room for the next. */
const PAUSED = 3;

/** An attempt's id is a running number times this, plus the client. The last client is the proxy, and checks nodes. */
const CLIENTS_MAX = 1 << 20;
const CHECKER = CLIENTS_MAX - 1;

const NO_OPERATION: Operation = { kind: 'get', key: '' };

export class Clients {
  readonly #policy: ClientPolicy;
  readonly #retryWrites: boolean;
  readonly #routing: Router;
  readonly #proxy: ZoneProxy | undefined;
  readonly #attemptsMax: number;
  readonly #random: Random;
  readonly #send: Send;
  readonly #owner: ClientOwner;
  readonly #attemptDeadlines = new DeadlineQueue();
  readonly #operationDeadlines = new DeadlineQueue();
  readonly #waits = new DeadlineHeap();
  #attemptCount = 0;
  #capacity = 0;
  #inFlight = 0;
  #open = 0;

  // By client.
  #state = new Uint8Array(0);
  #serial = new Int32Array(0);
  #write = new Uint8Array(0);
  #doubt = new Uint8Array(0);
  #attempts = new Uint16Array(0);
  #rounds = new Uint8Array(0);
  #target = new Int16Array(0);
  #attemptId = new Float64Array(0);
  #sentAt = new Float64Array(0);
  #operation: Operation[] = [];
  #session: string[] = [];
  #context: (string | undefined)[] = [];

  /** `zones`: where the clients live, in turn. */
  constructor(
    policy: ClientPolicy,
    retryWrites: boolean,
    members: readonly Member[],
    zones: readonly string[],
    random: Random,
    send: Send,
    owner: ClientOwner,
  ) {
    this.#policy = policy;
    this.#retryWrites = retryWrites;
    const { proxy, asksWitnesses = false, attemptsMax = Number.POSITIVE_INFINITY } = policy;
    this.#attemptsMax = attemptsMax;
    this.#proxy =
      proxy &&
      new ZoneProxy(proxy, members, zones, asksWitnesses, (node, number, place) => this.#check(node, number, place));
    this.#routing = this.#proxy ?? new Routing(members, zones, policy.attemptTimeoutMs, asksWitnesses);
    this.#random = random;
    this.#send = send;
    this.#owner = owner;
  }

  /** Attempts under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Operations under way. */
  get open(): number {
    return this.#open;
  }

  /** Attempts of the client's latest operation so far. */
  attempts(client: number): number {
    return this.#attempts[client]!;
  }

  /** Makes room for clients 0 to `clients` − 1. */
  reserve(clients: number): void {
    if (clients <= this.#capacity) return;
    if (clients > CHECKER) throw new Error(`a generator has at most ${CHECKER} clients, but needs ${clients}`);
    const capacity = Math.min(Math.max(clients, 2 * this.#capacity, 64), CHECKER);
    this.#state = widened(this.#state, new Uint8Array(capacity));
    this.#serial = widened(this.#serial, new Int32Array(capacity));
    this.#write = widened(this.#write, new Uint8Array(capacity));
    this.#doubt = widened(this.#doubt, new Uint8Array(capacity));
    this.#attempts = widened(this.#attempts, new Uint16Array(capacity));
    this.#rounds = widened(this.#rounds, new Uint8Array(capacity));
    this.#target = widened(this.#target, new Int16Array(capacity));
    this.#attemptId = widened(this.#attemptId, new Float64Array(capacity));
    this.#sentAt = widened(this.#sentAt, new Float64Array(capacity));
    for (let client = this.#capacity; client < capacity; client++) {
      this.#operation.push(NO_OPERATION);
      this.#session.push(`c${client}`);
      this.#context.push(undefined);
    }
    this.#routing.reserve(capacity);
    this.#capacity = capacity;
  }

  /** Forgets pauses. No operation may be under way. */
  rest(now: number): void {
    if (this.#open > 0) throw new Error(`${this.#open} operations are still under way`);
    this.#state.fill(IDLE);
    this.#waits.clear();
    this.#proxy?.start(now);
  }

  /** Whether another operation may begin. */
  get hasRoom(): boolean {
    return this.#inFlight < this.#policy.inFlightMax;
  }

  /** Begins an operation of an idle client; there must be room for it. */
  begin(client: number, operation: Operation, now: number): void {
    if (this.#state[client] !== IDLE) throw new Error(`client ${client} has an operation under way already`);
    this.#open++;
    this.#serial[client]!++;
    this.#operation[client] = operation;
    this.#write[client] = operation.kind === 'get' ? 0 : 1;
    this.#doubt[client] = 0;
    this.#attempts[client] = 0;
    this.#rounds[client] = 0;
    this.#dropStaleOperations();
    this.#operationDeadlines.push(now + this.#policy.operationTimeoutMs, client, this.#serial[client]!);
    this.#routing.startRound(client);
    this.#attempt(client, now, undefined);
  }

  /** Keeps an idle client from its next operation for one first back-off; then `rested` is called. */
  pause(client: number, now: number): void {
    this.#state[client] = PAUSED;
    this.#waits.push(now + this.#policy.backoffFirstMs, client, this.#serial[client]!);
  }

  answer(answer: ClientAnswer, now: number): void {
    const client = answer.id % CLIENTS_MAX;
    if (client === CHECKER) {
      this.#proxy?.answered(Math.floor(answer.id / CLIENTS_MAX));
      return;
    }
    // The answer to an attempt that was given up: its operation has ended, or is being tried elsewhere.
    if (client >= this.#capacity || this.#attemptId[client] !== answer.id) return;
    const node = this.#target[client]!;
    this.#land(client);
    if (answer.outcome === 'ok') {
      this.#routing.good(client, node, now, this.#readsNear(client));
      this.#context[client] = answer.result?.context ?? this.#context[client];
      this.#end(client, this.#isDoubted(client, answer) ? UNKNOWN : OK, now, node, answer);
      return;
    }
    this.#routing.refused(client, node, now);
    if (answer.outcome === 'unknown') {
      if (this.#mayRetry(client, this.#policy.retriesWrites)) this.#attempt(client, now, undefined);
      else this.#end(client, UNKNOWN, now, node, answer);
    } else if (
      answer.reason === 'unsupported' ||
      (answer.reason === 'conflict' && this.#policy.conflictEnds === true)
    ) {
      // Every node would say the same, or the application is to be asked.
      this.#end(client, this.#doubt[client] === 1 ? UNKNOWN : FAIL, now, node, answer);
    } else {
      this.#attempt(client, now, answer.leader);
    }
  }

  node(node: number, state: NodeState, now: number): void {
    this.#routing.setDead(node, state !== 'up');
    if (state === 'up') return;
    for (let client = 0; client < this.#capacity; client++) {
      if (this.#state[client] !== FLYING || this.#target[client] !== node) continue;
      this.#land(client);
      if (state === 'refused' || this.#mayRetry(client)) this.#attempt(client, now, undefined);
      else this.#end(client, UNKNOWN, now, -1, undefined);
    }
  }

  /** Ends, retries and wakes what is due. */
  expire(now: number): void {
    // Operations first: one whose time is over needs no further attempt.
    this.#dropStaleOperations();
    while (this.#operationDeadlines.size > 0 && this.#operationDeadlines.due <= now) {
      const client = this.#operationDeadlines.client;
      this.#operationDeadlines.shift();
      this.#expireOperation(client, now);
      this.#dropStaleOperations();
    }
    this.#proxy?.expire(now);
    this.#dropStaleAttempts();
    while (this.#attemptDeadlines.size > 0 && this.#attemptDeadlines.due <= now) {
      const client = this.#attemptDeadlines.client;
      this.#attemptDeadlines.shift();
      this.#expireAttempt(client, now);
      this.#dropStaleAttempts();
    }
    while (this.#waits.size > 0 && this.#waits.due <= now) {
      const { client, stamp } = this.#waits;
      this.#waits.shift();
      if (this.#serial[client] === stamp) this.#wake(client, now);
    }
  }

  /** When `expire` has something to do next; Infinity: never. */
  wakeAt(): number {
    this.#dropStaleOperations();
    this.#dropStaleAttempts();
    let due = this.#proxy?.wakeAt() ?? Number.POSITIVE_INFINITY;
    if (this.#attemptDeadlines.size > 0) due = Math.min(due, this.#attemptDeadlines.due);
    if (this.#operationDeadlines.size > 0) due = Math.min(due, this.#operationDeadlines.due);
    if (this.#waits.size > 0) due = Math.min(due, this.#waits.due);
    return due;
  }

  #attempt(client: number, now: number, hint: NodeId | undefined): void {
    if (this.#attempts[client]! >= this.#attemptsMax) {
      this.#giveUp(client, now);
      return;
    }
    const node = this.hasRoom ? this.#routing.choose(client, now, hint, this.#readsNear(client)) : -1;
    if (node < 0) {
      this.#wait(client, now);
      return;
    }
    const id = ++this.#attemptCount * CLIENTS_MAX + client;
    this.#state[client] = FLYING;
    this.#attemptId[client] = id;
    this.#target[client] = node;
    this.#sentAt[client] = now;
    this.#attempts[client]!++;
    this.#inFlight++;
    this.#dropStaleAttempts();
    this.#attemptDeadlines.push(now + this.#policy.attemptTimeoutMs, client, id);
    const serial = this.#serial[client]!;
    const operation = this.#operation[client]!;
    const session = this.#session[client]!;
    const context = this.#context[client];
    // One operation at a time: all serials before this one have ended.
    const settled = serial - 1;
    this.#send(
      node,
      context === undefined
        ? { id, operation, read: 'default', session, serial, settled }
        : { id, operation, read: 'default', session, serial, settled, context },
      client,
    );
  }

  #readsNear(client: number): boolean {
    return this.#write[client] === 0 && this.#policy.readFrom === 'nearest';
  }

  /** The attempt under way is over. */
  #land(client: number): void {
    this.#attemptId[client] = 0;
    this.#inFlight--;
  }

  /** Asks a node for its own state of no key in particular: nobody else need be there for it to answer. */
  #check(node: number, number: number, place: number): void {
    const session = `proxy-${place}`;
    const id = number * CLIENTS_MAX + CHECKER;
    this.#send(
      node,
      { id, operation: NO_OPERATION, read: 'local', session, serial: number, settled: number - 1 },
      place,
    );
  }

  /** The write was accepted, and the policy does not take that for success. */
  #isDoubted(client: number, { result }: ClientAnswer): boolean {
    return this.#write[client] === 1 && result?.ack === 'accepted' && this.#policy.takesAcceptedFor === 'doubt';
  }

  /** After an attempt that may have had its effect: whether to try again. `policy`: whether it would, of a write. */
  #mayRetry(client: number, policy = false): boolean {
    this.#doubt[client] = 1;
    return this.#write[client] === 0 || this.#retryWrites || policy;
  }

  #wait(client: number, now: number): void {
    const { backoffFirstMs, backoffLastMs } = this.#policy;
    const rounds = this.#rounds[client]!;
    const longestMs = Math.min(backoffFirstMs * 2 ** rounds, backoffLastMs);
    if (rounds < 255) this.#rounds[client] = rounds + 1;
    this.#state[client] = WAITING;
    // Half of it is jitter, so that clients that failed together do not come back together.
    this.#waits.push(now + longestMs * (0.5 + 0.5 * this.#random.next()), client, this.#serial[client]!);
  }

  #wake(client: number, now: number): void {
    if (this.#state[client] === WAITING && this.#rounds[client]! >= this.#attemptsMax) this.#giveUp(client, now);
    else if (this.#state[client] === WAITING) {
      this.#routing.startRound(client);
      this.#attempt(client, now, undefined);
    } else if (this.#state[client] === PAUSED) {
      this.#state[client] = IDLE;
      this.#owner.rested(client, now);
    }
  }

  #expireAttempt(client: number, now: number): void {
    this.#land(client);
    this.#routing.timedOut(client, this.#target[client]!, this.#sentAt[client]!, now);
    if (this.#mayRetry(client, this.#policy.retriesWrites)) this.#attempt(client, now, undefined);
    else this.#end(client, UNKNOWN, now, -1, undefined);
  }

  #expireOperation(client: number, now: number): void {
    if (this.#state[client] === FLYING) {
      this.#land(client);
      this.#doubt[client] = 1;
    }
    this.#giveUp(client, now);
  }

  /** Ends the operation as it stands. */
  #giveUp(client: number, now: number): void {
    this.#end(client, this.#doubt[client] === 1 ? UNKNOWN : FAIL, now, -1, undefined);
  }

  #end(client: number, outcome: number, now: number, node: number, answer: ClientAnswer | undefined): void {
    this.#state[client] = IDLE;
    this.#open--;
    this.#owner.ended(client, outcome, now, node, answer);
  }

  #dropStaleOperations(): void {
    const queue = this.#operationDeadlines;
    while (queue.size > 0 && !this.#isOpen(queue.client, queue.stamp)) queue.shift();
  }

  #isOpen(client: number, serial: number): boolean {
    const state = this.#state[client];
    return (state === FLYING || state === WAITING) && this.#serial[client] === serial;
  }

  #dropStaleAttempts(): void {
    const queue = this.#attemptDeadlines;
    while (queue.size > 0 && this.#attemptId[queue.client] !== queue.stamp) queue.shift();
  }
}

function widened<T extends Uint8Array | Uint16Array | Int16Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
