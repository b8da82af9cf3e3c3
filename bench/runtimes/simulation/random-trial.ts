/**
 * One seed, one verdict: a small cluster under load and random faults, then healed, then quiet. What it demands is what
 * the engine claims, and no more.
 */
import type { AnyEngine, Claims, Member, Operation } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import { RandomClients, type RecordedOperation } from './random-clients.ts';
import { RandomFaults } from './random-faults.ts';
import { Simulation } from './simulation.ts';

export interface RandomTrial {
  readonly engine: AnyEngine;
  readonly preset: string;
  readonly seed: number;
  /** Changes to the preset's options. */
  readonly options?: object;
  /** Left out: drawn, three or five. */
  readonly nodes?: number;
  /** How long the faults last; virtual time. */
  readonly safetyMs?: number;
}

export interface RandomVerdict {
  readonly seed: number;
  /** The broken promise in one sentence; undefined: none was seen. */
  readonly violation: string | undefined;
  readonly traceHash: string;
  readonly acknowledged: number;
  /** What was done to the cluster, a line each. */
  readonly faults: readonly string[];
}

const TICK_MS = 5;
const SAFETY_MS = 8000;
/** After healing: time for detection, elections and catching up, before fresh writes must be acknowledged. */
const RECOVERY_MS = 8000;
const LIVENESS_MS = 4000;
const QUIET_MS = 4000;

export function randomMembers(count: number): Member[] {
  return Array.from({ length: count }, (_, i) => ({ id: `n${i + 1}`, zone: 'abc'[i % 3]!, kind: 'full' as const }));
}

export function runSeed(trial: RandomTrial): RandomVerdict {
  const random = new Random(`random trial ${trial.seed}`);
  const members = randomMembers(trial.nodes ?? random.pick([3, 3, 5]));
  const preset = (trial.engine.presets as Record<string, object>)[trial.preset];
  if (preset === undefined) throw new Error(`${trial.engine.name} has no preset ${trial.preset}`);
  const options = { ...preset, ...trial.options };
  const claims = trial.engine.claims(options, members);
  const applied = new AppliedOperations();
  const simulation = new Simulation({
    engine: trial.engine,
    options,
    members,
    seed: trial.seed,
    strict: trial.seed % 5 === 0,
    links: { delayUs: [200, random.pick([800, 3000, 12000])], lossShare: 0.02, duplicateShare: 0.01 },
    disk: { syncUs: [100, random.pick([500, 4000])] },
    onApply: (node, index, operation) => applied.check(node, index, operation),
  });
  const clients = new RandomClients(simulation, random.fork('clients'));
  const faults = new RandomFaults(simulation, random.fork('faults'));
  const verdict = (violation: string | undefined): RandomVerdict => ({
    seed: trial.seed,
    violation,
    traceHash: simulation.traceHash,
    acknowledged: clients.operations.filter((row) => row.outcome === 'ok').length,
    faults: faults.log,
  });
  const pass = (forMs: number): string | undefined => {
    for (let passed = 0; passed < forMs; passed += TICK_MS) {
      simulation.run(TICK_MS);
      clients.tick();
      const broken = applied.violation ?? simulation.brokenInvariant();
      if (broken !== undefined) return broken;
    }
    return undefined;
  };
  try {
    let violation = pass(trial.safetyMs ?? SAFETY_MS);
    if (violation !== undefined) return verdict(violation);
    faults.heal();
    simulation.network.timing = { ...simulation.network.timing, lossShare: 0, duplicateShare: 0 };
    violation = pass(RECOVERY_MS);
    if (violation !== undefined) return verdict(violation);
    const before = clients.operations.length;
    violation = pass(LIVENESS_MS);
    clients.active = false;
    violation ??= pass(QUIET_MS);
    violation ??= isLive(clients.operations.slice(before), LIVENESS_MS);
    violation ??= isConverged(simulation, claims);
    violation ??= keepsAcknowledged(simulation, claims, clients.operations);
    violation ??= readsNothingStale(claims, clients.operations);
    return verdict(violation);
  } catch (error) {
    return verdict(`a node threw: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

/** What every replica applied at each index: it has to be the same operation everywhere, in every life. */
class AppliedOperations {
  readonly #byIndex = new Map<number, string>();
  violation: string | undefined;

  check(node: string, index: number, operation: Operation): void {
    const text = JSON.stringify(operation);
    const known = this.#byIndex.get(index);
    if (known === undefined) this.#byIndex.set(index, text);
    else if (known !== text) this.violation ??= `${node} applied ${text} at index ${index}, where another applied ${known}`;
  }
}

/** Once healed, writes have to be acknowledged again, nearly all of them. */
function isLive(fresh: readonly RecordedOperation[], forMs: number): string | undefined {
  const writes = fresh.filter((row) => row.operation.kind !== 'get');
  const acknowledged = writes.filter((row) => row.outcome === 'ok').length;
  if (writes.length >= 20 && acknowledged >= 0.8 * writes.length) return undefined;
  return `of ${writes.length} writes in the ${forMs} ms after recovery only ${acknowledged} were acknowledged`;
}

function isConverged(simulation: Simulation, claims: Claims): string | undefined {
  if (!claims.converges) return undefined;
  const nodes = [...simulation.nodes()];
  const held = new Map<string, string>();
  for (const node of nodes) {
    for (const [key, value] of node.host.store.entries()) {
      if (!node.host.holds(key)) continue;
      const known = held.get(key);
      if (known === undefined) held.set(key, value);
      else if (known !== value) return `${key} is ${value} on ${node.id} and ${known} elsewhere, though all is quiet`;
    }
  }
  for (const node of nodes) {
    for (const key of held.keys()) {
      if (node.host.holds(key) && node.host.store.get(key) === null) return `${key} is missing on ${node.id}`;
    }
  }
  return undefined;
}

/** Acknowledged ledger keys and document elements are there; no element is there twice. */
function keepsAcknowledged(
  simulation: Simulation,
  claims: Claims,
  operations: readonly RecordedOperation[],
): string | undefined {
  if (!claims.acknowledged.powerLoss) return undefined;
  const nodes = [...simulation.nodes()];
  const find = (key: string): string | null => {
    for (const node of nodes) {
      const value = node.host.store.get(key);
      if (value !== null) return value;
    }
    return null;
  };
  const documents = new Map<string, string[]>();
  for (const { operation, outcome } of operations) {
    if (outcome !== 'ok') continue;
    if (operation.kind === 'put' && operation.key.startsWith('ledger-') && find(operation.key) === null) {
      return `the acknowledged write of ${operation.key} is on no node`;
    }
    // Appends through several coordinators may overwrite each other under last-writer-wins.
    if (operation.kind === 'append' && claims.reads.default === 'linearizable') {
      let elements = documents.get(operation.key);
      if (elements === undefined) {
        elements = (find(operation.key) ?? '').split(';');
        documents.set(operation.key, elements);
      }
      const times = elements.filter((element) => `${element};` === operation.value).length;
      if (times !== 1) return `the acknowledged element ${operation.value} is ${times} times in ${operation.key}`;
    }
  }
  return undefined;
}

/**
 * A cheap necessary condition of linearizability: no read returns a value that was overwritten before the read began, nor
 * a value older than one that a finished read has returned.
 */
function readsNothingStale(claims: Claims, operations: readonly RecordedOperation[]): string | undefined {
  if (claims.reads.default !== 'linearizable' || !claims.acknowledged.powerLoss) return undefined;
  const writes = new Map<string, RecordedOperation>();
  const byKey = new Map<string, RecordedOperation[]>();
  for (const row of operations) {
    const { operation } = row;
    if (operation.kind === 'put') writes.set(operation.value, row);
    if ((operation.kind === 'put' || operation.kind === 'get') && row.outcome === 'ok') {
      const rows = byKey.get(operation.key);
      if (rows === undefined) byKey.set(operation.key, [row]);
      else rows.push(row);
    }
  }
  for (const [key, rows] of byKey) {
    for (const read of rows) {
      if (read.operation.kind !== 'get') continue;
      const source = read.value == null ? undefined : writes.get(read.value);
      if (source?.outcome === 'fail') return `${read.value} was read under ${key}, though its write failed for certain`;
      const writtenByMs = source === undefined ? Number.NEGATIVE_INFINITY : source.endMs;
      for (const other of rows) {
        if (other.endMs > read.startMs) continue;
        const newer = other.operation.kind === 'put' ? other : writes.get(other.value ?? '');
        if (newer === undefined || newer === source || newer.startMs <= writtenByMs) continue;
        return `a read of ${key} at ${read.startMs} returned ${read.value}, though a newer value had been seen by ${other.endMs}`;
      }
    }
  }
  return undefined;
}
