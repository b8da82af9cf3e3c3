/** Fault plans: an injury, whom it hits, and for how long; built in by name, or from a YAML file. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Member, NodeId } from '../../engines/api.ts';
import { readYaml, unknownName } from '../input.ts';
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

const plan = (
  name: string,
  title: string,
  kind: FaultPlan['kind'],
  target: Target,
  more: Partial<FaultPlan> = {},
): FaultPlan => ({ name, title, kind, target, clients: 'outside', delayMs: 0, ...more });

export const FAULT_PLANS: readonly FaultPlan[] = [
  plan('kill-leader', 'the process of the leading node dies; its connections close', 'kill', 'leader'),
  plan('vanish-leader', 'the leading node loses power or its cable: nothing but silence', 'vanish', 'leader'),
  plan('pause-leader', 'the leading node stands still for 3 s and goes on', 'pause', 'leader', { healAfterMs: 3000 }),
  plan('isolate-leader', 'the leading node is cut off from nodes and clients', 'isolate', 'leader'),
  plan('isolate-leader-with-clients', 'the same, but the clients of its zone still reach it', 'isolate', 'leader', {
    clients: 'inside',
  }),
  plan('slow-leader', 'everything to and from the leading node takes 200 ms more', 'delay', 'leader', {
    delayMs: 200,
    healAfterMs: 3000,
  }),
  plan('kill-random', 'the process of a random node dies', 'kill', 'random'),
  plan('vanish-random', 'a random node falls silent', 'vanish', 'random'),
  plan('cut-leader-zone', 'the zone of the leading node is cut off, its clients with it', 'cut-zone', 'leader', {
    clients: 'inside',
  }),
  plan('kill-leader-zone', 'every node in the zone of the leading node dies', 'kill-zone', 'leader'),
  plan('power-cut', 'every node loses power at once', 'power-cut', 'random', { healAfterMs: 200 }),
];

const schema = z.strictObject({
  title: z.string().default('from a file'),
  kind: z.enum(['kill', 'vanish', 'pause', 'isolate', 'delay', 'cut-zone', 'kill-zone', 'power-cut']),
  target: z
    .union([z.enum(['leader', 'random']), z.strictObject({ node: z.string() }), z.strictObject({ zone: z.string() })])
    .default('leader'),
  clients: z.enum(['inside', 'outside']).default('outside'),
  delay_ms: z.int().min(1).default(200),
  heal_after_ms: z.number().positive().optional(),
});

export function loadFaultPlan(nameOrFile: string): FaultPlan {
  const found = FAULT_PLANS.find(({ name }) => name === nameOrFile);
  if (found !== undefined) return found;
  if (!existsSync(nameOrFile)) {
    const names = FAULT_PLANS.map(({ name }) => name);
    throw unknownName('--fault', nameOrFile, names);
  }
  const { title, kind, target, clients, delay_ms, heal_after_ms } = readYaml(nameOrFile, schema);
  return {
    name: nameOrFile,
    title,
    kind,
    target,
    clients,
    delayMs: delay_ms,
    ...(heal_after_ms !== undefined && { healAfterMs: heal_after_ms }),
  };
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
