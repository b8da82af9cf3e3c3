import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Rule, readSource } from './source.ts';
import { headerRule, leftoverRule, machinePathRule, nameRule, seedRule, sizeRule, wordRule } from './style.ts';

const broken = (rule: Rule, text: string, path = 'bench/trials/x.ts') => rule(readSource(path, text)).length;

test('a file has at most 400 lines, a test 500', () => {
  assert.equal(broken(sizeRule, 'x\n'.repeat(400)), 0);
  assert.equal(broken(sizeRule, 'x\n'.repeat(401)), 1);
  assert.equal(broken(sizeRule, 'x\n'.repeat(500), 'bench/x.test.ts'), 0);
  assert.equal(broken(sizeRule, 'x\n'.repeat(501), 'bench/x.test.ts'), 1);
});

test('nothing is left over', () => {
  for (const word of ['TODO', 'FIXME', '@ts-ignore', '@ts-nocheck']) {
    assert.equal(broken(leftoverRule, `// ${word}: later\nf();`), 1, word);
    assert.equal(broken(leftoverRule, `f('${word}');`), 0, word);
  }
  assert.equal(broken(leftoverRule, 'f(x as any);'), 1);
  assert.equal(broken(leftoverRule, 'f(x as anything);'), 0);
});

test('no test keeps the others from running', () => {
  assert.equal(broken(leftoverRule, "test.only('x', f);", 'bench/x.test.ts'), 1);
  assert.equal(broken(leftoverRule, "test('x', { only: true }, f);", 'bench/x.test.ts'), 1);
  assert.equal(broken(leftoverRule, "test('only: true and .only( in a name', f);", 'bench/x.test.ts'), 0);
});

test('random cases have a fixed seed', () => {
  assert.equal(broken(seedRule, 'fc.assert(fc.property(fc.nat(), (n) => n >= 0));', 'bench/x.test.ts'), 1);
  assert.equal(broken(seedRule, 'fc.assert(fc.property(fc.nat(), f), { seed: 1 });', 'bench/x.test.ts'), 0);
  assert.equal(broken(seedRule, 'fc.configureGlobal({ seed: 1 }); fc.assert(p);', 'bench/x.test.ts'), 0);
});

test('a file says what it is for before it declares anything', () => {
  assert.equal(broken(headerRule, '/** What for. */\nf();'), 0);
  assert.equal(broken(headerRule, '#!/usr/bin/env node\n/** What for. */\nconst a = 1;'), 0);
  assert.equal(broken(headerRule, "import {\n  type B,\n} from './a.ts';\n/** What for. */\nexport const a = 1;"), 0);
  assert.equal(broken(headerRule, 'const a = 1;\n/** A function. */\nfunction f() {}'), 1);
  assert.equal(broken(headerRule, "// What for.\nexport const a = '/**';"), 1);
  assert.equal(broken(headerRule, 'const a = 1;', 'bench/x.test.ts'), 0);
});

test('the words of the project have no synonyms, in code, text and comments', () => {
  assert.equal(broken(wordRule, 'const nemesis = 1;'), 1);
  assert.equal(broken(wordRule, 'runScenario(oldMaster, slaves);'), 3);
  assert.equal(broken(wordRule, "help('the scenarios to run');"), 1);
  assert.equal(broken(wordRule, 'const mastery = grandmaster + remastered;'), 0);
});

test('milliseconds end in Ms', () => {
  assert.equal(broken(wordRule, 'const timeoutMillis = 1, waitMilliseconds = 2;'), 2);
  assert.equal(broken(wordRule, 'const timeoutMs = 1; // milliseconds'), 0);
});

test('a file name says what is in it, in small letters', () => {
  for (const path of [
    'bench/utils.ts',
    'bench/common/a.ts',
    'bench/helpers.test.ts',
    'bench/chaos-plan.ts',
    'bench/scenarios/a.yaml',
    'bench/MyFile.ts',
  ]) {
    assert.equal(nameRule(path).length, 1, path);
  }
  for (const path of [
    'bench/history.ts',
    'engines/raft/index.test.ts',
    'README.md',
    'bench/trials/a-trial.ts',
    'engines/parts/crc32.ts',
  ]) {
    assert.deepEqual(nameRule(path), [], path);
  }
});

test('no path of one machine stands in a file', () => {
  const path = (...names: string[]) => ['', ...names].join('/');
  for (const bad of [path('work', 'x'), path('root', 'x'), path('tmp', 'log'), path('home', 'me')]) {
    assert.deepEqual(machinePathRule('bench/x.ts', `\nopen('${bad}');`), [
      `bench/x.ts:2: names ${bad}, a path of one machine`,
    ]);
  }
  for (const good of [
    'bench/work/x',
    './tmp/x',
    'https://example.org/home/x',
    `\${root}${path('tmp', 'x')}`,
    '/proc/stat',
    'work/root/tmp',
  ]) {
    assert.deepEqual(machinePathRule('bench/x.ts', good), [], good);
  }
});
