/** Whole runs in virtual time: the same seed gives the same bytes, and engines that break are contained. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { parseCsv } from '../reports/csv.ts';
import { Workplace } from './testing/command-line.ts';

const place = new Workplace();
after(() => place.clear());

const SUITE = `
title: every measure, shortly
trials:
  - { measure: throughput, workload: update, clients: [2], seconds: 0.02, warmup_operations: 20 }
  - { measure: latency, rates_per_s: [200], seconds: 0.2, warmup_operations: 20 }
  - { measure: service-time, seconds: 0.02 }
  - { measure: failover, fault: kill-leader, rate_per_s: 200, times: 1, warmup_operations: 20, observe_dead_seconds: 0.5 }
`;
place.write('suite.yaml', SUITE);

const run = (out: string, ...more: string[]) =>
  place.run('--runtime', 'simulation', '--suite', 'suite.yaml', '--out', out, ...more);
const tables = (folder: string): Map<string, string> => {
  const names = readdirSync(place.path(folder)).filter((name) => name.endsWith('.csv'));
  return new Map(names.map((name) => [name, place.read(`${folder}/${name}`)]));
};

test('the same seed gives the same bytes in every table, and another seed gives others', async () => {
  const engines = ['--engine', 'raft', '--engine', 'multi-primary'];
  for (const out of ['one', 'two']) assert.equal((await run(out, ...engines)).code, 0);
  assert.equal((await run('other', ...engines, '--seed', '9')).code, 0);
  const [one, two, other] = ['one', 'two', 'other'].map(tables) as [
    Map<string, string>,
    Map<string, string>,
    Map<string, string>,
  ];
  assert.ok(one.size >= 6, [...one.keys()].join());
  assert.deepEqual(two, one);
  assert.notEqual(other.get('failovers.csv'), one.get('failovers.csv'));
  const trials = parseCsv('trials', one.get('trials.csv')!, 'trials.csv');
  assert.ok(
    trials.every(({ runtime, valid, started_at, cpu_ms_per_op, steal_share }) => {
      return (
        runtime === 'simulation' &&
        valid &&
        started_at === undefined &&
        cpu_ms_per_op === undefined &&
        steal_share === undefined
      );
    }),
  );
  assert.deepEqual(
    new Set(trials.map(({ measure }) => measure)),
    new Set(['throughput', 'latency', 'service-time', 'failover']),
  );
});

test('an engine that throws or exits is void with the reason, and the others are measured', async () => {
  const broken = (name: string, code: string): string => `
    export default {
      name: '${name}', presets: { default: {} },
      claims: () => ({
        reads: {}, sessions: [], acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false },
        exactlyOnce: false, converges: false, needs: 'any-node', assumes: { driftPpm: 0, skewMs: 0 },
      }),
      create: (host) => ({ onRequest(request) { ${code} }, onMessage() {}, onTimer() {}, status: () => ({ role: 'node' }) }),
    };`;
  place.write('throws.mjs', broken('throws', 'throw new Error("out of luck");'));
  place.write('exits.mjs', broken('exits', 'process.exit(0);'));
  place.write(
    'fails.mjs',
    broken('fails', '').replace(
      'create: (host) =>',
      'create: (host) => { throw new Error("no life"); },\n      born: (host) =>',
    ),
  );
  const { code, stderr } = await run(
    'broken',
    '--engine',
    'unreplicated',
    '--engine',
    './throws.mjs',
    '--engine',
    './exits.mjs',
    '--engine',
    './fails.mjs',
  );
  assert.equal(code, 3, stderr);
  const trials = parseCsv('trials', place.read('broken/trials.csv'), 'trials.csv');
  const reasons = {
    throws: /^a node threw: out of luck$/,
    exits: /^the trial's thread ended/,
    fails: /^a node threw: no life$/,
  };
  for (const [name, reason] of Object.entries(reasons)) {
    for (const row of trials.filter(({ engine }) => engine === name)) assert.match(row.void_reason!, reason);
  }
  assert.ok(trials.filter(({ engine }) => engine === 'unreplicated').every(({ valid }) => valid));
});

test('what virtual time has not is one sentence', async () => {
  const { code, stderr } = await place.run('--runtime', 'simulation', '--suite', 'floor', '--out', 'floor');
  assert.equal(code, 2);
  assert.match(stderr, /^replibench: --runtime must be threads for a suite that measures their floor/);
  const wrong = await place.run('--runtime', 'simulated');
  assert.equal(wrong.code, 2);
  assert.match(
    wrong.stderr,
    /--runtime must be one of threads, simulation, but "simulated" came; did you mean "simulation"/,
  );
});
