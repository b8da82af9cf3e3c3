import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warsModel } from '../measures/wars-model.ts';
import { modelFit, shareOf, stalenessOf } from '../reports/staleness/staleness.ts';
import type { TableRow } from '../reports/tables.ts';
import { loadSuite } from '../suites/suite-file.ts';
import { loadTopology } from '../topologies/topology.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { chooseEngine, judgeEngine, type Options } from './engines.ts';
import { planTrials } from './plan-trials.ts';
import { runTrial } from './run-trial.ts';
import type { TrialSpec } from './spec.ts';
import { stalenessSpec, stalenessSummary } from './staleness-trial.ts';

const suite = loadSuite('staleness', false);
const entry = suite.trials.find((one) => one.measure === 'staleness')!;
const [eager, , strict] = suite.engines as [string, string, string];

async function specsOf(engine: string, place: string, repeat: number): Promise<TrialSpec[]> {
  const topology = loadTopology(place);
  const { choice } = await chooseEngine(engine);
  const { claims } = await judgeEngine(choice, topology.members);
  const contestants = [{ engine: choice, claims: claims! }];
  const planned = planTrials({
    suite: { ...suite, trials: [{ ...entry, seconds: 2 }] },
    contestants,
    topology,
    runtime: 'simulation',
    policy: loadPolicy(suite.client),
    seed: 1,
    workload: undefined,
    fault: undefined,
    repeat,
  });
  return planned.flatMap((one) => (one.kind === 'trial' ? [one.spec] : []));
}

async function rowsOf(engine: string, place: string, repeat = 1): Promise<TableRow<'staleness'>[]> {
  const rows = [];
  for (const spec of await specsOf(engine, place, repeat)) {
    const outcome = await runTrial(spec);
    assert.equal(outcome.voidReason, undefined);
    rows.push(...outcome.rows.staleness);
  }
  return rows;
}

/** Each bin lies within a 95 % interval with that chance: of twenty, fewer than three in four less than once in a thousand runs. */
const FIT_MIN = 0.75;

for (const place of ['pbs-lnkd-disk', 'pbs-ymmr', 'pbs-slow-writes']) {
  test(`what clients see on ${place} is what the model says, within the intervals`, async () => {
    const [curve] = stalenessOf({ staleness: await rowsOf(eager, place, 2) });
    assert.ok(curve!.bins.length > 10);
    assert.ok(modelFit(curve!)! >= FIT_MIN, `${modelFit(curve!)}`);
    assert.ok(shareOf(curve!.bins[0]!) < 0.95, 'the youngest reads miss the write');
    assert.ok(shareOf(curve!.bins.at(-1)!) > 0.99, 'the oldest see it');
  });
}

test('where quorums meet every read sees the write before it', async () => {
  const rows = await rowsOf(strict, 'pbs-slow-writes');
  assert.ok(rows.length > 10);
  for (const { reads, consistent, model_share } of rows) assert.deepEqual([consistent, model_share], [reads, 1]);
  assert.equal(stalenessSummary(rows), '100 % of reads saw the write before them');
});

const DISK = loadTopology('pbs-lnkd-disk');
const ONE = { options: { writeQuorum: 1, readQuorum: 1, readsAsk: 'all' } };

test('a read that is sent to all copies has the share that the study gives right after a write to spinning disks, 43.9 %', () => {
  const { copies, quorums } = stalenessSpec(entry, ONE, DISK, 'simulation').model!;
  assert.deepEqual(quorums, { write: 1, read: 1, asked: 3 });
  assert.ok(Math.abs(warsModel(copies, quorums)(0) - 0.439) < 0.01);
});

test('the model takes its delays from the topology, message by message and way by way', () => {
  const slow = { kind: 'constant', ms: 40 } as const;
  const toOne = { to: { node: 'n2' }, bothWays: false, sameZone: false, changes: { byType: { read: slow } } };
  const { copies } = stalenessSpec(entry, ONE, { ...DISK, links: [...DISK.links, toOne] }, 'simulation').model!;
  assert.deepEqual(
    copies.map(({ read }) => read === slow),
    [false, true, false],
  );
  assert.deepEqual(copies[0]!.acknowledgement, copies[1]!.response);
  assert.notDeepEqual(copies[0]!.write, copies[0]!.acknowledgement);
});

test('the model takes its quorums from the suite, or from the options that it names', () => {
  const quorumsOf = (model: object, options: Options) =>
    stalenessSpec({ ...entry, model: { ...entry.model!, ...model } }, { options }, DISK, 'simulation').model?.quorums;
  const two = { writeQuorum: 2, readQuorum: 1, readsAsk: 'quorum' };
  assert.deepEqual(quorumsOf({}, two), { write: 2, read: 1, asked: 1 });
  assert.deepEqual(quorumsOf({}, { ...two, readsAsk: 'all' }), { write: 2, read: 1, asked: 3 });
  assert.deepEqual(quorumsOf({}, { ...two, writeQuorum: 'all', readQuorum: 'majority' }), {
    write: 3,
    read: 2,
    asked: 2,
  });
  assert.deepEqual(quorumsOf({ write_quorum: 3, asked: undefined }, two), { write: 3, read: 1, asked: 3 });
  assert.equal(quorumsOf({}, {}), undefined, 'another engine');
  assert.equal(quorumsOf({ write_quorum: 4 }, two), undefined, 'more than there are copies');
  assert.equal(quorumsOf({ read_quorum: 2, asked: 1 }, two), undefined, 'more answers than questions');
});

test('there is no model where it would not hold: on threads, or where a copy is next to the clients', () => {
  assert.equal(stalenessSpec(entry, ONE, DISK, 'threads').model, undefined);
  assert.equal(stalenessSpec(entry, ONE, loadTopology('one-zone-observed'), 'simulation').model, undefined);
  assert.equal(stalenessSpec({ ...entry, model: undefined }, ONE, DISK, 'simulation').model, undefined);
});

test('a trial that is not asked about staleness has no rows of it', async () => {
  const [spec] = await specsOf(eager, 'pbs-even-writes', 1);
  const { rows } = await runTrial({ ...spec!, measure: 'latency', staleness: undefined, stepMs: 20 });
  assert.deepEqual(rows.staleness, []);
  assert.equal(stalenessSummary([]), 'no reads to judge');
});
