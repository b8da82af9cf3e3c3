import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { InputError } from '../input.ts';
import type { EngineChoice } from '../runtimes/cluster.ts';
import { loadEngine } from '../runtimes/host/load-engine.ts';
import {
  applySettings,
  BUILT_IN_ENGINES,
  builtInModule,
  chooseEngine,
  chooseEngines,
  describeEngine,
  judgeEngine,
  STORING_ENGINES,
} from './engines.ts';
import { MEMBERS } from './testing/specs.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-engines-'));
after(() => rmSync(folder, { recursive: true }));

const SOUND = `
  name: 'mine',
  presets: { default: { size: 3 }, large: { size: 30 } },
  claims: ({ size }) => ({ needs: 'majority', deadlines: { shortestTimeoutMs: size * 10, heartbeatMs: 5 } }),
  create: () => ({})
`;

let written = 0;
/** Writes a module and returns its path. */
function module(source: string): string {
  const path = join(folder, `engine-${++written}.mjs`);
  writeFileSync(path, source);
  return path;
}

async function mistake(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    return error.message.replace(/file:\S*\/(engine-\d+\.mjs)/, '$1');
  }
  throw new Error('nothing was thrown');
}

test('a built-in engine is chosen by its name, with a preset or the default one', async () => {
  const [plain, named] = await Promise.all([chooseEngine('raft'), chooseEngine('primary-replica:async')]);
  assert.deepEqual([plain.choice.name, plain.choice.preset], ['raft', 'default']);
  assert.deepEqual(plain.choice.options, plain.description.presets.default);
  assert.equal(named.choice.preset, 'async');
  assert.equal(named.choice.options.answer, 'async');
});

test('behind a preset stand changes of its options, and the engine is called as it was asked for', async () => {
  const { presets } = await describeEngine(builtInModule('raft'));
  const chosen = await chooseEngines([
    'raft:preVote=false',
    'raft:etcd,heartbeatMs=50,reads=log',
    'raft:default,preVote=true',
  ]);
  assert.deepEqual(
    chosen.map(({ choice, preset }) => [choice.preset, preset, choice.options]),
    [
      ['preVote=false', 'default', { ...presets.default, preVote: false }],
      ['etcd,heartbeatMs=50,reads=log', 'etcd', { ...presets.etcd, heartbeatMs: 50, reads: 'log' }],
      ['preVote=true', 'default', { ...presets.default, preVote: true }],
    ],
  );
  const every = await chooseEngines(['raft:*,preVote=false']);
  assert.equal(every.length, Object.keys(presets).length);
  assert.ok(every.every(({ choice }) => choice.options.preVote === false));
  assert.match(
    await mistake(chooseEngine('raft:prevote=false')),
    /^an option in --engine must be one of .*did you mean "preVote"\?$/,
  );
  assert.match(
    await mistake(chooseEngine('raft:heartbeatMs=soon')),
    /^raft.heartbeatMs must be a number, but "soon" came$/,
  );
});

test('a star stands for every preset, in the order in which the engine has them', async () => {
  const { presets } = await describeEngine(builtInModule('raft'));
  const chosen = await chooseEngines(['raft:*', 'unreplicated']);
  assert.deepEqual(
    chosen.map(({ choice: { name, preset } }) => `${name}:${preset}`),
    [...Object.keys(presets).map((preset) => `raft:${preset}`), 'unreplicated:default'],
  );
  for (const { choice } of chosen.slice(0, -1)) assert.deepEqual(choice.options, presets[choice.preset]);
  assert.match(
    await mistake(chooseEngines(['primry-replica:*'], 'an engine of the suite "s"')),
    /^an engine of the suite "s" must be one of .*, but "primry-replica" came; did you mean "primary-replica"\?$/,
  );
});

test('every built-in engine describes itself, and its default preset is sound on three nodes', async () => {
  await Promise.all(
    BUILT_IN_ENGINES.map(async (name) => {
      const description = await describeEngine(builtInModule(name));
      assert.equal(description.name, name);
      const choice = { module: description.module, name, preset: 'default', options: description.presets.default! };
      const { problems, claims } = await judgeEngine(choice, MEMBERS);
      assert.deepEqual(problems, []);
      assert.notEqual(claims?.needs, undefined);
    }),
  );
});

test('the engines that are measured unless others are named are those that store', async () => {
  const storing = await Promise.all(
    BUILT_IN_ENGINES.map(async (name) => ((await loadEngine(builtInModule(name))).stores === false ? [] : [name])),
  );
  assert.deepEqual(storing.flat(), [...STORING_ENGINES]);
});

test('an unknown engine or preset is answered with the nearest name', async () => {
  assert.match(
    await mistake(chooseEngine('rafft')),
    /^--engine must be one of .*, but "rafft" came; did you mean "raft"\?$/,
  );
  assert.match(
    await mistake(chooseEngine('primary-replica:asnyc')),
    /^the preset of primary-replica must be one of .*, but "asnyc" came; did you mean "async"\?$/,
  );
  assert.match(await mistake(chooseEngine('unreplicated:constructor')), /but "constructor" came/);
  assert.match(await mistake(chooseEngine('raft:')), /^the preset of raft must be one of .*, but "" came$/);
});

test('an outside engine is chosen by its path from where the user stands, with a preset', async () => {
  const path = relative(process.cwd(), module(`export default {${SOUND}};`));
  const { choice } = await chooseEngine(path.startsWith('.') ? path : `./${path}`);
  assert.deepEqual([choice.name, choice.preset, choice.options], ['mine', 'default', { size: 3 }]);
  assert.deepEqual((await chooseEngine(`${path}:large`)).choice.options, { size: 30 });
});

test('an outside engine is chosen by the name of its package', async () => {
  const home = join(folder, 'node_modules', 'my-engine');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "name": "my-engine", "type": "module", "exports": "./engine.js" }');
  writeFileSync(join(home, 'engine.js'), `export default {${SOUND}};`);
  const before = process.cwd();
  process.chdir(folder);
  try {
    assert.equal((await chooseEngine('my-engine:large')).choice.name, 'mine');
  } finally {
    process.chdir(before);
  }
});

test('a path without a file is said to have none', async () => {
  assert.equal(
    await mistake(chooseEngine('./nowhere.js')),
    `--engine must name an engine's module, but there is no file "./nowhere.js"`,
  );
});

test('a module that is no engine is one sentence that says what it lacks', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['export const engine = {};', /^the engine engine-\d+\.mjs has no default export that is an engine definition$/],
    ['export default 5;', /has no default export that is an engine definition$/],
    ['export default { name: "x" };', /must have presets with at least a default one$/],
    ['export default { name: "x", presets: { default: {} } };', /must have a function claims\(options, members\)$/],
    [`export default {${SOUND}, name: 'a b' };`, /must have a name of letters, digits, "-", "_" and "\."$/],
    [`export default {${SOUND}, create: 1 };`, /must have a function create\(host, options\)$/],
    [
      `export default {${SOUND}, presets: { default: { f() {} } } };`,
      /must have presets that are plain data, but .*could not be cloned/,
    ],
  ];
  await Promise.all(
    cases.map(async ([source, sentence]) => assert.match(await mistake(chooseEngine(module(source))), sentence)),
  );
});

test('a module that throws, exits or cannot be read while it is loaded is one sentence', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['throw new Error("no licence\\nin line two");', /^the engine engine-\d+\.mjs could not be loaded: no licence$/],
    ['export default {', /^the engine engine-\d+\.mjs could not be loaded: Unexpected end of input$/],
    ['import "./not-there.mjs";', /could not be loaded: Cannot find module/],
    ['process.exit(0);', /^the engine engine-\d+\.mjs ended its process while it was loaded$/],
    ['await new Promise(() => {});', /ended its process while it was loaded$/],
  ];
  await Promise.all(
    cases.map(async ([source, sentence]) => assert.match(await mistake(chooseEngine(module(source))), sentence)),
  );
});

test('a module that loops for ever while it is loaded is given up', async () => {
  const looping = describeEngine(pathToFileURL(module('for (;;);')).href, 300);
  assert.match(await mistake(looping), /^the engine engine-\d+\.mjs was not loaded within 0\.3 s$/);
});

test('what a module prints while it is loaded does not reach our own output', async (t) => {
  const written = t.mock.method(process.stdout, 'write', () => true);
  await chooseEngine(module(`console.log('hello'); export default {${SOUND}};`));
  const texts = written.mock.calls.map(({ arguments: [text] }) => String(text));
  written.mock.restore();
  assert.ok(!texts.some((text) => text.includes('hello')));
});

const choiceOf = (path: string): EngineChoice => ({
  module: pathToFileURL(path).href,
  name: 'mine',
  preset: 'default',
  options: { size: 3 },
});

test("a verdict has the claims, and every preset's shortest time-out", async () => {
  const verdict = await judgeEngine(choiceOf(module(`export default {${SOUND}};`)), MEMBERS);
  assert.deepEqual(verdict, {
    claims: { needs: 'majority', deadlines: { shortestTimeoutMs: 30, heartbeatMs: 5 } },
    problems: [],
    timeoutsMs: { default: 30, large: 300 },
  });
});

test('options with problems are not asked for claims', async () => {
  const source = `export default {${SOUND}, validate: ({ size }) => (size < 9 ? ['Too small.'] : []), claims() { throw 1; } };`;
  const verdict = await judgeEngine(choiceOf(module(source)), MEMBERS);
  assert.deepEqual([verdict.claims, verdict.problems], [undefined, ['Too small.']]);
});

test('claims that are not as the contract has them are one sentence', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["claims: () => ({ needs: 'luck' })", /^the engine mine must claim as needs one of any-node, .*, but "luck" came$/],
    ['claims: () => undefined', /^the engine mine must claim something: an object of claims$/],
    ["claims: () => ({ needs: 'all', deadlines: 5 })", /^the engine mine must claim deadlines in ms, but 5 came$/],
    ["claims() { throw new Error('not today'); }", /^the engine mine threw in claims: not today$/],
    ["validate() { throw new Error('not today'); }", /^the engine mine threw in validate: not today$/],
    ["validate: () => 'wrong'", /^the engine mine must return a list from validate$/],
  ];
  await Promise.all(
    cases.map(async ([change, sentence]) => {
      const path = module(`export default {${SOUND}, ${change} };`);
      assert.match(await mistake(judgeEngine(choiceOf(path), MEMBERS)), sentence);
    }),
  );
});

const engine = (name: string, options: EngineChoice['options']): EngineChoice => ({
  module: `file:///${name}.js`,
  name,
  preset: 'default',
  options,
});
const A = engine('a', { timeoutMs: 100, strict: true, mode: 'fast', list: [1], map: { x: 1 } });
const B = engine('b.2', { timeoutMs: 200 });
const settingMistake = (engines: readonly EngineChoice[], setting: string): Promise<string> =>
  mistake(Promise.resolve().then(() => applySettings(engines, [setting])));

test('a setting takes the type that the option has, and leaves the preset as it was', () => {
  const [changed] = applySettings([A], ['timeoutMs=5', 'strict=false', 'mode=a=b', 'list=[2,3]', 'map={"y":2}']);
  assert.deepEqual(changed!.options, { timeoutMs: 5, strict: false, mode: 'a=b', list: [2, 3], map: { y: 2 } });
  assert.equal(A.options.timeoutMs, 100);
});

test('a setting changes every engine that has the option, or only the one it names', () => {
  const timeouts = (setting: string): unknown[] =>
    applySettings([A, B], [setting]).map(({ options }) => options.timeoutMs);
  assert.deepEqual(timeouts('timeoutMs=5'), [5, 5]);
  assert.deepEqual(timeouts('a.timeoutMs=5'), [5, 200]);
  assert.deepEqual(timeouts('b.2.timeoutMs=5'), [100, 5]);
});

test('a value of the wrong type is one sentence', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['timeoutMs=soon', 'a.timeoutMs must be a number, but "soon" came'],
    ['timeoutMs=', 'a.timeoutMs must be a number, but "" came'],
    ['timeoutMs=Infinity', 'a.timeoutMs must be a number, but "Infinity" came'],
    ['strict=yes', 'a.strict must be true or false, but "yes" came'],
    ['list={}', 'a.list must be a list in JSON, but "{}" came'],
    ['map=5', 'a.map must be an object in JSON, but "5" came'],
    ['timeoutMs', '--set must be KEY=VALUE or ENGINE.KEY=VALUE, but "timeoutMs" came'],
  ];
  for (const [setting, sentence] of cases) assert.equal(await settingMistake([A], setting), sentence);
});

test('an option or engine that there is not is answered with the nearest', async () => {
  assert.match(
    await settingMistake([A], 'timeoutms=5'),
    /^--set must be one of timeoutMs, .* did you mean "timeoutMs"\?$/,
  );
  assert.match(await settingMistake([A, B], 'b.2.mode=x'), /^--set must be one of timeoutMs, but "mode" came$/);
  assert.match(await settingMistake([A], 'toString=5'), /^--set must be one of .*, but "toString" came$/);
  assert.equal(await settingMistake([A], 'zzz.timeoutMs=5'), 'the engine in --set must be one of a, but "zzz" came');
  assert.equal(
    await settingMistake([engine('bare', {})], 'x=5'),
    '--set must name an option, but "x" came and bare has none',
  );
});
