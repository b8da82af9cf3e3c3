/** Which types of messages an engine sends: what triggers of random trials are drawn from. */
import type { AnyEngine } from '../../engines/api.ts';
import { Random } from '../random.ts';
import { Simulation } from '../runtimes/simulation/simulation.ts';
import { RandomClients } from './clients.ts';
import { drawEnvironment } from './environment.ts';
import { isLong } from './vary.ts';

const PAUSES_PER_TIMEOUT = 500;
/** What an engine says while it waits for long is soon known. */
const PAUSES_PER_LONG_TIMEOUT = 60;

const known = new WeakMap<AnyEngine, Map<string, readonly string[]>>();

/** The rarest first. The same for every seed: seen in a trial of its own, in which one node after the other dies and comes back. */
export function messageTypes(engine: AnyEngine, preset: string): readonly string[] {
  const ofEngine = known.get(engine) ?? new Map<string, readonly string[]>();
  known.set(engine, ofEngine);
  const seen = ofEngine.get(preset) ?? watch(engine, preset);
  ofEngine.set(preset, seen);
  return seen;
}

function watch(engine: AnyEngine, preset: string): readonly string[] {
  const times = new Map<string, number>();
  const onDeliver = (_from: string, _to: string, { type }: { readonly type: string }): void => {
    times.set(type, (times.get(type) ?? 0) + 1);
  };
  try {
    const random = new Random('message types');
    const { members, clientZones, options, timeoutMs, habits, claims } = drawEnvironment(
      engine,
      { preset, seed: 0, nodes: 3, options: {} },
      random,
    );
    const simulation = new Simulation({ engine, options, members, clientZones, seed: 0, onDeliver });
    // Who takes long to notice is watched for long: no need to be asked as often all the while.
    const pauseMs = Math.max(
      habits.pauseMs,
      timeoutMs / (isLong(timeoutMs) ? PAUSES_PER_LONG_TIMEOUT : PAUSES_PER_TIMEOUT),
    );
    new RandomClients(simulation, { ...habits, pauseMs }, claims.exactlyOnce, random.fork('clients'));
    for (const { id } of members) {
      simulation.run(3 * timeoutMs);
      simulation.crash(id, 'kill');
      simulation.run(3 * timeoutMs);
      simulation.restart(id);
    }
    simulation.run(3 * timeoutMs);
  } catch {
    // An engine that throws so soon fails every seed, or has no answer to three nodes: what it has sent by then is all there is.
  }
  return [...times]
    .sort(([a, timesOfA], [b, timesOfB]) => timesOfA - timesOfB || (a < b ? -1 : 1))
    .map(([type]) => type);
}

/** One of them, rather a rare one: those are what elections, rejoining and repair are made of. `types` must not be empty. */
export const drawType = (types: readonly string[], random: Random): string =>
  types[Math.floor(types.length * random.next() ** 2)]!;
