/** Which engines a command measures, with their settings and what they claim under them. */
import { InputError } from '../input.ts';
import type { EngineChoice } from '../runtimes/cluster.ts';
import type { Topology } from '../topologies/topology.ts';
import { applySettings, type ChosenEngine, judgeEngine, type Verdict } from '../trials/engines.ts';
import type { Contestant } from '../trials/plan-trials.ts';
import type { Timeouts } from '../trials/preflight.ts';

/** Applies the settings, and asks each engine what it claims under them. */
export async function compete(
  chosen: readonly ChosenEngine[],
  settings: readonly string[],
  topology: Topology,
): Promise<{ contestants: Contestant[]; timeouts: Timeouts }> {
  refuseNamesakes(chosen.map(({ choice }) => choice));
  const engines = applySettings(
    chosen.map(({ choice }) => choice),
    settings,
  );
  const timeouts = new Map<string, Verdict['timeoutsMs']>();
  const contestants = await Promise.all(
    engines.map(async (engine) => {
      const { claims, problems, timeoutsMs } = await judgeEngine(engine, topology.members);
      if (claims === undefined) throw new InputError(`${engine.name}:${engine.preset}: ${problems[0]}`);
      timeouts.set(engine.name, timeoutsMs);
      return { engine, claims };
    }),
  );
  return { contestants, timeouts };
}

/** Results tell engines apart by name and preset. */
function refuseNamesakes(choices: readonly EngineChoice[]): void {
  for (const [i, { module, name, preset }] of choices.entries()) {
    const namesake = choices.slice(0, i).find((other) => other.name === name);
    if (namesake !== undefined && namesake.module !== module) {
      throw new InputError(`--engine must name engines of different names, but two are called "${name}"`);
    }
    if (choices.slice(0, i).some((other) => other.name === name && other.preset === preset)) {
      throw new InputError(`--engine must name each preset once, but "${name}:${preset}" came twice`);
    }
  }
}
