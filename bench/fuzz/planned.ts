/** A fault plan of the user's in a random trial, in place of the faults that a seed draws. */
import type { Claims } from '../../engines/api.ts';
import { drawSteps, type FaultPlan } from '../faults/fault-plan.ts';
import type { Injury, Step, When } from '../faults/steps.ts';
import type { Random } from '../random.ts';

/** Of the time for faults: when a plan begins. The cluster has come up by then, and the plan has time to end. */
const BEGIN_MIN_SHARE = 0.1;
export const BEGIN_MAX_SHARE = 0.5;

/** Each seed draws when the plan begins, and what it leaves to chance. */
export function plannedSteps(plan: FaultPlan, safetyMs: number, random: Random): Step[] {
  const beginMs = Math.round(random.between(BEGIN_MIN_SHARE, BEGIN_MAX_SHARE) * safetyMs);
  const later = (when: When): When =>
    'atMs' in when ? { atMs: when.atMs + beginMs } : { ...when, fromMs: (when.fromMs ?? 0) + beginMs };
  return drawSteps(plan, random.fork('steps')).map((step) => ({ ...step, when: later(step.when) }));
}

/** Whether steps go beyond what the engine claims to stand: what is found then is counted, and held against nobody. */
export function areBeyond(steps: readonly Step[], claims: Claims): boolean {
  const lost = steps.filter(({ do: { kind } }) => kind === 'wipe' || kind === 'corrupt-log');
  const disks = lost.reduce((sum, { repeat, turns }) => sum + (turns?.length ?? repeat?.times ?? 1), 0);
  if (disks > claims.acknowledged.lostDisks) return true;
  return steps.some((step) => step.do.kind !== 'command' && isUnassumed(step.do, claims));
}

function isUnassumed(injury: Injury, { assumes }: Claims): boolean {
  switch (injury.kind) {
    case 'skew':
      return Math.abs(injury.skewMs) > assumes.skewMs;
    case 'drift':
      return Math.abs(injury.ppm) > assumes.driftPpm;
    case 'duplicate':
      // Of requests too: one may be refused for certain, and the other take effect.
      return injury.type === undefined;
    default:
      return false;
  }
}
