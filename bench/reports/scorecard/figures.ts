/** What the scorecard says, as numbers: summaries of the tables' valid rows, one set an engine preset. */
import { type Fault, validFaults, voidTrials } from '../faults.ts';
import { groupBy } from '../grouping.ts';
import { comparePresets, type PresetName, presetLabel, presetOf } from '../presets.ts';
import { type DurationSpread, durationSpread, type Spread, spread, sum } from '../statistics.ts';
import type { TableRow, Tables } from '../tables.ts';

type TrialRow = TableRow<'trials'>;

export interface ThroughputFigures {
  readonly workload: string;
  readonly durability: string;
  readonly clients: number;
  readonly perS: Spread | undefined;
  readonly floorShare: Spread | undefined;
  readonly putP50Ms: Spread | undefined;
  readonly messagesPerOp: Spread | undefined;
  readonly bytesPerOp: Spread | undefined;
  readonly syncsPerOp: Spread | undefined;
  readonly cpuMsPerOp: Spread | undefined;
}

export interface LatencyFigures {
  readonly workload: string;
  readonly durability: string;
  readonly offeredPerS: number;
  readonly putP50Ms: Spread | undefined;
  readonly putP99Ms: Spread | undefined;
  readonly getP50Ms: Spread | undefined;
  readonly getP99Ms: Spread | undefined;
  readonly putP99UncorrectedMs: Spread | undefined;
}

export interface ServiceFigures {
  readonly durability: string;
  readonly operation: string;
  readonly samples: number | undefined;
  readonly p50Ms: Spread | undefined;
  readonly p99Ms: Spread | undefined;
}

export interface FailoverFigures {
  readonly fault: string;
  /** Empty: the run does not say. */
  readonly topology: string;
  /** Faults, each at its own phase. */
  readonly n: number;
  readonly outage: DurationSpread | undefined;
  readonly outageElsewhere: DurationSpread | undefined;
  readonly firstCommit: DurationSpread | undefined;
  readonly rto: DurationSpread | undefined;
  readonly detectMs: Spread | undefined;
  readonly electMs: Spread | undefined;
  readonly lossWindowMs: Spread | undefined;
  /** Of nodes that were down, from their restart until they had everything again. */
  readonly rejoinMs: Spread | undefined;
  /** Sums over the faults. */
  readonly acked: number | undefined;
  readonly ackedLost: number | undefined;
  readonly accepted: number | undefined;
  readonly acceptedLost: number | undefined;
  readonly lostServiceOps: number | undefined;
  readonly staleReads: number | undefined;
  readonly shadowed: number | undefined;
  readonly falseFailovers: number | undefined;
  readonly dualPrimaryMs: number | undefined;
}

export interface PresetFigures extends PresetName {
  readonly label: string;
  readonly throughput: readonly ThroughputFigures[];
  readonly latency: readonly LatencyFigures[];
  readonly service: readonly ServiceFigures[];
  readonly failover: readonly FailoverFigures[];
}

function throughputFigures(rows: readonly TrialRow[]): ThroughputFigures {
  const first = rows[0]!;
  return {
    workload: first.workload ?? '',
    durability: first.durability ?? '',
    clients: first.clients ?? 0,
    perS: spread(rows.map((row) => row.throughput_per_s)),
    floorShare: spread(rows.map((row) => row.floor_share)),
    putP50Ms: spread(rows.map((row) => row.put_p50_ms)),
    messagesPerOp: spread(rows.map((row) => row.messages_per_op)),
    bytesPerOp: spread(rows.map((row) => row.bytes_per_op)),
    syncsPerOp: spread(rows.map((row) => row.syncs_per_op)),
    cpuMsPerOp: spread(rows.map((row) => row.cpu_ms_per_op)),
  };
}

function latencyFigures(rows: readonly TrialRow[]): LatencyFigures {
  const first = rows[0]!;
  return {
    workload: first.workload ?? '',
    durability: first.durability ?? '',
    offeredPerS: first.offered_per_s ?? 0,
    putP50Ms: spread(rows.map((row) => row.put_p50_ms)),
    putP99Ms: spread(rows.map((row) => row.put_p99_ms)),
    getP50Ms: spread(rows.map((row) => row.get_p50_ms)),
    getP99Ms: spread(rows.map((row) => row.get_p99_ms)),
    putP99UncorrectedMs: spread(rows.map((row) => row.put_p99_uncorrected_ms)),
  };
}

function serviceFigures(rows: readonly TableRow<'service'>[]): ServiceFigures {
  const first = rows[0]!;
  return {
    durability: first.durability ?? '',
    operation: first.operation ?? '',
    samples: sum(rows.map((row) => row.samples)),
    p50Ms: spread(rows.map((row) => row.p50_ms)),
    p99Ms: spread(rows.map((row) => row.p99_ms)),
  };
}

export function failoverFigures(faults: readonly Fault[]): FailoverFigures {
  const durations = (of: (fault: Fault) => Fault['outage']) =>
    durationSpread(faults.map(of).filter((duration) => duration !== undefined));
  return {
    fault: faults[0]!.fault,
    topology: faults[0]!.topology,
    n: faults.length,
    outage: durations((fault) => fault.outage),
    outageElsewhere: durations((fault) => fault.outageElsewhere),
    firstCommit: durations((fault) => fault.firstCommit),
    rto: durations((fault) => fault.rto),
    detectMs: spread(faults.map((fault) => fault.detectMs)),
    electMs: spread(faults.map((fault) => fault.electMs)),
    lossWindowMs: spread(faults.map((fault) => fault.lossWindowMs)),
    rejoinMs: spread(faults.map((fault) => fault.rejoinMs)),
    acked: sum(faults.map((fault) => fault.acked)),
    ackedLost: sum(faults.map((fault) => fault.ackedLost)),
    accepted: sum(faults.map((fault) => fault.accepted)),
    acceptedLost: sum(faults.map((fault) => fault.acceptedLost)),
    lostServiceOps: sum(faults.map((fault) => fault.lostServiceOps)),
    staleReads: sum(faults.map((fault) => fault.staleReads)),
    shadowed: sum(faults.map((fault) => fault.shadowed)),
    falseFailovers: sum(faults.map((fault) => fault.falseFailovers)),
    dualPrimaryMs: sum(faults.map((fault) => fault.dualPrimaryMs)),
  };
}

/** A figure set for every preset that any table names, void rows left out; a preset with only void rows has empty sets. */
export function presetFigures(tables: Tables): PresetFigures[] {
  const trials = tables.trials ?? [];
  const service = tables.service ?? [];
  const failovers = tables.failovers ?? [];
  const names = new Map<string, PresetName>();
  for (const row of [...trials, ...service, ...failovers]) {
    const name = presetOf(row);
    names.set(presetLabel(name), name);
  }
  const valid = trials.filter((row) => row.valid !== false);
  const voided = voidTrials(tables);
  const faults = validFaults(tables);
  return [...names.values()].sort(comparePresets).map((name) => {
    const mine = (row: { readonly engine?: string | undefined; readonly preset?: string | undefined }): boolean =>
      comparePresets(presetOf(row), name) === 0;
    const own = valid.filter(mine);
    return {
      ...name,
      label: presetLabel(name),
      throughput: groupBy(
        own.filter((row) => row.measure === 'throughput'),
        (row) => `${row.workload}/${row.durability}/${row.clients}`,
      ).map(throughputFigures),
      latency: groupBy(
        own.filter((row) => row.measure === 'latency'),
        (row) => `${row.workload}/${row.durability}/${row.offered_per_s}`,
      ).map(latencyFigures),
      service: groupBy(
        service.filter((row) => mine(row) && !voided.has(row.trial ?? '')),
        (row) => `${row.durability}/${row.operation}`,
      ).map(serviceFigures),
      failover: groupBy(faults.filter(mine), (fault) => `${fault.topology}/${fault.fault}`).map(failoverFigures),
    };
  });
}
