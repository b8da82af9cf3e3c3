import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRule, compilerRule, layoutRule, linterRule, lockFileRule } from './project-files.ts';

const ENTRIES = ['.git', 'README.md', 'bench', 'engines', 'package.json', 'results', 'scripts', 'tsconfig.json'];

test('the top level and the rooms of bench are fixed', () => {
  assert.deepEqual(layoutRule(ENTRIES, ['trials', 'kit']), []);
  assert.match(layoutRule([...ENTRIES, 'src'], []).join(), /^src:1: stands at the top level/);
  assert.match(layoutRule(ENTRIES, ['tools']).join(), /^bench\/tools:1: is no room/);
  assert.deepEqual(
    layoutRule(
      ENTRIES.filter((entry) => entry !== 'engines'),
      [],
    ),
    ['engines:1: is missing at the top level'],
  );
});

test('the lock file holds no download addresses', () => {
  assert.deepEqual(lockFileRule('{\n  "integrity": "sha512-x"\n}'), []);
  assert.deepEqual(lockFileRule('{\n  "resolved": "https://x"\n}'), ['package-lock.json:2: holds a download address']);
});

test('the lock file names the optional packages of every platform', () => {
  const lock = (...names: string[]) =>
    JSON.stringify({
      packages: {
        'node_modules/tool': { optionalDependencies: { 'tool-here': '1', '@tool/there': '1' } },
        ...Object.fromEntries(names.map((name) => [`node_modules/${name}`, {}])),
      },
    });
  assert.deepEqual(lockFileRule(lock('tool-here', '@tool/there')), []);
  assert.match(lockFileRule(lock('tool-here')).join(), /lacks @tool\/there, an optional package of node_modules\/tool/);
});

test('documents name only scripts that exist', () => {
  const scripts = new Set(['bench', 'test:node']);
  assert.deepEqual(commandRule('a.md', 'npm run bench -- --quick\nnpm run test:node: x', scripts), []);
  assert.deepEqual(commandRule('a.md', 'x\n`npm run gone`', scripts), [
    'a.md:2: says "npm run gone", but package.json has no such script',
  ]);
});

test('the compiler looks strictly', () => {
  const missing = compilerRule('{ "compilerOptions": { "strict": true, "noUnusedLocals": false } }');
  assert.ok(missing.includes('tsconfig.json:1: expected noUnusedLocals to be on'));
  assert.ok(!missing.includes('tsconfig.json:1: expected strict to be on'));
});

test('the linter looks strictly', () => {
  const rules = (any: unknown, extra = {}) => ({
    ...extra,
    correctness: { noUnusedImports: 'error', noUnusedVariables: 'error' },
    style: { useImportType: { level: 'error' }, useNodejsImportProtocol: 'error' },
    suspicious: { noExplicitAny: any },
  });
  const linter = (value: unknown) => linterRule(JSON.stringify({ linter: value }));
  assert.deepEqual(linter({ rules: rules('error') }), []);
  assert.deepEqual(linter({ rules: rules('off') }), ['biome.json:1: expected suspicious/noExplicitAny to be an error']);
  for (const value of [
    { enabled: false, rules: rules('error') },
    { rules: rules('error', { recommended: false }) },
    { rules: rules('error', { preset: 'none' }) },
  ]) {
    assert.deepEqual(linter(value), ['biome.json:1: expected the recommended rules to be on']);
  }
});
