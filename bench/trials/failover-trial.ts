/**
 * A trial with faults: open-loop load throughout, and one injury after the other, each at a random phase, each watched
 * until service has come back for good or is given up. Then everything is healed and the ledger is audited.
 */
import type { Member } from '../../engines/api.ts';
import { chooseVictim, type FaultPlan, faultsOf } from '../faults/single.ts';
import type { Fault } from '../faults/vocabulary.ts';
import type { History } from '../history.ts';
import { faultIntervals } from '../measures/fault-intervals.ts';
import { cpuStolen, deadlineBoundMs, deadlineLate, generatorLate, voidReason } from '../measures/validity.ts';
import { Random } from '../random.ts';
import type { Cluster, ClusterEvent } from '../runtimes/cluster.ts';
import { concatHistories } from '../workloads/recorder.ts';
import { auditLedger } from './audit-ledger.ts';
import { failoverRows } from './failover-rows.ts';
import { NOT_FILLED, prepare } from './load-trial.ts';
import { latencyRows, latenessMaxMs, nodeRows, type Stretch, timelineRows, trialRow } from './rows.ts';
import { type FailoverSpec, longestFaultMs, type TrialOutcome, type TrialSpec } from './spec.ts';
import { watchSteal } from './steal.ts';
import { voidOutcome } from './void-outcome.ts';

/** Random wait before each fault: more than any heartbeat interval of an engine's default. */
const PHASE_MAX_MS = 100;
/** How often the trial looks whether writes are answered again. */
const LOOK_EVERY_MS = 5;
/** Writes answered so soon after the fault may have been under way before it. */
const UNDER_WAY_MS = 20;
/** What a node loses or gains of load when it restarts is not to be seen in the next observation. */
const REJOIN_MS = 200;

/** One injury as it happened. */
export interface Injury {
  readonly victim: Member;
  readonly phaseMs: number;
  /** Where the load before it begins to count. */
  readonly fromMs: number;
  readonly t0Ms: number;
  /** The first event of the injection; undefined: it did not happen. */
  readonly event: ClusterEvent | undefined;
  /** End of observation. */
  readonly untilMs: number;
}

export async function runFailoverTrial(
  spec: TrialSpec,
  failover: FailoverSpec,
  cluster: Cluster,
): Promise<TrialOutcome> {
  const startedAt = new Date().toISOString();
  const histories = await prepare(spec, cluster);
  if (histories === undefined) return voidOutcome(spec, NOT_FILLED);
  const before = await cluster.sample();
  const steal = watchSteal();
  const fromMs = cluster.now();
  const ratePerS = spec.ratesPerS[0]!;
  const arrival = { mode: 'open', ratePerS, spacing: 'fixed' } as const;
  const load = cluster.load({ arrival, durationMs: failover.times * longestFaultMs(failover) });
  const injuries = await Promise.race([injureAll(spec, failover, cluster), load.then(endedEarly)]);
  const toMs = cluster.now();
  cluster.stopLoad();
  histories.push(await load);
  const stealShare = steal();
  const after = await cluster.sample();
  const history = concatHistories(histories);
  const audit = await auditLedger(cluster, history);
  const stretch: Stretch = { step: 1, fromMs, toMs, offeredPerS: ratePerS, before, after, stealShare };
  const voided = reasonToVoid(spec, histories[histories.length - 1]!, stretch, cluster.events());
  const failovers = failoverRows({ spec, history, audit, events: cluster.events(), injuries, trialVoid: voided });
  const faultVoids = failovers.map((row) => row.void_reason).filter((reason) => reason !== undefined);
  return {
    rows: {
      trials: [trialRow(spec, history, stretch, startedAt, voided)],
      failovers,
      timeline: timelineRows(spec, history, fromMs, toMs),
      latency: latencyRows(spec, history, stretch),
      nodes: nodeRows(spec, cluster, after),
      service: [],
    },
    voidReason: voided ?? voidReason(...new Set(faultVoids)),
  };
}

function endedEarly(): never {
  throw new Error('the load ended before the last fault was over');
}

async function injureAll(spec: TrialSpec, failover: FailoverSpec, cluster: Cluster): Promise<Injury[]> {
  const random = new Random(`${spec.seed}/injuries`);
  const injuries: Injury[] = [];
  for (let i = 0; i < failover.times && cluster.failure() === undefined; i++) {
    const fromMs = cluster.now();
    const phaseMs = random.between(0, PHASE_MAX_MS);
    await cluster.sleepUntil(fromMs + failover.settleMs + phaseMs);
    const latest = cluster.latestWrite();
    const leader = latest?.node;
    const victim = chooseVictim(failover.plan, cluster.members, leader, random);
    const faults = faultsOf(failover.plan, victim, cluster.members, spec.clientZones);
    const events = await Promise.all(faults.map((fault) => cluster.inject(fault)));
    const t0Ms = events[0]!.atMs;
    const untilMs = await observe(failover, cluster, victim, faults, t0Ms);
    // A plan that injures the leader has to find one: who answered last before this stretch of load may lead no more.
    const happened = failover.plan.target !== 'leader' || (latest !== undefined && latest.endMs >= fromMs);
    injuries.push({ victim, phaseMs, fromMs, t0Ms, event: happened ? events[0] : undefined, untilMs });
    if (i + 1 < failover.times) await cluster.sleepUntil(cluster.now() + REJOIN_MS);
  }
  return injuries;
}

/**
 * Waits until recovery has been seen and has lasted, or is given up, and heals: at the plan's time if it has one, otherwise
 * at the end. Returns the end of observation.
 */
async function observe(
  failover: FailoverSpec,
  cluster: Cluster,
  victim: Member,
  faults: readonly Fault[],
  t0Ms: number,
): Promise<number> {
  const { plan, observeMaxMs, observeAfterMs, staysDown } = failover;
  const giveUpAtMs = t0Ms + (plan.healAfterMs ?? 0) + observeMaxMs;
  const down = new Set(cluster.members.filter((member) => isDown(plan, victim, member)).map(({ id }) => id));
  const healsAtMs = plan.healAfterMs === undefined ? undefined : t0Ms + plan.healAfterMs;
  let healedAtMs: number | undefined;
  let recoveredAtMs: number | undefined;
  while (cluster.now() < giveUpAtMs && cluster.failure() === undefined) {
    if (healsAtMs !== undefined && healedAtMs === undefined && cluster.now() >= healsAtMs) {
      await healAll(cluster, faults);
      healedAtMs = cluster.now();
    }
    const latest = cluster.latestWrite();
    if (recoveredAtMs === undefined && latest !== undefined) {
      // What a node that is down has answered, it answered before: the answer was under way.
      const sinceMs = down.has(latest.node) ? (healedAtMs ?? Number.POSITIVE_INFINITY) : t0Ms + UNDER_WAY_MS;
      if (latest.endMs > sinceMs) recoveredAtMs = latest.endMs;
    }
    const awaitsHeal = healsAtMs !== undefined && healedAtMs === undefined;
    if (recoveredAtMs !== undefined && !awaitsHeal && !staysDown) {
      if (cluster.now() >= Math.max(recoveredAtMs, healedAtMs ?? 0) + observeAfterMs) break;
    }
    await cluster.sleepUntil(cluster.now() + LOOK_EVERY_MS);
  }
  const untilMs = cluster.now();
  if (healedAtMs === undefined) await healAll(cluster, faults);
  return untilMs;
}

/** Whether a plan takes this node down until it is healed. */
function isDown(plan: FaultPlan, victim: Member, member: Member): boolean {
  if (plan.kind === 'kill' || plan.kind === 'vanish') return member.id === victim.id;
  if (plan.kind === 'kill-zone') return member.zone === victim.zone;
  return plan.kind === 'power-cut';
}

async function healAll(cluster: Cluster, faults: readonly Fault[]): Promise<void> {
  await Promise.all(faults.map((fault) => cluster.heal(fault)));
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
