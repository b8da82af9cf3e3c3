/** A made-up run for tests of the reports: every figure in it is invented, and none may be quoted. */
import type { Manifest } from '../manifest.ts';
import type { Run } from '../run.ts';
import type { TableRow } from '../tables.ts';

/** Park and Miller's minimal standard generator: the tests need the same rows on every machine. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

interface Invented {
  readonly engine: string;
  readonly preset: string;
  readonly perS: number;
  readonly p50Ms: number;
  readonly messages: number;
  /** Middle outage after a kill; undefined: never comes back. */
  readonly outageMs: number | undefined;
  readonly lost: number;
}

export const INVENTED: readonly Invented[] = [
  { engine: 'raft', preset: 'default', perS: 61000, p50Ms: 0.62, messages: 0.41, outageMs: 620, lost: 0 },
  { engine: 'unreplicated', preset: 'default', perS: 118000, p50Ms: 0.31, messages: 0, outageMs: undefined, lost: 0 },
  { engine: 'multi-primary', preset: 'default', perS: 52000, p50Ms: 0.7, messages: 2.6, outageMs: 22, lost: 0 },
  { engine: 'multi-primary', preset: 'one', perS: 81000, p50Ms: 0.4, messages: 2.2, outageMs: 19, lost: 1 },
  { engine: 'primary-replica', preset: 'default', perS: 57000, p50Ms: 0.6, messages: 0.4, outageMs: 830, lost: 0 },
  { engine: 'primary-replica', preset: 'async', perS: 90000, p50Ms: 0.35, messages: 0.3, outageMs: 840, lost: 3 },
  {
    engine: 'primary-replica',
    preset: 'manual',
    perS: 88000,
    p50Ms: 0.36,
    messages: 0.3,
    outageMs: undefined,
    lost: 0,
  },
];

export const INVENTED_MANIFEST: Manifest = {
  toolVersion: '0.1.0',
  suite: 'default',
  title: 'Replication engines compared',
  quick: false,
  seed: 7,
  configuration: { suite: 'default' },
  configurationDigest: 'd'.repeat(64),
  commandLine: ['run', '--seed', '7'],
  startedAt: '2024-05-06T07:08:09.000Z',
  finishedAt: '2024-05-06T07:09:50.000Z',
  machine: {
    nodeVersion: '20.19.0',
    v8Version: '11.3',
    os: 'linux 6.1',
    arch: 'x64',
    cpuModel: 'Made-up CPU',
    cores: 2,
    memoryBytes: 8 * 2 ** 30,
    fileSystem: 'ext4',
  },
  sync: { p50Ms: 0.312, p99Ms: 1.24 },
  stealShare: 0.004,
  exitStatus: 0,
  interrupted: false,
};

const BUCKET_MS = 20;
const RATE_PER_S = 500;
const OBSERVED_MS = 4000;
const ZONES = ['a', 'b', 'c'];

interface Rows {
  trials: TableRow<'trials'>[];
  failovers: TableRow<'failovers'>[];
  timeline: TableRow<'timeline'>[];
  latency: TableRow<'latency'>[];
  nodes: TableRow<'nodes'>[];
  floor: TableRow<'floor'>[];
  service: TableRow<'service'>[];
  staleness: TableRow<'staleness'>[];
}

function addThroughput(rows: Rows, one: Invented, random: () => number): void {
  for (const durability of ['fsync', 'none']) {
    for (const clients of [1, 64]) {
      for (let attempt = 1; attempt <= 3; attempt++) {
        const share = (durability === 'fsync' ? 0.6 : 1) * (clients === 1 ? 0.05 : 1) * (0.95 + random() / 10);
        rows.trials.push({
          trial: `throughput-${one.engine}-${one.preset}-${durability}-${clients}-${attempt}`,
          suite: 'default',
          measure: 'throughput',
          engine: one.engine,
          preset: one.preset,
          runtime: 'threads',
          nodes: one.engine === 'unreplicated' ? 1 : 3,
          zones: one.engine === 'unreplicated' ? 1 : 3,
          workload: 'update',
          mode: 'closed',
          clients,
          durability,
          seed: attempt,
          throughput_per_s: one.perS * share,
          floor_share: (one.perS * share) / 190000,
          put_p50_ms: clients === 1 ? one.p50Ms * (durability === 'fsync' ? 1 : 0.3) : one.p50Ms * 3,
          messages_per_op: one.messages,
          bytes_per_op: one.messages * 210,
          syncs_per_op: durability === 'fsync' ? 0.021 : 0,
          cpu_ms_per_op: 0.0123 + random() / 1000,
          valid: true,
        });
      }
    }
  }
}

function addLatency(rows: Rows, one: Invented, random: () => number): void {
  [1000, 2000, 4000].forEach((rate, index) => {
    const p50 = one.p50Ms * (1 + index / 5);
    rows.trials.push({
      trial: `latency-${one.engine}-${one.preset}`,
      suite: 'default',
      measure: 'latency',
      engine: one.engine,
      preset: one.preset,
      workload: 'ycsb-a',
      mode: 'open',
      offered_per_s: rate,
      durability: 'fsync',
      step: index + 1,
      put_p50_ms: p50,
      put_p99_ms: p50 * 4,
      put_p99_uncorrected_ms: p50 * 3.9,
      get_p50_ms: p50 / 2,
      get_p99_ms: p50 * 2,
      valid: true,
    });
    for (const kind of ['get', 'put']) {
      const middle = kind === 'get' ? p50 / 2 : p50;
      for (let bucket = 0; bucket < 60; bucket++) {
        const from = 0.05 * 1.12 ** bucket;
        const distance = Math.log(from / middle);
        const weight = Math.exp(-(distance ** 2) / (distance > 0 ? 0.45 : 0.05));
        const number = Math.round(9000 * weight * (0.9 + random() / 5));
        if (number === 0) continue;
        rows.latency.push({
          trial: `latency-${one.engine}-${one.preset}`,
          step: index + 1,
          kind,
          client_zone: 'a',
          from_ms: from,
          to_ms: from * 1.12,
          count: number,
        });
      }
    }
  });
}

function addFailovers(rows: Rows, one: Invented, random: () => number): void {
  for (let repeat = 1; repeat <= 6; repeat++) {
    const trial = `failover-${one.engine}-${one.preset}-${repeat}`;
    const atMs = 2000 + Math.round(random() * 100);
    const outage = one.outageMs === undefined ? undefined : Math.round(one.outageMs * (0.7 + random() * 0.6));
    rows.trials.push({
      trial,
      suite: 'default',
      measure: 'failover',
      engine: one.engine,
      preset: one.preset,
      workload: 'ycsb-a',
      mode: 'open',
      offered_per_s: RATE_PER_S,
      durability: 'fsync',
      fault: 'kill-leader',
      valid: true,
    });
    ZONES.forEach((zone, index) => {
      rows.nodes.push({ trial, node: `n${index + 1}`, zone, up: true, messages: 1000, syncs: 50, answered: 900 });
      const seen = outage === undefined ? OBSERVED_MS : Math.max(2, outage - index * 8);
      rows.failovers.push({
        trial,
        engine: one.engine,
        preset: one.preset,
        runtime: 'threads',
        fault: 'kill-leader',
        target: 'n1',
        client_zone: zone,
        seed: repeat,
        at_ms: atMs,
        first_commit_ms: outage === undefined ? undefined : seen - 1,
        outage_ms: seen,
        outage_from_ms: -2,
        resolution_ms: 12,
        observed_ms: OBSERVED_MS,
        censored: outage === undefined,
        rto_ms: outage === undefined ? undefined : seen + 4,
        recovery_95_ms: outage === undefined ? undefined : seen + 30,
        lost_service_ops: Math.round(seen / 6),
        acked: 130,
        acked_lost: index === 0 && repeat <= one.lost ? 1 : 0,
        accepted: 0,
        false_failovers: 0,
        dual_primary_ms: 0,
        valid: true,
      });
    });
    const back = atMs + (outage ?? Number.POSITIVE_INFINITY);
    const perBucket = (RATE_PER_S * BUCKET_MS) / 1000;
    for (let t = 1500; t < atMs + 2500; t += BUCKET_MS) {
      const down = t >= atMs && t < back;
      const flush = t >= back && t < back + 60 ? 4 : 1;
      const never = outage === undefined && down;
      rows.timeline.push({
        trial,
        t_ms: t,
        offered: perBucket,
        ok: never ? 0 : down && t < atMs + 20 ? 0 : perBucket,
        fail: 0,
        unknown: never || (down && t < atMs + 20) ? perBucket : 0,
        completed: down ? 0 : Math.round(perBucket * flush + (random() - 0.5) * 2),
      });
    }
  }
}

/** The whole made-up run: four engines, seven presets, every table, one void trial. */
export function madeUpRun(): Run {
  const random = generator(11);
  const rows: Rows = {
    trials: [],
    failovers: [],
    timeline: [],
    latency: [],
    nodes: [],
    floor: [],
    service: [],
    staleness: [],
  };
  for (const one of INVENTED) {
    addThroughput(rows, one, random);
    addLatency(rows, one, random);
    addFailovers(rows, one, random);
    rows.trials.push({
      trial: `service-${one.engine}-${one.preset}`,
      suite: 'default',
      measure: 'service-time',
      engine: one.engine,
      preset: one.preset,
      durability: 'fsync',
      valid: true,
    });
    rows.service.push({
      trial: `service-${one.engine}-${one.preset}`,
      engine: one.engine,
      preset: one.preset,
      durability: 'fsync',
      operation: 'put',
      samples: 400,
      p50_ms: one.p50Ms * 0.9,
      p99_ms: one.p50Ms * 2.2,
      mean_ms: one.p50Ms,
      rme_share: 0.02,
    });
  }
  rows.trials.push({
    ...rows.trials[0]!,
    trial: 'throughput-void',
    throughput_per_s: 1,
    valid: false,
    void_reason: 'the hypervisor stole 7 % of the CPU',
  });
  for (const [mode, clients, perS] of [
    ['single', 1, 9000],
    ['single', 64, 160000],
    ['batch', 1, 9100],
    ['batch', 64, 190000],
  ] as const) {
    rows.floor.push({ id: `${mode}-${clients}`, at: 100, mode, clients, ops_per_s: perS, p50_ms: 0.1 });
  }
  return { directory: '/results/made-up', manifest: INVENTED_MANIFEST, tables: rows };
}
