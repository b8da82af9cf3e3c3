import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

let folder = '';

/** A project of its own with a passing, a failing and a never-ending test file, run by the compiled runner. */
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'replibench-runner-'));
  mkdirSync(join(folder, 'dist/scripts'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of ['test.js', 'test-files.js', 'test-deadline.js', 'project.js']) {
    cpSync(join(import.meta.dirname, name), join(folder, 'dist/scripts', name));
  }
  const add = (name: string, body: string): void => {
    writeFileSync(join(folder, `${name}.test.ts`), '');
    writeFileSync(
      join(folder, 'dist', `${name}.test.js`),
      `import { test } from 'node:test'; test('${name}', () => { ${body} });`,
    );
  };
  add('sound', '');
  add('broken', "throw new Error('as planned');");
  add('endless', 'setInterval(() => {}, 100);');
});

after(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(folder, 'dist/scripts/test.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, TEST_FILE_DEADLINE_MS: '1000' },
  });

test('the exit code is that of the tests, and the closing lines are printed', () => {
  const sound = run('sound');
  assert.equal(sound.status, 0, sound.stderr);
  assert.match(sound.stdout, /tests 1\n.*pass 1\n.*fail 0\n/s);

  const all = run('sound', 'broken');
  assert.equal(all.status, 1);
  assert.match(all.stdout, /tests 2\n.*pass 1\n.*fail 1\n/s);
  assert.match(all.stdout, /as planned/);
});

test('flags reach the runner', () => {
  const { status, stdout } = run('sound', 'broken', '--test-name-pattern=sound');
  assert.equal(status, 0);
  assert.match(stdout, /✔ sound/);
  assert.doesNotMatch(stdout, /as planned/);
});

test('a file that never ends is ended, and what it left open is named', () => {
  const { status, stdout, stderr } = run('endless');
  assert.equal(status, 1);
  assert.match(stdout + stderr, /endless\.test\.js did not end within 1000 ms\. Still open: .*Timeout/);
});

test('a filter that matches no file is a mistake, not a success', () => {
  const { status, stdout, stderr } = run('nothing-like-this');
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.equal(stderr, 'npm test: expected "nothing-like-this" in the path of a *.test.ts, but found no such file.\n');
});
