import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constantLoad, historyOf } from '../measures/synthetic-history.ts';
import type { Cluster, NodeSample } from '../runtimes/cluster.ts';
import { latencyRows, latenessMaxMs, nodeRows, plainTrialRow, type Stretch, timelineRows, trialRow } from './rows.ts';
import { failoverSpec, MEMBERS, trialSpec } from './testing/specs.ts';
import { voidOutcome } from './void-outcome.ts';

const sample = (node: string, counters: Partial<NodeSample> = {}): NodeSample => ({
  node,
  up: true,
  messages: 0,
  bytes: 0,
  dropped: 0,
  syncs: 0,
  answered: 0,
  latenessMaxMs: 0,
  ...counters,
});

const stretch = (changes: Partial<Stretch> = {}): Stretch => ({
  step: 1,
  fromMs: 1000,
  toMs: 2000,
  offeredPerS: undefined,
  before: [sample('n1')],
  after: [sample('n1')],
  stealShare: undefined,
  ...changes,
});

/** Two seconds of 100 operations/s that take 4 ms; every second one is a read. The first second is warm-up. */
const history = historyOf(
  constantLoad({
    ratePerS: 100,
    durationMs: 2000,
    latencyMs: 4,
    change: (_, i) => (i % 2 === 0 ? {} : { kind: 'get' }),
  }),
  { zones: ['a', 'b'] },
);

test("a trial's row has its configuration, and figures of the measured window alone", () => {
  const row = trialRow(trialSpec(), history, stretch(), '2020-01-01T00:00:00.000Z', undefined);
  assert.equal(row.trial, 'throughput-8-fake-1');
  assert.deepEqual([row.nodes, row.zones, row.seed, row.attempt], [3, 3, 7, 1]);
  assert.deepEqual([row.mode, row.clients, row.offered_per_s], ['closed', 8, undefined]);
  assert.deepEqual([row.workload, row.client_policy, row.durability], ['update', 'default', 'none']);
  assert.deepEqual([row.ok, row.fail, row.unknown, row.measured_s, row.throughput_per_s], [100, 0, 0, 1, 100]);
  assert.equal(row.put_p50_ms, 4);
  assert.equal(row.get_max_ms, 4);
  assert.deepEqual([row.valid, row.void_reason], [true, undefined]);
});

test('a row of an open loop says what was offered, and one with faults which', () => {
  const row = trialRow(failoverSpec(), history, stretch({ offeredPerS: 100, step: 3 }), 'now', 'too late');
  assert.deepEqual([row.mode, row.offered_per_s, row.fault, row.step], ['open', 100, 'kill-leader', 3]);
  assert.deepEqual([row.valid, row.void_reason], [false, 'too late']);
});

test('latency counts from the intended start, and beside it from the actual one', () => {
  const late = historyOf(
    constantLoad({ ratePerS: 100, durationMs: 1000, change: (at) => ({ start: at + 50, end: at + 51 }) }),
  );
  const row = trialRow(trialSpec(), late, stretch({ fromMs: 0, toMs: 1100 }), 'now', undefined);
  assert.deepEqual([row.put_p99_ms, row.put_p99_uncorrected_ms, row.get_p99_ms], [51, 1, undefined]);
});

test('the cost of an operation is what the counters grew by in the window', () => {
  const before = [sample('n1', { messages: 50, bytes: 1000, syncs: 5, cpuMs: 10 }), sample('n2', { cpuMs: 0 })];
  const after = [sample('n1', { messages: 250, bytes: 6000, syncs: 15, cpuMs: 30 }), sample('n2', { cpuMs: 20 })];
  const row = trialRow(trialSpec(), history, stretch({ before, after }), 'now', undefined);
  assert.deepEqual([row.messages_per_op, row.bytes_per_op, row.syncs_per_op, row.cpu_ms_per_op], [2, 50, 0.1, 0.4]);
});

test('writes and reads each have the share that did not leave their zone, in the window', () => {
  // Warm-up crosses throughout, and so does every fourth operation of the window, all of them writes.
  const crossing = constantLoad({
    ratePerS: 100,
    durationMs: 2000,
    change: (at, i) => ({ kind: i % 2 === 0 ? 'put' : 'get', crossed: at < 1000 || i % 4 === 0 }),
  });
  const row = trialRow(trialSpec(), historyOf(crossing, { zones: ['a'] }), stretch(), 'now', undefined);
  assert.deepEqual([row.put_local_share, row.get_local_share], [0.5, 1]);
});

test('lateness is that of the latest node, and steal stands where it is known', () => {
  assert.equal(latenessMaxMs([sample('n1', { latenessMaxMs: 3 }), sample('n2', { latenessMaxMs: 8 })]), 8);
  assert.equal(latenessMaxMs([]), 0);
  assert.equal(trialRow(trialSpec(), history, stretch({ stealShare: 0.02 }), 'now', undefined).steal_share, 0.02);
});

test('latency rows count every measured operation once, by kind and zone', () => {
  const rows = latencyRows(trialSpec(), history, stretch({ step: 2 }));
  const counted = (kind: string, zone: string): number =>
    rows.filter((row) => row.kind === kind && row.client_zone === zone).reduce((sum, row) => sum + row.count!, 0);
  assert.deepEqual([counted('put', 'a'), counted('get', 'a'), counted('put', 'b')], [50, 50, 0]);
  assert.ok(rows.every((row) => row.step === 2 && row.from_ms! <= 4 && row.to_ms! > 4));
});

test('timeline rows cover the stretch, and offer what was intended in it', () => {
  const rows = timelineRows(trialSpec(), history, 1000, 2000);
  assert.equal(
    rows.reduce((sum, row) => sum + row.offered!, 0),
    100,
  );
  assert.ok(rows.every((row) => row.trial === 'throughput-8-fake-1' && row.t_ms! >= 1000 && row.t_ms! < 2000));
});

test('a node that tells nothing of CPU, heap or role has empty cells, never zeros', () => {
  const cluster = { members: MEMBERS } as unknown as Cluster;
  const [bare, full] = nodeRows(trialSpec(), cluster, [
    sample('n1'),
    sample('n2', { cpuMs: 5, heapBytes: 3 * 2 ** 20, up: false, status: { role: 'leader' } }),
  ]);
  assert.deepEqual([bare!.zone, bare!.cpu_ms, bare!.heap_mb, bare!.role], ['a', undefined, undefined, undefined]);
  assert.deepEqual([full!.zone, full!.cpu_ms, full!.heap_mb, full!.role, full!.up], ['b', 5, 3, 'leader', false]);
});

test('a trial that could not be measured leaves one row, which says why and claims no figure', () => {
  const { rows, voidReason, unmeasurable } = voidOutcome(trialSpec(), 'n1 threw');
  assert.deepEqual([voidReason, unmeasurable, rows.trials.length, rows.failovers.length], ['n1 threw', true, 1, 0]);
  const [row] = rows.trials;
  assert.deepEqual(
    [row!.valid, row!.void_reason, row!.engine, row!.throughput_per_s],
    [false, 'n1 threw', 'fake', undefined],
  );
  assert.equal(plainTrialRow(trialSpec(), undefined).valid, true);
});
