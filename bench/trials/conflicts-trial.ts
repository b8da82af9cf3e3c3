/**
 * A trial of conflicts: clients everywhere edit shared documents, and a zone is cut off meanwhile, or nothing happens. Edits end
 * when the fault does, so that what has become of those on either side is not overwritten by later ones; then the copies have
 * time to become equal, and every document is read at every node.
 */
import { Execution } from '../faults/execution.ts';
import { drawSteps, type FaultPlan } from '../faults/fault-plan.ts';
import { Convergence } from '../measures/copies.ts';
import { faultMissed } from '../measures/validity.ts';
import { Random } from '../random.ts';
import type { Cluster } from '../runtimes/cluster.ts';
import { concatHistories } from '../workloads/recorder.ts';
import { auditDocuments } from './audit-documents.ts';
import { conflictsRows } from './conflicts-rows.ts';
import { keepHistory } from './keep-history.ts';
import { notFilled, prepare } from './load-trial.ts';
import { startTime } from './real-clock.ts';
import { nodeRows, type Stretch, trialRow } from './rows.ts';
import type { ConflictsSpec, TrialOutcome, TrialSpec } from './spec.ts';
import { TrialScene } from './trial-scene.ts';
import { NO_ROWS, voidOutcome } from './void-outcome.ts';
import { type Done, zonesHit } from './who-is-hit.ts';

/** How exactly it is known when the copies were equal: at least, and as a part of the time since the heal. */
const LOOK_MIN_MS = 10;
const LOOK_SHARE = 0.02;

/** When what happened, and whom it hit. */
export interface ConflictsObserved {
  /** The load, from its first edit to the heal. */
  readonly fromMs: number;
  readonly toMs: number;
  /** When the fault took effect; undefined: there was none. */
  readonly t0Ms: number | undefined;
  readonly zonesHit: ReadonlySet<string>;
  /** From the heal until all documents had been equal at their holders; undefined: some never were, or nobody could look. */
  readonly convergedMs: number | undefined;
  readonly unconvergedShare: number | undefined;
}

export async function runConflictsTrial(
  spec: TrialSpec,
  conflicts: ConflictsSpec,
  cluster: Cluster,
): Promise<TrialOutcome> {
  const { plan, settleMs, phaseMaxMs, loadMs } = conflicts;
  const startedAt = startTime(cluster);
  const random = new Random(`${spec.seed}/injuries`);
  const histories = await prepare(spec, cluster);
  if (histories === undefined) return voidOutcome(spec, notFilled(spec));
  const before = await cluster.sample();
  const fromMs = cluster.now();
  const beginsMs = fromMs + settleMs + random.between(0, phaseMaxMs);
  const ratePerS = spec.ratesPerS[0]!;
  const arrival = { mode: 'open', ratePerS, spacing: spec.spacing } as const;
  const load = cluster.load({ arrival, durationMs: beginsMs + loadMs - fromMs });
  await cluster.sleepUntil(beginsMs);
  const execution = plan && executionOf(spec, plan, cluster, random);
  await execution?.scene.pass(beginsMs + loadMs);
  await cluster.sleepUntil(beginsMs + loadMs);
  await execution?.scene.stop();
  const toMs = cluster.now();
  const [edits, { convergedMs, unconvergedShare }] = await Promise.all([
    load,
    converge(cluster, toMs, load, conflicts),
  ]);
  histories.push(edits);
  const after = await cluster.sample();
  const history = concatHistories(histories);
  keepHistory(spec, history);
  const audit = await auditDocuments(cluster, history);
  const voidReason = plan && faultMissed(execution?.scene.first, `the fault ${plan.name}`);
  const stretch: Stretch = { step: 1, fromMs, toMs, offeredPerS: ratePerS, before, after, stealShare: undefined };
  const observed: ConflictsObserved = {
    fromMs,
    toMs,
    t0Ms: execution?.scene.t0Ms,
    zonesHit: execution?.hit() ?? new Set(),
    convergedMs,
    unconvergedShare,
  };
  return {
    rows: {
      ...NO_ROWS,
      trials: [{ ...trialRow(spec, history, stretch, startedAt, voidReason), fault: plan?.name }],
      nodes: nodeRows(spec, cluster, after),
      conflicts: conflictsRows(spec, conflicts, observed, history, audit, voidReason),
    },
    voidReason,
  };
}

function executionOf(spec: TrialSpec, plan: FaultPlan, cluster: Cluster, random: Random) {
  const scene = new TrialScene(cluster, spec.clientZones, cluster.now());
  const execution = new Execution(drawSteps(plan, random.fork(0)), scene, random.fork(0));
  scene.start(execution);
  const hit = (): ReadonlySet<string> => {
    const deed: Done | undefined = execution.deeds.find(({ step }) => step.prepares !== true);
    return deed === undefined ? new Set() : zonesHit(deed, spec.members);
  };
  return { scene, hit };
}

/** Watches the copies from the heal on, until the stated time after the last operation has ended. */
async function converge(
  cluster: Cluster,
  healedMs: number,
  load: Promise<unknown>,
  { convergeMs }: ConflictsSpec,
): Promise<Pick<ConflictsObserved, 'convergedMs' | 'unconvergedShare'>> {
  const { direct } = cluster;
  const convergence = direct && new Convergence(direct.copies());
  let convergedMs: number | undefined;
  let untilMs = Number.POSITIVE_INFINITY;
  load.then(
    () => {
      untilMs = cluster.now() + convergeMs;
    },
    // Whoever waits for the load is told.
    () => {
      untilMs = cluster.now();
    },
  );
  for (;;) {
    const nowMs = cluster.now();
    if (convergedMs === undefined && convergence?.look(direct!.copies()) === true) convergedMs = nowMs - healedMs;
    const nextMs = nowMs + Math.max(LOOK_MIN_MS, (nowMs - healedMs) * LOOK_SHARE);
    await cluster.sleepUntil(Math.min(untilMs, nextMs));
    // Not asked of the clock, which is rounded and may never get there.
    if (nextMs >= untilMs) break;
  }
  return { convergedMs, unconvergedShare: convergence?.openShare };
}
