/** Random crashes, cuts and losses in the simulation. A few seeds of each preset, to be quick; `fuzz` runs more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from '../../bench/runtimes/simulation/random-trial.ts';
import engine from './index.ts';

const SEEDS_OF_DEFAULT = 10;
const SEEDS_OF_OTHERS = 2;

for (const preset of Object.keys(engine.presets)) {
  test(`raft:${preset} keeps its claims under random faults`, () => {
    const seeds = preset === 'default' ? SEEDS_OF_DEFAULT : SEEDS_OF_OTHERS;
    for (let seed = 1; seed <= seeds; seed++) {
      const { violation, acknowledged } = runSeed({ engine, preset, seed });
      assert.equal(violation, undefined, `seed ${seed}`);
      assert.ok(acknowledged > 100, `seed ${seed}: only ${acknowledged} operations were acknowledged`);
    }
  });
}

test('the same seed gives the same trace', () => {
  const hashes = [1, 2].map(() => runSeed({ engine, preset: 'default', seed: 5, safetyMs: 3000 }).traceHash);
  assert.equal(hashes[0], hashes[1]);
});
