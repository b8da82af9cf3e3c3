/** What the suite is there to show: conflicts without any fault, both sides of a cut saying yes, and what has become of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TableRow } from '../reports/tables.ts';
import { loadTopology } from '../topologies/topology.ts';
import { chooseEngine, judgeEngine } from '../trials/engines.ts';
import { planTrials } from '../trials/plan-trials.ts';
import { runTrial } from '../trials/run-trial.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadSuite } from './suite-file.ts';

const suite = loadSuite('conflicts', true);

/** The rows of one trial of the quick suite: of its part on that topology with that share of deletes. */
async function rowsOf(
  engine: string,
  topologyName: string,
  fault: string,
  documents: number,
  deletes = 0,
): Promise<TableRow<'conflicts'>[]> {
  const topology = loadTopology(topologyName);
  const { choice } = await chooseEngine(engine);
  const { claims } = await judgeEngine(choice, topology.members);
  const trials = suite.trials.filter(
    (entry) =>
      entry.measure === 'conflicts' &&
      (entry.topology ?? suite.topology) === topologyName &&
      entry.delete_share === deletes,
  );
  const planned = planTrials({
    suite: { ...suite, trials: trials.slice(0, 1) },
    contestants: [{ engine: choice, claims: claims! }],
    topology,
    runtime: 'simulation',
    policy: loadPolicy(suite.client),
    seed: 1,
    workload: undefined,
    fault: undefined,
    repeat: undefined,
  });
  const specs = planned.flatMap((one) => (one.kind === 'trial' ? [one.spec] : []));
  const spec = specs.find(
    ({ conflicts, workload }) => (conflicts!.plan?.name ?? 'none') === fault && workload.documents === documents,
  );
  const { rows, voidReason } = await runTrial(spec!);
  assert.equal(voidReason, undefined);
  return [...rows.conflicts];
}

const CUT = 'cut-random-zone-60s';

test("with KAZOO's recipe either side of a cut says yes at full quorum, and what one of them said ends as a losing version", async () => {
  const [all, , hit, others] = await rowsOf('multi-primary:kazoo', 'two-zones-of-three', CUT, 1);
  assert.equal(all!.client_policy, 'kazoo');
  for (const side of [hit!, others!]) {
    assert.ok(side.edits! > 200);
    assert.deepEqual([side.committed, side.acknowledged_within], [side.edits, side.edits]);
  }
  const surviving = [hit!, others!].map((side) => side.committed_surviving! / side.edits!);
  assert.ok(Math.max(...surviving) > 0.95 && Math.min(...surviving) < 0.05, `${surviving}`);
  assert.deepEqual([all!.committed_lost, all!.documents_in_conflict, all!.documents_differing], [0, 1, 0]);
});

test('CouchDB makes conflicts without any fault where copies are asked at once, and none where they are asked in turn', async () => {
  const [parallel] = await rowsOf('multi-primary:couchdb', suite.topology, 'none', 1);
  const [serial] = await rowsOf('multi-primary:couchdb-serial', suite.topology, 'none', 1);
  assert.ok(parallel!.losing_versions! > 50 && parallel!.refused_conflict! > 20);
  assert.equal(serial!.losing_versions, 0);
  assert.ok(serial!.refused_conflict! > parallel!.refused_conflict!, 'they are refused instead');
  for (const row of [parallel!, serial!]) assert.equal(row.committed_lost! + row.accepted_lost!, 0);
});

test('a zone that CouchDB is cut off in accepts with too few copies, once it knows, and loses to the longer branch', async () => {
  const [all, , hit, others] = await rowsOf('multi-primary:couchdb', suite.topology, CUT, 100);
  assert.equal(hit!.committed, 0);
  assert.ok(hit!.accepted! > 0.3 * hit!.edits!);
  assert.ok(hit!.accepted_stored! > 0.8 * hit!.accepted!);
  assert.ok(others!.committed_surviving! > 0.95 * others!.edits!);
  assert.ok(all!.beaten_by_older! > 0);
});

test('in CouchDB edits beat deletes across a cut, in a store that keeps one order they never do', async () => {
  const [couch] = await rowsOf('multi-primary:couchdb', suite.topology, CUT, 100, 0.1);
  const [raft] = await rowsOf('raft', suite.topology, CUT, 100, 0.1);
  assert.ok(couch!.deletes_overruled! > 3, `${couch!.deletes_overruled}`);
  assert.ok(raft!.deletes_acknowledged! > 20);
  assert.equal(raft!.deletes_overruled, 0);
});
