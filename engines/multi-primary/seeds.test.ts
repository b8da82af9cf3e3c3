import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRandomTrial } from '../../bench/fuzz/trial.ts';
import engine from './index.ts';

for (const preset of Object.keys(engine.presets)) {
  for (let seed = 1; seed <= 3; seed++) {
    test(`${preset} keeps its promises through crashes, cuts and loss (seed ${seed})`, () => {
      assert.equal(runRandomTrial(engine, { preset, seed }).breach, undefined);
    });
  }
}

test('the same seed gives the same trace', () => {
  const run = () => runRandomTrial(engine, { preset: 'default', seed: 1, safetyMs: 500 }).traceHash;
  assert.equal(run(), run());
});
