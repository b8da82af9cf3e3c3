import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { test } from 'node:test';
import { projectRoot, sourceFolder } from './paths.ts';

test('the root is the folder of this package, wherever the code was compiled to', () => {
  const { name } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { name: string };
  assert.equal(name, 'replibench');
  assert.ok(isAbsolute(projectRoot));
});

test('data files are found beside the sources', () => {
  assert.ok(existsSync(join(sourceFolder('bench/suites'), 'default.yaml')));
  assert.ok(existsSync(sourceFolder('bench/topologies')));
});
