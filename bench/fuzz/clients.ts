/**
 * Random clients: each is a session with one operation under way, follows leader hints, tries elsewhere after a definite
 * refusal, and gives up after a time-out. What may have had an effect is tried again only where the engine claims that a
 * retry takes effect once. Ledger keys are written once, documents get unique elements, and one of two counters only ever grows, so
 * that a loss cannot hide.
 */
import type { NodeId, Operation } from '../../engines/api.ts';
import type { HistoryLine } from '../history-line.ts';
import type { Random } from '../random.ts';
import type { Answer } from '../runtimes/cluster.ts';
import type { Simulation } from '../runtimes/simulation/simulation.ts';
import type { ClientHabits } from './habits.ts';

/** A slow cluster's clients must be as patient as that when they ask all the time. */
const PATIENT_MS = 800;

type Mutable = { -readonly [Field in keyof HistoryLine]: HistoryLine[Field] };

interface Client {
  readonly name: string;
  readonly end: number;
  readonly random: Random;
  /** For counters alone: trials without them are as if there were none. */
  readonly counting: Random;
  /** For revisions alone, likewise. */
  readonly revising: Random;
  /** Has asked for the brief, and is to put or delete it next. */
  isRevising: boolean;
  at: NodeId;
  serial: number;
  context: string | undefined;
  /** Values last seen, by register: what swaps expect. */
  readonly seen: Map<string, string | null>;
}

interface Attempt {
  readonly client: Client;
  readonly line: Mutable;
  readonly operation: Operation;
  attempts: number;
  /** An attempt may have had its effect. */
  doubt: boolean;
  over: boolean;
}

export class RandomClients {
  readonly lines: HistoryLine[] = [];
  readonly #simulation: Simulation;
  #habits: ClientHabits;
  readonly #exactlyOnce: boolean;
  readonly #random: Random;
  #values = 0;
  #active = true;
  /** Who answered the latest ok write. */
  leader: NodeId | undefined;
  /** Told of each operation as it ends. */
  onEnd: (line: HistoryLine) => void = () => {};

  constructor(simulation: Simulation, habits: ClientHabits, exactlyOnce: boolean, random: Random) {
    this.#simulation = simulation;
    this.#habits = habits;
    this.#exactlyOnce = exactlyOnce;
    this.#random = random;
    const { members, clientZones } = simulation;
    for (let number = 0; number < habits.clients; number++) {
      const client: Client = {
        name: `c${number}`,
        end: simulation.clientEnd(clientZones[number % clientZones.length]!),
        random: random.fork(number),
        counting: random.fork(`counting ${number}`),
        revising: random.fork(`revising ${number}`),
        isRevising: false,
        at: members[number % members.length]!.id,
        serial: 0,
        context: undefined,
        seen: new Map(),
      };
      simulation.events.at(number * 1000, () => this.#next(client));
    }
  }

  /** From now on clients ask all the time, only for reads or all that they do: whether the cluster is live must show soon. */
  hurry(what: 'reads' | 'all'): void {
    this.#habits = {
      ...this.#habits,
      pauseMs: 2,
      // Whoever gave up sooner would ask again, and bury a slow cluster under what nobody waits for any more.
      attemptTimeoutMs: Math.max(this.#habits.attemptTimeoutMs, PATIENT_MS),
      idleShare: 0,
      readOnlyShare: what === 'reads' ? 1 : 0,
    };
  }

  /** No operation begins any more. */
  stop(): void {
    this.#active = false;
  }

  #pause(client: Client): void {
    const { pauseMs } = this.#habits;
    this.#simulation.events.after(client.random.between(pauseMs, 3 * pauseMs) * 1000, () => this.#next(client));
  }

  #next(client: Client): void {
    if (!this.#active) return;
    const { stretchMs, idleShare, readOnlyShare, roams, counting } = this.#habits;
    // The same for all clients, so that the cluster sees it.
    const mood = this.#random.fork(`mood ${Math.floor(this.#simulation.nowMs / stretchMs)}`).next();
    if (mood < idleShare) {
      this.#pause(client);
      return;
    }
    if (client.random.next() < roams) this.#moveOn(client, undefined);
    const readOnly = mood < idleShare + readOnlyShare;
    const drawn = this.#draw(client, readOnly);
    const other = client.counting.next() < counting ? drawCounting(client.counting, readOnly) : drawn;
    const operation = this.#drawRevision(client, readOnly) ?? other;
    client.serial++;
    this.#begin(client, operation);
  }

  #draw(client: Client, readOnly: boolean): Operation {
    const { reads, puts, swaps, appends, deletes, registers, documents } = this.#habits;
    const { random } = client;
    const value = `v${++this.#values}`;
    const register = `k${random.below(registers)}`;
    const document = `document-${random.below(documents)}`;
    const ledger = 1 - reads - puts - swaps - appends - 2 * deletes;
    const shares = { reads, puts, swaps, appends, deletes, briefs: deletes, ledger };
    switch (readOnly ? 'reads' : drawn(shares, random.next())) {
      case 'reads':
        return { kind: 'get', key: random.next() < 0.75 ? register : document };
      case 'puts':
        return { kind: 'put', key: register, value };
      case 'swaps':
        return { kind: 'cas', key: register, expected: client.seen.get(register) ?? null, value };
      case 'appends':
        return { kind: 'append', key: document, value: `${value};` };
      case 'deletes':
        return { kind: 'delete', key: 'brief' };
      case 'briefs':
        return { kind: 'put', key: 'brief', value };
      default:
        return { kind: 'put', key: `ledger-${this.#values}`, value };
    }
  }

  /** Reads the brief, and next time puts or deletes it; undefined: something else is to be done. */
  #drawRevision(client: Client, readOnly: boolean): Operation | undefined {
    const { revising: random, isRevising } = client;
    if (readOnly || (!isRevising && random.next() >= this.#habits.revising)) return undefined;
    client.isRevising = !isRevising;
    if (!isRevising) return { kind: 'get', key: 'brief' };
    return random.next() < 0.5
      ? { kind: 'delete', key: 'brief' }
      : { kind: 'put', key: 'brief', value: `v${++this.#values}` };
  }

  #begin(client: Client, operation: Operation): void {
    const line: Mutable = {
      process: client.name,
      op: operation.kind,
      key: operation.key,
      ...('value' in operation && { value: operation.value }),
      ...('expected' in operation && { expected: operation.expected }),
      start: this.#simulation.nowMs,
      end: null,
      outcome: 'unknown',
    };
    this.lines.push(line);
    this.#attempt({ client, line, operation, attempts: 0, doubt: false, over: false });
  }

  #attempt(attempt: Attempt): void {
    const { client, operation } = attempt;
    const number = ++attempt.attempts;
    const isPresent = (): boolean => !attempt.over && attempt.attempts === number;
    const request = {
      operation,
      read: 'default' as const,
      session: client.name,
      serial: client.serial,
      settled: client.serial - 1,
      ...(client.context !== undefined && { context: client.context }),
    };
    const { at } = client;
    this.#simulation.ask(client.end, at, request, (answer) => {
      if (isPresent()) this.#answered(attempt, at, answer);
    });
    this.#simulation.events.after(this.#habits.attemptTimeoutMs * 1000, () => {
      if (isPresent()) this.#answered(attempt, at, { outcome: 'unknown', reason: 'silence' });
    });
  }

  #answered(attempt: Attempt, at: NodeId, answer: Answer): void {
    const { client, line, operation } = attempt;
    if (answer.outcome === 'ok') {
      this.#succeed(attempt, at, answer);
      return;
    }
    const isRead = operation.kind === 'get';
    attempt.doubt ||= answer.outcome === 'unknown' && !isRead;
    this.#moveOn(client, answer.outcome === 'fail' ? answer.leader : undefined);
    const mayRepeat = !attempt.doubt || this.#exactlyOnce;
    if (mayRepeat && attempt.attempts < this.#habits.attemptsMax && this.#active) {
      this.#attempt(attempt);
      return;
    }
    line.outcome = attempt.doubt || (isRead && answer.outcome === 'unknown') ? 'unknown' : 'fail';
    this.#end(attempt);
  }

  #succeed(attempt: Attempt, at: NodeId, { result }: Extract<Answer, { outcome: 'ok' }>): void {
    const { client, line, operation } = attempt;
    line.outcome = 'ok';
    if (result.ack === 'accepted') line.ack = 'accepted';
    client.context = result.context ?? client.context;
    if (operation.kind === 'get') {
      line.value = result.value ?? null;
      client.seen.set(operation.key, line.value);
    } else this.leader = at;
    if (operation.kind === 'cas') {
      line.swapped = result.swapped === true;
      if (!line.swapped && result.observed !== undefined) line.observed = result.observed;
      client.seen.set(operation.key, line.swapped ? operation.value : (line.observed ?? null));
    }
    if (operation.kind === 'put') client.seen.set(operation.key, operation.value);
    this.#end(attempt);
  }

  #end(attempt: Attempt): void {
    const { line, client } = attempt;
    attempt.over = true;
    line.end = this.#simulation.nowMs;
    this.onEnd(line);
    this.#pause(client);
  }

  #moveOn(client: Client, leader: NodeId | undefined): void {
    client.at = leader ?? client.random.pick(this.#simulation.members).id;
  }
}

/** Of few amounts, since adds that are alike are quickly checked. */
function drawCounting(random: Random, readOnly: boolean): Operation {
  const grows = random.next() < 0.5;
  const key = grows ? 'growing' : 'balance';
  const amount = random.pick(grows ? [1, 2] : [1, -1, -2]);
  return readOnly || random.next() < 0.5 ? { kind: 'get', key } : { kind: 'add', key, value: String(amount) };
}

/** The name whose share of [0, 1) a number falls into. */
function drawn<Name extends string>(shares: { readonly [name in Name]: number }, number: number): Name | undefined {
  let end = 0;
  for (const [name, share] of Object.entries(shares) as [Name, number][]) {
    end += share;
    if (number < end) return name;
  }
  return undefined;
}
