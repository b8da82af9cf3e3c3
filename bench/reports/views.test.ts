import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawCharts } from './charts.ts';
import { type FaultRow, runOf } from './testing/fault-rows.ts';
import { viewsOf } from './views.ts';

const election = { model_ms: 130, timeout_min_ms: 150, timeout_max_ms: 300, detect_ms: 120, elect_ms: 20 };
const swept = { fault: 'drift-leader-ppm=5', fault_parameter: 'ppm', fault_value: 5, reads: 100, stale_reads: 1 };
const standing = { fault: 'bridge-60s', fault_for_ms: 60_000, served_share: 0.5, elections: 3 };

const zonal = { fault: 'cut-random-zone-10s', fault_for_ms: 10_000, zone_hit: true, disagreement_share: 0.5 };

const countsOf = (tables: ReturnType<typeof runOf>): number[] => {
  const { elections, sweeps, zones, standing, sudden } = viewsOf(tables);
  return [elections, sweeps, zones, standing, sudden].map(({ failovers }) => failovers!.length);
};

test('each fault is shown in one way: beside its model, in its sweep, by zone, as it stood, or by how soon it was over', () => {
  assert.deepEqual(countsOf(runOf(election, swept, zonal, standing)), [1, 1, 1, 1, 0]);
  assert.deepEqual(countsOf(runOf({}, {})), [0, 0, 0, 0, 2]);
});

test('a zone without which no two copies are left is shown with the other zones', () => {
  const { disagreement_share, ...alone } = zonal;
  assert.deepEqual(countsOf(runOf(zonal, { ...alone, disagreement_before_share: 0.1 })), [0, 0, 2, 0, 0]);
});

test('where some faults stand and others happen at once, all are compared by how soon they were over', () => {
  assert.deepEqual(countsOf(runOf(standing, {})), [0, 0, 0, 0, 2]);
  assert.deepEqual(countsOf(runOf({ ...standing, fault_for_ms: 3000 })), [0, 0, 0, 0, 1]);
});

test('each way has its charts', () => {
  const names = (...rows: FaultRow[]): string[] => drawCharts(runOf(...rows)).map(({ name }) => name);
  assert.deepEqual(names(election, swept, zonal, standing), ['elections', 'zones', 'standing', 'sweep']);
  assert.deepEqual(names({}), ['recovery']);
  assert.deepEqual(names({ ...election, part: 'a' }, { ...election, part: 'b' }), ['elections-1', 'elections-2']);
});
