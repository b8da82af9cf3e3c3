/**
 * Simple simulated clients for random trials: each has one operation under way, follows leader hints,
 * tries elsewhere after a definite failure, and gives up after a time-out. Ledger keys are written once and documents get unique elements, so that a loss cannot hide.
 */
import type { NodeId, Operation } from '../../../engines/api.ts';
import type { Random } from '../../random.ts';
import type { Simulation, Submitted } from './simulation.ts';

export interface RecordedOperation {
  readonly client: number;
  readonly operation: Operation;
  readonly startMs: number;
  /** When the last answer came; Infinity where none did, or none that said whether there was an effect. */
  endMs: number;
  outcome: 'ok' | 'fail' | 'unknown';
  /** What an ok `get` read. */
  value: string | null | undefined;
}

const CLIENTS = 4;
const HOT_KEYS = 3;
const ATTEMPT_TIMEOUT_MS = 400;
const ATTEMPTS_MAX = 4;

interface Client {
  readonly number: number;
  readonly random: Random;
  at: NodeId;
  serial: number;
  /** What the last result carried. */
  context: string | undefined;
  under: { row: RecordedOperation; submitted: Submitted; sinceMs: number; attempts: number } | undefined;
  nextMs: number;
}

export class RandomClients {
  readonly operations: RecordedOperation[] = [];
  readonly #simulation: Simulation;
  readonly #clients: Client[];
  #values = 0;
  /** Switched off, no new operation starts. */
  active = true;

  constructor(simulation: Simulation, random: Random) {
    this.#simulation = simulation;
    this.#clients = Array.from({ length: CLIENTS }, (_, number) => ({
      number,
      random: random.fork(number),
      at: simulation.members[number % simulation.members.length]!.id,
      serial: 0,
      context: undefined,
      under: undefined,
      nextMs: number,
    }));
  }

  /** Looks after every client; to be called every few virtual milliseconds. */
  tick(): void {
    for (const client of this.#clients) {
      if (client.under !== undefined) this.#follow(client, client.under);
      if (client.under === undefined && this.active && this.#simulation.nowMs >= client.nextMs) this.#start(client);
    }
  }

  #start(client: Client): void {
    const operation = this.#draw(client.random);
    const startMs = this.#simulation.nowMs;
    const row: RecordedOperation = {
      client: client.number,
      operation,
      startMs,
      endMs: Number.POSITIVE_INFINITY,
      outcome: 'unknown',
      value: undefined,
    };
    this.operations.push(row);
    client.serial++;
    client.under = { row, submitted: this.#send(client, operation), sinceMs: startMs, attempts: 1 };
  }

  #draw(random: Random): Operation {
    const share = random.next();
    const value = `v${++this.#values}`;
    if (share < 0.3) return { kind: 'put', key: `ledger-${this.#values}`, value };
    if (share < 0.5) return { kind: 'append', key: `document-${random.below(2)}`, value: `${value};` };
    if (share < 0.75) return { kind: 'put', key: `k${random.below(HOT_KEYS)}`, value };
    return { kind: 'get', key: `k${random.below(HOT_KEYS)}` };
  }

  #send(client: Client, operation: Operation): Submitted {
    return this.#simulation.submit(client.at, operation, {
      session: `c${client.number}`,
      serial: client.serial,
      settled: client.serial - 1,
      ...(client.context === undefined ? {} : { context: client.context }),
    });
  }

  #follow(client: Client, under: NonNullable<Client['under']>): void {
    const { answer } = under.submitted;
    const isRead = under.row.operation.kind === 'get';
    if (answer === undefined) {
      if (this.#simulation.nowMs - under.sinceMs < ATTEMPT_TIMEOUT_MS) return;
      this.#moveOn(client, undefined);
      this.#finish(client, under.row, 'unknown', under.submitted);
    } else if (answer.outcome === 'ok') this.#finish(client, under.row, 'ok', under.submitted);
    else {
      this.#moveOn(client, answer.outcome === 'fail' ? answer.leader : undefined);
      const again = (answer.outcome === 'fail' || isRead) && under.attempts < ATTEMPTS_MAX;
      if (!again) this.#finish(client, under.row, answer.outcome, under.submitted);
      else {
        under.attempts++;
        under.sinceMs = this.#simulation.nowMs;
        under.submitted = this.#send(client, under.row.operation);
      }
    }
  }

  #moveOn(client: Client, leader: NodeId | undefined): void {
    client.at = leader ?? client.random.pick(this.#simulation.members).id;
  }

  #finish(
    client: Client,
    row: RecordedOperation,
    outcome: RecordedOperation['outcome'],
    { answer, answeredAtMs }: Submitted,
  ): void {
    row.outcome = outcome;
    if (outcome !== 'unknown') row.endMs = answeredAtMs ?? this.#simulation.nowMs;
    if (answer?.outcome === 'ok') {
      client.context = answer.result.context ?? client.context;
      if (row.operation.kind === 'get') row.value = answer.result.value ?? null;
    }
    client.under = undefined;
    client.nextMs = this.#simulation.nowMs + client.random.between(5, 30);
  }
}
