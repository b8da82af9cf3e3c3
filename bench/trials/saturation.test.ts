/** Where nodes cost time, an offered rate above what they can serve makes a queue, and one below does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUICK_NODE } from '../runtimes/simulation/simulation-fixture.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import { builtInModule } from './engines.ts';
import { runTrial } from './run-trial.ts';
import { MEMBERS, trialSpec } from './testing/specs.ts';

/** Of one node that takes 0.02 ms for an operation. A turn takes 5 ms then, if there is that much to do. */
const CAPACITY_PER_S = 50_000;
const TURN_MS = 5;

async function offer(ratePerS: number, stepMs: number) {
  const spec = trialSpec({
    measure: 'latency',
    runtime: 'simulation',
    engine: { module: builtInModule('unreplicated'), name: 'unreplicated', preset: 'default', options: {} },
    world: { members: MEMBERS, links: [], node: { ...QUICK_NODE, perOperationMs: 1000 / CAPACITY_PER_S } },
    policy: { ...loadPolicy('default'), inFlightMax: 1_000_000 },
    workload: { ...loadWorkload('update'), keyCount: 100 },
    warmupOperations: 0,
    clients: undefined,
    ratesPerS: [ratePerS],
    spacing: 'fixed',
    stepMs,
  });
  const { rows, voidReason } = await runTrial(spec);
  assert.equal(voidReason, undefined);
  return rows.trials[0]!;
}

test('below capacity nobody waits long, and everything is served', async () => {
  const row = await offer(0.8 * CAPACITY_PER_S, 400);
  assert.ok(row.put_p50_ms! < 2, `median ${row.put_p50_ms} ms`);
  assert.ok(Math.abs(row.throughput_per_s! / (0.8 * CAPACITY_PER_S) - 1) < 0.02, `${row.throughput_per_s} a second`);
});

test('above capacity the queue grows as long as the load lasts, and no more than the capacity is served', async () => {
  // Long enough for the turns that its ends cut to be a small part of it.
  for (const stepMs of [400, 800]) {
    const row = await offer(1.5 * CAPACITY_PER_S, stepMs);
    // What comes in t ms takes 1.5 t to be served: who comes after t waits for t / 2, and in the middle for stepMs / 4.
    const waitMs = stepMs / 4;
    const moreMs = row.put_p50_ms! - waitMs;
    assert.ok(moreMs > 0 && moreMs < 3 * TURN_MS, `${stepMs} ms: median ${row.put_p50_ms} ms`);
    assert.ok(Math.abs(row.throughput_per_s! / CAPACITY_PER_S - 1) < 0.05, `${row.throughput_per_s} a second`);
  }
});
