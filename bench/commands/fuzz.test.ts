/** `fuzz` and `replay` as a user meets them, with outside engines that are broken in one point each. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { Workplace } from './testing/command-line.ts';

const place = new Workplace();
after(() => place.clear());

/** One node holds everything. `born` is done at the beginning of each life; answers wait for the disk, or not. */
const engineModule = (name: string, { born = '', when = '' } = {}): string => `
console.log('an engine that prints');
export default {
  name: '${name}',
  presets: { default: { limit: 9 }, named: { limit: 5 } },
  validate: (options) => (options.limit > 0 ? [] : ['limit must be more than 0.']),
  claims: () => ({
    reads: { default: 'linearizable' }, sessions: [],
    acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: true },
    exactlyOnce: false, converges: true, needs: 'all', assumes: { driftPpm: 0, skewMs: 0 },
  }),
  create(host) {
    const leader = host.members[0].id;
    for (const write of host.log.recovered) host.store.apply(write);
    ${born}
    return {
      onRequest(request) {
        if (host.self !== leader) return host.fail(request, { effect: 'none', reason: 'not-leader', leader });
        if (request.operation.kind !== 'get') host.log.append(request.operation);
        host.reply(request, host.store.apply(request.operation)${when});
      },
      onMessage() {}, onTimer() {}, holds: () => host.self === leader, status: () => ({ role: 'node', leader }),
    };
  },
};
`;
place.write('package.json', '{ "type": "module" }');
place.write('sound.js', engineModule('sound'));
place.write('hasty.js', engineModule('hasty', { when: ", 'now'" }));
place.write(
  'throws.js',
  engineModule('throws', { born: "if (host.boot === 'restart') throw new Error('out of luck');" }),
);
place.write('exits.js', engineModule('exits', { born: "if (host.boot === 'restart') process.exit(0);" }));
// A quarter of the seeds have five nodes.
place.write('loops.js', engineModule('loops', { born: 'if (host.members.length === 5) for (;;);' }));
place.write(
  'hungry.js',
  engineModule('hungry', { born: 'for (const eaten = []; ; ) eaten.push(new Array(1e5).fill(host));' }),
);

interface Json {
  readonly interrupted: boolean;
  readonly presets: readonly {
    readonly preset: string;
    readonly seeds: number;
    readonly counts: { readonly acknowledged: number };
    readonly broken: readonly { readonly seed: number; readonly property: string }[];
    readonly report?: { readonly happened: readonly string[]; readonly replay: string; readonly sentence: string };
  }[];
}

test('a sound engine is one line, the same each time', async () => {
  const fuzz = () => place.run('fuzz', '--engine', './sound.js:named', '--seeds', '6');
  const first = await fuzz();
  assert.deepEqual([first.code, first.stderr], [0, '']);
  assert.match(
    first.stdout,
    /^preset +seeds +acked broken +lost +stale unordered diverged\nsound:named +6 +[\d,]{3,} +0 +0 +0 +0 +0\n$/,
  );
  assert.deepEqual(await fuzz(), first);
});

test('an answer before the disk is found, shrunk and explained, and the replay command shows it again', async () => {
  const fuzzed = await place.run('fuzz', '--engine', './hasty.js', '--seeds', '40', '--out', 'found');
  assert.equal(fuzzed.code, 1, fuzzed.stderr);
  const [, seed] = /^seed (\d+) breaks hasty:default$/m.exec(fuzzed.stdout) ?? [];
  assert.ok(seed !== undefined, fuzzed.stdout);
  assert.match(fuzzed.stdout, /^ {2}(linearizability|durability): /m);
  const [, faults] =
    /^What was done \((\d+) faults?; the shortest schedule found in \d+ trials, \d+ before\)$/m.exec(fuzzed.stdout) ??
    [];
  assert.ok(Number(faults) <= 10, fuzzed.stdout);
  assert.match(fuzzed.stdout, /^ +1 +[\d.]+ ms {2}[a-z-]+ n\d/m);
  assert.match(fuzzed.stdout, /^After \d+ of 40 seeds this preset was left: --keep-going runs the others\.$/m);
  assert.equal(fuzzed.stderr, `Written: found/hasty-default-${seed}\n`);

  const [, command] = /^ {2}npm run bench -- (replay .*)$/m.exec(fuzzed.stdout) ?? [];
  const replay = (out: string) => place.run(...command!.split(' '), '--out', out);
  const replayed = await replay('again');
  assert.deepEqual([replayed.code, replayed.stderr], [1, 'Written: again\n']);
  assert.ok(
    replayed.stdout.startsWith(
      fuzzed.stdout.slice(fuzzed.stdout.indexOf('seed '), fuzzed.stdout.indexOf('What was done')),
    ),
  );
  await replay('once-more');
  const files = ['space-time.svg', 'log.txt', 'history.jsonl'];
  for (const file of [...files, 'report.txt', 'report.json']) {
    assert.equal(place.read(`once-more/${file}`), place.read(`again/${file}`), file);
  }
  for (const file of files)
    assert.equal(place.read(`again/${file}`), place.read(`found/hasty-default-${seed}/${file}`), file);
  assert.match(place.read('again/space-time.svg'), /^<svg .*hasty:default, seed \d+/s);
});

test('with --keep-going the other broken seeds are counted and listed', async () => {
  const { code, stdout } = await place.run('fuzz', '--engine', './throws.js', '--seeds', '3..7', '--keep-going');
  assert.equal(code, 1);
  assert.match(stdout, /^throws:default +5 +[\d,]+ +[345] /m);
  assert.match(stdout, /^ {2}no throw: a node threw: out of luck$/m);
  assert.match(stdout, /^Also broken: (\d \(no throw\)(, )?)+\.$/m);
  assert.doesNotMatch(stdout, /this preset was left/);
});

test('an engine that ends its process has broken the seed, not the sweep', async () => {
  const { code, stdout } = await place.run('fuzz', '--engine', './exits.js', '--seeds', '4', '--json');
  assert.equal(code, 1);
  const [found] = (JSON.parse(stdout) as Json).presets;
  assert.match(found!.report!.sentence, /the engine ended its process/);
  assert.equal(found!.report!.happened.length, 1);
});

test('seeds that never end are named, and the others go on', async () => {
  const args = ['--engine', './loops.js', '--seeds', '3..6', '--timeout-s', '5', '--keep-going', '--json'];
  const { code, stdout } = await place.run('fuzz', ...args);
  assert.equal(code, 1);
  const [found] = (JSON.parse(stdout) as Json).presets;
  assert.ok(found!.broken.length > 0 && found!.seeds === 4 && found!.counts.acknowledged > 100, stdout);
  for (const { property } of found!.broken) assert.equal(property, 'end');
  const seed = found!.broken[0]!.seed;
  assert.equal(found!.report!.replay, `npm run bench -- replay ${seed} --engine ./loops.js`);
  const replayed = await place.run('replay', `${seed}`, '--engine', './loops.js', '--timeout-s', '3');
  assert.equal(replayed.code, 1);
  assert.match(replayed.stdout, /^ {2}end: the trial had not ended after 3 s/m);
});

test('an engine that eats all memory breaks its seed', async () => {
  const { code, stdout } = await place.run('fuzz', '--engine', './hungry.js', '--seeds', '1', '--timeout-s', '20');
  assert.equal(code, 1);
  // Which comes first depends on the machine.
  assert.match(stdout, /needed more than 1024 MB of memory|had not ended|a node threw/);
});

test('faults can be those of a plan, and the replay command says so', async () => {
  const { stdout } = await place.run(
    'fuzz',
    '--engine',
    './throws.js',
    '--faults',
    'kill-random',
    '--set',
    'limit=3',
    '--seeds',
    '20',
    '--json',
  );
  const [found] = (JSON.parse(stdout) as Json).presets;
  assert.match(found!.report!.replay, / --set limit=3 --faults kill-random --only 0 /);
  const replayed = await place.run(...found!.report!.replay.split(' ').slice(4), '--json');
  assert.equal(replayed.code, 1);
  assert.equal((JSON.parse(replayed.stdout) as { sentence: string }).sentence, found!.report!.sentence);
});

test('what faults beyond the claims do is counted, and breaks nothing', async () => {
  const args = ['--engine', 'unreplicated', '--faults', 'wipe-random', '--nodes', '1'];
  const { code, stdout } = await place.run('fuzz', ...args, '--seeds', '2');
  assert.equal(code, 0, stdout);
  assert.match(
    stdout,
    /^unreplicated:default +2 +\d+ +0 +[\d,]{4,} .*\n {2}in all seeds the faults go beyond its claims: /m,
  );
  const replayed = await place.run('replay', '1', ...args);
  assert.equal(replayed.code, 0);
  assert.match(replayed.stdout, /^ {2}These faults go beyond its claims: what is found is only counted\.$/m);
});

test('a replay that breaks nothing says so and exits 0', async () => {
  const { code, stdout, stderr } = await place.run(
    'replay',
    '7',
    '--engine',
    './hasty.js',
    '--only',
    'none',
    '--nodes',
    '2',
  );
  assert.equal(code, 0);
  assert.match(stdout, /^seed 7 breaks nothing of hasty:default\n\nSurroundings\n {2}2 nodes; /);
  assert.equal(stderr, 'Written: results/replay-hasty-default-7\n');
});

test('where nothing can be written, what was found is told all the same', async () => {
  place.write('file', '');
  const fuzzed = await place.run('fuzz', '--engine', './hasty.js', '--seeds', '20', '--out', 'file');
  assert.equal(fuzzed.code, 1);
  assert.match(fuzzed.stdout, /^ {2}npm run bench -- replay /m);
  assert.match(fuzzed.stderr, /^replibench: cannot write file\/hasty-default-\d+: a part of the path is a file\n$/);
  const replayed = await place.run('replay', '7', '--engine', './sound.js', '--out', 'file');
  assert.deepEqual(
    [replayed.code, replayed.stderr],
    [3, 'replibench: cannot write file: there is a file of that name\n'],
  );
  assert.match(replayed.stdout, /^seed 7 breaks nothing of sound:default/);
});

test('an interrupt tells what is known by then, and exits 130', async () => {
  const { process: child, ended } = place.start('fuzz', '--engine', './sound.js', '--seeds', '1000000');
  await once(child.stdout!, 'data');
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 130);
  assert.match(stdout, /^sound:default +\d+ /m);
  assert.equal(stderr, 'replibench: interrupted; what was known by then is above\n');
});

test('bad input is one sentence', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['fuzz 7', /fuzz takes flags only, but "7" came/],
    ['fuzz --seeds 0', /--seeds must be a number of seeds, 1 or more, or a range A\.\.B, but "0" came/],
    ['fuzz --seeds 9..3', /but "9\.\.3" came/],
    ['fuzz --engine rafft', /did you mean "raft"\?/],
    ['fuzz --faults kill-leadr', /--faults must be one of .* did you mean "kill-leader"\?/],
    ['fuzz --engine ./sound.js --set limit=0 --seeds 1', /sound:default on \d nodes: limit must be more than 0\./],
    ['replay', /replay needs one seed, but nothing came/],
    ['replay x --engine raft', /the seed must be a whole number, but "x" came/],
    ['replay 1', /replay needs --engine NAME\[:VARIANT\]\|MODULE, but it was left out/],
    ['replay 1 --engine ./sound.js --only 99', /--only must name steps, which are 0 to \d+ here, but "99" came/],
    ['replay 1 --engine ./sound.js --only 2;3', /--only must be steps such as 2,5:1 or none, but "2;3" came/],
    ['replay 1 --engine ./sound.js --plain clock', /--plain must be one of .* did you mean "clocks"\?/],
  ];
  const refuses = async (line: string, sentence: RegExp): Promise<void> => {
    const { code, stderr } = await place.run(...line.split(' '));
    assert.equal(code, 2, `${line}: ${stderr}`);
    assert.match(stderr, /^replibench: [^\n]+\n$/, line);
    assert.match(stderr, sentence, line);
  };
  // Few at a time: they share the machine with other tests.
  for (let from = 0; from < cases.length; from += 4) {
    await Promise.all(cases.slice(from, from + 4).map(([line, sentence]) => refuses(line, sentence)));
  }
});
