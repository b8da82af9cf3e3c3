/** What the suite is there to show of Raft: with its remedies it gets over each of these faults, and without one it does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claims } from '../../engines/raft/claims.ts';
import type { RaftOptions } from '../../engines/raft/options.ts';
import { presets } from '../../engines/raft/presets.ts';
import { type StandingFigures, standingOf } from '../reports/standing/standing.ts';
import { loadTopology } from '../topologies/topology.ts';
import { builtInModule } from '../trials/engines.ts';
import { planTrials } from '../trials/plan-trials.ts';
import { runTrial } from '../trials/run-trial.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadSuite } from './suite-file.ts';

const SEEDS = 2;
const FIVE_TIMEOUTS_MS = 5 * presets.default.electionTimeoutMaxMs;

const suite = loadSuite('partial-partitions', false);
const faults = suite.trials.flatMap((entry) => (entry.measure === 'failover' ? [entry.fault].flat() : []));

/** What the suite shows of one fault, for Raft with these changes of its default options. */
async function figuresOf(plan: string, changes: Partial<RaftOptions> = {}): Promise<StandingFigures> {
  const topology = loadTopology(suite.topology);
  const options = { ...presets.default, ...changes };
  const engine = { module: builtInModule('raft'), name: 'raft', preset: 'changed', options: { ...options } };
  const [entry] = suite.trials;
  assert.ok(entry?.measure === 'failover');
  const planned = planTrials({
    suite: { ...suite, trials: [{ ...entry, fault: { plan, for_seconds: 60 }, times: SEEDS }] },
    contestants: [{ engine, claims: claims(options, topology.members) }],
    topology,
    runtime: 'simulation',
    seed: 1,
    policy: loadPolicy(suite.client),
    workload: undefined,
    fault: undefined,
    repeat: undefined,
  });
  const outcomes = [];
  for (const one of planned) if (one.kind === 'trial') outcomes.push(await runTrial(one.spec));
  const [shown] = standingOf({ failovers: outcomes.flatMap(({ rows }) => rows.failovers) });
  return shown!.presets[0]!;
}

test('with the default options the cluster settles within five election time-outs, whatever part of it is gone', async () => {
  assert.equal(faults.length, 7);
  for (const fault of faults) {
    assert.ok(typeof fault === 'object');
    const { n, settled, servedShare } = await figuresOf(fault.plan);
    assert.equal(n, SEEDS, fault.plan);
    assert.ok(!settled!.max.censored && settled!.max.ms <= FIVE_TIMEOUTS_MS, `${fault.plan}: ${settled!.max.ms} ms`);
    assert.ok(servedShare! > 0.95, `${fault.plan}: ${servedShare} served`);
  }
});

const NEVER: readonly (readonly [why: string, plan: string, changes: Partial<RaftOptions>])[] = [
  ['a leader that reaches one node goes on for ever', 'star-follower', { checkQuorum: false }],
  ['a leader that hears nobody goes on for ever', 'deaf-leader', { checkQuorum: false }],
  ['who hears nobody deposes one leader after the other', 'deaf-leader', { preVote: false, stickiness: false }],
  ['who comes back deposes the leader each time', 'flapping-follower', { preVote: false }],
  ['a leader with a hung disk goes on for ever', 'stall-disk-leader', { leaderDiskParallel: false, diskStallMs: 0 }],
];

for (const [why, plan, changes] of NEVER) {
  test(`without ${Object.keys(changes).join(', ')} ${why}`, async () => {
    const { settled, n } = await figuresOf(plan, changes);
    assert.deepEqual([n, settled!.censored], [SEEDS, SEEDS]);
  });
}

test('without pre-vote and stickiness, who misses the leader has another one elected', async () => {
  for (const plan of ['bridge-follower', 'cut-link']) {
    const off = await figuresOf(plan, { preVote: false, stickiness: false });
    assert.ok(off.electionsPerMinute! >= 1, `${plan}: ${off.electionsPerMinute} a minute`);
    assert.equal((await figuresOf(plan)).electionsPerMinute, 0);
  }
});
