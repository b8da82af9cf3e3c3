import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { overrides, RumourMill } from './beliefs.ts';
import type { Belief } from './messages.ts';

fc.configureGlobal({ seed: 1 });

const belief = fc
  .tuple(fc.constantFrom('alive' as const, 'suspect' as const, 'dead' as const), fc.nat({ max: 4 }))
  .map(([status, incarnation]): Belief => ({ status, incarnation }));
const settle = (news: readonly Belief[]): Belief => news.reduce((held, next) => (overrides(next, held) ? next : held));

test('members that heard the same news believe the same, whatever the order and the repetitions', () => {
  fc.assert(
    fc.property(
      fc.array(belief, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (news, again) => {
        const shuffled = [...news].reverse().concat(again.map((i) => news[i % news.length]!));
        assert.deepEqual(settle(shuffled), settle(news));
      },
    ),
  );
});

test('only a higher incarnation clears a suspect or a dead member', () => {
  assert.ok(!overrides({ status: 'alive', incarnation: 3 }, { status: 'suspect', incarnation: 3 }));
  assert.ok(!overrides({ status: 'suspect', incarnation: 3 }, { status: 'dead', incarnation: 3 }));
  assert.ok(overrides({ status: 'alive', incarnation: 4 }, { status: 'dead', incarnation: 3 }));
  assert.ok(!overrides({ status: 'dead', incarnation: 3 }, { status: 'alive', incarnation: 4 }));
});

test('a rumour is passed on a bounded number of times, those told least first', () => {
  const mill = new RumourMill(3);
  mill.spread('a', { status: 'alive', incarnation: 1 });
  assert.deepEqual(mill.take(8), ['a', 'alive', 1]);
  mill.spread('b', { status: 'dead', incarnation: 2 });
  assert.deepEqual(mill.take(1), ['b', 'dead', 2]);
  let told = 0;
  while (mill.take(8).length > 0 && told < 100) told++;
  assert.ok(told > 0 && told < 10);
});

test('newer news replaces a rumour that is still being told', () => {
  const mill = new RumourMill(3);
  mill.spread('a', { status: 'suspect', incarnation: 1 });
  mill.spread('a', { status: 'alive', incarnation: 2 });
  assert.deepEqual(mill.take(8), ['a', 'alive', 2]);
});
