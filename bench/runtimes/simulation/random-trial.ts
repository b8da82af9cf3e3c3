/**
 * One seed, one verdict: a small cluster under load and random faults, then healed, then quiet. What it demands is what
 * the engine claims, and no more.
 */
import type { AnyEngine, Member } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import { DEFAULT_NODE } from '../../topologies/defaults.ts';
import { evenLink } from '../../topologies/links.ts';
import {
  AppliedOperations,
  isConverged,
  isLive,
  keepsAcknowledged,
  keepsRefusals,
  readsNothingStale,
} from './random-checks.ts';
import { RandomClients } from './random-clients.ts';
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
    links: evenLink(0.2, random.pick([0.8, 3, 12]), 0.02, 0.01),
    node: { ...DEFAULT_NODE, sync: { kind: 'uniform', lowMs: 0.1, highMs: random.pick([0.5, 4]) } },
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
    simulation.network.calm();
    violation = pass(RECOVERY_MS);
    if (violation !== undefined) return verdict(violation);
    const before = clients.operations.length;
    violation = pass(LIVENESS_MS);
    clients.active = false;
    violation ??= pass(QUIET_MS);
    violation ??= isLive(clients.operations.slice(before), LIVENESS_MS);
    violation ??= isConverged(simulation, claims);
    violation ??= keepsAcknowledged(simulation, claims, clients.operations);
    violation ??= keepsRefusals(simulation, clients.operations);
    violation ??= readsNothingStale(claims, clients.operations);
    return verdict(violation);
  } catch (error) {
    return verdict(`a node threw: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
