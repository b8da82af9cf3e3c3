/** Hunting a planted bug: seed after seed until one breaks a promise, several times over, on seeds not used before. */
import { plantedModule } from '../../kit/plant.ts';
import { builtInModule } from '../../trials/engines.ts';
import type { TrialPool } from '../pool.ts';
import type { RandomTrial } from '../request.ts';
import { sweep } from '../sweep.ts';
import type { PlantedBug, PlantedBugs } from './planted-bug.ts';

export interface Hunt {
  readonly firstSeed: number;
  /** How many were run, the one that broke included. */
  readonly seeds: number;
  /** What broke; undefined: nothing within the budget. */
  readonly property: string | undefined;
  /** Faults in the shrunk schedule, if it was shrunk. */
  readonly faults: number | undefined;
}

export interface HuntLimits {
  readonly hunts: number;
  readonly seedsMax: number;
}

/** The first hunt that succeeds is shrunk too. After one that does not there is no other. */
export async function hunt(
  pool: TrialPool,
  engine: PlantedBugs['engine'],
  bug: PlantedBug,
  { hunts, seedsMax }: HuntLimits,
): Promise<Hunt[]> {
  const module = await plantedModule(builtInModule(engine), bug.changes);
  const trial = trialOf(bug);
  const { signal } = new AbortController();
  const done: Hunt[] = [];
  for (let first = 1; done.length < hunts; first += done.at(-1)!.seeds) {
    const last = first + seedsMax - 1;
    const onProgress = (): void => {};
    const { seeds, broken } = await sweep(pool, {
      subject: { module, trial },
      first,
      last,
      keepGoing: false,
      signal,
      onProgress,
    });
    const [kill] = broken;
    let faults: number | undefined;
    if (kill !== undefined && done.length === 0) {
      const shrunk = await pool.run('shrinkTrial', { module, trial: { ...trial, seed: kill.seed } }, signal);
      if ('value' in shrunk) faults = shrunk.value.verdict.happened.length;
    }
    done.push({ firstSeed: first, seeds, property: kill?.breach.property, faults });
    if (kill === undefined) break;
  }
  return done;
}

/** What each seed is asked to be. */
export function trialOf({ preset = 'default', options, nodes, plan }: PlantedBug): Omit<RandomTrial, 'seed' | 'steps'> {
  return { preset, ...(options && { options }), ...(nodes !== undefined && { nodes }), ...(plan && { plan }) };
}
