/** Service time: one operation at a time on an idle cluster, timed by tinybench. */
import { Bench } from 'tinybench';
import type { NodeId, Operation } from '../../engines/api.ts';
import { cpuStolen } from '../measures/validity.ts';
import type { Cluster } from '../runtimes/cluster.ts';
import { stealDuring } from './real-clock.ts';
import { nodeRows, plainTrialRow } from './rows.ts';
import type { TrialOutcome, TrialSpec } from './spec.ts';
import { NO_ROWS, voidOutcome } from './void-outcome.ts';

const TIMEOUT_MS = 2000;
const FIND_LEADER_MAX_MS = 10_000;
const KEYS = 100;

export async function runServiceTrial(spec: TrialSpec, cluster: Cluster): Promise<TrialOutcome> {
  const node = await findWriter(cluster);
  if (node === undefined) {
    return voidOutcome(spec, `no node answered a write ok within ${FIND_LEADER_MAX_MS / 1000} s`);
  }
  const value = 'x'.repeat(spec.workload.valueBytes);
  let serial = 0;
  let failed = 0;
  const ask = async (operation: Operation): Promise<void> => {
    const [answer] = await cluster.ask(node, [operation], 'default', TIMEOUT_MS);
    if (answer?.outcome !== 'ok') failed++;
  };
  const steal = stealDuring(cluster);
  const time = spec.stepMs / 2;
  const bench = new Bench({
    time,
    warmupTime: time / 2,
    warmupIterations: 50,
    iterations: 20,
    now: () => cluster.now(),
  });
  bench.add('put', () => ask({ kind: 'put', key: `k${serial++ % KEYS}`, value }));
  bench.add('get', () => ask({ kind: 'get', key: `k${serial++ % KEYS}` }));
  await bench.run();
  const rows = bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`the service time of ${name} could not be taken`);
    const { latency } = result;
    return {
      trial: spec.trial,
      engine: spec.engine.name,
      preset: spec.engine.preset,
      durability: spec.durability,
      operation: name,
      samples: latency.samplesCount,
      p50_ms: latency.p50,
      p99_ms: latency.p99,
      mean_ms: latency.mean,
      rme_share: latency.rme / 100,
    };
  });
  const voided = failed > 0 ? `${failed} operations were not answered ok` : cpuStolen(steal());
  return {
    rows: {
      ...NO_ROWS,
      trials: [plainTrialRow(spec, voided)],
      service: voided === undefined ? rows : [],
      nodes: nodeRows(spec, cluster, await cluster.sample()),
    },
    voidReason: voided,
  };
}

/** The first node that answers a write ok, by asking one after the other until an election is over. */
async function findWriter(cluster: Cluster): Promise<NodeId | undefined> {
  const untilMs = cluster.now() + FIND_LEADER_MAX_MS;
  while (cluster.now() < untilMs && cluster.failure() === undefined) {
    for (const { id, kind } of cluster.members) {
      if (kind !== 'full') continue;
      const [answer] = await cluster.ask(id, [{ kind: 'put', key: 'k0', value: 'x' }], 'default', TIMEOUT_MS);
      if (answer?.outcome === 'ok') return id;
    }
    await cluster.sleepUntil(cluster.now() + 20);
  }
  return undefined;
}
