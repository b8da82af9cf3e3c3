/** For tests on real worker threads: runs a trial of the planned engine, and hands over what its clients recorded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Note } from '../../../engines/api.ts';
import type { History } from '../../history.ts';
import type { Cluster, ClusterEvent } from '../../runtimes/cluster.ts';
import { ThreadsCluster } from '../../runtimes/threads/threads-cluster.ts';
import type { TrialOutcome, TrialSpec } from '../spec.ts';
import plannedEngine, { type PlannedOptions, STALL_BEGINS, STALL_ENDS } from './planned-engine.ts';

/** The planned engine with these options; it is honest in all others. */
export const planned = (options: Partial<PlannedOptions>): TrialSpec['engine'] => ({
  module: new URL('./planned-engine.js', import.meta.url).href,
  name: 'planned',
  preset: 'default',
  options: { ...plannedEngine.presets.default, ...options },
});

export interface Measured {
  readonly outcome: TrialOutcome;
  /** Of the last step of load. */
  readonly history: History;
  /** Timers fire late on a busy machine: when the planned stall really began and ended. */
  readonly stall: { readonly fromMs: number; readonly toMs: number } | undefined;
}

/** Starts a cluster for the trial, runs it there and stops it. Throws if a node failed. */
export async function measureOnThreads(
  spec: TrialSpec,
  trial: (cluster: Cluster) => Promise<TrialOutcome>,
): Promise<Measured> {
  const { engine, members, durability, seed, workload, policy, clientZones } = spec;
  const directory = mkdtempSync(join(tmpdir(), 'replibench-trial-'));
  const generator = { seed, workload, policy, zones: clientZones };
  const cluster = await ThreadsCluster.start({ engine, members, durability, seed, directory, generator });
  let history: History | undefined;
  const load = cluster.load.bind(cluster);
  cluster.load = async (step) => {
    history = await load(step);
    return history;
  };
  try {
    const outcome = await trial(cluster);
    const failure = cluster.failure();
    if (failure !== undefined || history === undefined) throw new Error(`the trial failed: ${failure}`);
    return { outcome, history, stall: stallIn(cluster.events()) };
  } finally {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function stallIn(events: readonly ClusterEvent[]): Measured['stall'] {
  const when = (text: string): number | undefined =>
    events.find((event) => event.kind === 'note' && isTrace(event.note, text))?.atMs;
  const [fromMs, toMs] = [when(STALL_BEGINS), when(STALL_ENDS)];
  return fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
}

const isTrace = (note: Note, text: string): boolean => note.kind === 'trace' && note.text === text;
