/** From a fault plan to what is done to whom. */
import type { Member, NodeId } from '../../engines/api.ts';
import type { Random } from '../random.ts';
import type { Fault } from './vocabulary.ts';

/** Whom a fault hits. `leader`: who answered the latest ok write; where nobody has, a random node. */
export type Target = 'leader' | 'random' | { readonly node: NodeId } | { readonly zone: string };

export interface FaultPlan {
  readonly name: string;
  readonly title: string;
  readonly kind: 'kill' | 'vanish' | 'pause' | 'isolate' | 'delay' | 'cut-zone' | 'kill-zone' | 'power-cut';
  readonly target: Target;
  /** Of `isolate` and `cut-zone`: whether the zone's clients are cut off with the node. */
  readonly clients: 'inside' | 'outside';
  /** Of `delay`: added to each message, each way. */
  readonly delayMs: number;
  /** Heals so long after the injury at the latest; left out: once recovery has been seen, or is given up. */
  readonly healAfterMs?: number;
}

/** The node that a plan hits, given who leads. Throws if the plan names a node or zone that is not there. */
export function chooseVictim(
  plan: FaultPlan,
  members: readonly Member[],
  leader: NodeId | undefined,
  random: Random,
): Member {
  const { target } = plan;
  const holders = members.filter(({ kind }) => kind === 'full');
  if (target === 'leader') return members.find(({ id }) => id === leader) ?? random.pick(holders);
  if (target === 'random') return random.pick(holders);
  const found = members.find((member) => ('node' in target ? member.id === target.node : member.zone === target.zone));
  if (found === undefined) throw new Error(`the fault plan names ${JSON.stringify(target)}, which is not there`);
  return found;
}

/** The faults that a plan means for one victim, all to be injected at once. */
export function faultsOf(
  plan: FaultPlan,
  victim: Member,
  members: readonly Member[],
  clientZones: readonly string[],
): Fault[] {
  const others = members.filter(({ id }) => id !== victim.id).map(({ id }) => ({ node: id }));
  const from = { node: victim.id };
  const zones = [...new Set(clientZones)];
  switch (plan.kind) {
    case 'kill':
    case 'vanish':
    case 'pause':
      return [{ kind: plan.kind, node: victim.id }];
    case 'isolate': {
      const cutOff = zones.filter((zone) => plan.clients === 'outside' || zone !== victim.zone);
      return [...others, ...cutOff.map((zone) => ({ clientsOf: zone }))].map((to) => ({ kind: 'cut', from, to }));
    }
    case 'delay': {
      const clients = zones.map((zone) => ({ clientsOf: zone }));
      return [...others, ...clients].map((to) => ({ kind: 'delay', from, to, delayMs: plan.delayMs }));
    }
    case 'cut-zone':
      return [{ kind: 'cut-zone', zone: victim.zone, clients: plan.clients }];
    case 'kill-zone':
      return [{ kind: 'kill-zone', zone: victim.zone }];
    case 'power-cut':
      return [{ kind: 'power-cut' }];
  }
}
