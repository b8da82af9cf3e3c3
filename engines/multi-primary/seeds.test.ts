import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from '../../bench/runtimes/simulation/random-trial.ts';
import engine from './index.ts';

for (const preset of Object.keys(engine.presets)) {
  for (let seed = 1; seed <= 3; seed++) {
    test(`${preset} keeps its promises through crashes, cuts and loss (seed ${seed})`, () => {
      assert.equal(runSeed({ engine, preset, seed }).violation, undefined);
    });
  }
}

test('the same seed gives the same trace', () => {
  const run = () => runSeed({ engine, preset: 'default', seed: 1, safetyMs: 500 }).traceHash;
  assert.equal(run(), run());
});
