/**
 * A trial with faults: open-loop load throughout, and one injury after the other, each at a random phase, each watched
 * until service has come back for good or is given up. Then everything is healed and the ledger is audited.
 */
import { type Deed, Execution } from '../faults/execution.ts';
import { drawSteps, planMs } from '../faults/fault-plan.ts';
import type { History } from '../history.ts';
import type { CopiesSeen } from '../measures/copies.ts';
import { faultIntervals } from '../measures/fault-intervals.ts';
import { cpuStolen, deadlineBoundMs, deadlineLate, generatorLate, voidReason } from '../measures/validity.ts';
import { Random } from '../random.ts';
import type { Cluster, ClusterEvent } from '../runtimes/cluster.ts';
import { concatHistories } from '../workloads/recorder.ts';
import { auditLedger } from './audit-ledger.ts';
import { CopiesWatch } from './copies-watch.ts';
import { failoverRows } from './failover-rows.ts';
import { keepHistory } from './keep-history.ts';
import { notFilled, prepare } from './load-trial.ts';
import { startTime, stealDuring } from './real-clock.ts';
import { latencyRows, latenessMaxMs, nodeRows, type Stretch, timelineRows, trialRow } from './rows.ts';
import { type FailoverSpec, longestFaultMs, type TrialOutcome, type TrialSpec } from './spec.ts';
import { TrialScene } from './trial-scene.ts';
import { NO_ROWS, voidOutcome } from './void-outcome.ts';

/** How often the trial looks whether writes are answered again: at most, and in parts of what it waits for afterwards. */
const LOOK_EVERY_MS = 5;
const LOOKS = 250;
/** Writes answered so soon after the fault may have been under way before it. */
const UNDER_WAY_MS = 20;
/** What a node loses or gains of load when it restarts is not to be seen in the next observation. */
const REJOIN_MS = 200;

/** One execution of the fault plan as it happened. */
export interface Injury {
  /** The first step; undefined: what it waited for never came. */
  readonly deed: Pick<Deed, 'step' | 'victim'> | undefined;
  readonly phaseMs: number;
  /** Where the load before it begins to count. */
  readonly fromMs: number;
  readonly t0Ms: number;
  /** What came of it first; undefined: it did not happen. */
  readonly event: ClusterEvent | undefined;
  /** End of observation. */
  readonly untilMs: number;
  /** Undefined: nobody looked at the copies. */
  readonly copies?: CopiesSeen | undefined;
}

export async function runFailoverTrial(
  spec: TrialSpec,
  failover: FailoverSpec,
  cluster: Cluster,
): Promise<TrialOutcome> {
  const startedAt = startTime(cluster);
  const histories = await prepare(spec, cluster);
  if (histories === undefined) return voidOutcome(spec, notFilled(spec));
  const before = await cluster.sample();
  const steal = stealDuring(cluster);
  const fromMs = cluster.now();
  const ratePerS = spec.ratesPerS[0]!;
  const arrival = { mode: 'open', ratePerS, spacing: 'fixed' } as const;
  const load = cluster.load({ arrival, durationMs: failover.times * longestFaultMs(failover, spec.members.length) });
  const watches: CopiesWatch[] = [];
  const injuries = await Promise.race([injureAll(spec, failover, cluster, watches), load.then(endedEarly)]);
  const toMs = cluster.now();
  cluster.stopLoad();
  histories.push(await load);
  const stealShare = steal();
  const after = await cluster.sample();
  await watches.at(-1)?.settle(cluster.now() + (failover.convergeMs ?? 0));
  const history = concatHistories(histories);
  keepHistory(spec, history);
  const audit = await auditLedger(cluster, history, failover.quietMs);
  const stretch: Stretch = { step: 1, fromMs, toMs, offeredPerS: ratePerS, before, after, stealShare };
  const voided = reasonToVoid(spec, histories[histories.length - 1]!, stretch, cluster.events());
  const failovers = failoverRows({ spec, history, audit, events: cluster.events(), injuries, trialVoid: voided });
  const faultVoids = failovers.map((row) => row.void_reason).filter((reason) => reason !== undefined);
  return {
    rows: {
      ...NO_ROWS,
      trials: [trialRow(spec, history, stretch, startedAt, voided)],
      failovers,
      timeline: failover.samples ? timelineRows(spec, history, fromMs, toMs) : [],
      latency: failover.samples ? latencyRows(spec, history, stretch) : [],
      nodes: nodeRows(spec, cluster, after),
    },
    voidReason: voided ?? voidReason(...new Set(faultVoids)),
  };
}

function endedEarly(): never {
  throw new Error('the load ended before the last fault was over');
}

/** `watches`: a watch a fault is added, where somebody is to look at the copies. */
async function injureAll(
  spec: TrialSpec,
  failover: FailoverSpec,
  cluster: Cluster,
  watches: CopiesWatch[],
): Promise<Injury[]> {
  const random = new Random(`${spec.seed}/injuries`);
  const injuries: Injury[] = [];
  for (let i = 0; i < failover.times && cluster.failure() === undefined; i++) {
    const fromMs = cluster.now();
    watches.at(-1)?.stop();
    const copies = watchCopies(spec, failover, cluster);
    if (copies !== undefined) watches.push(copies);
    const phaseMs = random.between(0, failover.phaseMaxMs);
    await cluster.sleepUntil(fromMs + failover.settleMs + phaseMs);
    const scene = new TrialScene(cluster, spec.clientZones, fromMs);
    const execution = new Execution(drawSteps(failover.plan, random.fork(i)), scene, random.fork(i));
    if (copies !== undefined) scene.onHeal = () => copies.healed();
    scene.start(execution);
    const untilMs = await observe(failover, cluster, scene, execution);
    await scene.stop();
    const deed = execution.deeds.find(({ step }) => step.prepares !== true);
    // A plan that injures the leader has to find one: who answered last before this stretch of load may lead no more.
    const happened = deed?.step.target !== 'leader' || scene.hadLeader;
    injuries.push({
      deed,
      phaseMs,
      fromMs,
      t0Ms: scene.t0Ms ?? untilMs,
      event: happened ? scene.first : undefined,
      untilMs,
      copies,
    });
    if (i + 1 < failover.times) await cluster.sleepUntil(cluster.now() + REJOIN_MS);
  }
  return injuries;
}

function watchCopies({ workload }: TrialSpec, { convergeMs }: FailoverSpec, cluster: Cluster): CopiesWatch | undefined {
  const { direct } = cluster;
  return convergeMs === undefined || direct === undefined ? undefined : new CopiesWatch(cluster, direct, workload);
}

/**
 * Waits until the plan has come to its end and recovery from it has been seen and has lasted, or is given up. Returns the
 * end of observation, at which what still stands is to be healed.
 */
async function observe(
  failover: FailoverSpec,
  cluster: Cluster,
  scene: TrialScene,
  execution: Execution,
): Promise<number> {
  const { plan, observeMaxMs, observeAfterMs, staysDown } = failover;
  const startedMs = cluster.now();
  const lookEveryMs = Math.max(LOOK_EVERY_MS, observeAfterMs / LOOKS);
  const lastsMs = planMs(plan, cluster.members.length) + observeMaxMs;
  let injuredMs = Number.NEGATIVE_INFINITY;
  let recoveredAtMs: number | undefined;
  while (cluster.failure() === undefined) {
    const giveUpAtMs = scene.t0Ms === undefined ? startedMs + lastsMs : scene.t0Ms + lastsMs;
    if (cluster.now() >= giveUpAtMs) break;
    if (scene.latestMs > injuredMs) {
      injuredMs = scene.latestMs;
      recoveredAtMs = undefined;
    }
    const latest = cluster.latestWrite();
    if (recoveredAtMs === undefined && scene.t0Ms !== undefined && latest !== undefined) {
      // What a node that was down since has answered, it may have answered before: the answer was under way.
      const sinceMs = Math.max(injuredMs + UNDER_WAY_MS, scene.upSinceMs(latest.node));
      if (latest.endMs > sinceMs) recoveredAtMs = latest.endMs;
    }
    if (recoveredAtMs !== undefined && execution.isOver && !staysDown) {
      if (cluster.now() >= Math.max(recoveredAtMs, scene.healedMs) + observeAfterMs) break;
    }
    await scene.pass(cluster.now() + lookEveryMs);
  }
  return cluster.now();
}

function reasonToVoid(
  spec: TrialSpec,
  step: History,
  stretch: Stretch,
  events: readonly ClusterEvent[],
): string | undefined {
  const { deadlines } = spec;
  return voidReason(
    generatorLate(step, faultIntervals(events)),
    deadlines &&
      deadlineLate(latenessMaxMs(stretch.after), deadlineBoundMs(deadlines.shortestTimeoutMs, deadlines.heartbeatMs)),
    cpuStolen(stretch.stealShare),
  );
}
