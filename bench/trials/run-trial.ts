/** Runs one trial on a cluster of its own, from start to stop. */
import { mkdirSync, rmSync } from 'node:fs';
import { type Cluster, ClusterFailed, type ClusterPlan } from '../runtimes/cluster.ts';
import { SimulatedCluster } from '../runtimes/simulation/simulated-cluster.ts';
import { ThreadsCluster } from '../runtimes/threads/threads-cluster.ts';
import { linksOf } from '../topologies/link-rules.ts';
import { runConflictsTrial } from './conflicts-trial.ts';
import { runDetectionTrial } from './detection-trial.ts';
import { runFailoverTrial } from './failover-trial.ts';
import { runLoadTrial } from './load-trial.ts';
import type { TrialOutcome, TrialSpec } from './spec.ts';
import { voidOutcome } from './void-outcome.ts';

/** `directory` is for the logs of nodes on threads; it is removed afterwards. */
export async function runTrial(spec: TrialSpec, directory = ''): Promise<TrialOutcome> {
  if (directory !== '') {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
  }
  const { engine, members, durability, seed, workload, policy, clientZones } = spec;
  const generator = { seed, workload, policy, zones: clientZones };
  // Of a thousand nodes, clients that ask for nothing are much to keep.
  const load = spec.detection === undefined ? { generator } : {};
  const plan: ClusterPlan = { engine, members, durability, seed, directory, ...load };
  let cluster: Cluster | undefined;
  try {
    cluster = await startCluster(spec, plan);
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
    await cluster?.stop();
    if (directory !== '') rmSync(directory, { recursive: true, force: true });
  }
}

function startCluster({ runtime, world }: TrialSpec, plan: ClusterPlan): Promise<Cluster> {
  if (runtime === 'threads') return ThreadsCluster.start(plan);
  return SimulatedCluster.start(plan, { links: linksOf(world), node: world.node });
}

async function measure(spec: TrialSpec, cluster: Cluster): Promise<TrialOutcome> {
  if (spec.measure === 'service-time') {
    const { runServiceTrial } = await import('./service-trial.ts');
    return runServiceTrial(spec, cluster);
  }
  if (spec.detection !== undefined) return runDetectionTrial(spec, spec.detection, cluster);
  if (spec.conflicts !== undefined) return runConflictsTrial(spec, spec.conflicts, cluster);
  if (spec.failover !== undefined) return runFailoverTrial(spec, spec.failover, cluster);
  return runLoadTrial(spec, cluster);
}
