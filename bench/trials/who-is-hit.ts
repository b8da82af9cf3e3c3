/** Whom a step of a fault plan has hit: the victim, its zone, or everybody. */
import type { Member } from '../../engines/api.ts';
import type { Deed } from '../faults/execution.ts';
import type { Step } from '../faults/steps.ts';

export type Done = Pick<Deed, 'step' | 'victim'>;

/** Who is dead, cut off or worse off by the step. Nobody by a command. */
export function isHit({ step, victim }: Done, member: Member): boolean {
  if (step.do.kind === 'command') return false;
  if (hitsAll(step)) return true;
  return hitsZone(step) ? member.zone === victim.zone : member.id === victim.id;
}

/** Zones in which somebody is hit. */
export const zonesHit = (done: Done, members: readonly Member[]): ReadonlySet<string> =>
  new Set(members.filter((member) => isHit(done, member)).map(({ zone }) => zone));

export const hitsAll = ({ do: { kind }, target }: Step): boolean => kind === 'power-cut' || target === 'everyone';

const ZONE_INJURIES: readonly Step['do']['kind'][] = ['kill-zone', 'vanish-zone', 'cut-zone', 'delay-zone'];

export const hitsZone = ({ do: { kind } }: Step): boolean => ZONE_INJURIES.includes(kind);
