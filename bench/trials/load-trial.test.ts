/** The instrument checks itself: an engine that stalls as planned is measured as planned. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type History, latencyMs } from '../history.ts';
import { sortValues } from '../measures/percentiles.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import { runLoadTrial } from './load-trial.ts';
import { measureOnThreads, planned } from './testing/measure-on-threads.ts';
import { trialSpec } from './testing/specs.ts';

/** Clients that wait for their answer as long as it takes. */
const patient = { ...loadPolicy('default'), name: 'patient', attemptTimeoutMs: 20_000, operationTimeoutMs: 20_000 };

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const latencies = (history: History): Float64Array =>
  sortValues(Float64Array.from({ length: history.length }, (_, row) => latencyMs(history, row)));

/** Ends of answers on a busy machine lie a little behind the stall's end; the expected value's 5 % comes on top. */
const NOISE_MS = 20;
/** What disturbs a measurement passes, what is wrong with the instrument does not. */
const ATTEMPTS = 3;

test('a stall of S s in a run of T s shows in the mean as S²/2T, and above 1 − S/T as S − (1 − p)·T', async () => {
  const stallMs = 1000;
  const runMs = 4000;
  const spec = trialSpec({
    measure: 'latency',
    engine: planned({ stallMs, stallAfterMs: 1500 }),
    policy: patient,
    workload: { ...loadWorkload('update'), keyCount: 100 },
    warmupOperations: 0,
    clients: undefined,
    ratesPerS: [500],
    stepMs: runMs,
  });
  let wrong: string[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { outcome, history, stall } = await measureOnThreads(spec, (cluster) => runLoadTrial(spec, cluster));
    assert.equal(history.length, 2000);
    const stalledMs = stall!.toMs - stall!.fromMs;
    assert.ok(stalledMs >= stallMs);
    const [row] = outcome.rows.trials;
    const above = (p: number): number => stalledMs - (1 - p) * runMs;
    const sorted = latencies(history);
    const figures: readonly (readonly [string, number | undefined, number])[] = [
      // The base is what operations take that do not meet the stall: the lower part of the distribution.
      ['mean', mean(sorted), stalledMs ** 2 / (2 * runMs) + mean(sorted.subarray(0, 0.7 * sorted.length))],
      ['p90', row!.put_p90_ms, above(0.9)],
      ['p99', row!.put_p99_ms, above(0.99)],
      ['p99.9', row!.put_p999_ms, above(0.999)],
      ['max', row!.put_max_ms, stalledMs],
    ];
    wrong = figures.flatMap(([name, measured, expected]) =>
      measured !== undefined &&
      Math.abs(measured - expected) <= 0.05 * expected + (name === 'mean' ? NOISE_MS / 4 : NOISE_MS)
        ? []
        : [`${name} ${measured} ms, and ${expected} ms were planned`],
    );
    if (wrong.length === 0) return;
  }
  assert.deepEqual(wrong, []);
});

test('a closed loop hides the same stall: its client waited instead of asking', async () => {
  const stallMs = 500;
  const runMs = 2000;
  const spec = trialSpec({
    engine: planned({ stallMs, stallAfterMs: 700 }),
    policy: patient,
    workload: { ...loadWorkload('update'), keyCount: 100 },
    warmupOperations: 0,
    clients: 1,
    stepMs: runMs,
  });
  const { outcome, history, stall } = await measureOnThreads(spec, (cluster) => runLoadTrial(spec, cluster));
  const [row] = outcome.rows.trials;
  const truth99 = stallMs - 0.01 * runMs;
  // On a busy machine it may have been asked only when the stall had begun: from then on it waits for the stall's end.
  const metMs = Math.max(...history.start.filter((startMs) => startMs < stall!.toMs));
  assert.ok(metMs < stall!.fromMs + stallMs / 2, `asked ${metMs - stall!.fromMs} ms after the stall had begun`);
  const waitedMs = stall!.toMs - Math.max(metMs, stall!.fromMs);
  assert.ok(row!.put_max_ms! >= waitedMs - 1, `the one operation that met the stall took ${row!.put_max_ms} ms`);
  assert.ok(row!.put_p99_ms! < truth99 / 5, `p99 ${row!.put_p99_ms} ms`);
  assert.ok(mean(latencies(history)) < stallMs ** 2 / (2 * runMs) / 5, `mean ${mean(latencies(history))} ms`);
});
