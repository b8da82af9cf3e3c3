import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RumourMill } from './rumours.ts';

fc.configureGlobal({ seed: 1 });

test('every rumour is told exactly so many times, 4 × ⌈log10(members + 1)⌉, however many come and go', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 9 }),
      (members, rumours, limit) => {
        const mill = new RumourMill(members);
        for (let i = 0; i < rumours; i++) mill.spread(`m${i}`, { status: 'dead', incarnation: i }, 'a');
        const told = new Map<unknown, number>();
        while (mill.size > 0) {
          const taken = mill.take(limit);
          assert.ok(taken.length > 0 && taken.length <= 4 * limit);
          for (let i = 0; i < taken.length; i += 4) told.set(taken[i], (told.get(taken[i]) ?? 0) + 1);
        }
        assert.equal(told.size, rumours);
        for (const times of told.values()) assert.equal(times, 4 * Math.ceil(Math.log10(members + 1)));
        assert.deepEqual(mill.take(limit), []);
      },
    ),
  );
});

test('those told least come first', () => {
  const mill = new RumourMill(3);
  mill.spread('a', { status: 'alive', incarnation: 1 }, 'a');
  assert.deepEqual(mill.take(8), ['a', 'alive', 1, 'a']);
  mill.spread('b', { status: 'dead', incarnation: 2 }, 'c');
  assert.deepEqual(mill.take(1), ['b', 'dead', 2, 'c']);
});

test('newer news replaces a rumour that is still being told, and is told from the beginning', () => {
  const mill = new RumourMill(3);
  mill.spread('a', { status: 'suspect', incarnation: 1 }, 'b');
  mill.take(1);
  mill.spread('a', { status: 'alive', incarnation: 2 }, 'a');
  for (let i = 0; i < 4; i++) assert.deepEqual(mill.take(8), ['a', 'alive', 2, 'a']);
  assert.equal(mill.size, 0);
});
