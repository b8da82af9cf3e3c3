/** From the faults that a trial of a suite names to plans that can be carried out where it runs. */
import type { Member } from '../../engines/api.ts';
import { type FaultPlan, lasting, varied } from '../faults/fault-plan.ts';
import { checkPlan } from '../faults/plan-check.ts';
import { loadFaultPlan } from '../faults/plans.ts';
import { type EntryOf, faultsOf, listOf, type NamedFault } from '../suites/suite-file.ts';
import type { TrialsPlan } from './plan-trials.ts';
import type { Runtime } from './spec.ts';

/**
 * @param instead what a flag put in place of all of them.
 * @throws {InputError} if one is not there, cannot be changed as asked, or cannot happen on these members.
 */
export function plannedFaults(
  named: readonly NamedFault[],
  instead: FaultPlan | undefined,
  members: readonly Member[],
  runtime: Runtime,
): FaultPlan[] {
  const plans = instead === undefined ? named.map(plannedFault) : [instead];
  for (const plan of plans) checkPlan(plan, members, runtime);
  return plans;
}

/** Stands in a suite for a trial in which nothing happens. */
export const NOTHING = 'none';

/** The same of a trial that may name nothing as well: its plan is undefined then, and comes first. */
export function faultsOrNothing(
  entry: Pick<EntryOf<'detection'>, 'fault'>,
  { fault: instead, runtime }: Pick<TrialsPlan, 'fault' | 'runtime'>,
  members: readonly Member[],
): (FaultPlan | undefined)[] {
  const named = listOf(entry.fault);
  const nothing = instead === undefined && named.includes(NOTHING) ? [undefined] : [];
  const others = faultsOf({ fault: named.filter((one) => one !== NOTHING) });
  return [...nothing, ...plannedFaults(others, instead, members, runtime)];
}

function plannedFault({ plan, forSeconds, varied: other }: NamedFault): FaultPlan {
  const loaded = loadFaultPlan(plan);
  const lasts = forSeconds === undefined ? loaded : lasting(loaded, forSeconds * 1000);
  return other === undefined ? lasts : varied(lasts, other.parameter, other.value);
}
