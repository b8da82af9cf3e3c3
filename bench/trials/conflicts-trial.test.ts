/** What the measure finds in engines whose manners are known: one rewrites documents, one merges appends, one keeps a single order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TableRow } from '../reports/tables.ts';
import { loadSuite } from '../suites/suite-file.ts';
import { loadTopology } from '../topologies/topology.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { conflictsSummary } from './conflicts-rows.ts';
import { chooseEngine, judgeEngine } from './engines.ts';
import { planTrials, type TrialsPlan } from './plan-trials.ts';
import { runTrial } from './run-trial.ts';
import type { TrialSpec } from './spec.ts';

const suite = loadSuite('conflicts', false);
const entry = suite.trials.find((one) => one.measure === 'conflicts')!;
const PLACE = loadTopology(suite.topology);

type Fault = (typeof entry)['fault'];
const CUT: Fault = [{ plan: 'cut-random-zone', for_seconds: 60 }];

async function plan(
  engine: string,
  changes: Partial<typeof entry>,
  more: Partial<TrialsPlan> = {},
): Promise<TrialSpec[]> {
  const { choice } = await chooseEngine(engine);
  const { claims } = await judgeEngine(choice, PLACE.members);
  const planned = planTrials({
    suite: { ...suite, trials: [{ ...entry, times: 1, fault: ['none'], documents: [1], ...changes }] },
    contestants: [{ engine: choice, claims: claims! }],
    topology: PLACE,
    runtime: 'simulation',
    policy: loadPolicy(suite.client),
    seed: 1,
    workload: undefined,
    fault: undefined,
    repeat: undefined,
    ...more,
  });
  return planned.flatMap((one) => (one.kind === 'trial' ? [one.spec] : []));
}

async function rowsOf(engine: string, changes: Partial<typeof entry>): Promise<TableRow<'conflicts'>[]> {
  const [spec] = await plan(engine, changes);
  const { rows, voidReason } = await runTrial(spec!);
  assert.equal(voidReason, undefined);
  return [...rows.conflicts];
}

const pick = <Name extends keyof TableRow<'conflicts'>>(row: TableRow<'conflicts'>, ...names: Name[]) =>
  names.map((name) => row[name]);

test('who rewrites a document at each edit loses some that meet, and who has many documents hardly any', async () => {
  const [one] = await rowsOf('multi-primary:appends=rewrite', {});
  const [many] = await rowsOf('multi-primary:appends=rewrite', { documents: [10_000] });
  assert.ok(one!.committed_lost! > 50, `${one!.committed_lost} of ${one!.edits}`);
  assert.ok(many!.committed_lost! < 5, `${many!.committed_lost} of ${many!.edits}`);
  assert.equal(one!.committed_surviving! + one!.committed_lost!, one!.edits);
  assert.deepEqual(pick(one!, 'documents_used', 'documents_differing', 'losing_versions'), [1, 0, 0]);
  assert.ok(many!.documents_used! > 500);
  assert.ok(Math.abs(one!.surviving_share! - one!.committed_surviving! / one!.edits!) < 1e-12);
});

for (const engine of ['multi-primary', 'raft']) {
  test(`${engine} loses no edit of one document, with no fault and in a cut that one side cannot write in`, async () => {
    const [calm] = await rowsOf(engine, {});
    assert.deepEqual(pick(calm!, 'committed_surviving', 'committed_lost', 'refused_conflict'), [calm!.edits, 0, 0]);
    const [all, meanwhile, hit, others] = await rowsOf(engine, { fault: CUT });
    for (const row of [all, meanwhile, hit, others]) assert.equal(row!.committed_lost, 0);
    assert.deepEqual(pick(hit!, 'committed', 'accepted', 'acknowledged_within'), [0, 0, 0]);
    assert.ok(others!.committed! > 0.9 * others!.edits!);
    assert.equal(hit!.edits! + others!.edits!, meanwhile!.edits);
    assert.ok(meanwhile!.edits! < all!.edits!);
    assert.deepEqual(pick(meanwhile!, 'stretch', 'side'), ['fault', 'all']);
    assert.equal(meanwhile!.observed_s!.toFixed(6), '60.000000');
    assert.ok(all!.converged_ms! < 10_000 && all!.unconverged_share === 0);
  });
}

test('where each side says yes by itself, both do, and what that is worth shows in the end', async () => {
  const [, , hit, others] = await rowsOf('multi-primary:one,appends=rewrite', { fault: CUT });
  for (const row of [hit!, others!]) assert.equal(row.acknowledged_within, row.edits);
  assert.ok(hit!.committed_lost! + others!.committed_lost! > 0.3 * hit!.edits!);
});

test('a store that keeps one order has no delete that an edit beats, and survival is not judged beside deletes', async () => {
  const [row] = await rowsOf('raft', { delete_share: 0.2, documents: [5] });
  assert.ok(row!.deletes_acknowledged! > 80);
  assert.deepEqual(pick(row!, 'deletes_overruled', 'surviving_share', 'committed_lost'), [0, undefined, undefined]);
  assert.equal(conflictsSummary([row!]), `0 of ${row!.deletes_acknowledged} acknowledged deletes overruled`);
});

test('a trial ends though the last instant of its wait is no whole microsecond', async () => {
  const specs = await plan('primary-replica', { times: 5, converge_seconds: 1.000_000_4 });
  for (const spec of specs) assert.equal((await runTrial(spec)).voidReason, undefined);
});

test('the same seed gives the same rows', async () => {
  const once = await rowsOf('multi-primary:appends=rewrite', { fault: CUT, documents: [10] });
  assert.deepEqual(await rowsOf('multi-primary:appends=rewrite', { fault: CUT, documents: [10] }), once);
});

test('each fault and number of documents has its trials, with the same seeds and clients that wait', async () => {
  const specs = await plan('raft', { times: 2, documents: [1, 100], fault: ['none', ...CUT] });
  assert.deepEqual(
    specs.map(({ conflicts, workload, seed }) => [conflicts!.plan?.name, workload.documents, seed]),
    [undefined, 'cut-random-zone-60s'].flatMap((fault) =>
      [1, 100].flatMap((documents) => [1, 2].map((seed) => [fault, documents, seed])),
    ),
  );
  for (const { conflicts, policy, spacing } of specs) {
    assert.deepEqual([conflicts!.loadMs, policy.name, spacing], [60_000, 'editor', 'poisson']);
  }
  const [timed] = await plan('raft', { fault: [{ plan: 'cut-random-zone', for_seconds: 600 }] });
  assert.equal(timed!.conflicts!.loadMs, 600_000, 'edits end when the fault does');
});

test('a trial that two parts of a suite have alike runs once, and those that differ in clients or seeds all run', async () => {
  const one = { ...entry, times: 2, fault: ['none'], documents: [1] };
  const seedsOf = async (...trials: readonly (typeof entry)[]): Promise<unknown[]> =>
    (await plan('raft', {}, { suite: { ...suite, trials: [...trials] } })).map(({ seed, policy }) => [
      seed,
      policy.name,
    ]);
  const editors = [1, 2].map((seed) => [seed, 'editor']);
  assert.deepEqual(await seedsOf(one, one), editors);
  assert.deepEqual(await seedsOf(one, { ...one, times: 3 }), [...editors, [3, 'editor']]);
  assert.deepEqual(await seedsOf(one, { ...one, client: 'kazoo' }), [...editors, [1, 'kazoo'], [2, 'kazoo']]);
});

test('where no client finds the leader the reason says why', async () => {
  const [spec] = await plan('raft', { client: 'kazoo' });
  const { voidReason } = await runTrial(spec!);
  assert.match(
    voidReason!,
    /^the keys could not all be written .* by clients behind a proxy, which looks for no leader$/,
  );
});

test('threads and another workload are refused in a sentence', async () => {
  await assert.rejects(
    plan('raft', {}, { runtime: 'threads' }),
    /^Error: --runtime must be simulation for trials of the measure conflicts/,
  );
  const workload = (await plan('raft', {}))[0]!.workload;
  await assert.rejects(
    plan('raft', {}, { workload }),
    /^Error: --workload must be left out for trials of the measure conflicts/,
  );
});
