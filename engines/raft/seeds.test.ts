/** Random crashes, cuts and losses in the simulation. A few seeds of each preset, to be quick; `fuzz` runs more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRandomTrial } from '../../bench/fuzz/trial.ts';
import engine from './index.ts';

const SEEDS_OF_DEFAULT = 10;
const SEEDS_OF_OTHERS = 2;

for (const preset of Object.keys(engine.presets)) {
  test(`raft:${preset} keeps its claims under random faults`, () => {
    const seeds = preset === 'default' ? SEEDS_OF_DEFAULT : SEEDS_OF_OTHERS;
    for (let seed = 1; seed <= seeds; seed++) {
      const { breach, counts } = runRandomTrial(engine, { preset, seed });
      assert.equal(breach, undefined, `seed ${seed}`);
      assert.ok(counts.acknowledged > 0, `seed ${seed}: only ${counts.acknowledged} operations were acknowledged`);
    }
  });
}

test('the same seed gives the same trace', () => {
  const hashes = [1, 2].map(() => runRandomTrial(engine, { preset: 'default', seed: 5, safetyMs: 3000 }).traceHash);
  assert.equal(hashes[0], hashes[1]);
});
