/** Runs one trial on a cluster of its own, from start to stop. */
import { mkdirSync, rmSync } from 'node:fs';
import { ClusterFailed, type ClusterPlan } from '../runtimes/cluster.ts';
import { ThreadsCluster } from '../runtimes/threads/threads-cluster.ts';
import { runFailoverTrial } from './failover-trial.ts';
import { runLoadTrial } from './load-trial.ts';
import type { TrialOutcome, TrialSpec } from './spec.ts';
import { voidOutcome } from './void-outcome.ts';

/** `directory` is for the nodes' logs; it is removed afterwards. */
export async function runTrial(spec: TrialSpec, directory: string): Promise<TrialOutcome> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { engine, members, durability, seed, workload, policy, clientZones } = spec;
  const generator = { seed, workload, policy, zones: clientZones };
  const plan: ClusterPlan = { engine, members, durability, seed, directory, generator };
  const cluster = await ThreadsCluster.start(plan);
  try {
    const failure = cluster.failure();
    if (failure !== undefined) return voidOutcome(spec, failure);
    const outcome = await measure(spec, cluster);
    // What was measured while a node failed means nothing.
    const failed = cluster.failure();
    return failed === undefined ? outcome : voidOutcome(spec, failed);
  } catch (error) {
    if (error instanceof ClusterFailed) return voidOutcome(spec, error.message);
    throw error;
  } finally {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(spec: TrialSpec, cluster: ThreadsCluster): Promise<TrialOutcome> {
  if (spec.measure === 'service-time') {
    const { runServiceTrial } = await import('./service-trial.ts');
    return runServiceTrial(spec, cluster);
  }
  if (spec.failover !== undefined) return runFailoverTrial(spec, spec.failover, cluster);
  return runLoadTrial(spec, cluster);
}
