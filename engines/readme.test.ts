import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sourceFolder } from '../bench/paths.ts';
import { loadEngine } from '../bench/runtimes/host/load-engine.ts';
import { runSeed } from '../bench/runtimes/simulation/random-trial.ts';
import type { AnyEngine } from './api.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-readme-'));
after(() => rmSync(folder, { recursive: true }));

async function engineOfReadme(): Promise<AnyEngine> {
  const text = readFileSync(join(sourceFolder('engines'), 'README.md'), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1];
  assert.ok(code !== undefined, 'the README shows an engine');
  const path = join(folder, 'gossip.mjs');
  writeFileSync(path, code);
  return loadEngine(pathToFileURL(path).href);
}

test("the README's engine converges and keeps what it acknowledged, through crashes, cuts and loss", async () => {
  const engine = await engineOfReadme();
  for (let seed = 1; seed <= 12; seed++) {
    const { violation, faults } = runSeed({ engine, preset: 'default', seed });
    assert.equal(violation, undefined, `seed ${seed}: ${violation}\n${faults.join('\n')}`);
  }
});
