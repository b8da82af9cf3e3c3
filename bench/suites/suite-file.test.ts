import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadFaultPlan } from '../faults/plans.ts';
import { InputError } from '../input.ts';
import { loadTopology } from '../topologies/topology.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import { faultsOf, listOf, loadSuite, suiteNames } from './suite-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-suite-'));
after(() => rmSync(folder, { recursive: true }));

function load(yaml: string, quick = false): ReturnType<typeof loadSuite> {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, yaml);
  return loadSuite(path, quick);
}

function mistake(yaml: string, quick = false): string {
  try {
    load(yaml, quick);
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    return error.message.replace(`${folder}/`, '');
  }
  throw new Error('the file was taken');
}

const THROUGHPUT = 'title: t\ntrials:\n  - { measure: throughput, clients: [1], seconds: 1';

for (const quick of [false, true]) {
  test(`every built-in suite loads${quick ? ', also quick' : ''}, and all that it names is there`, () => {
    for (const name of suiteNames()) {
      const suite = loadSuite(name, quick);
      assert.equal(suite.name, name);
      assert.notEqual(suite.title, '');
      assert.ok(suite.trials.length > 0);
      loadTopology(suite.topology);
      loadPolicy(suite.client);
      for (const trial of suite.trials) {
        if ('workload' in trial) loadWorkload(trial.workload);
        if ('workload' in trial) loadPolicy(trial.client ?? suite.client);
        if ('fault' in trial) for (const { plan } of faultsOf(trial)) if (plan !== 'none') loadFaultPlan(plan);
        if (trial.measure !== 'floor') for (const name of listOf(trial.topology ?? [])) loadTopology(name);
      }
    }
  });
}

test('quick makes every built-in suite shorter', () => {
  for (const name of suiteNames()) {
    assert.notDeepEqual(loadSuite(name, true).trials, loadSuite(name, false).trials, name);
  }
});

test('the default suite measures throughput, latency, service time, and six kills of the leader', () => {
  const { trials, engines } = loadSuite('default', false);
  assert.equal(engines, undefined);
  assert.deepEqual(
    trials.map(({ measure }) => measure),
    ['throughput', 'latency', 'service-time', 'failover'],
  );
  const failover = trials.find((trial) => trial.measure === 'failover');
  assert.equal(failover?.times, 6);
  assert.equal(failover.fault, 'kill-leader');
});

test('what a file leaves out has its default', () => {
  const { name, topology, client, engines, trials } = load(`${THROUGHPUT} }\n`);
  assert.deepEqual(
    { name, topology, client, engines },
    {
      name: 'mine',
      topology: 'three-zones',
      client: 'default',
      engines: undefined,
    },
  );
  assert.deepEqual(trials, [
    {
      measure: 'throughput',
      clients: [1],
      floor_seconds: 0.28,
      seconds: 1,
      workload: 'ycsb-a',
      durability: ['fsync'],
      warmup_operations: 4000,
      repeat: 1,
    },
  ]);
});

test('quick changes the fields that it names, and no others', () => {
  const yaml = `${THROUGHPUT}, repeat: 5, quick: { seconds: 0.2 } }\n`;
  const [usual] = load(yaml).trials;
  const [hurried] = load(yaml, true).trials;
  assert.deepEqual(hurried, { ...usual, seconds: 0.2 });
});

test('an unknown name is answered with the nearest', () => {
  assert.throws(
    () => loadSuite('defautl', false),
    /^Error: --suite must be one of .*, but "defautl" came; did you mean "default"\?$/,
  );
  assert.throws(() => loadSuite(folder, false), /^Error: cannot read .*: EISDIR$/);
});

test('a field that there is not is answered with the nearest', () => {
  assert.equal(
    mistake(`topologie: x\n${THROUGHPUT} }`),
    'mine.yaml:1: topologie: expected one of the fields title, topology, client, runtime, engines, trials, but "topologie" came; did you mean "topology"?',
  );
  assert.match(
    mistake(`${THROUGHPUT}, sekonds: 2 }`),
    /^mine\.yaml:3: trials\.0: sekonds: expected one of the fields measure, .*, but "sekonds" came; did you mean "seconds"\?$/,
  );
});

test('a value of the wrong type is named with what came', () => {
  const cases: readonly (readonly [string, string])[] = [
    [`${THROUGHPUT}, repeat: often }`, '3: trials.0: repeat: expected a whole number, but "often" came'],
    [`${THROUGHPUT}, repeat: 0 }`, '3: trials.0: repeat: expected at least 1, but 0 came'],
    [
      `${THROUGHPUT}, durability: fsync }`,
      '3: trials.0: durability: expected a list of durabilities, but "fsync" came',
    ],
    [
      `${THROUGHPUT}, durability: [fsyncc] }`,
      '3: trials.0: durability.0: expected one of fsync, none, but "fsyncc" came; did you mean "fsync"?',
    ],
    [
      'title: t\ntrials: [{ measure: throughput, clients: [1], seconds: 0 }]',
      '2: trials.0: seconds: expected more than 0 s, but 0 came',
    ],
    [
      'title: t\ntrials: [{ measure: throughput, clients: [], seconds: 1 }]',
      '2: trials.0: clients: expected a list of numbers of clients, not an empty one, but [] came',
    ],
    [
      'title: t\ntrials: [{ measure: throughput, clients: [1] }]',
      '2: trials.0: seconds: expected a number of seconds, but nothing came',
    ],
    [
      'title: t\ntrials: [{ measure: latency, seconds: 1, rates_per_s: [-5] }]',
      '2: trials.0: rates_per_s.0: expected more than 0 a second, but -5 came',
    ],
    [
      'title: t\ntrials: [{ measure: failover, times: 1, rate_per_s: 9, ledger_share: 2 }]',
      '2: trials.0: ledger_share: expected at most 1, but 2 came',
    ],
    [
      'title: t\ntrials: [{ measure: failover, times: 1, rate_per_s: 9, fault: { plan: drift-leader, vary: { ppm: [1], way: [2] } } }]',
      '2: trials.0: fault.vary: expected one parameter, but {"ppm":[1],"way":[2]} came',
    ],
    [
      'title: t\ntrials: [{ measure: staleness, rate_per_s: 9, seconds: 1, model: { write_quorum: 1, read_quorum: 0 } }]',
      '2: trials.0: model.read_quorum: expected at least 1, but 0 came',
    ],
    [
      'title: t\ntrials: [{ measure: staleness, rates_per_s: [9], seconds: 1 }]',
      '2: trials.0: rate_per_s: expected a rate per second, but nothing came',
    ],
    [
      'title: t\ntrials: [{ measure: conflicts, documents: 5, fault: none, times: 1, rate_per_s: 9, seconds: 1, converge_seconds: 1 }]',
      '2: trials.0: documents: expected a list of numbers of documents, but 5 came',
    ],
    [
      'title: t\ntrials: [{ measure: conflicts, documents: [5], delete_share: 2, fault: none, times: 1, rate_per_s: 9, seconds: 1, converge_seconds: 1 }]',
      '2: trials.0: delete_share: expected at most 1, but 2 came',
    ],
    [
      'title: t\ntrials: [{ measure: conflicts, documents: [5], fault: none, times: 1, rate_per_s: 9, seconds: 1 }]',
      '2: trials.0: converge_seconds: expected a number of seconds, but nothing came',
    ],
    [
      'title: t\nengines: raft\ntrials: [{ measure: floor, clients: [1], seconds: 1 }]',
      '2: engines: expected a list of engines, but "raft" came',
    ],
    ['title: t\ntrials: 5', '2: trials: expected a list of trials, but 5 came'],
    ['title: t\ntrials: []', '2: trials: expected a list of trials, not an empty one, but [] came'],
    ['title: t\ntrials: [fast]', '2: trials.0: expected a trial with its fields, but "fast" came'],
    [
      'title: t\ntrials: [{ measure: troughput }]',
      '2: trials.0.measure: expected one of throughput, latency, service-time, failover, staleness, detection, conflicts, floor, but "troughput" came; did you mean "throughput"?',
    ],
  ];
  for (const [yaml, sentence] of cases) assert.equal(mistake(yaml), `mine.yaml:${sentence}`);
});

test('a title must be there', () => {
  assert.equal(
    mistake('trials: [{ measure: floor, clients: [1], seconds: 1 }]'),
    'mine.yaml:1: title: expected a title, but nothing came',
  );
});

test('what quick would change is checked also when it is not asked for', () => {
  const sentence = /^mine\.yaml:3: trials\.0, with --quick: secs: expected one of the fields .*, but "secs" came/;
  assert.match(mistake(`${THROUGHPUT}, quick: { secs: 1 } }`), sentence);
  assert.match(mistake(`${THROUGHPUT}, quick: { secs: 1 } }`, true), sentence);
  assert.match(mistake(`${THROUGHPUT}, quick: 5 }`), /^mine\.yaml:3: trials\.0\.quick: expected object, but 5 came$/);
  assert.match(
    mistake(`${THROUGHPUT}, quick: { measure: floor } }`),
    /^mine\.yaml:3: trials\.0\.quick\.measure: expected no other measure, but "floor" came$/,
  );
});

test('a file that is empty, or no mapping, or no YAML, is refused in one sentence', () => {
  assert.equal(mistake(''), 'mine.yaml:1: the file: expected object, but null came');
  assert.equal(mistake('only text'), 'mine.yaml:1: the file: expected object, but "only text" came');
  assert.match(mistake('title: [t\ntrials: }'), /^mine\.yaml:2: Flow sequence .+$/);
});

const DETECTION = 'title: t\ntrials:\n  - { measure: detection, nodes: [3, 9], fault: none, times: 2, seconds: 5';

test('a trial of detection states sizes, losses and faults, and needs no load', () => {
  const [entry] = load(`${DETECTION}, loss: [0, 0.2], quick: { nodes: [3] } }`, true).trials;
  assert.deepEqual(entry, {
    measure: 'detection',
    nodes: [3],
    loss: [0, 0.2],
    fault: 'none',
    times: 2,
    settle_seconds: 10,
    phase_seconds: 1,
    seconds: 5,
  });
  assert.match(mistake(`${DETECTION}, workload: ycsb-a }`), /workload: expected one of the fields measure, topology, /);
  assert.equal(
    mistake(`${DETECTION.replace('[3, 9]', '[1]')} }`),
    'mine.yaml:3: trials.0: nodes.0: expected at least 2, but 1 came',
  );
  assert.equal(mistake(`${DETECTION}, loss: [1] }`), 'mine.yaml:3: trials.0: loss.0: expected less than 1, but 1 came');
});
