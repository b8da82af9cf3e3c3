import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FixedTimeout } from '../detectors/fixed-timeout.ts';
import { PhiAccrual } from '../detectors/phi-accrual.ts';
import { Watch } from './watch.ts';

fc.configureGlobal({ seed: 1 });

const NODES = ['a', 'b', 'c', 'd'];
const PHI = { threshold: 3, expectedMs: 20, minDeviationMs: 1, samplesMax: 5, distribution: 'exponential' } as const;

test('whoever is due is found at the time to ask, with detectors that grow less patient too', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 30 })), { maxLength: 60 }),
      (isPhi, signs) => {
        const begin = (nowMs: number) => (isPhi ? new PhiAccrual(PHI, nowMs) : new FixedTimeout(50, nowMs));
        const watch = new Watch(NODES, begin, 0);
        const each = new Map(NODES.map((node) => [node, begin(0)]));
        let now = 0;
        for (const [i, passedMs] of signs) {
          now += passedMs;
          const node = NODES[i]!;
          const overdue = new Set(now >= watch.dueMs ? watch.overdue(now) : []);
          for (const other of NODES) {
            const isDue = each.get(other)!.dueMs <= now;
            assert.equal(overdue.has(other) || watch.isDead(other), isDue, `${other} at ${now}`);
          }
          const wasDead = watch.isDead(node);
          assert.equal(watch.heard(node, now), wasDead);
          if (wasDead) each.set(node, begin(now));
          else each.get(node)!.heard(now);
        }
      },
    ),
  );
});

test('a member that ended is dead until it is heard again, and a stranger is nobody', () => {
  const watch = new Watch(NODES, (nowMs) => new FixedTimeout(50, nowMs), 0);
  assert.ok(watch.ended('a'));
  assert.ok(!watch.ended('a'));
  assert.ok(watch.isDead('a'));
  assert.ok(watch.heard('a', 10));
  assert.ok(!watch.isDead('a'));
  assert.ok(!watch.heard('stranger', 10));
  assert.ok(!watch.has('stranger'));
});
