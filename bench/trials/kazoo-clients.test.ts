/** KAZOO's published recipe behind its own clients: two zones with two copies each, of which two acknowledge and two answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import multiPrimary from '../../engines/multi-primary/index.ts';
import type { Options } from '../../engines/multi-primary/options.ts';
import { presets } from '../../engines/multi-primary/presets.ts';
import type { TableRow } from '../reports/tables.ts';
import { loadSuite } from '../suites/suite-file.ts';
import { loadTopology } from '../topologies/topology.ts';
import type { ClientPolicy } from '../workloads/plan.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { builtInModule } from './engines.ts';
import { planTrials } from './plan-trials.ts';
import { runTrial } from './run-trial.ts';

interface Recipe {
  readonly fault: string;
  readonly options?: Partial<Options>;
  readonly policy?: ClientPolicy;
}

const KAZOO = loadPolicy('kazoo');
const WITHOUT_CACHE = loadPolicy('kazoo-uncached');

/** The rows of one fault that stands for a minute, the hit zone first. */
async function rowsOf({ fault, options, policy = KAZOO }: Recipe): Promise<TableRow<'failovers'>[]> {
  const suite = loadSuite('zones', true);
  const topology = loadTopology('two-zones-of-three');
  const chosen: Options = { ...presets.default, copies: 4, writeQuorum: 2, readQuorum: 2, ...options };
  const engine = {
    module: builtInModule('multi-primary'),
    name: 'multi-primary',
    preset: 'recipe',
    options: { ...chosen },
  };
  const entry = suite.trials[0]!;
  assert.ok(entry.measure === 'failover');
  const planned = planTrials({
    suite: { ...suite, trials: [{ ...entry, fault: { plan: fault, for_seconds: 60 } }] },
    contestants: [{ engine, claims: multiPrimary.claims(chosen, topology.members) }],
    topology,
    runtime: 'simulation',
    seed: 1,
    policy,
    policyForAll: true,
    workload: undefined,
    fault: undefined,
    repeat: undefined,
  });
  const trial = planned[0]!;
  assert.ok(trial.kind === 'trial' && planned.length === 1);
  const { rows, voidReason } = await runTrial(trial.spec);
  assert.equal(voidReason, undefined);
  return [...rows.failovers].sort((a, b) => Number(b.zone_hit) - Number(a.zone_hit));
}

/** Five writes a second and zone: nothing shorter is seen. */
const isUnbroken = ({ served_share, outage_ms }: TableRow<'failovers'>): boolean =>
  served_share === 1 && outage_ms! < 1100;

test('both sides of a cut go on at full quorum, and read from each other what is as old as the cut', async () => {
  const rows = await rowsOf({ fault: 'cut-random-zone' });
  for (const row of rows) {
    assert.ok(isUnbroken(row), `${row.client_zone}: ${row.served_share}, ${row.outage_ms} ms`);
    assert.deepEqual([row.accepted, row.get_local_before_share], [0, 1]);
    assert.ok(row.disagreement_share! > 0.5, `${row.disagreement_share}`);
    assert.ok(row.stale_reads! > 0.2 * row.reads!, `${row.stale_reads} of ${row.reads}`);
    assert.ok(row.get_cached_share! > 0.9, `${row.get_cached_share}`);
  }
});

test('without a cache the store answers every read', async () => {
  for (const row of await rowsOf({ fault: 'cut-random-zone', policy: WITHOUT_CACHE })) {
    assert.equal(row.get_cached_share, undefined);
    assert.ok(isUnbroken(row) && row.get_local_share === 1);
  }
});

test('the clients of a zone whose nodes fall silent are served by backups once checks have taken the nodes out', async () => {
  const [hit, other] = await rowsOf({ fault: 'vanish-leader-zone' });
  assert.ok(isUnbroken(other!), `${other!.outage_ms} ms`);
  // Three checks, 2 s apart; what was sent before would be sent again only after 12 s.
  assert.ok(hit!.outage_ms! > 4000 && hit!.outage_ms! < 9000, `${hit!.outage_ms} ms`);
  assert.ok(hit!.put_local_share! < 0.01, `${hit!.put_local_share}`);
});

test('where three of four copies would have to hold a write, it is done for a client that takes accepted for success, and for one that doubts it not', async () => {
  const options = { writeQuorum: 3, answers: 'accepting' } as const;
  const taken = await rowsOf({ fault: 'cut-random-zone', options });
  const doubted = await rowsOf({ fault: 'cut-random-zone', options, policy: { ...KAZOO, takesAcceptedFor: 'doubt' } });
  for (const [i, row] of taken.entries()) {
    assert.ok(row.served_share === 1 && row.accepted! > 100, `${row.accepted} accepted`);
    const { served_share, accepted, acked } = doubted[i]!;
    assert.deepEqual([served_share, accepted], [0, 0]);
    // Without success while the cut stands, observation ends a moment later.
    const committed = row.acked! - row.accepted!;
    assert.ok(acked! >= committed && acked! <= committed + 5, `${acked}, and ${committed} committed before`);
  }
});
