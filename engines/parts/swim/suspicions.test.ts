import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Suspicions, suspicionTimeoutMs } from './suspicions.ts';

fc.configureGlobal({ seed: 1 });

test('the time shrinks with each confirmation, from the maximum to the minimum, and less with each', () => {
  assert.equal(suspicionTimeoutMs(0, 3, 1000, 6000), 6000);
  assert.equal(suspicionTimeoutMs(1, 3, 1000, 6000), 3500);
  assert.equal(Math.round(suspicionTimeoutMs(2, 3, 1000, 6000)), 2038);
  assert.equal(suspicionTimeoutMs(3, 3, 1000, 6000), 1000);
  assert.equal(suspicionTimeoutMs(0, 0, 1000, 6000), 1000);
});

test('only accusers who are new count, and no more of them than are expected', () => {
  const suspicions = new Suspicions(100, 600);
  suspicions.begin('x', 'a', 9, 0);
  assert.ok(!suspicions.confirm('x', 'a'));
  for (const accuser of ['b', 'c', 'd']) {
    assert.ok(suspicions.confirm('x', accuser));
    assert.ok(!suspicions.confirm('x', accuser));
  }
  assert.ok(!suspicions.confirm('x', 'e'));
  assert.ok(!suspicions.confirm('stranger', 'e'));
  assert.equal(suspicions.accuserOf('x'), 'a');
  assert.deepEqual(suspicions.overdue(99), []);
  assert.deepEqual(suspicions.overdue(100), ['x']);
});

test('where few are left, they are enough to confirm; where none is, nobody is waited for', () => {
  const suspicions = new Suspicions(100, 600);
  suspicions.begin('x', 'a', 1, 0);
  suspicions.begin('y', 'a', 0, 0);
  assert.deepEqual(suspicions.overdue(100), ['y']);
  suspicions.confirm('x', 'b');
  assert.deepEqual(suspicions.overdue(101).sort(), ['x', 'y']);
});

test('a suspicion that has ended is never overdue, and one that is postponed is so later', () => {
  const suspicions = new Suspicions(100, 100);
  suspicions.begin('x', 'a', 3, 0);
  suspicions.begin('y', 'a', 3, 0);
  suspicions.end('x');
  suspicions.postpone(50);
  assert.deepEqual(suspicions.overdue(149), []);
  assert.deepEqual(suspicions.overdue(150), ['y']);
});

test('nobody is overdue before the time at which to ask, and everybody is found at it', () => {
  const event = fc.tuple(
    fc.constantFrom('begin' as const, 'confirm' as const, 'end' as const),
    fc.nat({ max: 3 }),
    fc.nat({ max: 5 }),
    fc.nat({ max: 300 }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const suspicions = new Suspicions(100, 700);
      let now = 0;
      for (const [what, node, accuser, passedMs] of events) {
        now += passedMs;
        if (now >= suspicions.dueMs) for (const overdue of suspicions.overdue(now)) suspicions.end(overdue);
        if (what === 'begin') suspicions.begin(`x${node}`, `a${accuser}`, 5, now);
        else if (what === 'confirm') suspicions.confirm(`x${node}`, `a${accuser}`);
        else suspicions.end(`x${node}`);
        const { dueMs } = suspicions;
        if (dueMs < Number.POSITIVE_INFINITY) assert.deepEqual(suspicions.overdue(dueMs - 0.01), []);
      }
      now += 700;
      for (const overdue of suspicions.overdue(now)) suspicions.end(overdue);
      assert.equal(suspicions.dueMs, Number.POSITIVE_INFINITY);
    }),
  );
});
