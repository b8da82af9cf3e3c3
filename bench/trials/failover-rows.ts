/** From a trial with faults to the rows of `failovers.csv`: one a fault and client zone. */
import type { Member } from '../../engines/api.ts';
import { standsMs } from '../faults/fault-plan.ts';
import type { Step } from '../faults/steps.ts';
import type { History } from '../history.ts';
import type { Audit } from '../measures/audit.ts';
import { cachedShare } from '../measures/cached.ts';
import { type CopiesSeen, disagreement } from '../measures/copies.ts';
import { deposed } from '../measures/deposed.ts';
import { excuses } from '../measures/fault-intervals.ts';
import { leadership } from '../measures/leadership.ts';
import { ledger, missingWrites } from '../measures/ledger.ts';
import { localShare } from '../measures/locality.ts';
import { outage } from '../measures/outage.ts';
import { recovery } from '../measures/recovery.ts';
import { rejoinMs } from '../measures/rejoin.ts';
import type { Between, KindGroup } from '../measures/selection.ts';
import { failoverSplits } from '../measures/splits.ts';
import { staleness } from '../measures/staleness.ts';
import { electionsIn, servedShare } from '../measures/standing.ts';
import { faultMissed, rateLow, voidReason } from '../measures/validity.ts';
import type { TableRow } from '../reports/tables.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { sliceHistory } from '../workloads/recorder.ts';
import type { Injury } from './failover-trial.ts';
import { isLeaderless, type TrialSpec } from './spec.ts';

type Done = NonNullable<Injury['deed']>;

export interface FailoverFacts {
  readonly spec: TrialSpec;
  readonly history: History;
  readonly audit: Audit;
  readonly events: readonly ClusterEvent[];
  readonly injuries: readonly Injury[];
  /** Why the whole trial is void. */
  readonly trialVoid: string | undefined;
}

/** An ok operation that took longer came late. */
const LATE_BOUND_MS = 100;

export function failoverRows(facts: FailoverFacts): TableRow<'failovers'>[] {
  const missing = missingWrites(facts.history, facts.audit);
  return facts.injuries.flatMap((injury, i) => {
    // An acknowledged write belongs to the fault that it came before or during: none may go uncounted.
    const ledgerFromMs = i === 0 ? Number.NEGATIVE_INFINITY : injury.fromMs;
    const nextMs = facts.injuries[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    const shared = ofCluster(facts, injury, nextMs);
    return facts.history.zones.map((zone) => ({
      ...shared,
      zone_hit: isZoneHit(facts, injury, zone),
      ...ofZone(facts, injury, zone, missing),
      ...lossOfZone(facts, injury, zone, { fromMs: ledgerFromMs, toMs: nextMs }),
    }));
  });
}

/** What is the same for the clients of all zones. */
function ofCluster(facts: FailoverFacts, injury: Injury, nextMs: number): TableRow<'failovers'> {
  const { spec, history, events, trialVoid } = facts;
  const { t0Ms, untilMs, fromMs, deed } = injury;
  const { part, plan, model } = spec.failover!;
  const failed = deed === undefined ? [] : spec.members.filter((member) => isHit(deed, member)).map(({ id }) => id);
  const splits = failoverSplits(events, { t0Ms, failed, untilMs });
  const isLed = !isLeaderless(spec.needs, events);
  const stands = standing(injury);
  const elections = electionsIn(events, stands);
  const leaders = leadership(history, {
    leaderless: !isLed,
    events,
    excused: excuses(events),
    fromMs,
    toMs: nextMs,
  });
  const reason = voidReason(
    trialVoid,
    faultMissed(injury.event, `the fault ${plan.name}`),
    rateLow(history, { fromMs, t0Ms, offeredPerS: spec.ratesPerS[0]! }),
  );
  return {
    trial: spec.trial,
    part,
    engine: spec.engine.name,
    preset: spec.engine.preset,
    runtime: spec.runtime,
    topology: spec.topology,
    durability: spec.durability,
    fault: plan.name,
    fault_for_ms: standsMs(plan),
    fault_parameter: plan.varied?.parameter,
    fault_value: plan.varied?.value,
    target: deed && targetOf(deed),
    seed: spec.seed,
    phase_ms: injury.phaseMs,
    at_ms: t0Ms,
    detect_ms: splits.detectMs,
    elect_ms: splits.electMs,
    timeout_min_ms: model?.timeoutMinMs,
    timeout_max_ms: model?.timeoutMaxMs,
    model_ms: model?.leaderlessMs,
    elections: elections.count,
    last_election_ms: elections.lastMs === undefined ? undefined : elections.lastMs - t0Ms,
    leader_changes: isLed ? leaders.changes.filter(({ atMs }) => atMs >= t0Ms && atMs < stands.toMs).length : undefined,
    rejoin_ms: rejoinMs(events, { fromMs: t0Ms, toMs: nextMs }),
    false_failovers: leaders.falseFailovers,
    dual_primary_ms: leaders.dualPrimaryMs,
    ...(injury.copies && copiesOf(injury.copies, injury)),
    valid: reason === undefined,
    void_reason: reason,
  };
}

/** Before the fault, while it stood, and from its heal to the end of observation, if there was one within it. */
function copiesOf(seen: CopiesSeen, injury: Injury): TableRow<'failovers'> {
  const { fromMs, t0Ms, untilMs } = injury;
  const { healedMs = untilMs } = seen;
  return {
    converged_ms: seen.convergedMs,
    unconverged_share: seen.unconvergedShare,
    disagreement_before_share: disagreement(seen, { fromMs, toMs: t0Ms }),
    disagreement_share: disagreement(seen, standing(injury)),
    disagreement_after_share: disagreement(seen, { fromMs: healedMs, toMs: untilMs }),
  };
}

/** From the fault until it ended by itself, or at the end of observation. */
function standing({ t0Ms, untilMs, deed }: Injury): Between {
  return { fromMs: t0Ms, toMs: Math.min(untilMs, t0Ms + (deed?.step.forMs ?? Number.POSITIVE_INFINITY)) };
}

/** Undefined: it did not happen. */
function isZoneHit({ spec }: FailoverFacts, { deed }: Injury, zone: string): boolean | undefined {
  return deed && spec.members.some((member) => member.zone === zone && isHit(deed, member));
}

/** Who is dead, cut off or worse off by the first step. Nobody by a command. */
function isHit({ step, victim }: Done, member: Member): boolean {
  if (step.do.kind === 'command') return false;
  if (hitsAll(step)) return true;
  return hitsZone(step) ? member.zone === victim.zone : member.id === victim.id;
}

const hitsAll = ({ do: { kind }, target }: Step): boolean => kind === 'power-cut' || target === 'everyone';

const ZONE_INJURIES: readonly Step['do']['kind'][] = ['kill-zone', 'vanish-zone', 'cut-zone', 'delay-zone'];

const hitsZone = ({ do: { kind } }: Step): boolean => ZONE_INJURIES.includes(kind);

function targetOf({ step, victim }: Done): string {
  if (hitsAll(step)) return 'all';
  return hitsZone(step) ? victim.zone : victim.id;
}

function ofZone(
  facts: FailoverFacts,
  injury: Injury,
  zone: string,
  missing: ReadonlySet<number>,
): TableRow<'failovers'> {
  const { history } = facts;
  const { t0Ms, untilMs, fromMs } = injury;
  // Warm-up and former faults have other rates, and would blur the resolution of this one.
  const stretch = sliceHistory(history, fromMs, Number.POSITIVE_INFINITY);
  const writes = outage(stretch, { group: 'put', zone, t0Ms, untilMs, fromMs });
  const reads = outage(stretch, { group: 'get', zone, t0Ms, untilMs, fromMs });
  const course = recovery(stretch, {
    t0Ms,
    untilMs,
    baselineFromMs: fromMs,
    lateBoundMs: LATE_BOUND_MS,
    patienceMs: facts.spec.policy.attemptTimeoutMs,
    zone,
  });
  const stale = staleness(history, missing, { zone, fromMs, toMs: untilMs });
  return {
    client_zone: zone,
    first_commit_ms: course.firstCommitMs,
    outage_ms: writes?.outageMs,
    outage_from_ms: writes === undefined ? undefined : writes.startMs - t0Ms,
    resolution_ms: writes?.resolutionMs,
    read_outage_ms: reads?.outageMs,
    observed_ms: writes?.observedMs ?? untilMs - t0Ms,
    censored: writes?.censored,
    rto_ms: course.rtoMs,
    recovery_95_ms: course.recovery95Ms,
    lost_service_ops: course.lostServiceOps,
    late_service_ops: course.lateServiceOps,
    served_share: servedShare(stretch, { zone, ...standing(injury) }),
    ...localityOf(facts, injury, zone),
    get_cached_share:
      facts.spec.policy.cacheMs === undefined ? undefined : cachedShare(history, { zone, ...standing(injury) }),
    reads: stale.reads,
    stale_reads: stale.staleReads,
  };
}

/** Before the fault and while it stands, writes and reads apart. */
function localityOf({ spec, history }: FailoverFacts, injury: Injury, zone: string): TableRow<'failovers'> {
  const shareOf = (group: KindGroup, stretch: Between): number | undefined =>
    localShare(history, spec.members, { group, zone, ...stretch });
  const before = { fromMs: injury.fromMs, toMs: injury.t0Ms };
  const during = standing(injury);
  return {
    put_local_before_share: shareOf('put', before),
    get_local_before_share: shareOf('get', before),
    put_local_share: shareOf('put', during),
    get_local_share: shareOf('get', during),
  };
}

function lossOfZone(
  { history, audit, events, spec }: FailoverFacts,
  { t0Ms, fromMs }: Injury,
  zone: string,
  stretch: { readonly fromMs: number; readonly toMs: number },
): TableRow<'failovers'> {
  const lost = ledger(history, audit, { ...stretch, zone, t0Ms });
  const { toMs } = stretch;
  const terms = deposed(history, { zone, fromMs, t0Ms, toMs, events, lostRows: lost.lostRows });
  const isLed = !isLeaderless(spec.needs, events);
  return {
    acked: lost.acked,
    acked_lost: lost.ackedLost,
    accepted: lost.accepted,
    accepted_lost: lost.acceptedLost,
    loss_window_ms: lost.ackedLost === 0 ? undefined : lost.lossWindowMs,
    ledger_per_s: terms.ledgerPerS,
    lag_ms: isLed ? terms.lagMs : undefined,
    unfenced_ms: isLed ? terms.unfencedMs : undefined,
    shadowed: lost.shadowed,
  };
}
