import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spreadLabels } from './charts/draw.ts';
import { percentileCurve } from './charts/latency.ts';
import { presetStyles } from './charts/theme.ts';
import { bucketsAround, representative } from './charts/timeline.ts';
import { drawCharts } from './charts.ts';
import { type Fault, validFaults } from './faults.ts';
import type { Tables } from './tables.ts';
import { madeUpRun } from './testing/made-up-run.ts';

const { tables } = madeUpRun();

test('the same rows give the same bytes, whatever was drawn before', () => {
  const first = drawCharts(tables);
  drawCharts({ failovers: tables.failovers!, timeline: tables.timeline! });
  assert.deepEqual(drawCharts(tables), first);
  assert.deepEqual(
    first.map((chart) => chart.name),
    ['throughput', 'latency', 'failover', 'recovery'],
  );
});

test('a chart whose table is missing or empty is left out, not drawn empty', () => {
  assert.deepEqual(drawCharts({}), []);
  assert.deepEqual(
    drawCharts({ trials: [], failovers: [], timeline: [], latency: [], floor: [], service: [], nodes: [] }),
    [],
  );
  const names = (some: Tables): string[] => drawCharts(some).map((chart) => chart.name);
  assert.deepEqual(names({ trials: tables.trials! }), ['throughput']);
  assert.deepEqual(names({ failovers: tables.failovers! }), ['recovery']);
  assert.deepEqual(names({ timeline: tables.timeline! }), []);
});

test('void rows are not drawn', () => {
  const trials = tables.trials!.map((row) => ({ ...row, valid: false }));
  const failovers = tables.failovers!.map((row) => ({ ...row, valid: false }));
  assert.deepEqual(drawCharts({ ...tables, trials, failovers }), []);
});

test('an engine that never came back is labelled with what was observed', () => {
  const [failover, recovery] = drawCharts(tables).slice(2);
  assert.match(failover!.svg, /&gt; 4,000 ms, never within observation/);
  assert.match(recovery!.svg, /never within 4,000 ms/);
  assert.match(failover!.svg, /596 ms</);
});

test('names from outside cannot break out of a chart', () => {
  const evil = '</text><script>alert("x")</script>&';
  const renamed = (row: { engine?: string | undefined }) => (row.engine === 'raft' ? { ...row, engine: evil } : row);
  const charts = drawCharts({
    ...tables,
    trials: tables.trials!.map(renamed),
    failovers: tables.failovers!.map((row) => ({ ...renamed(row), fault: evil })),
  });
  assert.equal(charts.length, 4);
  for (const { svg, name } of charts) {
    assert.doesNotMatch(svg, /<script/);
    assert.match(name, /^[a-z0-9-]+$/);
  }
});

test('built-in engines keep their colours; presets of one engine differ in dashes; engines from outside follow by name', () => {
  const names = [
    { engine: 'zebra', preset: 'default' },
    { engine: 'raft', preset: 'etcd' },
    { engine: 'ape', preset: 'default' },
    { engine: 'raft', preset: 'default' },
  ];
  const styles = presetStyles(names);
  assert.equal(styles.get('raft')?.colour, '#0072b2');
  assert.equal(styles.get('raft')?.dash, undefined);
  assert.equal(styles.get('raft:etcd')?.colour, '#0072b2');
  assert.notEqual(styles.get('raft:etcd')?.dash, undefined);
  assert.notEqual(styles.get('ape')?.colour, styles.get('zebra')?.colour);
  assert.deepEqual(presetStyles([...names].reverse()), styles);
});

test('labels move apart as little as order and room allow', () => {
  assert.deepEqual(spreadLabels([10, 50, 52], 10, 0, 100), [10, 50, 60]);
  assert.deepEqual(spreadLabels([99, 98], 10, 0, 100), [100, 90]);
  assert.deepEqual(spreadLabels([], 10, 0, 100), []);
});

test('a percentile curve merges buckets and stops where too few operations lie beyond', () => {
  const bucket = (from_ms: number, to_ms: number | undefined, count: number) => ({ from_ms, to_ms, count });
  const { points, count } = percentileCurve([
    bucket(1, 2, 50),
    bucket(1, 2, 40),
    bucket(2, 4, 90),
    bucket(4, 8, 15),
    bucket(8, undefined, 5),
  ]);
  assert.equal(count, 200);
  assert.deepEqual(points, [
    { percentile: 0, ms: 1 },
    { percentile: 0.45, ms: 2 },
    { percentile: 0.9, ms: 4 },
  ]);
  assert.deepEqual(percentileCurve([]), { points: [], count: 0 });
});

test('the timeline around a fault is put into buckets of 50 ms that start at it, as rates', () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({
    t_ms: i * 10,
    offered: 2,
    completed: i < 10 ? 2 : 0,
    fail: 0,
    unknown: i < 10 ? 0 : 2,
  }));
  const before = { completedPerS: 200, failedPerS: 0, offeredPerS: 200 };
  const after = { completedPerS: 0, failedPerS: 200, offeredPerS: 200 };
  assert.deepEqual(bucketsAround(rows, 100, -50, 60), [
    { fromMs: -50, toMs: 0, ...before },
    { fromMs: 0, toMs: 50, ...after },
    { fromMs: 50, toMs: 100, ...after },
  ]);
  assert.deepEqual(bucketsAround([], 0, 0, 1), []);
});

test('buckets of the table that are as wide stay where they are', () => {
  const rows = [0, 50, 100].map((t_ms) => ({ t_ms, offered: 5, completed: 5 }));
  assert.deepEqual(
    bucketsAround(rows, 60, -100, 100).map((bucket) => [bucket.fromMs, bucket.toMs, bucket.completedPerS]),
    [
      [-60, -10, 100],
      [-10, 40, 100],
      [40, 90, 100],
    ],
  );
});

test('a strip ends with its observation, so that the next fault of the same trial is not taken for its own', () => {
  const row = { preset: 'default', fault: 'kill-leader', client_zone: 'a', censored: false };
  const failovers = [
    { ...row, engine: 'raft', trial: 't', at_ms: 1000, outage_ms: 100, observed_ms: 800 },
    { ...row, engine: 'slow', trial: 'u', at_ms: 1000, outage_ms: 1900, observed_ms: 3000 },
  ];
  const timeline = ['t', 'u'].flatMap((trial) =>
    Array.from({ length: 80 }, (_, i) => ({ trial, t_ms: i * 50, offered: 5, completed: 5, fail: 0 })),
  );
  const failingFrom = (t_ms: number) => ({
    failovers,
    timeline: timeline.map((bucket) => (bucket.trial === 't' && bucket.t_ms >= t_ms ? { ...bucket, fail: 5 } : bucket)),
  });
  const healthy = drawCharts({ failovers, timeline });
  assert.deepEqual(drawCharts(failingFrom(1800)), healthy);
  assert.notDeepEqual(drawCharts(failingFrom(1700)), healthy);
});

test('the fault that is shown is the median one, a censored one counting as the longest', () => {
  const row = (at_ms: number, outage_ms: number, censored: boolean) => ({
    trial: 't',
    engine: 'e',
    client_zone: 'a',
    at_ms,
    outage_ms,
    censored,
  });
  const faults: Fault[] = validFaults({ failovers: [row(1, 100, true), row(2, 300, false), row(3, 200, false)] });
  assert.equal(representative(faults)?.atMs, 2);
  assert.equal(representative([]), undefined);
});
