/** Which engines a command measures where, with their settings and what they claim under them. */
import { InputError } from '../input.ts';
import { presetLabel } from '../reports/presets.ts';
import type { EngineChoice } from '../runtimes/cluster.ts';
import type { Topology } from '../topologies/topology.ts';
import { applySettings, type ChosenEngine, judgeEngines, type Verdict } from '../trials/engines.ts';
import type { Arena, Contestant, Refusal } from '../trials/plan-trials.ts';
import type { Timeouts } from '../trials/preflight.ts';

/** Engines that are to run on a topology. */
export interface Pairing {
  readonly topology: Topology;
  readonly chosen: readonly ChosenEngine[];
}

/** Applies the settings, and asks each engine what it claims under them. */
export async function compete(
  chosen: readonly ChosenEngine[],
  settings: readonly string[],
  topology: Topology,
): Promise<{ contestants: readonly Contestant[]; timeouts: Timeouts }> {
  const { arenas, timeouts } = await arrange([{ topology, chosen }], settings);
  const { contestants, refusals } = arenas[0]!;
  if (refusals[0] !== undefined) throw new InputError(refusedText(refusals[0]));
  return { contestants, timeouts };
}

/**
 * The same where not every engine has to run on every topology: who refuses one is told of.
 *
 * @throws {InputError} in the engine's words, if none can run anywhere.
 */
export async function arrange(
  pairings: readonly Pairing[],
  settings: readonly string[],
): Promise<{ arenas: Arena[]; timeouts: Timeouts }> {
  for (const { chosen } of pairings) refuseNamesakes(chosen.map(({ choice }) => choice));
  const labels = new Map(pairings.flatMap(({ chosen }) => chosen.map(({ choice }) => [labelOf(choice), choice])));
  const changed = new Map(applySettings([...labels.values()], settings).map((choice) => [labelOf(choice), choice]));
  const cases = pairings.flatMap(({ topology, chosen }) =>
    chosen.map(({ choice }) => ({ choice: changed.get(labelOf(choice))!, members: topology.members })),
  );
  const verdicts = await judgeEngines(cases);
  const timeouts = new Map<string, Verdict['timeoutsMs']>();
  const runs = new Set<string>();
  let next = 0;
  const arenas = pairings.map(({ topology, chosen }): Arena => {
    const contestants: Contestant[] = [];
    const refusals: Refusal[] = [];
    for (const _ of chosen) {
      const { choice: engine } = cases[next]!;
      const { claims, problems, timeoutsMs } = verdicts[next]!;
      next++;
      if (claims === undefined) refusals.push({ engine, problem: problems[0]! });
      else {
        contestants.push({ engine, claims });
        timeouts.set(engine.name, timeoutsMs);
        runs.add(labelOf(engine));
      }
    }
    return { topology, contestants, refusals };
  });
  if (runs.size === 0) throw new InputError(refusedText(arenas[0]!.refusals[0]!));
  return { arenas, timeouts };
}

const labelOf = ({ name, preset }: EngineChoice): string => presetLabel({ engine: name, preset });

const refusedText = ({ engine: { name, preset }, problem }: Refusal): string => `${name}:${preset}: ${problem}`;

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
