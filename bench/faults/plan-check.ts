/** Whether a fault plan can be carried out: on this topology, on this runtime. */
import type { Member } from '../../engines/api.ts';
import { InputError } from '../input.ts';
import { type FaultPlan, injuriesOf } from './fault-plan.ts';
import type { Step } from './steps.ts';
import { type FaultKind, WHERE } from './vocabulary.ts';

/** @throws {InputError} if the plan hits who is not there, or needs what only the simulation has. */
export function checkPlan(plan: FaultPlan, members: readonly Member[], runtime: 'threads' | 'simulation'): void {
  for (const target of targetsOf(plan)) checkTarget(plan.name, target, members);
  if (runtime === 'simulation') return;
  const place = plan.steps.findIndex((step) => !('random' in step) && !isSeenByThreads(step));
  if (place >= 0) {
    throw new InputError(
      `the fault ${plan.name} can only happen in simulation, since step ${place + 1} waits for what threads do not tell; they tell notes and the leader`,
    );
  }
  const injury = injuriesOf(plan).find(({ kind }) => kind in WHERE && WHERE[kind as FaultKind] === 'simulation');
  if (injury === undefined) return;
  throw new InputError(`the fault ${plan.name} can only happen in simulation, since threads cannot do ${injury.kind}`);
}

const isSeenByThreads = ({ when }: Step): boolean =>
  'atMs' in when || when.trigger.on === 'note' || when.trigger.on === 'leader';

function targetsOf({ steps }: FaultPlan): Step['target'][] {
  return steps.flatMap((step): Step['target'][] => {
    if ('random' in step) return [step.random.target];
    const { when, target } = step;
    const by = 'trigger' in when && when.trigger.by !== undefined ? [when.trigger.by] : [];
    const named = step.do.kind === 'command' ? [step.do.node, step.do.by, step.do.to] : [];
    return [...by, target, ...named.filter((one) => one !== undefined)];
  });
}

function checkTarget(plan: string, target: Step['target'], members: readonly Member[]): void {
  if (target === 'spare' && !members.some(({ kind }) => kind === 'spare')) {
    throw new InputError(`the fault ${plan} must hit a spare of the topology, but it has none`);
  }
  if (typeof target === 'string') return;
  const [what, came, there] =
    'node' in target
      ? ['node', target.node, members.map(({ id }) => id)]
      : 'zone' in target
        ? ['zone', target.zone, [...new Set(members.map(({ zone }) => zone))]]
        : ['place', `${target.place}`, members.map((_, i) => `${i + 1}`)];
  if (there.includes(came)) return;
  throw new InputError(
    `the fault ${plan} must hit a ${what} of the topology, one of ${there.join(', ')}, but "${came}" came`,
  );
}
