import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plantedModule } from '../../kit/plant.ts';
import { builtInModule } from '../../trials/engines.ts';
import { PLANTED_BUGS } from './all.ts';

for (const { engine, bugs } of PLANTED_BUGS) {
  test(`each planted bug of ${engine} still finds its places, once each`, async () => {
    for (const { id, changes } of bugs) await assert.doesNotReject(plantedModule(builtInModule(engine), changes), id);
  });

  test(`the planted bugs of ${engine} have different names, and say what is wrong in one sentence`, () => {
    assert.equal(new Set(bugs.map(({ id }) => id)).size, bugs.length);
    for (const { id, defect, killedBy } of bugs) {
      assert.match(defect, /^[^.]+$/, id);
      assert.ok(killedBy.length > 0, id);
    }
  });
}
