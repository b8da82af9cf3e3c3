/** What `fuzz` and `replay` put through random trials, from the flags that they share. */
import { checkPlan } from '../faults/plan-check.ts';
import { loadFaultPlan } from '../faults/plans.ts';
import { membersOf } from '../fuzz/environment.ts';
import type { Named } from '../fuzz/report.ts';
import type { Subject } from '../fuzz/request.ts';
import type { EngineChoice } from '../runtimes/cluster.ts';
import {
  applySettings,
  BUILT_IN_ENGINES,
  builtInModule,
  chooseEngine,
  describeEngine,
  settingsOf,
} from '../trials/engines.ts';

export interface Contender {
  readonly named: Named;
  readonly subject: Subject;
}

export const SHARED_FLAGS = {
  faults: { takes: 'NAME|FILE', says: 'a fault plan in place of the faults that a seed draws' },
  set: { takes: '[ENGINE.]KEY=VALUE', many: true, says: "changes one of the engines' options; none is drawn then" },
  nodes: { takes: 'N', says: 'how many nodes; drawn if left out' },
  'timeout-s': { takes: 'N', says: 'seconds of real time that one trial may take; 30 if left out' },
} as const;

export const TIMEOUT_S = 30;

interface Typed {
  readonly text: string;
  readonly choice: EngineChoice;
  /** Without what was changed of it. */
  readonly preset: string;
}

/** Without names: every preset of every built-in engine. */
export async function chooseContenders(
  names: readonly string[],
  flags: { readonly faults: string | undefined; readonly set: readonly string[] },
  trial: Omit<Subject['trial'], 'preset' | 'options'>,
): Promise<Contender[]> {
  const plan = flags.faults === undefined ? undefined : loadFaultPlan(flags.faults, '--faults');
  if (plan !== undefined) checkPlan(plan, membersOf(trial.nodes ?? NODES_LEAST), 'simulation');
  const typed =
    names.length === 0
      ? await builtIns()
      : await Promise.all(names.map(async (text) => ({ text, ...(await chooseEngine(text)) })));
  const changed = applySettings(
    typed.map(({ choice }) => choice),
    flags.set,
  );
  return typed.map(({ text, choice, preset }, i) => {
    const { name, module, options } = choice;
    const settings = settingsOf(choice, flags.set);
    return {
      named: { label: `${name}:${choice.preset}`, engine: text, settings, plan: flags.faults, options },
      subject: {
        module,
        trial: {
          ...trial,
          preset,
          ...((settings.length > 0 || preset !== choice.preset) && { options: changed[i]!.options }),
          ...(plan && { plan }),
        },
      },
    };
  });
}

/** What a plan names must be there whatever the seed draws. */
const NODES_LEAST = 3;

async function builtIns(): Promise<Typed[]> {
  const described = await Promise.all(BUILT_IN_ENGINES.map((name) => describeEngine(builtInModule(name))));
  return described.flatMap(({ name, module, presets }) =>
    Object.entries(presets).map(([preset, options]) => ({
      text: preset === 'default' ? name : `${name}:${preset}`,
      choice: { name, module, preset, options },
      preset,
    })),
  );
}
