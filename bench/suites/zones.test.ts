/** What the suite is there to show: who is served on either side of a zone that is lost or cut off, and what becomes of the copies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import multiPrimary from '../../engines/multi-primary/index.ts';
import type { TableRow } from '../reports/tables.ts';
import { loadTopology } from '../topologies/topology.ts';
import { builtInModule } from '../trials/engines.ts';
import { planTrials } from '../trials/plan-trials.ts';
import { runTrial } from '../trials/run-trial.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadSuite } from './suite-file.ts';

const suite = loadSuite('zones', true);

/** The rows of one fault on three zones with a node each, the hit zone first. */
async function rowsOf(preset: 'default' | 'one', plan: string, forS: number): Promise<TableRow<'failovers'>[]> {
  const topology = loadTopology('white-paper-3-zones');
  const options = multiPrimary.presets[preset]!;
  const engine = { module: builtInModule('multi-primary'), name: 'multi-primary', preset, options: { ...options } };
  const [entry] = suite.trials;
  assert.ok(entry?.measure === 'failover');
  const planned = planTrials({
    suite: { ...suite, trials: [{ ...entry, fault: { plan, for_seconds: forS } }] },
    contestants: [{ engine, claims: multiPrimary.claims(options, topology.members) }],
    topology,
    runtime: 'simulation',
    seed: 1,
    policy: loadPolicy(suite.client),
    workload: undefined,
    fault: undefined,
    repeat: undefined,
  });
  const [trial] = planned;
  assert.ok(trial?.kind === 'trial' && planned.length === 1);
  const { rows, voidReason } = await runTrial(trial.spec);
  assert.equal(voidReason, undefined);
  return [...rows.failovers].sort((a, b) => Number(b.zone_hit) - Number(a.zone_hit));
}

const servedIn = (rows: readonly TableRow<'failovers'>[]): string[] =>
  rows.map(({ served_share }) => (served_share! > 0.95 ? 'served' : served_share! < 0.3 ? 'not served' : 'partly'));

test('with two copies a write, a zone that is cut off is not served, and the others notice nothing', async () => {
  const rows = await rowsOf('default', 'cut-random-zone', 20);
  assert.deepEqual(
    rows.map(({ zone_hit }) => zone_hit),
    [true, false, false],
  );
  assert.deepEqual(servedIn(rows), ['not served', 'served', 'served']);
  for (const row of rows) {
    assert.deepEqual([row.put_local_before_share, row.acked_lost], [0, 0]);
    assert.ok(row.disagreement_share! > 0.5 && row.disagreement_before_share! < 0.1);
    assert.ok(row.converged_ms! > 0 && row.converged_ms! < 10_000, `${row.converged_ms} ms`);
    assert.equal(row.unconverged_share, 0);
  }
});

test('with one copy all are served, each in its own zone, and the copies differ until the heal', async () => {
  const rows = await rowsOf('one', 'cut-random-zone', 20);
  assert.deepEqual(servedIn(rows), ['served', 'served', 'served']);
  for (const row of rows) {
    assert.deepEqual([row.put_local_before_share, row.put_local_share, row.get_local_share], [1, 1, 1]);
    assert.ok(row.disagreement_share! > 0.5);
    assert.equal(row.unconverged_share, 0);
  }
});

test('clients of a zone that is killed are served by the others', async () => {
  const rows = await rowsOf('one', 'kill-random-zone', 10);
  assert.deepEqual(servedIn(rows), ['served', 'served', 'served']);
  assert.deepEqual(
    rows.map(({ put_local_share }) => put_local_share),
    [0, 1, 1],
  );
});
