/** The command against a run that was made in the simulation, so that the right answer is known. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Fitted } from '../trials/calibration/fit.ts';
import { Workplace } from './testing/command-line.ts';

const place = new Workplace();
after(() => place.clear());

/** What the made-up machine costs, in ms. */
const TRUTH = { perMessageMs: 0.05, perOperationMs: 0.01, perSyncMs: 0.2 };

place.write(
  'machine.yaml',
  `title: a machine of known speed
zones: [{ name: a, full: 1 }, { name: b, full: 1 }, { name: c, full: 1 }]
links: [{ delay_ms: { sum: [0.08, { exponential: { mean: 0.02 } }] } }]
disk: { sync_ms: 0.5, append_ms: 0.002 }
service: { per_message_ms: ${TRUTH.perMessageMs}, per_operation_ms: ${TRUTH.perOperationMs}, per_sync_ms: ${TRUTH.perSyncMs} }
`,
);
place.write(
  'suite.yaml',
  `title: what the fit goes by, and two kills
trials:
  - { measure: throughput, workload: update, durability: [none, fsync], clients: [1, 32], seconds: 0.1, warmup_operations: 300 }
  - { measure: service-time, seconds: 0.1 }
  - { measure: failover, rate_per_s: 500, times: 2, warmup_operations: 300, settle_seconds: 0.25, observe_dead_seconds: 0.5 }
`,
);

/** Makes the folder `run` look like one whose trials ran on threads. */
async function makeRun(): Promise<void> {
  const options = ['--runtime', 'simulation', '--suite', 'suite.yaml', '--topology', 'machine.yaml', '--out', 'run'];
  const { code, stderr } = await place.run(...options, '--engine', 'unreplicated', '--engine', 'raft');
  assert.equal(code, 0, stderr);
  const { simulated: _, ...manifest } = JSON.parse(place.read('run/manifest.json'));
  place.write('run/manifest.json', JSON.stringify({ ...manifest, sync: { p50Ms: 0.5, p99Ms: 0.5 } }));
}

interface Calibrated {
  readonly fitted: Fitted;
  readonly figures: readonly { readonly what: string; readonly engine: string; readonly ratio: number }[];
  readonly outages: readonly { readonly engine: string; readonly simulation: { readonly n: number } }[];
  readonly outageMediansApart: number;
}

test('it finds out what the machine costs, runs the same trials, and leaves a topology to use', async () => {
  await makeRun();
  const { code, stdout, stderr } = await place.run('calibrate', '--from', 'run', '--out', 'mine.yaml', '--json');
  assert.equal(code, 0, stderr);
  const { fitted, figures, outages, outageMediansApart } = JSON.parse(stdout) as Calibrated;
  for (const cost of ['perMessageMs', 'perOperationMs', 'perSyncMs'] as const) {
    assert.ok(Math.abs(fitted.node[cost] / TRUTH[cost] - 1) < 0.15, `${cost}: ${fitted.node[cost]}`);
  }
  for (const { what, engine, ratio } of figures) assert.ok(Math.abs(ratio - 1) < 0.15, `${engine}: ${what}: ${ratio}`);
  assert.deepEqual(
    outages.map(({ engine, simulation }) => `${engine} ${simulation.n}`),
    ['raft 2'],
    'the baseline does not fail over',
  );
  assert.ok(outageMediansApart < 0.15, `${outageMediansApart}`);
  assert.match(place.read('mine.yaml'), /^# Written by calibrate from run:\n# suite suite, seed 1/);
});

test('an interrupt ends it, with nothing fitted', { timeout: 60_000 }, async () => {
  const started = place.start('calibrate', '--from', 'run', '--out', 'not.yaml');
  await started.says(/Fitting/);
  started.process.kill('SIGINT');
  const { code, stderr } = await started.ended;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /interrupted; nothing was fitted/);
});

test('a run that lacks what the fit goes by is one sentence', async () => {
  place.write('run/service.csv', 'trial\n');
  const { code, stderr } = await place.run('calibrate', '--from', 'run', '--out', 'not.yaml');
  assert.equal(code, 3);
  assert.match(stderr, /^replibench: \S+ has no valid service time of unreplicated$/m);
});

test('flags that make no sense are one sentence', async () => {
  for (const [flags, sentence] of [
    [['--from', 'run', '--kills', '3'], '--kills must be left out beside --from: the run says it'],
    [['--out', 'lan'], '--out must be a file that ends in .yaml, but "lan" came'],
    [
      ['--out', 'run/manifest.json/x.yaml'],
      '--out must be in a folder that can be written, but for "run/manifest.json/x.yaml" there is a file of that name',
    ],
    [['threads'], 'calibrate takes flags only, but "threads" came'],
  ] as const) {
    const { code, stderr } = await place.run('calibrate', ...flags);
    assert.equal(code, 2);
    assert.equal(stderr, `replibench: ${sentence}\n`);
  }
});
