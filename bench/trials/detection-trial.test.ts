import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lasting } from '../faults/fault-plan.ts';
import { loadFaultPlan } from '../faults/plans.ts';
import type { TableRow } from '../reports/tables.ts';
import { scaled } from '../topologies/scaled.ts';
import { loadTopology } from '../topologies/topology.ts';
import { runTrial } from './run-trial.ts';
import type { DetectionSpec } from './spec.ts';
import engine from './testing/heartbeat-engine.ts';
import { trialSpec } from './testing/specs.ts';

const NODES = 5;

/** Runs a trial of nodes that tell each other every 100 ms that they live, and are held dead after 1 s of silence. */
async function measure(changes: Partial<DetectionSpec>, preset: 'default' | 'hasty' = 'default') {
  const detection: DetectionSpec = {
    plan: undefined,
    lossShare: 0,
    settleMs: 2000,
    phaseMaxMs: 1000,
    observeMs: 10_000,
    ...changes,
  };
  const topology = scaled(loadTopology('one-hall'), NODES, detection.lossShare);
  const spec = trialSpec({
    trial: 'detection-1',
    measure: 'detection',
    engine: {
      module: new URL('./testing/heartbeat-engine.js', import.meta.url).href,
      name: 'heartbeats',
      preset,
      options: { ...engine.presets[preset] },
    },
    runtime: 'simulation',
    topology: topology.name,
    world: topology,
    members: topology.members,
    clientZones: topology.clientZones,
    detection,
  });
  const { rows, voidReason } = await runTrial(spec);
  assert.equal(rows.detections?.length, 1);
  return { row: rows.detections![0]!, rows, voidReason };
}

const isBetween = (value: number | undefined, low: number, high: number): void =>
  assert.ok(value !== undefined && value >= low && value <= high, `${value} is not between ${low} and ${high}`);
const pick = <Name extends keyof TableRow<'detections'>>(row: TableRow<'detections'>, ...names: Name[]) =>
  names.map((name) => row[name]);

test('a node that vanishes is found after the silence that is allowed, less what had passed of it', async () => {
  const { row, rows, voidReason } = await measure({ plan: loadFaultPlan('vanish-random') });
  assert.equal(voidReason, undefined);
  isBetween(row.first_detection_ms, 899, 1001);
  isBetween(row.dissemination_ms, row.first_detection_ms!, 1001);
  assert.deepEqual(pick(row, 'nodes', 'survivors', 'unaware', 'dissemination_censored'), [5, 4, 0, false]);
  assert.deepEqual(pick(row, 'false_positives', 'about_paused', 'settled_ms'), [0, 0, undefined]);
  assert.deepEqual(pick(row, 'observed_s', 'healthy', 'fault', 'loss_share'), [10, 4, 'vanish-random', 0]);
  isBetween(row.at_ms, 2000, 3000);
  assert.deepEqual([rows.trials[0]!.valid, rows.trials[0]!.workload, rows.failovers], [true, undefined, []]);
});

test('without a fault it counts what a node sends, and that nobody is held dead', async () => {
  const { row } = await measure({});
  assert.deepEqual(pick(row, 'fault', 'healthy', 'false_positives', 'dissemination_ms'), ['none', 5, 0, undefined]);
  // Ten heartbeats a second to each of four others, and every tenth time one message of the other type.
  isBetween(row.messages_per_node_s, 40.9, 41.1);
  isBetween(row.state_messages_per_node_s, 0.9, 1.1);
  const [heartbeat, state] = ['{"type":"heartbeat"}', '{"type":"push-pull"}'].map((text) => text.length);
  isBetween(row.bytes_per_node_s! - row.state_bytes_per_node_s!, 39.9 * heartbeat!, 40.1 * heartbeat!);
  isBetween(row.state_bytes_per_node_s, 0.9 * state!, 1.1 * state!);
});

test('what a node sends in a second does not depend on how late the fault comes', async () => {
  const plan = loadFaultPlan('vanish-random');
  const late = { ...plan, steps: plan.steps.map((step) => ({ ...step, when: { atMs: 8000 } })) };
  const { row } = await measure({ plan: late });
  assert.deepEqual(pick(row, 'observed_s', 'healthy'), [10, 4]);
  isBetween(row.messages_per_node_s, 40.5, 41.5);
});

test('a node that stands still is held dead by all, and trusted again as soon as it goes on', async () => {
  const { row } = await measure({ plan: lasting(loadFaultPlan('pause-random'), 5000) });
  assert.deepEqual(pick(row, 'about_paused', 'about_returned', 'false_positives', 'settled_censored'), [
    4,
    0,
    0,
    false,
  ]);
  // At most one heartbeat interval, and the way.
  isBetween(row.settled_ms, 0, 101);
  assert.deepEqual(pick(row, 'observed_s', 'fault_for_ms', 'survivors'), [15, 5000, undefined]);
});

test('with messages lost a hasty detector is wrong, and says so of healthy nodes', async () => {
  const { row } = await measure({ lossShare: 0.2 }, 'hasty');
  assert.ok(row.false_positives! > 0);
  assert.deepEqual(pick(row, 'false_by_healthy', 'false_blamers'), [row.false_positives, 5]);
});

test('whom nobody finds in the time observed is a lower bound', async () => {
  const { row } = await measure({ plan: loadFaultPlan('vanish-random'), observeMs: 500 });
  assert.deepEqual(pick(row, 'first_detection_ms', 'dissemination_ms', 'dissemination_censored', 'unaware'), [
    undefined,
    500,
    true,
    4,
  ]);
});

test('the same seed gives the same row, but for the time that it took', async () => {
  const [one, two] = [await measure({ lossShare: 0.2 }, 'hasty'), await measure({ lossShare: 0.2 }, 'hasty')];
  const untimed = ({ row }: typeof one) => ({ ...row, wall_s: 0, cpu_s: 0 });
  assert.deepEqual(untimed(one), untimed(two));
});
