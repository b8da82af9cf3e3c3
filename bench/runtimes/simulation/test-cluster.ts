/** Simulated clusters for tests: without noise, so that what takes how long is known. */
import type { NodeModel } from '../../topologies/links.ts';
import type { ClientPolicy } from '../../workloads/plan.ts';
import { loadPolicy } from '../../workloads/policies.ts';
import { loadWorkload } from '../../workloads/workloads.ts';
import type { Durability } from '../cluster.ts';
import { membersIn } from '../threads/test-cluster.ts';
import { SimulatedCluster } from './simulated-cluster.ts';

export interface SimulatedSetUp {
  /** A built-in engine, one that is there for tests, or the text of a module. */
  readonly engine?: 'unreplicated' | 'probe' | 'round-trip' | { readonly text: string };
  readonly options?: object;
  /** Zones of the nodes n1, n2, …. */
  readonly zones?: readonly string[];
  /** Zones of the load generator's clients; left out: there is no generator. */
  readonly clientZones?: readonly string[];
  readonly durability?: Durability;
  readonly node?: Partial<NodeModel>;
  /** One way: between nodes, between clients and nodes of their zone, and from clients of one zone to nodes of another. */
  readonly linkMs?: number;
  readonly clientLinkMs?: number;
  readonly farClientLinkMs?: number;
  readonly workload?: string;
  readonly policy?: Partial<ClientPolicy>;
  readonly seed?: number;
}

export const SYNC_MS = 1;
export const CLIENT_LINK_MS = 0.25;
export const LINK_MS = 0.5;

function moduleOf(engine: SimulatedSetUp['engine'] = 'unreplicated'): string {
  if (typeof engine === 'object') return `data:text/javascript,${encodeURIComponent(engine.text)}`;
  const ofTests = { probe: '../threads/fixtures/probe.js', 'round-trip': '../testing/round-trip.js' };
  const path = engine === 'unreplicated' ? '../../../engines/unreplicated/index.js' : ofTests[engine];
  return new URL(path, import.meta.url).href;
}

export function simulatedCluster(setUp: SimulatedSetUp = {}): Promise<SimulatedCluster> {
  const { options = {}, zones = ['a', 'b', 'c'], clientZones, durability = 'fsync', seed = 1 } = setUp;
  const { linkMs = LINK_MS, clientLinkMs = CLIENT_LINK_MS, farClientLinkMs = clientLinkMs } = setUp;
  const members = membersIn(zones);
  const zoneOf = (node: string): string | undefined => members.find(({ id }) => id === node)?.zone;
  const workload = loadWorkload(setUp.workload ?? 'update');
  const policy = { ...loadPolicy('default'), ...setUp.policy };
  return SimulatedCluster.start(
    {
      engine: { module: moduleOf(setUp.engine), name: 'engine', preset: 'default', options: { ...options } },
      members,
      durability,
      seed,
      directory: '',
      ...(clientZones && { generator: { seed, workload, policy, zones: clientZones } }),
    },
    {
      links: (from, to) => {
        const client = 'clientsOf' in from ? from : 'clientsOf' in to ? to : undefined;
        const node = 'node' in from ? from.node : 'node' in to ? to.node : '';
        const isNear = client === undefined || zoneOf(node) === client.clientsOf;
        const ms = client === undefined ? linkMs : isNear ? clientLinkMs : farClientLinkMs;
        return { delay: { kind: 'constant', ms }, lossShare: 0, duplicateShare: 0, reorderShare: 0 };
      },
      node: {
        sync: { kind: 'constant', ms: SYNC_MS },
        append: { kind: 'constant', ms: 0 },
        perMessageMs: 0,
        perOperationMs: 0,
        perSyncMs: 0,
        ...setUp.node,
      },
    },
  );
}
