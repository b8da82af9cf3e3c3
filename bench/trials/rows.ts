/** From a trial's history to rows of the tables: which figure stands in which column. */
import type { History } from '../history.ts';
import { cachedShare } from '../measures/cached.ts';
import { cost } from '../measures/cost.ts';
import { histogram } from '../measures/histogram.ts';
import { latencySample, summariseLatency } from '../measures/latency.ts';
import { localShare } from '../measures/locality.ts';
import { KIND_GROUPS, type KindGroup, type Selection } from '../measures/selection.ts';
import { throughput } from '../measures/throughput.ts';
import { timeline } from '../measures/timeline.ts';
import { CANNOT_RUN, type TableRow } from '../reports/tables.ts';
import type { Cluster, NodeSample } from '../runtimes/cluster.ts';
import type { RefusedTrial } from './plan-trials.ts';
import type { TrialSpec } from './spec.ts';

/** Fine enough that a bucket's edge lies near every fault. */
const TIMELINE_BUCKET_MS = 10;

/** A measured stretch of a trial. */
export interface Stretch {
  /** Its number among the trial's steps, from 1. */
  readonly step: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly offeredPerS: number | undefined;
  readonly before: readonly NodeSample[];
  readonly after: readonly NodeSample[];
  readonly stealShare: number | undefined;
}

type Configuration = Pick<
  TableRow<'trials'>,
  'trial' | 'suite' | 'measure' | 'engine' | 'preset' | 'runtime' | 'topology' | 'nodes' | 'zones' | 'seed' | 'attempt'
>;

function configuration(spec: TrialSpec): Configuration {
  return {
    trial: spec.trial,
    suite: spec.suite,
    measure: spec.measure,
    engine: spec.engine.name,
    preset: spec.engine.preset,
    runtime: spec.runtime,
    topology: spec.topology,
    nodes: spec.members.length,
    zones: new Set(spec.members.map(({ zone }) => zone)).size,
    seed: spec.seed,
    attempt: spec.attempt,
  };
}

/** The row of a trial that has no load of its own: whether it is valid, and if not why, is all that it says. */
export function plainTrialRow(spec: TrialSpec, voidReason: string | undefined): TableRow<'trials'> {
  return {
    ...configuration(spec),
    ...(spec.detection === undefined && { durability: spec.durability, workload: spec.workload.name }),
    valid: voidReason === undefined,
    void_reason: voidReason,
  };
}

/** The row of an engine that cannot run on a topology: in whose words and why. */
export const refusalRow = (refused: RefusedTrial): TableRow<'trials'> => ({
  trial: refused.trial,
  suite: refused.suite,
  measure: refused.measure,
  engine: refused.engine.name,
  preset: refused.engine.preset,
  runtime: refused.runtime,
  topology: refused.topology.name,
  nodes: refused.topology.members.length,
  zones: new Set(refused.topology.members.map(({ zone }) => zone)).size,
  valid: false,
  void_reason: `${CANNOT_RUN}${refused.problem}`,
});

export function trialRow(
  spec: TrialSpec,
  history: History,
  stretch: Stretch,
  startedAt: string | undefined,
  voidReason: string | undefined,
): TableRow<'trials'> {
  const { fromMs, toMs, before, after } = stretch;
  const counts = throughput(history, { fromMs, toMs });
  const costs = cost(before, after, counts.ok);
  const timeoutMs = spec.policy.operationTimeoutMs;
  const [put, get] = (['put', 'get'] as const).map((group) =>
    summariseLatency(latencySample(history, { group, fromMs, toMs }, timeoutMs)),
  );
  const [putLocal, getLocal] = KIND_GROUPS.map((group) => localShare(history, spec.members, { group, fromMs, toMs }));
  return {
    ...configuration(spec),
    workload: spec.workload.name,
    mode: stretch.offeredPerS === undefined ? 'closed' : 'open',
    clients: spec.clients,
    client_policy: spec.policy.name,
    offered_per_s: stretch.offeredPerS,
    durability: spec.durability,
    fault: spec.failover?.plan.name,
    step: stretch.step,
    started_at: startedAt,
    warmup_ops: spec.warmupOperations,
    measured_s: counts.measuredS,
    ok: counts.ok,
    fail: counts.fail,
    unknown: counts.unknown,
    throughput_per_s: counts.throughputPerS,
    put_p50_ms: put?.corrected?.p50Ms,
    put_p90_ms: put?.corrected?.p90Ms,
    put_p99_ms: put?.corrected?.p99Ms,
    put_p999_ms: put?.corrected?.p999Ms,
    put_max_ms: put?.corrected?.maxMs,
    get_p50_ms: get?.corrected?.p50Ms,
    get_p90_ms: get?.corrected?.p90Ms,
    get_p99_ms: get?.corrected?.p99Ms,
    get_p999_ms: get?.corrected?.p999Ms,
    get_max_ms: get?.corrected?.maxMs,
    put_p99_uncorrected_ms: put?.uncorrected?.p99Ms,
    get_p99_uncorrected_ms: get?.uncorrected?.p99Ms,
    put_local_share: putLocal,
    get_local_share: getLocal,
    get_cached_share: spec.policy.cacheMs === undefined ? undefined : cachedShare(history, { fromMs, toMs }),
    messages_per_op: costs.messagesPerOp,
    bytes_per_op: costs.bytesPerOp,
    syncs_per_op: costs.syncsPerOp,
    cpu_ms_per_op: costs.cpuMsPerOp,
    lateness_max_ms: latenessMaxMs(after),
    steal_share: stretch.stealShare,
    valid: voidReason === undefined,
    void_reason: voidReason,
  };
}

export const latenessMaxMs = (samples: readonly NodeSample[]): number =>
  Math.max(0, ...samples.map((sample) => sample.latenessMaxMs));

export function latencyRows(spec: TrialSpec, history: History, stretch: Stretch): TableRow<'latency'>[] {
  const rows: TableRow<'latency'>[] = [];
  for (const kind of KIND_GROUPS) for (const zone of history.zones) rows.push(...histogramRows(kind, zone));
  return rows;

  function histogramRows(kind: KindGroup, zone: string): TableRow<'latency'>[] {
    const selection: Selection = { group: kind, zone, fromMs: stretch.fromMs, toMs: stretch.toMs };
    const sample = latencySample(history, selection, spec.policy.operationTimeoutMs);
    return histogram(sample.correctedMs).map((bucket) => ({
      trial: spec.trial,
      step: stretch.step,
      kind,
      client_zone: zone,
      from_ms: bucket.fromMs,
      to_ms: bucket.toMs,
      count: bucket.count,
    }));
  }
}

export function timelineRows(spec: TrialSpec, history: History, fromMs: number, toMs: number): TableRow<'timeline'>[] {
  const { operationTimeoutMs } = spec.policy;
  return timeline(history, { fromMs, toMs, bucketMs: TIMELINE_BUCKET_MS, operationTimeoutMs }).map((bucket) => ({
    trial: spec.trial,
    t_ms: bucket.tMs,
    offered: bucket.offered,
    ok: bucket.ok,
    fail: bucket.fail,
    unknown: bucket.unknown,
    completed: bucket.completed,
    p50_ms: bucket.p50Ms,
    p99_ms: bucket.p99Ms,
  }));
}

export function nodeRows(spec: TrialSpec, cluster: Cluster, samples: readonly NodeSample[]): TableRow<'nodes'>[] {
  return samples.map((sample) => ({
    trial: spec.trial,
    node: sample.node,
    zone: cluster.members.find(({ id }) => id === sample.node)?.zone,
    up: sample.up,
    role: sample.status?.role,
    cpu_ms: sample.cpuMs,
    heap_mb: sample.heapBytes === undefined ? undefined : sample.heapBytes / 2 ** 20,
    lateness_max_ms: sample.latenessMaxMs,
    messages: sample.messages,
    bytes: sample.bytes,
    dropped: sample.dropped,
    syncs: sample.syncs,
    answered: sample.answered,
  }));
}
