import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunFolder } from '../reports/run-folder.ts';
import type { TableName, TableRow } from '../reports/tables.ts';
import type { FloorFigures } from '../runtimes/threads/floor-worker.ts';
import type { Planned } from './plan-trials.ts';
import { plainTrialRow } from './rows.ts';
import { runSuite, type SuiteRun } from './run-suite.ts';
import type { TrialOutcome, TrialSpec } from './spec.ts';
import { failoverSpec, trialSpec } from './testing/specs.ts';
import { Interrupted, type TrialRunner } from './trial-process.ts';
import { NO_ROWS, voidOutcome } from './void-outcome.ts';

const FLOOR: FloorFigures = { operationsPerS: 100_000, p50Ms: 0.1, timerLatenessMaxMs: 5 };

const measured = (spec: TrialSpec): TrialOutcome => ({
  rows: { ...NO_ROWS, trials: [{ ...plainTrialRow(spec, undefined), throughput_per_s: 50_000 }] },
  voidReason: undefined,
});
/** Void through the machine's doing, as steal is. */
const disturbed = (spec: TrialSpec, reason = 'stolen'): TrialOutcome => ({
  rows: { ...NO_ROWS, trials: [plainTrialRow(spec, reason)] },
  voidReason: reason,
});

interface Scripted {
  readonly trial?: (spec: TrialSpec, call: number) => TrialOutcome;
  readonly floor?: (call: number) => FloorFigures | undefined;
  readonly changes?: Partial<SuiteRun>;
}

function run(planned: readonly Planned[], { trial = measured, floor = () => FLOOR, changes }: Scripted = {}) {
  const tables: { [Name in TableName]?: TableRow<Name>[] } = {};
  const folder: Pick<RunFolder, 'append'> = {
    append: (table, rows) => {
      const before = (tables[table] ?? []) as object[];
      Object.assign(tables, { [table]: [...before, ...rows] });
    },
  };
  const order: string[] = [];
  const lines: string[] = [];
  let trials = 0;
  let floors = 0;
  const runner: TrialRunner = {
    trial: async (spec) => {
      order.push(spec.trial);
      return trial(spec, ++trials);
    },
    floor: async ({ mode, clients }) => {
      order.push(`floor ${mode} ${clients}`);
      return floor(++floors);
    },
  };
  const unmeasured = runSuite({
    planned,
    folder: folder as RunFolder,
    workDirectory: 'nowhere',
    signal: new AbortController().signal,
    runner,
    timeouts: new Map(),
    progress: {
      begins: (number, total, label) => lines.push(`${number}/${total} ${label}`),
      ended: (label, summary) => lines.push(`${label}: ${summary}`),
    },
    historyFolder: undefined,
    budgetMs: undefined,
    ...changes,
  });
  return { unmeasured, tables, order, lines };
}

const of = (...specs: TrialSpec[]): Planned[] => specs.map((spec) => ({ kind: 'trial', spec }));
const throughput = trialSpec();
const latency = trialSpec({ trial: 'latency-fake-1', measure: 'latency', clients: undefined, ratesPerS: [100] });

test('the floor runs before and after every throughput trial, and a speed is a share of the mean of both', async () => {
  const floor = (call: number): FloorFigures => ({ ...FLOOR, operationsPerS: call === 1 ? 80_000 : 120_000 });
  const { unmeasured, tables, order } = run(of(throughput), { floor });
  assert.deepEqual(await unmeasured, []);
  assert.deepEqual(order, ['floor batch 8', 'throughput-8-fake-1', 'floor batch 8']);
  assert.equal(tables.trials![0]!.floor_share, 0.5);
  assert.deepEqual(
    tables.floor!.map((row) => [row.id, row.mode, row.clients, row.ops_per_s]),
    [
      ['floor-1', 'batch', 8, 80_000],
      ['floor-2', 'batch', 8, 120_000],
    ],
  );
});

test('the floor taken after one trial is the one before the next, if that has as many clients', async () => {
  const other = trialSpec({ trial: 'second' });
  const more = trialSpec({ trial: 'third', clients: 64 });
  const { unmeasured, order } = run(of(throughput, other, more));
  await unmeasured;
  assert.deepEqual(order, [
    'floor batch 8',
    'throughput-8-fake-1',
    'floor batch 8',
    'second',
    'floor batch 8',
    'floor batch 64',
    'third',
    'floor batch 64',
  ]);
});

test('where the floor cannot be measured, a speed stands without its share', async () => {
  const { unmeasured, tables } = run(of(throughput), { floor: () => undefined });
  assert.deepEqual(await unmeasured, []);
  assert.deepEqual([tables.trials![0]!.throughput_per_s, tables.trials![0]!.floor_share], [50_000, undefined]);
});

test('a void trial is run again at most twice, and every attempt is recorded under a name of its own', async () => {
  const { unmeasured, tables } = run(of(latency), { trial: (spec) => disturbed(spec) });
  assert.deepEqual(await unmeasured, ['latency of fake']);
  assert.deepEqual(
    tables.trials!.map(({ trial, attempt, valid }) => [trial, attempt, valid]),
    [
      ['latency-fake-1', 1, false],
      ['latency-fake-1-again-1', 2, false],
      ['latency-fake-1-again-2', 3, false],
    ],
  );
});

test('a trial that is valid in the end counts as measured', async () => {
  const { unmeasured, order } = run(of(latency), {
    trial: (spec, call) => (call < 2 ? disturbed(spec) : measured(spec)),
  });
  assert.deepEqual(await unmeasured, []);
  assert.equal(order.length, 2);
});

test('a trial of which one step or one fault is valid has measured something', async () => {
  const step = (spec: TrialSpec): TrialOutcome => ({
    rows: { ...NO_ROWS, trials: [plainTrialRow(spec, 'late'), plainTrialRow(spec, undefined)] },
    voidReason: 'late',
  });
  assert.deepEqual(await run(of(latency), { trial: step }).unmeasured, []);
  const fault =
    (valid: boolean) =>
    (spec: TrialSpec): TrialOutcome => ({
      rows: { ...NO_ROWS, trials: [plainTrialRow(spec, undefined)], failovers: [{ valid: false }, { valid }] },
      voidReason: 'late',
    });
  assert.deepEqual(await run(of(failoverSpec()), { trial: fault(true) }).unmeasured, []);
  assert.deepEqual(await run(of(failoverSpec()), { trial: fault(false) }).unmeasured, ['failover of fake']);
});

test('figures of an earlier attempt count, even if the last one had none', async () => {
  const trial = (spec: TrialSpec, call: number): TrialOutcome => {
    if (call > 1) return disturbed(spec);
    return {
      rows: { ...NO_ROWS, trials: [plainTrialRow(spec, 'late'), plainTrialRow(spec, undefined)] },
      voidReason: 'late',
    };
  };
  assert.deepEqual(await run(of(latency), { trial }).unmeasured, []);
});

test('one valid trial of several is enough for a measure', async () => {
  const second = trialSpec({ ...latency, trial: 'latency-fake-2' });
  const trial = (spec: TrialSpec): TrialOutcome => (spec.trial === 'latency-fake-2' ? measured(spec) : disturbed(spec));
  assert.deepEqual(await run(of(latency, second), { trial }).unmeasured, []);
});

test('an engine that cannot be measured is not run again and again, and the others go on', async () => {
  const broken = { ...throughput.engine, name: 'broken' };
  const specs = [1, 2, 3].flatMap((n) => [
    trialSpec({ ...latency, trial: `broken-${n}`, engine: broken }),
    trialSpec({ ...latency, trial: `fake-${n}` }),
  ]);
  const trial = (spec: TrialSpec): TrialOutcome =>
    spec.engine.name === 'broken' ? voidOutcome(spec, 'n1 threw') : measured(spec);
  const { unmeasured, order } = run(of(...specs), { trial });
  assert.deepEqual(await unmeasured, ['latency of broken']);
  assert.deepEqual(order, ['broken-1', 'fake-1', 'broken-2', 'fake-2', 'broken-3', 'fake-3']);
});

test('no void trial is run again that would not be over within the budget', async () => {
  const { unmeasured, order } = run(of(latency), { trial: (spec) => disturbed(spec), changes: { budgetMs: -1 } });
  await unmeasured;
  assert.equal(order.length, 1);
});

test('a preset whose time-outs this machine would miss is refused without being run', async () => {
  const strict = trialSpec({ ...latency, deadlines: { shortestTimeoutMs: 300, heartbeatMs: 50 } });
  const { unmeasured, tables, order, lines } = run(of(strict), {
    floor: () => ({ ...FLOOR, timerLatenessMaxMs: 200 }),
    changes: { timeouts: new Map([['fake', { default: 300, slow: 900 }]]) },
  });
  assert.deepEqual(await unmeasured, ['latency of fake']);
  assert.deepEqual(order, ['floor batch 64', 'floor batch 64', 'floor batch 64']);
  assert.equal(tables.trials!.length, 1);
  assert.match(tables.trials![0]!.void_reason!, /timers were up to 200\.0 ms late .*; fake:slow would do$/);
  assert.match(lines[1]!, /void: timers were up to/);
});

test('all rows of an outcome reach their tables, in the order of the trials', async () => {
  const rows = (spec: TrialSpec): TrialOutcome => ({
    rows: {
      trials: [plainTrialRow(spec, undefined)],
      failovers: [{ trial: spec.trial, at_ms: 1 }],
      timeline: [{ trial: spec.trial, t_ms: 1 }],
      latency: [{ trial: spec.trial, count: 1 }],
      nodes: [{ trial: spec.trial, node: 'n1' }],
      service: [{ trial: spec.trial, p50_ms: 1 }],
      staleness: [{ trial: spec.trial, reads: 1 }],
      detections: [{ trial: spec.trial, nodes: 3 }],
      conflicts: [{ trial: spec.trial, documents: 3 }],
    },
    voidReason: undefined,
  });
  const second = trialSpec({ ...latency, trial: 'second' });
  const { unmeasured, tables } = run(of(latency, second), { trial: rows });
  await unmeasured;
  const all = [
    'trials',
    'failovers',
    'timeline',
    'latency',
    'nodes',
    'service',
    'staleness',
    'detections',
    'conflicts',
  ] as const;
  for (const name of all) {
    assert.deepEqual(
      tables[name]!.map(({ trial }) => trial),
      ['latency-fake-1', 'second'],
    );
  }
});

test('a floor suite measures what it plans, and says when it could not', async () => {
  const floors: Planned[] = [1, 64].map((clients) => ({
    kind: 'floor',
    floor: { mode: 'single', clients, measureMs: 100 },
  }));
  const { unmeasured, order, lines } = run(floors, { floor: (call) => (call === 1 ? FLOOR : undefined) });
  assert.deepEqual(await unmeasured, ['floor single, 64 clients']);
  assert.deepEqual(order, ['floor single 1', 'floor single 64']);
  assert.equal(lines[1], 'floor single, 1 clients: 100,000 operations/s');
  assert.equal(lines[3], 'floor single, 64 clients: void: the floor could not be measured');
});

test('progress tells what a trial is and what it showed', async () => {
  const preset = trialSpec({ engine: { ...throughput.engine, preset: 'async' } });
  const outage = (client_zone: string, at_ms: number, outage_ms: number, censored = false): TableRow<'failovers'> => ({
    client_zone,
    at_ms,
    outage_ms,
    censored,
  });
  const failovers = [outage('a', 1, 310), outage('b', 1, 350), outage('a', 2, 900, true), outage('b', 2, 1200)];
  const trial = (spec: TrialSpec): TrialOutcome =>
    spec.measure === 'failover' ? { rows: { ...NO_ROWS, failovers }, voidReason: undefined } : measured(spec);
  const { unmeasured, lines } = run(of(preset, failoverSpec()), { trial });
  await unmeasured;
  assert.deepEqual(lines, [
    '1/2 throughput of fake:async (none, 8 clients)',
    'throughput of fake:async (none, 8 clients): 50,000 operations/s',
    '2/2 failover of fake, kill-leader on three-zones (none)',
    // Of each fault, what the clients worst off saw.
    'failover of fake, kill-leader on three-zones (none): write outages 350 ms, > 900 ms',
  ]);
});

test('an interrupt ends the suite, with the rows of what had ended', async () => {
  const trial = (spec: TrialSpec, call: number): TrialOutcome => {
    if (call === 2) throw new Interrupted();
    return measured(spec);
  };
  const { unmeasured, tables } = run(of(latency, latency, latency), { trial });
  await assert.rejects(unmeasured, Interrupted);
  assert.equal(tables.trials!.length, 1);
});
