/** The command line as a user meets it: bad input, lists and help. What `run` leaves is in `commands/run.test.ts`. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Workplace } from './commands/testing/command-line.ts';

const place = new Workplace();
after(() => place.clear());

const SUITE = place.write(
  'tiny.yaml',
  'title: t\ntrials:\n  - { measure: throughput, workload: update, durability: [none], clients: [1], seconds: 0.1 }\n',
);
const SYNCED = place.write(
  'synced.yaml',
  'title: t\ntrials:\n  - { measure: throughput, clients: [1], seconds: 0.1 }\n',
);

/** Exit code 2, nothing on stdout, and one sentence on stderr. */
async function refuses(args: readonly string[], sentence: RegExp): Promise<void> {
  const { code, stdout, stderr } = await place.run(...args);
  const told = `${args.join(' ')}: ${stderr}`;
  assert.equal(code, 2, told);
  assert.equal(stdout, '', told);
  assert.match(stderr, /^replibench: [^\n]+\n$/, told);
  assert.match(stderr, sentence, told);
}

/** Few at a time: they share the machine with other tests. */
async function allRefuse(cases: readonly (readonly [string, RegExp])[]): Promise<void> {
  for (let from = 0; from < cases.length; from += 4) {
    await Promise.all(cases.slice(from, from + 4).map(([line, sentence]) => refuses(line.split(' '), sentence)));
  }
}

test('a wrong command or flag is one sentence with the nearest name', async () => {
  await allRefuse([
    ['rnu', /the command must be one of run, list, .*report.*, but "rnu" came; did you mean "run"\?/],
    ['constructor', /the command must be one of run, list, .*report.* but "constructor" came/],
    ['--suit=default', /run has no flag --suit; did you mean --suite\?/],
    ['run --constructor', /run has no flag --constructor/],
    ['--seed 1.5', /--seed must be a whole number of 0 or more, but "1\.5" came/],
    ['--runtime clouds', /--runtime must be one of threads, simulation, but "clouds" came/],
    ['list', /list needs one of engines, .*, but nothing came/],
    ['list engine', /list must be one of engines, .*, but "engine" came; did you mean "engines"\?/],
    ['report', /report needs the folder of one run, but nothing came/],
    ['report nowhere', /nowhere: expected the folder of a run, with its manifest\.json, but there is none/],
  ]);
});

test('what a flag names must be there', async () => {
  await allRefuse([
    ['--suite defualt', /--suite must be one of .* did you mean "default"\?/],
    ['--topology three-zoness', /did you mean "three-zones"\?/],
    ['--suite failover --fault kill-leadr', /--fault must be one of .* did you mean "kill-leader"\?/],
    [
      '--suite throughput --fault kill-leader',
      /--fault needs a suite that has trials with faults, but "throughput" has none/,
    ],
    ['--engine rafft', /--engine must be one of .*, but "rafft" came; did you mean "raft"\?/],
    ['--engine raft:etdc', /the preset of raft must be one of .*, but "etdc" came; did you mean "etcd"\?/],
    ['--engine ./nowhere.js', /--engine must name an engine's module, but there is no file "\.\/nowhere\.js"/],
    ['--engine raft --engine raft:default', /--engine must name each preset once, but "raft:default" came twice/],
  ]);
});

test('an option of the wrong type, or one that does not fit the others, is one sentence', async () => {
  await allRefuse([
    ['--engine raft --set heartbeatMs=often', /raft\.heartbeatMs must be a number, but "often" came/],
    ['--engine raft --set heartbeatms=5', /--set must be one of .* did you mean "heartbeatMs"\?/],
    ['--engine raft --set heartbeatMs=100000', /raft:default: .*heartbeatMs/],
  ]);
});

test('a malformed suite file is one sentence that names the file and the field', async () => {
  place.write('field.yaml', 'title: t\ntrials:\n  - { measure: throughput, clients: [1], seconds: 1, wrokload: x }\n');
  place.write('type.yaml', 'title: t\ntrials:\n  - { measure: throughput, clients: many, seconds: 1 }\n');
  place.write('yaml.yaml', 'title: [unclosed\n');
  place.write('empty.yaml', '');
  await allRefuse([
    ['--suite field.yaml', /field\.yaml:3: trials\.0: wrokload: .* "wrokload" came; did you mean "workload"\?/],
    ['--suite type.yaml', /type\.yaml:3: trials\.0: clients: expected a list of numbers of clients, but "many" came/],
    ['--suite yaml.yaml', /yaml\.yaml:2: /],
    ['--suite empty.yaml', /empty\.yaml:1: the file: expected object, but null came/],
  ]);
});

test('a folder that cannot take a run is one sentence, and nothing is measured', async () => {
  mkdirSync(place.path('taken'));
  place.write('taken/manifest.json', '{}');
  const engine = `--suite ${SUITE} --engine unreplicated`;
  await allRefuse([
    [
      `${engine} --out tiny.yaml/inside`,
      /out must be a folder that can be written, but for "tiny\.yaml\/inside" a part of the path is a file/,
    ],
    [
      `${engine} --out tiny.yaml`,
      /out must be a folder that can be written, but for "tiny\.yaml" there is a file of that name/,
    ],
    [`${engine} --out taken`, /out must be a folder without a run in it, but "taken" holds manifest\.json/],
  ]);
  assert.equal(place.read('taken/manifest.json'), '{}');
});

const TMPFS = 0x01021994;
const shared = '/dev/shm';
const hasMemory = existsSync(shared) && statfsSync(shared).type === TMPFS;

test('syncs to memory are refused before anything is written', {
  skip: hasMemory ? false : 'no tmpfs here',
}, async () => {
  const memory = mkdtempSync(join(shared, 'replibench-'));
  try {
    const out = join(memory, 'run');
    const line = `--suite ${SYNCED} --engine unreplicated --out ${out}`;
    await refuses(
      line.split(' '),
      /--out must be on a disk, but the logs lie on tmpfs, .* durability fsync means nothing/,
    );
    assert.equal(existsSync(out), false);
  } finally {
    rmSync(memory, { recursive: true });
  }
});

test('every kind of thing can be listed, for people and as JSON', async () => {
  const kinds: readonly (readonly [string, string])[] = [
    ['engines', 'raft'],
    ['presets', 'primary-replica:manual'],
    ['suites', 'default'],
    ['workloads', 'ycsb-a'],
    ['faults', 'kill-leader'],
    ['topologies', 'three-zones'],
    ['clients', 'default'],
  ];
  for (const [kind, member] of kinds) {
    const { code, stdout, stderr } = await place.run('list', kind, '--json');
    assert.deepEqual([code, stderr], [0, '']);
    const items = JSON.parse(stdout) as { name: string; says: string }[];
    assert.ok(
      items.some(({ name }) => name === member),
      kind,
    );
    assert.ok(items.every(({ says }) => says !== ''));
  }
  const { stdout } = await place.run('list', 'faults');
  assert.match(stdout, /^kill-leader +the process of the leading node dies; its connections close$/m);
});

test('help goes to stdout, names every flag, and exits 0', async () => {
  const [general, run, list, report, short] = await Promise.all([
    place.run('--help'),
    place.run('run', '--help'),
    place.run('list', '--help'),
    place.run('report', '--help'),
    place.run('run', '-h'),
  ]);
  for (const { code, stderr, stdout } of [general, run, list, report]) {
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^(replibench: .*\n\n)?Usage: npm run bench -- /);
    assert.ok(
      stdout.split('\n').every((line) => line.length <= 120),
      stdout,
    );
  }
  assert.equal(short.stdout, run.stdout);
  for (const command of ['run', 'list', 'check', 'report'])
    assert.match(general.stdout, new RegExp(`^  ${command} `, 'm'));
  const flags = 'suite engine topology workload fault client runtime seed set repeat out quick json help';
  for (const flag of flags.split(' ')) assert.match(run.stdout, new RegExp(`^  --${flag} `, 'm'));
  assert.match(list.stdout, /engines\|presets\|suites\|workloads\|faults\|topologies\|clients/);
});

test('a reader that has seen enough ends the output quietly', async () => {
  const started = place.start('list', 'presets');
  started.process.stdout!.destroy();
  const { stderr } = await started.ended;
  assert.equal(stderr, '');
});
