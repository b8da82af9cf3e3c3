/** Whole runs of suites whose trials have topologies and engines of their own, in virtual time. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseCsv } from '../reports/csv.ts';
import { Workplace } from './testing/command-line.ts';

const place = new Workplace();
after(() => place.clear());

/** One node answers; the preset `watched` runs only where a witness stands. */
place.write(
  'picky.mjs',
  `export default {
  name: 'picky',
  presets: { default: { watched: false }, watched: { watched: true } },
  validate: ({ watched }, members) =>
    watched && !members.some(({ kind }) => kind === 'witness') ? ['members must hold a witness.'] : [],
  claims: () => ({
    reads: { default: 'linearizable', local: 'eventual' }, sessions: [],
    acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false },
    exactlyOnce: false, converges: true, needs: 'all', assumes: { driftPpm: 0, skewMs: 0 },
  }),
  create(host) {
    const leader = host.members[0].id;
    return {
      onRequest(request) {
        if (host.self !== leader && request.read !== 'local') host.fail(request, { effect: 'none', reason: 'not-leader', leader });
        else {
          if (request.operation.kind !== 'get') host.log.append(request.operation);
          host.reply(request, host.store.apply(request.operation));
        }
      },
      onMessage() {}, onTimer() {}, status: () => ({ role: 'node', leader }),
    };
  },
};
`,
);
place.write(
  'places.yaml',
  `
title: two places
runtime: simulation
engines: ["./picky.mjs:*"]
trials:
  - measure: failover
    workload: ledger
    topology: [primary-standby, primary-standby-observed]
    fault: [kill-random, { plan: pause-leader, for_seconds: [0.2, 0.5] }]
    rate_per_s: 100
    times: 2
    times_per_trial: 1
    warmup_operations: 0
    observe_dead_seconds: 0.5
    observe_after_seconds: 0.5
    samples: false
`,
);
const trialsOf = (out: string) => parseCsv('trials', place.read(`${out}/trials.csv`), 'trials.csv');

test('a preset that refuses a topology is listed with its sentence, and the run goes on', async () => {
  const { code, stdout, stderr } = await place.run('--suite', 'places.yaml', '--out', 'both');
  assert.equal(code, 0, stderr);
  const trials = trialsOf('both');
  const refused = trials.filter(({ valid }) => valid === false);
  assert.deepEqual(
    refused.map(({ preset, topology, void_reason }) => [preset, topology, void_reason]),
    [['watched', 'primary-standby', 'cannot run: members must hold a witness.']],
  );
  const ran = new Set(trials.filter(({ valid }) => valid).map(({ preset, topology }) => `${preset} ${topology}`));
  assert.deepEqual(
    ran,
    new Set(['default primary-standby', 'default primary-standby-observed', 'watched primary-standby-observed']),
  );
  const failovers = parseCsv('failovers', place.read('both/failovers.csv'), 'failovers.csv');
  const stood = new Set(failovers.map(({ fault, fault_for_ms }) => `${fault} ${fault_for_ms}`));
  assert.deepEqual(stood, new Set(['kill-random undefined', 'pause-leader-0.2s 200', 'pause-leader-0.5s 500']));
  assert.ok(failovers.every(({ topology }) => topology !== undefined));
  assert.match(stdout, /cannot run: members must hold a witness\./);
});

test('on the topology that a flag names, trials that come to be the same are run once', async () => {
  const flags = ['--suite', 'places.yaml', '--topology', 'primary-standby', '--engine', './picky.mjs'];
  assert.equal((await place.run(...flags, '--out', 'one')).code, 0);
  assert.equal(trialsOf('one').length, 6, 'three faults, twice each');
});

test('what a planned engine loses on schedule stands in the rows, and their sum in the table', async () => {
  const planned = fileURLToPath(new URL('../trials/testing/planned-engine.js', import.meta.url));
  const flags = ['--suite', 'places.yaml', '--engine', planned, '--keep-histories'];
  const { code, stdout, stderr } = await place.run(...flags, '--set', 'loseEvery=3', '--out', 'loses');
  assert.equal(code, 0, stderr);
  const rows = parseCsv('failovers', place.read('loses/failovers.csv'), 'failovers.csv');
  // A kill may hit the one node that holds everything, and that keeps no log.
  for (const { trial, acked_lost } of rows.filter(({ fault }) => fault !== 'kill-random')) {
    const lines = place.read(`loses/histories/${trial}.jsonl`).trimEnd().split('\n');
    const lost = lines.filter((line) => isLost(JSON.parse(line))).length;
    assert.ok(lost > 0);
    assert.equal(acked_lost, lost, trial);
  }
  const paused = rows.filter(
    ({ topology, fault }) => topology === 'primary-standby' && fault!.startsWith('pause-leader-0.2s'),
  );
  const sum = paused.reduce((total, { acked_lost }) => total + acked_lost!, 0);
  assert.match(section(stdout, 'On primary-standby\n'), new RegExp(`^ {2}lost .*\\b${sum}\\b`, 'm'));
});

/** Every third write to a fresh ledger key is acknowledged and not kept. */
const isLost = ({ op, key, value, outcome }: { op: string; key: string; value: string; outcome: string }): boolean =>
  outcome === 'ok' && op === 'put' && key.startsWith('ledger-') && Number.parseInt(value, 10) % 3 === 0;

const section = (page: string, title: string): string => page.split('\n\n').find((part) => part.startsWith(title))!;

test('where no preset can run, the engine says why', async () => {
  const flags = ['--suite', 'places.yaml', '--topology', 'primary-standby', '--engine', './picky.mjs:watched'];
  const { code, stderr } = await place.run(...flags, '--out', 'none');
  assert.equal(code, 2);
  assert.equal(stderr, 'replibench: picky:watched: members must hold a witness.\n');
});

test('a suite that only the simulation carries is refused on threads', async () => {
  const { code, stderr } = await place.run('--suite', 'places.yaml', '--runtime', 'threads');
  assert.equal(code, 2);
  assert.equal(stderr, 'replibench: --runtime must be simulation for the suite "places", but "threads" came\n');
});
