/** Weaker promises hold wherever the stronger one does: checks of them must find nothing in linearizable histories. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../random.ts';
import { causality } from './causal.ts';
import { OperationsBuilder } from './columns.ts';
import { counters } from './counters.ts';
import { checkLinearizability } from './linearizability.ts';
import { sessions } from './sessions.ts';
import { stalenessOf } from './staleness.ts';
import { randomHistory } from './testing/random-histories.ts';
import { writes } from './writes.ts';

test('no check accuses a linearizable history, of several keys and processes', () => {
  const random = new Random(1);
  let sound = 0;
  let accused = 0;
  for (let i = 0; i < 5000; i++) {
    const builder = new OperationsBuilder();
    const processes = 1 + random.below(4);
    for (const key of ['x', 'y']) {
      const { lines, initial } = randomHistory(random, 8);
      if (initial !== null) continue;
      for (const line of lines) {
        // A session's operation may start when the one before ends, which counts as concurrent in a linearizable history.
        const start = line.start - (random.below(2) === 0 ? 0.5 : 0.25);
        builder.add({ ...line, start, key, process: random.below(processes) });
      }
    }
    const operations = builder.build();
    const { resurrected, duplicated } = writes(operations);
    const { surplus, stale: staleCounters } = counters(operations);
    const { stale, shifts } = stalenessOf(operations);
    const found = [
      ...Object.entries(sessions(operations)),
      ...Object.entries(causality(operations)!),
      ...Object.entries({ resurrected, duplicated, stale, surplus, staleCounters }),
    ].filter(([, { count }]) => count > 0);
    if (checkLinearizability(operations).verdict !== 'linearizable') {
      if (found.length > 0) accused++;
      continue;
    }
    sound++;
    assert.deepEqual(found, [], `history ${i}`);
    assert.deepEqual(shifts, [], `history ${i}`);
  }
  assert.ok(sound > 1000 && accused > 300, `${sound} linearizable, ${accused} others accused`);
});
