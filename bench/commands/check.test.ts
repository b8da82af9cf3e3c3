/** `check` as a user meets it. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sourceFolder } from '../paths.ts';
import { Workplace } from './testing/command-line.ts';

const place = new Workplace();
after(() => place.clear());

const HISTORIES = sourceFolder('bench/checks/testing/histories');
const copy = (name: string): string => place.write(name, readFileSync(join(HISTORIES, name), 'utf8'));

interface Json {
  readonly verdict: string;
  readonly operations: number;
  readonly keys: number;
  readonly violations: readonly { key: string; property: string; fromMs: number; operations: readonly object[] }[];
  readonly counts: { readonly [kind: string]: { readonly [outcome: string]: number } };
  readonly undecided: readonly string[];
  readonly leftOut: number;
  readonly sessions: {
    readonly [guarantee: string]: { count: number; perMillion: number; examples: readonly object[] };
  };
  readonly causal: { readonly [pattern: string]: { count: number } };
  readonly writes: { readonly [fate: string]: { count: number } };
  readonly counters: { readonly [fate: string]: { count: number } };
  readonly staleness: {
    reads: number;
    stale: { count: number };
    shifts: readonly { key: string; shiftMs: number | null }[];
  };
}

async function checkJson(...args: string[]): Promise<{ code: number | null; json: Json }> {
  const { code, stdout, stderr } = await place.run('check', ...args, '--json');
  assert.equal(stderr, '');
  return { code, json: JSON.parse(stdout) as Json };
}

test('a linearizable history exits 0, and its operations are counted by kind and outcome', async () => {
  const file = copy('linearizable.jsonl');
  const { code, json } = await checkJson(file);
  assert.equal(code, 0);
  assert.deepEqual([json.verdict, json.operations, json.keys, json.violations], ['linearizable', 10, 3, []]);
  assert.deepEqual(json.counts.put, { ok: 1, fail: 1, unknown: 1 });
  assert.equal(json.leftOut, 1, 'the local read');
  const { stdout } = await place.run('check', file);
  assert.match(stdout, /^linearizable\n\n10 operations, 3 keys {2}ok {2}fail {2}unknown\n/);
  assert.match(stdout, /\n1 read for local state or versions not judged\.\n$/);
});

test('a violation exits 1 and is told by key, sentence and operations', async () => {
  const { code, json } = await checkJson(copy('stale-read.jsonl'));
  assert.equal(code, 1);
  assert.deepEqual([json.verdict, json.operations, json.keys], ['not-linearizable', 5, 2]);
  const [violation] = json.violations;
  assert.equal(violation!.key, 'k7');
  assert.match(violation!.property, /"4"/);
  assert.equal(violation!.fromMs, 1200);
  assert.deepEqual(violation!.operations.at(-1), {
    process: 'far',
    op: 'get',
    key: 'k7',
    value: '4',
    start: 1206.3,
    end: 1208.25,
    outcome: 'ok',
  });
  assert.equal(json.staleness.stale.count, 1);
  assert.deepEqual(json.staleness.shifts, [{ key: 'k7', shiftMs: 2.1 }]);
});

test('a violation is drawn as a timeline that fits 80 columns when piped', async () => {
  const { code, stdout } = await place.run('check', copy('stale-read.jsonl'));
  assert.equal(code, 1);
  assert.match(stdout, /^not linearizable\n\nkey k7: .*\n/);
  assert.match(stdout, /^far +1206\.3 +1208\.25 +├─+get 4─+┤$/m);
  for (const line of stdout.split('\n')) assert.ok([...line].length <= 80, line);
});

test('reads that were all stale are a hundred per cent', async () => {
  const told = { process: 0, key: 'a', outcome: 'ok' };
  const lines = [
    { ...told, op: 'put', value: '1', start: 0, end: 1 },
    { ...told, op: 'get', value: null, start: 2, end: 3 },
  ];
  place.write('stale.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { stdout } = await place.run('check', 'stale.jsonl');
  assert.match(stdout, /^Of 1 reads 100 % were stale, by 1 ms at most\.$/m);
});

test('the README shows what comes out', async () => {
  const { stdout } = await place.run('check', copy('stale-read.jsonl'));
  assert.ok(readFileSync(sourceFolder('README.md'), 'utf8').includes(`\n\`\`\`\n${stdout}\`\`\`\n`), stdout);
});

test('the classic histories are found out by what is wrong with them', async () => {
  const [lost, twice, answer, repeated] = await Promise.all(
    ['lost-update', 'duplicated-append', 'lost-answer', 'repeated-values'].map((name) =>
      checkJson(copy(`${name}.jsonl`)),
    ),
  );
  for (const { code } of [lost!, twice!, answer!, repeated!]) assert.equal(code, 1);
  assert.match(lost!.json.violations[0]!.property, /two swaps both replaced/);
  assert.equal(lost!.json.violations[0]!.operations.filter((line) => 'swapped' in line).length, 2);
  assert.equal(lost!.json.staleness.shifts[0]!.shiftMs, null, 'no shift mends it');
  assert.equal(twice!.json.writes.duplicated!.count, 1);
  assert.equal(answer!.json.causal.absent!.count, 1);
  assert.equal(answer!.json.sessions['monotonic-reads']!.count, 0);
});

test('a search without time says unknown and exits 3', async () => {
  // Twenty puts of few values at once, and reads that no order of them explains: every order has to be tried.
  const line = (process: number, op: string, value: number, start: number, end: number): string =>
    `${JSON.stringify({ process, op, key: 'k', value: `v${value}`, start, end, outcome: 'ok' })}\n`;
  const puts = Array.from({ length: 20 }, (_, i) => line(i, 'put', i % 10, i / 100, 90 + i));
  const gets = Array.from({ length: 30 }, (_, i) => line(99, 'get', i % 10, 1 + i * 2, 2 + i * 2));
  const file = place.write('hard.jsonl', [...puts, ...gets].join(''));
  const { code, json } = await checkJson(file, '--budget', '0');
  assert.equal(code, 3);
  assert.equal(json.verdict, 'unknown');
  assert.deepEqual(json.undecided, ['k']);
});

test('the register model refuses appends, the append model takes them', async () => {
  const file = copy('duplicated-append.jsonl');
  const { code, stderr } = await place.run('check', file, '--model', 'register');
  assert.deepEqual(
    [code, stderr],
    [
      2,
      'replibench: duplicated-append.jsonl: line 1: op: expected get, put, delete or cas with --model register, but "append" came\n',
    ],
  );
  assert.equal((await checkJson(file, '--model', 'append')).code, 1);
  assert.equal((await checkJson(copy('lost-update.jsonl'), '--model', 'register')).code, 1);
});

test('bad input exits 2 with one sentence, naming file and line', async () => {
  const good = readFileSync(join(HISTORIES, 'stale-read.jsonl'), 'utf8');
  place.write('empty.jsonl', '');
  place.write('cut.jsonl', good.slice(0, -30));
  const local = { process: 0, op: 'get', key: 'a', value: null, start: 0, end: 1, outcome: 'ok', read: 'local' };
  place.write('local.jsonl', `${JSON.stringify(local)}\n`);
  place.write('op.jsonl', good.replace('"get"', '"gett"'));
  mkdirSync(place.path('folder'));
  writeFileSync(place.path('garbage.jsonl'), Buffer.from([0, 159, 146, 150, 10, 255]));
  const cases: readonly (readonly [string, RegExp])[] = [
    ['empty.jsonl', /empty\.jsonl: expected operations, one JSON object a line, but nothing came/],
    ['cut.jsonl', /cut\.jsonl: line 5: expected a JSON object, but .* came, which is no JSON/],
    ['op.jsonl', /op\.jsonl: line 3: op: .* "gett" came; did you mean "get"\?/],
    ['local.jsonl', /local\.jsonl: expected operations to judge, but only reads marked local or versions came/],
    ['folder', /cannot read folder: it is a folder/],
    ['garbage.jsonl', /garbage\.jsonl: line 1: expected UTF-8 text, but other bytes came/],
    ['nowhere.jsonl', /cannot read nowhere\.jsonl: there is no such file/],
    ['', /check needs one history file, but nothing came/],
    ['a b', /check needs one history file, but "a b" came/],
    ['a --model list', /--model must be one of register, append, but "list" came/],
    ['a --budget soon', /--budget must be a number of seconds, 0 or more, but "soon" came/],
  ];
  for (const [line, sentence] of cases) {
    const { code, stdout, stderr } = await place.run('check', ...line.split(' ').filter((word) => word !== ''));
    assert.deepEqual([code, stdout], [2, ''], `${line}: ${stderr}`);
    assert.match(stderr, /^replibench: [^\n]+\n$/);
    assert.match(stderr, sentence);
  }
});

test('help names every flag and exit code', async () => {
  const { code, stdout } = await place.run('check', '--help');
  assert.equal(code, 0);
  for (const flag of ['model', 'budget', 'json', 'help']) assert.match(stdout, new RegExp(`^  --${flag} `, 'm'));
  assert.match(stdout, /0 linearizable, 1 not linearizable, 2 bad input, 3 unknown/);
});

test('a counter that shows more than was added, or less than had been acknowledged, is told', async () => {
  const line = (op: string, value: string, start: number): string =>
    `${JSON.stringify({ process: 1, op, key: 'circuits', value, start, end: start + 1, outcome: 'ok' })}\n`;
  const adds = line('add', '3', 0) + line('add', '-1', 2);
  const sound = await checkJson(place.write('sound.jsonl', adds + line('get', '2', 4)));
  assert.deepEqual([sound.code, sound.json.counts.add], [0, { ok: 2, fail: 0, unknown: 0 }]);
  const twice = await checkJson(place.write('twice.jsonl', adds + line('get', '5', 4)));
  assert.deepEqual([twice.code, twice.json.counters.surplus!.count], [1, 1]);
  const file = place.write('missing.jsonl', adds + line('get', '3', 4));
  const { stdout } = await place.run('check', file);
  assert.match(stdout, /^not linearizable\n\nkey circuits: no order of these operations explains what they returned\n/);
  assert.match(stdout, /add -1/);
  assert.match(stdout, /\nread your writes +1 +/);
  assert.match(stdout, /\nstale reads of counters +1 +/);
  const refused = await place.run('check', file, '--model', 'register');
  assert.match(refused.stderr, /line 1: op: expected get, put, delete or cas with --model register, but "add" came\n$/);
});
