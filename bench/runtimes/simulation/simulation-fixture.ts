/** Tiny engines for tests of the simulation: a few handlers, and everything else does nothing. */
import type { AnyEngine, Claims, Host, Member, Replica } from '../../../engines/api.ts';
import { DEFAULT_NODE } from '../../topologies/defaults.ts';
import { evenLink, type LinkModel, NO_SERVICE_TIME, type NodeModel } from '../../topologies/links.ts';
import { Simulation, type SimulationPlan } from './simulation.ts';

export type AnyMessage = { readonly type: string; readonly [field: string]: unknown };
export type AnyHost = Host<AnyMessage, unknown>;

export const three: readonly Member[] = ['n1', 'n2', 'n3'].map((id) => ({ id, zone: 'a', kind: 'full' }));

/** Links and nodes that nothing but distance and disk make slow. */
export const QUICK_NODE: NodeModel = { ...DEFAULT_NODE, ...NO_SERVICE_TIME };
const QUICK_LINK: LinkModel = { ...evenLink(0.04, 0.06), reorderShare: 0 };

/** Promises that a sound engine with one holder keeps. */
export const claims: Claims = {
  reads: { default: 'linearizable' },
  sessions: [],
  acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: true },
  exactlyOnce: false,
  converges: true,
  needs: 'all',
  assumes: { driftPpm: 0, skewMs: 0 },
};

export function tinyEngine(
  create: (host: AnyHost) => Partial<Replica<AnyMessage>>,
  more: Partial<AnyEngine> & { readonly promises?: Partial<Claims> } = {},
): AnyEngine {
  const { promises, ...rest } = more;
  return {
    name: 'tiny',
    presets: { default: {} },
    claims: () => ({ ...claims, ...promises }),
    create: (host: AnyHost) => ({
      onRequest: () => {},
      onMessage: () => {},
      onTimer: () => {},
      status: () => ({ role: 'tiny' }),
      ...create(host),
    }),
    ...rest,
  };
}

/** Three nodes, each with the handlers that `create` gives it. */
export function simulate(create: Parameters<typeof tinyEngine>[0], plan: Partial<SimulationPlan> = {}): Simulation {
  return new Simulation({
    engine: tinyEngine(create),
    options: {},
    members: three,
    seed: 1,
    links: QUICK_LINK,
    node: QUICK_NODE,
    ...plan,
  });
}
