import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Beliefs, overrides } from './beliefs.ts';
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

test('of whom nothing was heard is alive in the first life, and only what differs from that is kept', () => {
  const beliefs = new Beliefs();
  assert.deepEqual(beliefs.get('a'), { status: 'alive', incarnation: 0 });
  assert.ok(!beliefs.hear('a', { status: 'alive', incarnation: 0 }));
  assert.deepEqual([...beliefs.heard()], []);
  assert.ok(beliefs.hear('a', { status: 'suspect', incarnation: 0 }));
  assert.ok(!beliefs.hear('a', { status: 'alive', incarnation: 0 }));
  assert.deepEqual([...beliefs.heard()], [['a', { status: 'suspect', incarnation: 0 }]]);
});
