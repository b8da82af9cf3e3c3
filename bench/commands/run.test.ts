/** Whole runs as a child process: outside engines, broken ones beside sound ones, interrupts. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCsv } from '../reports/csv.ts';
import type { TableName, TableRow } from '../reports/tables.ts';
import { childrenOf, isRunning, type Started, Workplace } from './testing/command-line.ts';

const place = new Workplace();
after(() => place.clear());

/** An engine as somebody writes it who has never seen this repository: one node answers, in plain JavaScript. */
const engineModule = (name: string, onRequest: string): string => `
export default {
  name: '${name}',
  presets: { default: {}, named: {} },
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
        else { ${onRequest} }
      },
      onMessage() {}, onTimer() {}, status: () => ({ role: 'node', leader }),
    };
  },
};
`;
const ANSWER =
  'if (request.operation.kind !== "get") host.log.append(request.operation); host.reply(request, host.store.apply(request.operation));';
place.write('outside.js', engineModule('outside', ANSWER));
place.write('throws.js', engineModule('throws', 'throw new Error("out of luck");'));
place.write('exits.js', engineModule('exits', 'process.exit(0);'));
place.write('loops.js', engineModule('loops', 'for (;;);'));
place.write(
  'hungry.js',
  engineModule('hungry', 'const eaten = []; for (;;) eaten.push(new Array(1e5).fill(request.id));'),
);
place.write('package.json', '{ "type": "module" }');

const THROUGHPUT =
  '{ measure: throughput, workload: update, durability: [none], clients: [4], seconds: 0.2, warmup_operations: 100 }';
const FAILOVER =
  '{ measure: failover, durability: [none], rate_per_s: 300, times: 1, observe_dead_seconds: 0.5, warmup_operations: 100 }';
const LATENCY = '{ measure: latency, durability: [none], rates_per_s: [100], seconds: 0.2, warmup_operations: 100 }';
const suite = (name: string, ...trials: string[]): string =>
  place.write(`${name}.yaml`, `title: ${name}\ntrials:\n${trials.map((trial) => `  - ${trial}\n`).join('')}`);

function table<Name extends TableName>(run: string, name: Name): readonly TableRow<Name>[] {
  const path = `${run}/${name}.csv`;
  return parseCsv(name, place.read(path), path);
}

/** What a busy machine does to a trial; it says nothing against the engine. */
const DISTURBED = /load generator was late|deadline|stole|before the fault|took effect/;
const isSound = ({ valid, void_reason }: { valid?: boolean | undefined; void_reason?: string | undefined }): boolean =>
  valid === true || DISTURBED.test(void_reason ?? '');

test('an outside engine is measured like any other, and one that throws or exits is void with the reason', async () => {
  const file = suite('both', THROUGHPUT, FAILOVER);
  const args = ['unreplicated', './outside.js:named', './throws.js', './exits.js'].flatMap((name) => [
    '--engine',
    name,
  ]);
  const { code, stdout, stderr } = await place.run('--suite', file, ...args, '--out', 'run-a', '--json');
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^replibench: no trial was valid: throughput of throws$/m);
  assert.match(stderr, /^Results: run-a$/m);
  const scorecard: unknown = JSON.parse(stdout);
  assert.equal(typeof scorecard, 'object');

  const trials = table('run-a', 'trials');
  for (const name of ['unreplicated', 'outside']) {
    const rows = trials.filter(({ engine }) => engine === name);
    assert.deepEqual(new Set(rows.map(({ measure }) => measure)), new Set(['throughput', 'failover']));
    assert.ok(rows.every(isSound), JSON.stringify(rows));
    assert.ok(rows.every(({ ok }) => ok! > 0));
    const faults = table('run-a', 'failovers').filter(({ engine }) => engine === name);
    assert.deepEqual(new Set(faults.map(({ client_zone }) => client_zone)), new Set(['a', 'b', 'c']));
    assert.ok(
      faults.every((row) => isSound(row) && row.censored === true),
      'nobody takes over',
    );
  }
  assert.ok(trials.filter(({ engine }) => engine === 'outside').every(({ preset }) => preset === 'named'));
  const reasons = { throws: /threw: Error: out of luck/, exits: /n1 ended its own process/ };
  for (const [name, reason] of Object.entries(reasons)) {
    const rows = trials.filter(({ engine }) => engine === name);
    assert.deepEqual(new Set(rows.map(({ measure }) => measure)), new Set(['throughput', 'failover']));
    for (const row of rows) {
      assert.equal(row.valid, false);
      assert.match(row.void_reason!, reason);
      assert.doesNotMatch(row.void_reason!, /\n/);
    }
  }
  const manifest = JSON.parse(place.read('run-a/manifest.json')) as Record<string, unknown>;
  assert.deepEqual([manifest.exitStatus, manifest.interrupted, manifest.suite], [3, false, 'both']);
  assert.ok(existsSync(place.path('run-a/report.html')));
  assert.ok(!existsSync(place.path('run-a/.work')));

  const again = await place.run('report', 'run-a', '--json');
  assert.deepEqual([again.code, again.stderr], [0, '']);
  assert.deepEqual(JSON.parse(again.stdout), scorecard);
});

test('an engine that loops for ever or eats all memory is void with the reason, and the others are measured', async () => {
  const file = suite('one', LATENCY);
  const args = ['./loops.js', './hungry.js', 'unreplicated'].flatMap((name) => ['--engine', name]);
  const { code, stdout, stderr } = await place.run('--suite', file, ...args, '--out', 'run-b');
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^\[1\/3\] latency of loops \(none\): void: n1 has not come back/m);
  assert.match(stdout, /unreplicated/);
  const trials = table('run-b', 'trials');
  const reasonsOf = (name: string): string[] =>
    trials.flatMap(({ engine, valid, void_reason }) => (engine === name && valid === false ? [void_reason!] : []));
  assert.ok(reasonsOf('loops').length > 0);
  for (const reason of reasonsOf('loops')) assert.match(reason, /^n1 has not come back from a handler for \d+ ms$/);
  assert.ok(reasonsOf('hungry').length > 0);
  for (const reason of reasonsOf('hungry')) {
    // Which comes first depends on the machine: the heap's limit, V8 giving up, or three seconds in one handler.
    assert.match(reason, /of heap|process ended|has not come back|MB of memory/);
  }
  const sound = trials.filter(({ engine }) => engine === 'unreplicated');
  assert.ok(sound.length > 0 && sound.every((row) => isSound(row) && row.ok! > 0));
});

/** Three short trials and then long ones, so that there is something to interrupt. */
const LONG = suite('long', THROUGHPUT, THROUGHPUT.replace('seconds: 0.2', 'seconds: 60'));

/** Waits until the command line has a child, and names it. */
async function childrenSoon({ process: { pid } }: Started): Promise<number[]> {
  for (;;) {
    const children = childrenOf(pid!);
    if (children === undefined || children.length > 0) return children ?? [];
    await sleep(5);
  }
}

async function endSoon(children: readonly number[]): Promise<void> {
  for (let i = 0; i < 1000 && children.some(isRunning); i++) await sleep(10);
  assert.deepEqual(children.filter(isRunning), []);
}

test('an interrupt ends everything that was started, writes what there is, and exits 130', async () => {
  const started = place.start('--suite', LONG, '--engine', 'unreplicated', '--out', 'run-c');
  await started.says(/^\[1\/2\] throughput of unreplicated/m);
  const children = await childrenSoon(started);
  started.process.kill('SIGINT');
  const { code, stdout, stderr } = await started.ended;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /^replibench: interrupted; what was measured by then follows$/m);
  assert.match(stdout, /unreplicated/);
  assert.ok(table('run-c', 'trials').length > 0);
  const manifest = JSON.parse(place.read('run-c/manifest.json')) as Record<string, unknown>;
  assert.deepEqual([manifest.interrupted, manifest.exitStatus], [true, 130]);
  assert.deepEqual(children.filter(isRunning), []);
  assert.deepEqual(
    readdirSync(place.path('run-c')).filter((name) => name.startsWith('.')),
    [],
  );
});

test('an interrupt before anything was measured is no failure of the harness', async () => {
  const started = place.start('--suite', LONG, '--engine', 'unreplicated', '--out', 'run-d');
  const children = await childrenSoon(started);
  started.process.kill('SIGTERM');
  const { code, stderr } = await started.ended;
  assert.equal(code, 130, stderr);
  assert.doesNotMatch(stderr, /which it should not/);
  assert.deepEqual(children.filter(isRunning), []);
});

test('a run that is killed leaves its manifest and what it had measured, and no process', async () => {
  const started = place.start('--suite', LONG, '--engine', 'unreplicated', '--out', 'run-e');
  await started.says(/^\[1\/2\] throughput of unreplicated/m);
  const children = await childrenSoon(started);
  started.process.kill('SIGKILL');
  await started.ended;
  await endSoon(children);
  assert.ok(table('run-e', 'trials').length > 0);
  const manifest = JSON.parse(place.read('run-e/manifest.json')) as Record<string, unknown>;
  assert.equal(manifest.finishedAt, undefined);
});
