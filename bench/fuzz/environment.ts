/**
 * The surroundings of a random trial: cluster size, links, disks, clocks, clients and options, all drawn from the seed, so that
 * no default decides what gets tested. They stay within what the engine's claims assume.
 */
import type { AnyEngine, Claims, Command, Member } from '../../engines/api.ts';
import { planMs } from '../faults/fault-plan.ts';
import type { Fault } from '../faults/vocabulary.ts';
import { InputError } from '../input.ts';
import type { Random } from '../random.ts';
import { DEFAULT_NODE } from '../topologies/defaults.ts';
import { type Delay, evenLink, type LinkModel, NO_SERVICE_TIME, type NodeModel } from '../topologies/links.ts';
import { type ClientHabits, drawHabits, PLAIN_HABITS } from './habits.ts';
import { BEGIN_MAX_SHARE } from './planned.ts';
import type { Plain, RandomTrial } from './request.ts';
import { varied } from './vary.ts';

export interface Environment {
  readonly members: readonly Member[];
  readonly clientZones: readonly string[];
  readonly options: object;
  readonly claims: Claims;
  /** What an administrator may ask of the engine. */
  readonly commands: readonly Command['kind'][];
  readonly links: LinkModel;
  readonly node: NodeModel;
  /** Clocks that are off from the beginning. */
  readonly clocks: readonly Fault[];
  readonly habits: ClientHabits;
  /** The engine's own idea of a long silence. */
  readonly timeoutMs: number;
  /** As long as the engine's time-outs ask for; faults are drawn for this time. */
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

/** The plainest of what may be drawn. */
const PLAIN_LINK: LinkModel = { ...evenLink(0.2, 0.8), reorderShare: 0 };
const PLAIN_SYNC: Delay = { kind: 'uniform', lowMs: 0.1, highMs: 0.5 };

export function membersOf(count: number): Member[] {
  return Array.from({ length: count }, (_, i) => ({ id: `n${i + 1}`, zone: 'abc'[i % 3]!, kind: 'full' as const }));
}

export function drawEnvironment(engine: AnyEngine, trial: RandomTrial, random: Random): Environment {
  const preset = (engine.presets as Record<string, object>)[trial.preset];
  if (preset === undefined) throw new Error(`${engine.name} has no preset ${trial.preset}`);
  const members = drawMembers(engine, preset, trial.nodes, random.fork('nodes'));
  const isSound = (options: object): boolean => (engine.validate?.(options, members) ?? []).length === 0;
  const isPlain = (what: Plain): boolean => trial.plain?.includes(what) === true;
  const options =
    trial.options || isPlain('options')
      ? { ...preset, ...trial.options }
      : varied(preset, timeoutOf(engine.claims(preset, members)), isSound, random.fork('options'));
  if (trial.options !== undefined || trial.nodes !== undefined) refuseUnsound(engine, trial.preset, options, members);
  const claims = engine.claims(options, members);
  // Whole milliseconds: what is made of it becomes times of events.
  const timeoutMs = Math.ceil(Math.min(timeoutOf(claims), SAFETY_MAX_MS));
  const world = random.fork('world');
  // The longest delay is well within a time-out, or nothing but elections would be tested.
  const delayMs = Math.min(world.pick([0.8, 3, 12, 30]), timeoutMs / 20);
  const loss = world.pick([0, 0, 0.02, 0.05]);
  const syncMs = Math.min(world.pick([0.5, 0.5, 4, 20]), timeoutMs / 10);
  const links: LinkModel = {
    ...evenLink(Math.min(0.2, delayMs / 2), delayMs, loss, world.pick([0, 0.01, 0.05])),
    reorderShare: world.pick([0, 0.1, 1]),
  };
  const habits = drawHabits(trial.clients, timeoutMs, claims, random.fork('habits'));
  return {
    members,
    clientZones: [...new Set(members.map(({ zone }) => zone))],
    options,
    claims,
    commands: engine.commands ?? [],
    links: isPlain('links') ? PLAIN_LINK : links,
    // What service times show is speed, and they cost some.
    node: {
      ...DEFAULT_NODE,
      ...NO_SERVICE_TIME,
      sync: isPlain('disk') ? PLAIN_SYNC : { kind: 'uniform', lowMs: 0.1, highMs: syncMs },
    },
    clocks: isPlain('clocks') ? [] : drawClocks(members, claims, random.fork('clocks')),
    habits: { ...habits, ...(isPlain('clients') && PLAIN_HABITS) },
    timeoutMs,
    safetyMs: safetyMsOf(trial, members.length, timeoutMs),
  };
}

const timeoutOf = ({ deadlines }: Claims): number => deadlines?.shortestTimeoutMs ?? TIMEOUT_MS;

function safetyMsOf({ plan }: RandomTrial, nodes: number, timeoutMs: number): number {
  const usualMs = Math.min(Math.max(SAFETY_TIMEOUTS * timeoutMs, SAFETY_MIN_MS), SAFETY_MAX_MS);
  return plan === undefined ? usualMs : Math.max(usualMs, Math.ceil(planMs(plan, nodes) / (1 - BEGIN_MAX_SHARE)));
}

/** What was asked for is not drawn, and may make no sense. */
function refuseUnsound(engine: AnyEngine, preset: string, options: object, members: readonly Member[]): void {
  const [problem] = engine.validate?.(options, members) ?? [];
  if (problem === undefined) return;
  throw new InputError(`${engine.name}:${preset} on ${members.length} nodes: ${problem}`);
}

function drawMembers(engine: AnyEngine, preset: object, nodes: number | undefined, random: Random): Member[] {
  const count = engine.commands?.includes('add') ? random.fork('spares').pick([0, 1, 1, 2]) : 0;
  const founders = drawFounders(engine, preset, nodes, random);
  const spares = membersOf(founders.length + count).slice(founders.length);
  return [...founders, ...spares.map((member) => ({ ...member, kind: 'spare' as const }))];
}

function drawFounders(engine: AnyEngine, preset: object, nodes: number | undefined, random: Random): Member[] {
  if (nodes !== undefined) return membersOf(nodes);
  const isSound = (members: Member[]): boolean => (engine.validate?.(preset, members) ?? []).length === 0;
  const drawn = membersOf(random.pick([3, 3, 3, 5]));
  const full = isSound(drawn) ? drawn : membersOf(5);
  if (random.next() >= WITNESS_SHARE) return full;
  const mixed = full.map((member, place) => (place === 2 ? { ...member, kind: 'witness' as const } : member));
  return isSound(mixed) ? mixed : full;
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
