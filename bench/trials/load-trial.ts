/** A trial without faults: fill the store, warm up, then one measured step of load after the other. */
import { type History, OK } from '../history.ts';
import { cpuStolen, deadlineBoundMs, deadlineLate, generatorLate, voidReason } from '../measures/validity.ts';
import type { Cluster } from '../runtimes/cluster.ts';
import type { LoadStep } from '../workloads/plan.ts';
import { concatHistories } from '../workloads/recorder.ts';
import { keepHistory } from './keep-history.ts';
import { startTime, stealDuring } from './real-clock.ts';
import { latencyRows, latenessMaxMs, nodeRows, type Stretch, trialRow } from './rows.ts';
import type { TrialOutcome, TrialSpec } from './spec.ts';
import { stalenessRows } from './staleness-trial.ts';
import { NO_ROWS, voidOutcome } from './void-outcome.ts';

/** Clients of the stretches before the measured ones. */
const WARMUP_CLIENTS = 64;
const PRELOAD_MAX_MS = 20_000;

/** An engine whose failover is given minutes may take as long to find its first leader. */
const preloadMaxMs = ({ failover }: TrialSpec): number => Math.max(PRELOAD_MAX_MS, failover?.observeMaxMs ?? 0);

/**
 * Puts every key once and lets the workers compile their code. None of it is measured. Undefined: the store could not be
 * filled.
 */
export async function prepare(spec: TrialSpec, cluster: Cluster): Promise<History[] | undefined> {
  const arrival = { mode: 'closed', clients: WARMUP_CLIENTS } as const;
  const preload = await cluster.load({ arrival, preload: true, durationMs: preloadMaxMs(spec) });
  const written = preload.outcome.subarray(0, preload.length).filter((outcome) => outcome === OK).length;
  if (written < spec.workload.keyCount) return undefined;
  if (spec.warmupOperations === 0) return [preload];
  return [preload, await cluster.load({ arrival, operations: spec.warmupOperations, durationMs: PRELOAD_MAX_MS })];
}

export function notFilled(spec: TrialSpec): string {
  const who = spec.policy.proxy === undefined ? '' : ' by clients behind a proxy, which looks for no leader';
  return `the keys could not all be written once within ${preloadMaxMs(spec) / 1000} s${who}`;
}

export async function runLoadTrial(spec: TrialSpec, cluster: Cluster): Promise<TrialOutcome> {
  const startedAt = startTime(cluster);
  const histories = await prepare(spec, cluster);
  if (histories === undefined) return voidOutcome(spec, notFilled(spec));
  const stretches: Stretch[] = [];
  let before = await cluster.sample();
  for (const arrival of arrivalsOf(spec)) {
    const steal = stealDuring(cluster);
    const fromMs = cluster.now();
    histories.push(await cluster.load({ arrival, durationMs: spec.stepMs }));
    const after = await cluster.sample();
    stretches.push({
      step: stretches.length + 1,
      fromMs,
      toMs: fromMs + spec.stepMs,
      offeredPerS: arrival.mode === 'open' ? arrival.ratePerS : undefined,
      before,
      after,
      stealShare: steal(),
    });
    before = after;
  }
  const history = concatHistories(histories);
  keepHistory(spec, history);
  const reasons = stretches.map((stretch) =>
    reasonToVoid(spec, histories[histories.length - stretches.length + stretch.step - 1]!, stretch),
  );
  return {
    rows: {
      ...NO_ROWS,
      trials: stretches.map((stretch, i) => trialRow(spec, history, stretch, startedAt, reasons[i])),
      latency: stretches.flatMap((stretch) => latencyRows(spec, history, stretch)),
      nodes: nodeRows(spec, cluster, before),
      staleness: stretches.flatMap((stretch, i) =>
        reasons[i] === undefined ? stalenessRows(spec, history, stretch) : [],
      ),
    },
    voidReason: voidReason(...new Set(reasons)),
  };
}

function arrivalsOf(spec: TrialSpec): LoadStep['arrival'][] {
  if (spec.clients !== undefined) return [{ mode: 'closed', clients: spec.clients }];
  return spec.ratesPerS.map((ratePerS) => ({ mode: 'open', ratePerS, spacing: spec.spacing }));
}

function reasonToVoid(spec: TrialSpec, step: History, stretch: Stretch): string | undefined {
  const { deadlines } = spec;
  return voidReason(
    stretch.offeredPerS === undefined ? undefined : generatorLate(step, []),
    deadlines &&
      deadlineLate(latenessMaxMs(stretch.after), deadlineBoundMs(deadlines.shortestTimeoutMs, deadlines.heartbeatMs)),
    cpuStolen(stretch.stealShare),
  );
}
