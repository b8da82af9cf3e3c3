import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runRandomTrial } from '../bench/fuzz/trial.ts';
import { projectRoot, sourceFolder } from '../bench/paths.ts';
import { loadEngine } from '../bench/runtimes/host/load-engine.ts';
import type { AnyEngine } from './api.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-readme-'));
after(() => rmSync(folder, { recursive: true }));

/** Writes the code blocks of the README to the files that their first lines name, where the package is installed. */
function writeFilesOfReadme(): void {
  const text = readFileSync(join(sourceFolder('engines'), 'README.md'), 'utf8');
  for (const [, name, code] of text.matchAll(/```js\n\/\/ (\S+)\n([\s\S]*?)```/g))
    writeFileSync(join(folder, name!), code!);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(projectRoot, join(folder, 'node_modules/replibench'));
}
before(writeFilesOfReadme);

const engineOfReadme = (): Promise<AnyEngine> => loadEngine(pathToFileURL(join(folder, 'gossip.js')).href);

test("the README's engine converges and keeps what it acknowledged, through crashes, cuts and loss", async () => {
  const engine = await engineOfReadme();
  for (let seed = 1; seed <= 12; seed++) {
    const { breach, faults } = runRandomTrial(engine, { preset: 'default', seed });
    assert.equal(breach, undefined, `seed ${seed}: ${breach?.sentence}\n${faults.join('\n')}`);
  }
});

test("the README's tests pass on the README's engine", () => {
  mkdirSync(join(folder, 'transcripts'));
  writeFileSync(join(folder, 'transcripts/quiet.transcript'), '> cluster 2\n> pass 1ms\n> look\n');
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout, status } = spawnSync(process.execPath, ['--test', 'gossip.test.js'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, REWRITE_TRANSCRIPTS: '1' },
  });
  assert.equal(status, 0, stdout);
  assert.match(readFileSync(join(folder, 'transcripts/quiet.transcript'), 'utf8'), /n2 is peer, holds nothing\n$/);
});
