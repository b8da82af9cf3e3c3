/**
 * The surroundings of a random trial: cluster size, links, disks, clocks, clients and options, all drawn from the seed, so that
 * no default decides what gets tested. They stay within what the engine's claims assume.
 */
import type { AnyEngine, Claims, Member } from '../../engines/api.ts';
import type { Fault } from '../faults/vocabulary.ts';
import type { Random } from '../random.ts';
import { DEFAULT_NODE } from '../topologies/defaults.ts';
import { evenLink, type LinkModel, type NodeModel } from '../topologies/links.ts';
import { type ClientHabits, drawHabits } from './habits.ts';
import type { RandomTrial } from './request.ts';
import { varied } from './vary.ts';

export interface Environment {
  readonly members: readonly Member[];
  readonly clientZones: readonly string[];
  readonly options: object;
  readonly claims: Claims;
  readonly links: LinkModel;
  readonly node: NodeModel;
  /** Clocks that are off from the beginning. */
  readonly clocks: readonly Fault[];
  readonly habits: ClientHabits;
  /** The engine's own idea of a long silence. */
  readonly timeoutMs: number;
  readonly safetyMs: number;
}

/** In so many trials one of the nodes votes and holds no data, if the engine can do with it. */
const WITNESS_SHARE = 0.15;
/** Where an engine names no time-out: about what the others have. */
const TIMEOUT_MS = 300;
/** A trial's first phase is so many time-outs long: a few failovers fit in. */
const SAFETY_TIMEOUTS = 8;
const SAFETY_MIN_MS = 2500;
const SAFETY_MAX_MS = 60_000;
/** More is promised by engines that read no clocks, and shows nothing. */
const SKEW_MAX_MS = 2000;
const DRIFT_MAX_PPM = 50_000;

export function membersOf(count: number): Member[] {
  return Array.from({ length: count }, (_, i) => ({ id: `n${i + 1}`, zone: 'abc'[i % 3]!, kind: 'full' as const }));
}

export function drawEnvironment(engine: AnyEngine, trial: RandomTrial, random: Random): Environment {
  const nodes = random.fork('nodes');
  const full = membersOf(trial.nodes ?? nodes.pick([3, 3, 3, 5]));
  const preset = (engine.presets as Record<string, object>)[trial.preset];
  if (preset === undefined) throw new Error(`${engine.name} has no preset ${trial.preset}`);
  const withWitness = full.map((member, place) => (place === 2 ? { ...member, kind: 'witness' as const } : member));
  const drawn = trial.nodes === undefined && nodes.next() < WITNESS_SHARE ? withWitness : full;
  const members = (engine.validate?.(preset, drawn) ?? []).length === 0 ? drawn : full;
  const isSound = (options: object): boolean => (engine.validate?.(options, members) ?? []).length === 0;
  const options = trial.options ? { ...preset, ...trial.options } : varied(preset, isSound, random.fork('options'));
  const claims = engine.claims(options, members);
  const timeoutMs = Math.min(claims.deadlines?.shortestTimeoutMs ?? TIMEOUT_MS, SAFETY_MAX_MS);
  const world = random.fork('world');
  // The longest delay is well within a time-out, or nothing but elections would be tested.
  const delayMs = Math.min(world.pick([0.8, 3, 12, 30]), timeoutMs / 20);
  const loss = world.pick([0, 0, 0.02, 0.05]);
  const syncMs = Math.min(world.pick([0.5, 0.5, 4, 20]), timeoutMs / 10);
  return {
    members,
    clientZones: [...new Set(members.map(({ zone }) => zone))],
    options,
    claims,
    links: {
      ...evenLink(Math.min(0.2, delayMs / 2), delayMs, loss, world.pick([0, 0.01, 0.05])),
      reorderShare: world.pick([0, 0.1, 1]),
    },
    node: { ...DEFAULT_NODE, sync: { kind: 'uniform', lowMs: 0.1, highMs: syncMs } },
    clocks: drawClocks(members, claims, random.fork('clocks')),
    habits: drawHabits(trial.clients, timeoutMs, random.fork('habits')),
    timeoutMs,
    safetyMs: trial.safetyMs ?? Math.min(Math.max(SAFETY_TIMEOUTS * timeoutMs, SAFETY_MIN_MS), SAFETY_MAX_MS),
  };
}

function drawClocks(members: readonly Member[], { assumes }: Claims, random: Random): Fault[] {
  // Clocks of most clusters are nearly true; some seeds go to the limits of what the engine assumes.
  const share = random.pick([0, 0.1, 1]);
  const skewMs = share * Math.min(assumes.skewMs, SKEW_MAX_MS);
  const ppm = share * Math.min(assumes.driftPpm, DRIFT_MAX_PPM);
  return members.flatMap(({ id }): Fault[] => {
    // Two clocks must not be farther apart than assumed: each takes half.
    const [skew, drift] = [random.between(-skewMs, skewMs) / 2, random.between(-ppm, ppm) / 2];
    if (share === 0) return [];
    return [
      { kind: 'skew', node: id, skewMs: Math.round(skew) },
      { kind: 'drift', node: id, ppm: Math.round(drift) },
    ];
  });
}
