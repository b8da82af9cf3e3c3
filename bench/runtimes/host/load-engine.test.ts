import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { InputError } from '../../input.ts';
import { loadEngine } from './load-engine.ts';

const moduleOf = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`;

async function mistake(module: string): Promise<string> {
  const error = await loadEngine(module).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof InputError, String(error));
  return error.message.replace(module, 'MODULE');
}

const sound = { name: "'mine'", presets: '{ default: {} }', claims: '() => ({})', create: '() => ({})' };
const engineWith = (changes: Partial<typeof sound>): string =>
  moduleOf(
    `export default { ${Object.entries({ ...sound, ...changes })
      .map(([field, code]) => `${field}: ${code}`)
      .join(', ')} }`,
  );

test('a module whose default export is an engine is loaded', async () => {
  const engine = await loadEngine(engineWith({}));
  assert.equal(engine.name, 'mine');
});

test('each thing that an engine lacks is named', async () => {
  assert.match(await mistake(engineWith({ name: "'two words'" })), /^the engine MODULE must have a name of letters/);
  assert.match(await mistake(engineWith({ name: '7' })), /must have a name/);
  const presets = 'the engine MODULE must have presets with at least a default one';
  for (const code of ['undefined', 'null', '{}', '{ default: null }', "'x'"]) {
    assert.equal(await mistake(engineWith({ presets: code })), presets, code);
  }
  assert.equal(
    await mistake(engineWith({ presets: '{ default: {}, fast: 3 }' })),
    'the engine MODULE must have options as an object in its preset fast',
  );
  assert.match(await mistake(engineWith({ claims: '{}' })), /must have a function claims\(options, members\)$/);
  assert.match(await mistake(engineWith({ create: 'undefined' })), /must have a function create\(host, options\)$/);
});

test('a module without a default export is no engine', async () => {
  for (const text of ['export const engine = {}', 'export default null', 'export default 5']) {
    assert.equal(await mistake(moduleOf(text)), 'the engine MODULE has no default export that is an engine definition');
  }
});

test('a module that cannot be found or that throws is told in a sentence', async () => {
  const missing = pathToFileURL('/no/such/engine.js').href;
  assert.match(await mistake(missing), /^the engine MODULE could not be loaded: Cannot find module/);
  assert.equal(
    await mistake(moduleOf("throw new Error('broken inside')")),
    'the engine MODULE could not be loaded: broken inside',
  );
});
