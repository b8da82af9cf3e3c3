/** Clusters of real threads for tests: set up in a folder of their own, stopped and cleared away whatever happens. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member, NodeId } from '../../../engines/api.ts';
import type { History } from '../../history.ts';
import type { ClientPolicy } from '../../workloads/plan.ts';
import { loadPolicy } from '../../workloads/policies.ts';
import { loadWorkload } from '../../workloads/workloads.ts';
import type { Answer, Cluster, Durability } from '../cluster.ts';
import type { ProbeOptions, Seen } from './fixtures/probe.ts';
import type { ThreadsLimits } from './limits.ts';
import { ThreadsCluster } from './threads-cluster.ts';

const MODULES = {
  unreplicated: '../../../engines/unreplicated/index.js',
  probe: './fixtures/probe.js',
  'no-engine': './fixtures/no-engine.js',
  'round-trip': '../testing/round-trip.js',
} as const;

export interface ClusterSetUp {
  readonly engine: keyof typeof MODULES;
  readonly options?: ProbeOptions | { readonly asks: NodeId };
  /** Zones of the nodes n1, n2, …. */
  readonly zones?: readonly string[];
  /** Zones of the load generator's clients; left out: there is no generator. */
  readonly clientZones?: readonly string[];
  readonly durability?: Durability;
  readonly workload?: string;
  readonly policy?: Partial<ClientPolicy>;
  readonly seed?: number;
  readonly limits?: Partial<ThreadsLimits>;
}

/** Clients that do not give up because the machine is busy. */
const PATIENT = { attemptTimeoutMs: 10_000, operationTimeoutMs: 20_000 };

export const membersIn = (zones: readonly string[]): Member[] =>
  zones.map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));

export function startCluster(setUp: ClusterSetUp, directory: string): Promise<ThreadsCluster> {
  const { engine, options = {}, zones = ['a', 'b', 'c'], clientZones, durability = 'fsync', seed = 1, limits } = setUp;
  const workload = loadWorkload(setUp.workload ?? 'update');
  const policy = { ...loadPolicy('default'), ...PATIENT, ...setUp.policy };
  return ThreadsCluster.start(
    {
      engine: {
        module: new URL(MODULES[engine], import.meta.url).href,
        name: engine,
        preset: 'default',
        options: { ...options },
      },
      members: membersIn(zones),
      durability,
      seed,
      directory,
      ...(clientZones && { generator: { seed, workload, policy, zones: clientZones } }),
    },
    limits,
  );
}

export async function withCluster(
  setUp: ClusterSetUp,
  use: (cluster: ThreadsCluster, directory: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'cluster-'));
  const cluster = await startCluster(setUp, directory);
  try {
    await use(cluster, directory);
  } finally {
    await cluster.stop();
    rmSync(directory, { recursive: true });
  }
}

/** Far more than anything here takes on a busy machine. */
const PATIENCE_MS = 20_000;

/** Waits until the condition holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const giveUpAtMs = performance.now() + PATIENCE_MS; !(await holds()); await sleep(5)) {
    assert.ok(performance.now() < giveUpAtMs, `waited too long until ${what}`);
  }
}

/** Has a probe do something. */
export async function tell(
  cluster: Cluster,
  node: NodeId,
  instruction: string,
  value = '',
  timeoutMs = PATIENCE_MS,
): Promise<Answer> {
  const [answer] = await cluster.ask(node, [{ kind: 'put', key: instruction, value }], 'default', timeoutMs);
  return answer!;
}

async function read(cluster: Cluster, node: NodeId, key: string): Promise<unknown> {
  const [answer] = await cluster.ask(node, [{ kind: 'get', key }], 'default', PATIENCE_MS);
  assert.ok(answer!.outcome === 'ok', `${node} did not answer: ${JSON.stringify(answer)}`);
  return JSON.parse(answer!.result.value!);
}

/** What a probe has seen so far, in order. */
export const seen = async (cluster: Cluster, node: NodeId): Promise<Seen[]> =>
  (await read(cluster, node, 'seen')) as Seen[];
export const whatSeen = async (cluster: Cluster, node: NodeId): Promise<string[]> =>
  (await seen(cluster, node)).map(({ what }) => what);
export const recovered = async (cluster: Cluster, node: NodeId): Promise<string[]> =>
  (await read(cluster, node, 'recovered')) as string[];
/** `now()` and `wallClock()`, read one after the other. */
export const clocks = async (cluster: Cluster, node: NodeId): Promise<[nowMs: number, wallMs: number]> =>
  (await read(cluster, node, 'clocks')) as [number, number];
export const has = async (cluster: ThreadsCluster, node: NodeId, what: string): Promise<boolean> =>
  (await whatSeen(cluster, node)).includes(what);
export const sees = (cluster: ThreadsCluster, node: NodeId, what: string): Promise<void> =>
  until(`${node} sees: ${what}`, () => has(cluster, node, what));

export const rowsWhere = (history: History, holds: (row: number) => boolean): number[] =>
  Array.from({ length: history.length }, (_, row) => row).filter(holds);
