/** Everything at once, at random: crashes, cuts and lost messages, and all that the engine claims is looked at. */
import { runRandomTrial } from '../../fuzz/trial.ts';
import type { Check } from './check.ts';

export const claimsUnderFaults: Check = {
  name: 'claims-under-faults',
  promise: 'the claims hold under random faults',
  presets: 'all',
  run({ engine, preset, seeds }) {
    for (let seed = 1; seed <= seeds; seed++) {
      const { breach } = runRandomTrial(engine, { preset, seed });
      if (breach !== undefined) return `seed ${seed}: ${breach.sentence}`;
    }
    return undefined;
  },
};
