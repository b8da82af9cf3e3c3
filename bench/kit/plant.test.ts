import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import raft from '../../engines/raft/index.ts';
import { membersOf } from '../fuzz/environment.ts';
import { InputError } from '../input.ts';
import { loadEngine } from '../runtimes/host/load-engine.ts';
import { builtInModule } from '../trials/engines.ts';
import { type Change, plant, plantedModule } from './plant.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-plant-test-'));
after(() => rmSync(folder, { recursive: true }));

/** An engine of somebody else: one file that imports a neighbour and a package. */
function outsideEngine(): string {
  const files = {
    'package.json': '{ "type": "module" }',
    'node_modules/counting/package.json': '{ "name": "counting", "type": "module", "exports": "./one.js" }',
    'node_modules/counting/one.js': 'export const one = 1;\n',
    'src/presets.js': "export const presets = { default: { name: '$&' } };\n",
    'src/engine.js': [
      "import { one } from 'counting';",
      "import { presets } from './presets.js';",
      "// What is imported from './nowhere.js' in a comment is not there.",
      "export default { name: 'mine', presets, claims: () => ({ lost: one }), create: () => 'nothing' };",
      '',
    ].join('\n'),
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return pathToFileURL(join(folder, 'src/engine.js')).href;
}

async function mistake(...changes: Change[]): Promise<string> {
  const error = await plant(raft, ...changes).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof InputError, String(error));
  return error.message;
}

test('a built-in engine is changed at one place, also in what several engines share, and itself stays as it is', async () => {
  const quorum: Change = {
    file: '../parts/quorum.js',
    find: 'export function tolerated(',
    replace: 'export const tolerated = () => 77;\nfunction unused(',
  };
  const name: Change = { file: 'index.js', find: "name: 'raft'", replace: "name: 'raft-with-a-bug'" };
  const before = readFileSync(fileURLToPath(builtInModule('raft')), 'utf8');
  const planted = await plant(raft, quorum, name);
  const lost = (engine: typeof planted): number =>
    engine.claims(engine.presets.default, membersOf(3)).acknowledged.lostNodes;
  assert.deepEqual([planted.name, lost(planted)], ['raft-with-a-bug', 77]);
  assert.deepEqual([raft.name, lost(raft)], ['raft', 1]);
  assert.equal(readFileSync(fileURLToPath(builtInModule('raft')), 'utf8'), before);
});

test("an outside engine is planted by its module's URL, and finds its packages and its neighbours", async () => {
  const module = outsideEngine();
  const planted = await plant(module, { file: 'engine.js', find: "'nothing'", replace: "'$& and $1'" });
  assert.equal(planted.create({} as never, {}), '$& and $1', 'the text is put in as it is');
  assert.deepEqual(planted.claims({}, []), { lost: 1 });
  assert.deepEqual(planted.presets.default, { name: '$&' });
});

test('changes to one file are made one after the other', async () => {
  const planted = await plant(
    raft,
    { file: 'index.js', find: "name: 'raft'", replace: "name: 'other'" },
    { file: 'index.js', find: "name: 'other'", replace: "name: 'third'" },
  );
  assert.equal(planted.name, 'third');
});

test('a change that does not match exactly once is refused with how often it does', async () => {
  assert.equal(
    await mistake({ file: 'ballot.js', find: 'never there', replace: '' }),
    'a planted bug must match exactly once in ballot.js, but "never there" stands 0 times',
  );
  assert.match(
    await mistake({ file: 'ballot.js', find: 'this.#state', replace: '' }),
    /"this.#state" stands \d\d? times$/,
  );
  assert.match(await mistake({ file: 'ballot.js', find: '', replace: 'x' }), /"" stands everywhere$/);
});

test('a file that the engine does not import is refused with the nearest that it does', async () => {
  const sentence = await mistake({ file: 'balot.js', find: 'x', replace: 'y' });
  assert.match(sentence, /^the file of a planted bug must be one of .*\.\.\/parts\/quorum\.js.*, but "balot\.js" came/);
  assert.match(sentence, /did you mean "ballot\.js"\?$/);
});

test('an engine that is not built in has to be given by its module', async () => {
  await assert.rejects(
    plant({ ...raft }, { file: 'index.js', find: 'x', replace: 'y' }),
    /^Error: plant must be given the URL of the module of raft, since it is no built-in engine$/,
  );
});

test('what a change breaks is told as of any other module', async () => {
  assert.match(await mistake({ file: 'index.js', find: "name: 'raft'", replace: 'name: 7' }), /must have a name/);
});

test('the changed copy can be loaded by its URL, each time anew, and is gone when its process has ended', async () => {
  const change: Change = { file: 'index.js', find: "name: 'raft'", replace: "name: 'copied'" };
  const modules = [
    await plantedModule(builtInModule('raft'), change),
    await plantedModule(builtInModule('raft'), [change]),
  ];
  assert.equal(new Set(modules).size, 2);
  for (const module of modules) assert.equal((await loadEngine(module)).name, 'copied');

  const script = `
    const { plantedModule } = await import(${JSON.stringify(new URL('./plant.js', import.meta.url).href)});
    process.stdout.write(await plantedModule(${JSON.stringify(builtInModule('raft'))}, []));
  `;
  const left = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  assert.match(left, /^file:.*\/replibench-planted-/);
  assert.equal(existsSync(fileURLToPath(left)), false);
});
