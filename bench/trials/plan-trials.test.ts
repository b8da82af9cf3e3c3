import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Claims } from '../../engines/api.ts';
import { type FaultPlan, standsMs } from '../faults/fault-plan.ts';
import { loadFaultPlan } from '../faults/plans.ts';
import type { Target } from '../faults/steps.ts';
import { loadSuite, type Suite, type SuiteEntry } from '../suites/suite-file.ts';
import { scalings } from '../topologies/scaled.ts';
import { loadTopology } from '../topologies/topology.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import { type Contestant, type Planned, planTrials, type TrialsPlan } from './plan-trials.ts';
import type { TrialSpec } from './spec.ts';

const contestant = (name: string, needs: Claims['needs'] = 'majority', preset = 'default'): Contestant => ({
  engine: { module: `file:///${name}.js`, name, preset, options: {} },
  claims: { needs },
});

/** `still` does not fail over. */
const ENGINES = [contestant('a'), contestant('b'), contestant('still', 'all'), contestant('d', 'any-node')];

const COMMON = { workload: 'ycsb-a', durability: ['fsync' as const], warmup_operations: 10, repeat: 1 };
const THROUGHPUT = {
  measure: 'throughput' as const,
  ...COMMON,
  clients: [1, 64],
  floor_seconds: 0.3,
  seconds: 2,
} satisfies SuiteEntry;
const FAILOVER = {
  measure: 'failover' as const,
  ...COMMON,
  fault: 'kill-leader',
  times: 6,
  times_per_trial: 4,
  rate_per_s: 500,
  ledger_share: 0.2,
  settle_seconds: 0.3,
  phase_seconds: 0.1,
  observe_seconds: 10,
  observe_dead_seconds: 2,
  observe_after_seconds: 1,
  quiet_seconds: 0,
  samples: true,
} satisfies SuiteEntry;

function plan(trials: readonly SuiteEntry[], changes: Partial<TrialsPlan> = {}): Planned[] {
  const suite: Suite = { name: 's', title: 't', topology: 'x', client: 'default', engines: undefined, trials };
  return planTrials({
    suite,
    contestants: ENGINES,
    topology: loadTopology('three-zones'),
    runtime: 'threads',
    policy: loadPolicy('default'),
    seed: 100,
    workload: undefined,
    fault: undefined,
    repeat: undefined,
    ...changes,
  });
}

const specs = (planned: readonly Planned[]): TrialSpec[] =>
  planned.flatMap((one) => (one.kind === 'trial' ? [one.spec] : []));
const names = (planned: readonly TrialSpec[]): string => planned.map(({ engine }) => engine.name).join(' ');

test('engines are interleaved, and each round begins with another one', () => {
  const planned = specs(plan([THROUGHPUT]));
  assert.equal(names(planned), 'a b still d b still d a');
  assert.deepEqual(
    planned.map(({ clients }) => clients),
    [1, 1, 1, 1, 64, 64, 64, 64],
  );
});

test('no round begins with the same engine in every repeat, also with as many rounds as engines', () => {
  const two = [contestant('a'), contestant('b')];
  const planned = specs(plan([{ ...THROUGHPUT, repeat: 2 }], { contestants: two }));
  const first = planned.filter((_, i) => i % 2 === 0).map(({ engine, clients }) => `${clients}${engine.name}`);
  assert.deepEqual(first, ['1a', '64b', '1b', '64a']);
});

test('each durability and number of clients is a round', () => {
  const planned = specs(plan([{ ...THROUGHPUT, durability: ['fsync', 'none'] }], { contestants: [contestant('a')] }));
  assert.deepEqual(
    planned.map(({ trial }) => trial),
    ['throughput-fsync-1-a-1', 'throughput-fsync-64-a-2', 'throughput-none-1-a-3', 'throughput-none-64-a-4'],
  );
});

test('every engine gets its faults: several a trial if it recovers, one a trial if its victim stays down', () => {
  const planned = specs(plan([FAILOVER]));
  const timesOf = (name: string): number[] =>
    planned.filter(({ engine }) => engine.name === name).map(({ failover }) => failover!.times);
  assert.deepEqual(timesOf('a'), [4, 2]);
  assert.deepEqual(timesOf('d'), [4, 2]);
  assert.deepEqual(timesOf('still'), [1, 1, 1, 1, 1, 1]);
  assert.equal(names(planned), 'a b still d b still d a still still still still');
});

test('a victim that stays down is watched for a shorter time', () => {
  for (const { engine, failover } of specs(plan([FAILOVER]))) {
    assert.equal(failover!.staysDown, engine.name === 'still');
    assert.equal(failover!.observeMaxMs, engine.name === 'still' ? 2000 : 10_000);
    assert.equal(failover!.settleMs, 300);
    assert.equal(failover!.observeAfterMs, 1000);
  }
});

test('after a fault that heals by itself no victim stays down', () => {
  const planned = specs(plan([{ ...FAILOVER, fault: 'power-cut' }], { contestants: [contestant('still', 'all')] }));
  assert.deepEqual(
    planned.map(({ failover }) => [failover!.times, failover!.staysDown]),
    [
      [4, false],
      [2, false],
    ],
  );
});

test('all engines of a pass have one seed, and the next pass has another', () => {
  const planned = specs(plan([{ ...FAILOVER, durability: ['fsync', 'none'] }]));
  const seedsOf = (name: string, durability: string): number[] =>
    planned.filter((spec) => spec.engine.name === name && spec.durability === durability).map(({ seed }) => seed);
  assert.deepEqual(seedsOf('a', 'fsync'), [100, 101]);
  assert.deepEqual(seedsOf('d', 'fsync'), [100, 101]);
  assert.deepEqual(seedsOf('still', 'fsync'), [100, 101, 102, 103, 104, 105]);
  assert.deepEqual(seedsOf('a', 'none'), [106, 107]);
  assert.deepEqual(seedsOf('b', 'none'), [106, 107]);
});

test('no two trials of a run have one name', () => {
  const contestants = [...ENGINES, contestant('a', 'majority', 'async')];
  const trials = [THROUGHPUT, FAILOVER, { ...FAILOVER, fault: 'vanish-leader' }, { ...THROUGHPUT, repeat: 3 }];
  const planned = specs(plan(trials, { contestants, repeat: 2 }));
  assert.equal(new Set(planned.map(({ trial }) => trial)).size, planned.length);
});

test('a preset other than the default one stands in the name', () => {
  const [spec] = specs(plan([THROUGHPUT], { contestants: [contestant('a', 'majority', 'async')] }));
  assert.equal(spec!.trial, 'throughput-1-a:async-1');
});

test('each fault of a list, and each time that one stands, is gone through by all engines with the same seeds', () => {
  const fault = ['kill-leader', { plan: 'pause-leader', for_seconds: [0.5, 60] }];
  const planned = specs(plan([{ ...FAILOVER, fault, times: 2, times_per_trial: 1 }]));
  const perFault = new Map<string, string[]>();
  for (const { engine, seed, failover } of planned) {
    const { name } = failover!.plan;
    perFault.set(name, [...(perFault.get(name) ?? []), `${engine.name}${seed}`]);
  }
  assert.deepEqual([...perFault.keys()], ['kill-leader', 'pause-leader-0.5s', 'pause-leader-60s']);
  for (const trials of perFault.values()) {
    assert.deepEqual([...trials].sort(), ['a100', 'a101', 'b100', 'b101', 'd100', 'd101', 'still100', 'still101']);
  }
  const stands = planned.map(({ failover }) => standsMs(failover!.plan));
  assert.deepEqual(new Set(stands), new Set([undefined, 500, 60_000]));
});

test('a parameter that is varied makes a fault of each value, for all engines with the same seeds', () => {
  const fault = { plan: 'slow-handler-leader', for_seconds: 1, vary: { per_input_ms: [1, 40] } };
  const planned = specs(plan([{ ...FAILOVER, fault, times: 1 }], { contestants: ENGINES.slice(0, 2) }));
  assert.deepEqual(
    planned.map(({ engine, seed, failover }) => [engine.name, seed, failover!.plan.name, failover!.plan.varied?.value]),
    [
      ['a', 100, 'slow-handler-leader-1s-per_input_ms=1', 1],
      ['b', 100, 'slow-handler-leader-1s-per_input_ms=1', 1],
      ['a', 100, 'slow-handler-leader-1s-per_input_ms=40', 40],
      ['b', 100, 'slow-handler-leader-1s-per_input_ms=40', 40],
    ],
  );
  const wrong = { plan: 'kill-leader', vary: { ppm: [1] } };
  assert.throws(() => plan([{ ...FAILOVER, fault: wrong }]), /the fault kill-leader must have the parameter .* no ppm/);
});

test('a model stands beside elections in virtual time, if a trial says how many could win and the engine how it elects', () => {
  const election = { timeoutMinMs: 150, timeoutMaxMs: 300, heartbeatMs: 75, roundTrips: 1, syncs: 1 };
  const elects: Contestant = { ...ENGINES[0]!, claims: { needs: 'majority', election } };
  const modelsOf = (changes: object, more: Partial<TrialsPlan> = {}) =>
    specs(
      plan([{ ...FAILOVER, times: 1, ...changes }], {
        contestants: [elects, ENGINES[1]!],
        topology: loadTopology('us-continental'),
        runtime: 'simulation',
        ...more,
      }),
    ).map(({ failover }) => failover!.model);
  const [model, none] = modelsOf({ candidates: 2, durability: ['none'] });
  assert.equal(none, undefined);
  assert.deepEqual([model!.timeoutMinMs, model!.timeoutMaxMs], [150, 300]);
  // 150 + 150/3 − 75/2, and a sign of life and a round trip of 30 to 40 ms each way; without syncs.
  assert.ok(Math.abs(model!.leaderlessMs - (162.5 + 3 * 35)) < 0.001, `${model!.leaderlessMs}`);
  assert.deepEqual(modelsOf({}), [undefined, undefined]);
  assert.deepEqual(modelsOf({ candidates: 2 }, { runtime: 'threads' }), [undefined, undefined]);
});

test('a trial may have clients of its own, and a flag puts others in place of all', () => {
  const clientsOf = (changes: Partial<TrialsPlan>): string[] =>
    specs(plan([{ ...THROUGHPUT, clients: [1], client: 'near' }, FAILOVER], changes)).map((spec) => spec.policy.name);
  assert.deepEqual([...new Set(clientsOf({}))], ['near', 'default']);
  assert.deepEqual([...new Set(clientsOf({ policy: loadPolicy('hasty'), policyForAll: true }))], ['hasty']);
});

test('trials of a suite may have topologies and engines of their own, and who refuses one is told of there', () => {
  const [a, b] = ENGINES as [Contestant, Contestant];
  const refused = { engine: b.engine, problem: 'members must hold a witness.' };
  const [pair, wide] = [loadTopology('primary-standby'), loadTopology('white-paper-3-zones')];
  const planned = plan([FAILOVER, THROUGHPUT], {
    arenas: [
      [
        { topology: pair, contestants: [a], refusals: [refused] },
        { topology: wide, contestants: [a, b], refusals: [] },
      ],
      [{ topology: wide, contestants: [b], refusals: [] }],
    ],
  });
  const places = specs(planned).map(({ measure, engine, topology }) => `${measure} ${engine.name} ${topology}`);
  assert.deepEqual(
    [...new Set(places)],
    [
      'failover a primary-standby',
      'failover a white-paper-3-zones',
      'failover b white-paper-3-zones',
      'throughput b white-paper-3-zones',
    ],
  );
  for (const { topology, members } of specs(planned)) assert.equal(members.length, topology === pair.name ? 2 : 3);
  const refusals = planned.flatMap((one) => (one.kind === 'refusal' ? [one.refusal] : []));
  assert.deepEqual(
    refusals.map(({ engine, topology, problem }) => [engine.name, topology.name, problem]),
    [['b', 'primary-standby', 'members must hold a witness.']],
  );
});

test('--repeat counts in place of what the suite says, also for the floor', () => {
  const floor: SuiteEntry = { measure: 'floor', modes: ['batch', 'single'], clients: [1, 64], seconds: 1, repeat: 5 };
  const planned = plan([{ ...THROUGHPUT, repeat: 9 }, floor], { repeat: 2, contestants: [contestant('a')] });
  assert.equal(specs(planned).length, 2 * 2);
  assert.deepEqual(
    planned.flatMap((one) => (one.kind === 'floor' ? [`${one.floor.mode}${one.floor.clients}`] : [])),
    ['batch1', 'batch64', 'single1', 'single64', 'batch1', 'batch64', 'single1', 'single64'],
  );
});

test('--workload and --fault count in place of what the suite says', () => {
  const fault = loadFaultPlan('vanish-random');
  const planned = specs(plan([THROUGHPUT, FAILOVER], { workload: loadWorkload('ycsb-c'), fault }));
  assert.ok(planned.every(({ workload }) => workload.name === 'ycsb-c'));
  assert.ok(planned.every(({ failover, measure }) => measure !== 'failover' || failover!.plan === fault));
});

test('only trials with faults write to the ledger', () => {
  for (const { measure, workload } of specs(plan([THROUGHPUT, FAILOVER]))) {
    assert.equal(workload.ledgerShare, measure === 'failover' ? 0.2 : 0);
  }
});

test('a trial has what its kind of measure needs', () => {
  const latency: SuiteEntry = {
    measure: 'latency',
    ...COMMON,
    rates_per_s: [250, 500],
    spacing: 'poisson',
    seconds: 1,
  };
  const [first] = specs(plan([latency]));
  assert.deepEqual(
    [first!.ratesPerS, first!.spacing, first!.stepMs, first!.clients, first!.failover],
    [[250, 500], 'poisson', 1000, undefined, undefined],
  );
  const [failover] = specs(plan([FAILOVER]));
  // Arrivals around a fault are at fixed intervals: Poisson noise alone would look like lost service.
  assert.deepEqual([failover!.ratesPerS, failover!.spacing, failover!.stepMs], [[500], 'fixed', 0]);
});

test('what a suite names wrongly is one sentence', () => {
  assert.throws(
    () => plan([{ ...THROUGHPUT, workload: 'ycsb-aa' }]),
    /must be one of .* "ycsb-aa" came; did you mean "ycsb-a"/,
  );
  assert.throws(() => plan([{ ...FAILOVER, fault: 'kill-leder' }]), /"kill-leder" came; did you mean "kill-leader"/);
});

const killOf = (target: Target): FaultPlan => ({
  name: 'kill-leader',
  title: 'a kill',
  steps: [{ when: { atMs: 0 }, target, do: { kind: 'kill' } }],
});

test('a fault that only the simulation knows cannot be planned on threads', () => {
  assert.throws(
    () => plan([{ ...FAILOVER, fault: 'scatter-syncs-leader' }]),
    /can only happen in simulation, since threads cannot do scatter-syncs$/,
  );
});

test('a fault must hit a node or zone that the topology has', () => {
  const hits = (target: Target): Planned[] => plan([FAILOVER], { fault: killOf(target) });
  assert.ok(specs(hits({ node: 'n3' })).length > 0);
  assert.ok(specs(hits({ zone: 'c' })).length > 0);
  assert.throws(
    () => hits({ node: 'n4' }),
    /^Error: the fault kill-leader must hit a node of the topology, one of n1, n2, n3, but "n4" came$/,
  );
  assert.throws(() => hits({ zone: 'z' }), /must hit a zone of the topology, one of a, b, c, but "z" came/);
});

for (const quick of [false, true]) {
  test(`every built-in suite can be planned${quick ? ', also quick' : ''}, and gives every engine the same faults`, () => {
    for (const name of ['default', 'failover', 'floor', 'power-cut', 'throughput', 'vanish']) {
      const planned = plan(loadSuite(name, quick).trials);
      assert.ok(planned.length > 0, name);
      const faults = new Map<string, number>();
      for (const { engine, failover } of specs(planned)) {
        if (failover !== undefined) faults.set(engine.name, (faults.get(engine.name) ?? 0) + failover.times);
      }
      assert.ok(new Set(faults.values()).size <= 1, `${name}: ${[...faults.values()]}`);
    }
  });
}

const DETECTION = {
  measure: 'detection' as const,
  nodes: [3, 9],
  loss: [0, 0.2],
  fault: ['none', { plan: 'pause-random', for_seconds: [1, 5] }],
  times: 2,
  settle_seconds: 4,
  phase_seconds: 1,
  seconds: 30,
} satisfies SuiteEntry;

/** Detection alone, on each of its clusters. */
const detections = (contestants: readonly Contestant[], changes: Partial<TrialsPlan> = {}): TrialSpec[] => {
  const places = scalings(loadTopology('three-zones'), DETECTION);
  const arenas = [places.map((topology) => ({ topology, contestants, refusals: [] }))];
  return specs(plan([DETECTION], { arenas, runtime: 'simulation', ...changes }));
};

test('detection goes through every size, loss and fault, with the same seeds for all engines', () => {
  const two = [contestant('a'), contestant('b')];
  const planned = detections(two, { repeat: 3 });
  assert.equal(planned.length, 2 * 2 * 3 * (2 * 3) * two.length);
  const cells = planned.map(({ members, detection }) => {
    return [members.length, detection!.lossShare, detection!.plan?.name ?? 'none'].join(' ');
  });
  assert.deepEqual([...new Set(cells)].slice(0, 5), [
    '3 0 none',
    '3 0 pause-random-1s',
    '3 0 pause-random-5s',
    '3 0.2 none',
    '3 0.2 pause-random-1s',
  ]);
  const first = planned.filter(({ detection, members }) => members.length === 9 && detection!.plan === undefined);
  assert.deepEqual(
    first.slice(0, 4).map(({ engine, seed }) => `${engine.name}${seed}`),
    ['a100', 'b100', 'b101', 'a101'],
  );
  const { world, measure, detection, trial } = planned.at(-1)!;
  assert.equal(world.members.length, 9);
  assert.deepEqual([measure, detection!.settleMs, detection!.observeMs], ['detection', 4000, 30_000]);
  assert.equal(trial, `detection-pause-random-5s-9-0.2-${planned.at(-1)!.engine.name}-${planned.length}`);
  assert.equal(new Set(planned.map((spec) => spec.trial)).size, planned.length);
});

test('detection takes the fault of a flag in place of all, and no threads', () => {
  const fault = loadFaultPlan('vanish-random');
  const planned = detections([contestant('a')], { fault });
  assert.deepEqual(new Set(planned.map(({ detection }) => detection!.plan)), new Set([fault]));
  assert.throws(
    () => detections([contestant('a')], { runtime: 'threads' }),
    /^Error: --runtime must be simulation for trials of the measure detection, /,
  );
});
