import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chooseTests, findTests, readTestRequest } from './test-files.ts';

test('only compiled tests whose source still stands are found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replibench-tests-'));
  try {
    for (const path of [
      'src/a/one.test.ts',
      'src/b/two.test.ts',
      'out/a/one.test.js',
      'out/a/gone.test.js',
      'out/b/two.test.js',
      'out/b/two.js',
    ]) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), '');
    }
    assert.deepEqual(findTests(join(folder, 'out'), join(folder, 'src')), ['a/one.test.js', 'b/two.test.js']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('words choose files by a part of their path, flags are left to Node', () => {
  const { filters, flags } = readTestRequest(['raft', '--test-name-pattern=x', './bench/history.ts']);
  assert.deepEqual(flags, ['--test-name-pattern=x']);
  const tests = [
    'bench/history.test.js',
    'bench/history-file.test.js',
    'engines/raft/log.test.js',
    'scripts/a.test.js',
  ];
  assert.deepEqual(chooseTests(tests, filters), ['bench/history.test.js', 'engines/raft/log.test.js']);
  assert.deepEqual(
    chooseTests(
      tests,
      ['bench/history.test.ts'].flatMap((arg) => readTestRequest([arg]).filters),
    ),
    ['bench/history.test.js'],
  );
});

test('without a filter all tests are chosen, and an unknown word chooses none', () => {
  assert.deepEqual(chooseTests(['a.test.js', 'b.test.js'], []), ['a.test.js', 'b.test.js']);
  assert.deepEqual(chooseTests(['a.test.js', 'b.test.js'], ['c']), []);
});
