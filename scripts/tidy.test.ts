import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from './project.ts';
import { checkProject } from './tidy/check-project.ts';

const root = projectRoot(import.meta.dirname);

test('the project keeps the rules of the house', () => {
  const { violations, files } = checkProject(root);
  assert.deepEqual(violations, []);
  assert.ok(files > 20, `looked at ${files} files only`);
});

test('a broken rule is found wherever it stands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replibench-tidy-'));
  try {
    for (const name of ['package.json', 'tsconfig.json', 'biome.json']) {
      cpSync(join(root, name), join(folder, name));
    }
    const write = (path: string, text: string): void => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    write('package-lock.json', '{\n  "resolved": "x"\n}\n');
    write('README.md', '\n`npm run nothing`\n');
    write('engines/raft/index.ts', `/** An engine. */\nimport '../../bench/cli.ts';\nexport const at = Date.now();\n`);
    write('bench/cli.ts', `export const help = '${['', 'home', 'somebody'].join('/')}';\n`);
    write('scripts/utils.ts', '/** Anything. */\n');
    write('results/reference/manifest.json', `{ "out": "${['', 'tmp', 'run'].join('/')}" }\n`);
    write('results/some-run/manifest.json', `{ "out": "${['', 'tmp', 'run'].join('/')}" }\n`);
    write('notes.txt', '');
    const places = checkProject(folder).violations.map((violation) => violation.split(': ')[0]);
    assert.deepEqual(places.sort(), [
      'README.md:2',
      'bench/cli.ts:1',
      'bench/cli.ts:1',
      'engines/raft/index.ts:2',
      'engines/raft/index.ts:3',
      'notes.txt:1',
      'package-lock.json:2',
      'results/reference/manifest.json:1',
      'scripts/utils.ts:1',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
