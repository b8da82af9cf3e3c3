/**
 * A trial of detection: a cluster that nobody asks for anything, in which nodes vanish or stand still, or nothing happens. What
 * the nodes note of each other is all that is looked at, and what they send each other.
 */
import { Execution } from '../faults/execution.ts';
import { drawSteps, type FaultPlan, planMs } from '../faults/fault-plan.ts';
import { detection as detectionOf } from '../measures/detection.ts';
import { faultMissed } from '../measures/validity.ts';
import { Random } from '../random.ts';
import type { Cluster, NodeSample } from '../runtimes/cluster.ts';
import { threadCpuMs } from '../runtimes/thread-cpu.ts';
import { detectionRow } from './detection-rows.ts';
import { nodeRows, plainTrialRow } from './rows.ts';
import type { DetectionSpec, TrialOutcome, TrialSpec } from './spec.ts';
import { TrialScene } from './trial-scene.ts';
import { NO_ROWS } from './void-outcome.ts';

/** What was observed of a cluster. */
export interface Observed {
  readonly phaseMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly before: readonly NodeSample[];
  readonly after: readonly NodeSample[];
  /** From the first sample to the other: a fault plan may take its time. */
  readonly sampledMs: number;
  /** Real time from the start of the cluster on, and the thread's own of it; undefined: the system does not tell. */
  readonly wallMs: number;
  readonly cpuMs: number | undefined;
}

/** Larger clusters have no rows in `nodes.csv`: they would be most of it. */
const NODE_ROWS_MAX = 9;

export async function runDetectionTrial(
  spec: TrialSpec,
  detection: DetectionSpec,
  cluster: Cluster,
): Promise<TrialOutcome> {
  const { plan, settleMs, phaseMaxMs, observeMs } = detection;
  const random = new Random(`${spec.seed}/injuries`);
  const startedMs = performance.now();
  const startedCpuMs = threadCpuMs();
  const phaseMs = random.between(0, phaseMaxMs);
  await cluster.sleepUntil(settleMs + phaseMs);
  const atMs = cluster.now();
  const before = await cluster.sample();
  const scene = plan && begin(spec, plan, cluster, random);
  await cluster.sleepUntil(atMs + (plan === undefined ? 0 : planMs(plan, spec.members.length)) + observeMs);
  const fromMs = scene?.t0Ms ?? atMs;
  const untilMs = cluster.now();
  const after = await cluster.sample();
  const wallMs = performance.now() - startedMs;
  const endedCpuMs = threadCpuMs();
  const cpuMs = startedCpuMs === undefined || endedCpuMs === undefined ? undefined : endedCpuMs - startedCpuMs;
  const observed = { phaseMs, fromMs, untilMs, before, after, sampledMs: untilMs - atMs, wallMs, cpuMs };
  const nodes = spec.members.map(({ id }) => id);
  const figures = detectionOf(cluster.events(), { nodes, fromMs, untilMs });
  // Of the events so far only: what still stands is healed after that.
  await scene?.stop();
  const voidReason = plan && faultMissed(scene?.first, `the fault ${plan.name}`);
  return {
    rows: {
      ...NO_ROWS,
      trials: [{ ...plainTrialRow(spec, voidReason), fault: plan?.name, measured_s: (untilMs - fromMs) / 1000 }],
      nodes: spec.members.length > NODE_ROWS_MAX ? [] : nodeRows(spec, cluster, after),
      detections: [detectionRow(spec, detection, observed, figures, voidReason)],
    },
    voidReason,
  };
}

function begin(spec: TrialSpec, plan: FaultPlan, cluster: Cluster, random: Random): TrialScene {
  const scene = new TrialScene(cluster, spec.clientZones, cluster.now());
  scene.start(new Execution(drawSteps(plan, random.fork(0)), scene, random.fork(0)));
  return scene;
}
