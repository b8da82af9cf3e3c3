import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { InputError } from '../input.ts';
import { configurationDigest, readManifest } from './manifest.ts';
import { readRun } from './run.ts';
import { createRunFolder, ResultError } from './run-folder.ts';
import { INVENTED_MANIFEST } from './testing/made-up-run.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'run-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const resources = (folder: string): string[] =>
  (
    JSON.parse(readFileSync(join(folder, 'datapackage.json'), 'utf8')) as { resources: { name: string }[] }
  ).resources.map((one) => one.name);

test('the manifest is there before any row, and rows as soon as they are appended', () => {
  const path = join(root, 'deep', 'run');
  const folder = createRunFolder(path, INVENTED_MANIFEST);
  assert.equal(readManifest(path).seed, 7);
  assert.deepEqual(readRun(path).tables, {});
  folder.append('trials', [{ trial: 'a', valid: true }]);
  folder.append('trials', [{ trial: 'b', valid: false, void_reason: 'late' }]);
  assert.deepEqual(readRun(path).tables.trials, [
    { trial: 'a', valid: true },
    { trial: 'b', valid: false, void_reason: 'late' },
  ]);
});

test('the data package names the tables that exist, also one without rows', () => {
  const path = join(root, 'run');
  const folder = createRunFolder(path, INVENTED_MANIFEST);
  assert.deepEqual(resources(path), []);
  folder.append('floor', []);
  folder.append('trials', [{ trial: 'a' }]);
  assert.deepEqual(resources(path), ['trials', 'floor']);
  assert.deepEqual(readRun(path).tables.floor, []);
});

test('finishing adds to the manifest what became known', () => {
  const path = join(root, 'run');
  const { finishedAt: _later, exitStatus: _unknown, ...begun } = INVENTED_MANIFEST;
  const folder = createRunFolder(path, begun);
  assert.equal(readManifest(path).finishedAt, undefined);
  folder.finish({ exitStatus: 130, interrupted: true });
  folder.finish({ finishedAt: '2024-05-06T07:10:00.000Z' });
  const manifest = readManifest(path);
  assert.deepEqual(
    [manifest.exitStatus, manifest.interrupted, manifest.finishedAt],
    [130, true, '2024-05-06T07:10:00.000Z'],
  );
  assert.equal(existsSync(join(path, 'manifest.json.draft')), false);
});

test('a folder that holds a run already, or is no folder, is refused in one sentence', () => {
  const path = join(root, 'run');
  createRunFolder(path, INVENTED_MANIFEST);
  assert.throws(
    () => createRunFolder(path, INVENTED_MANIFEST),
    (error) =>
      error instanceof InputError && /without a run in it, but ".*run" holds manifest\.json$/.test(error.message),
  );
  const file = join(root, 'file');
  writeFileSync(file, '');
  for (const bad of [file, join(file, 'below')]) {
    assert.throws(
      () => createRunFolder(bad, INVENTED_MANIFEST),
      (error) => error instanceof InputError && /^out must be a folder/.test(error.message),
    );
  }
});

test('a table that cannot be written later is one sentence', () => {
  const path = join(root, 'run');
  const folder = createRunFolder(path, INVENTED_MANIFEST);
  mkdirSync(join(path, 'trials.csv'));
  assert.throws(
    () => folder.append('trials', [{ trial: 'a' }]),
    (error) => error instanceof ResultError && /^cannot write .*trials\.csv: /.test(error.message),
  );
});

test('a folder without a run, or with a broken manifest, is a mistake of the user', () => {
  assert.throws(
    () => readRun(root),
    (error) => error instanceof InputError && /but there is none$/.test(error.message),
  );
  writeFileSync(join(root, 'manifest.json'), '{');
  assert.throws(() => readRun(root), InputError);
  writeFileSync(join(root, 'manifest.json'), JSON.stringify({ ...INVENTED_MANIFEST, seed: 'seven' }));
  assert.throws(
    () => readRun(root),
    (error) => error instanceof InputError && /seed/.test(error.message),
  );
});

test('equal configurations have equal digests, whatever the order of their keys', () => {
  assert.equal(
    configurationDigest({ a: 1, b: { c: [1, 2], d: 3 } }),
    configurationDigest({ b: { d: 3, c: [1, 2] }, a: 1 }),
  );
  assert.notEqual(configurationDigest({ a: [1, 2] }), configurationDigest({ a: [2, 1] }));
});
