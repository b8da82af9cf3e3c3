import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FixedTimeout } from './fixed-timeout.ts';

test('a node that was never heard is due one time-out after the watch began', () => {
  assert.equal(new FixedTimeout(300, 1000).dueMs, 1300);
});

test('whatever was heard before, it is due one time-out after the latest sign of life', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.integer({ min: 1, max: 10_000 }), (times, timeoutMs) => {
      const detector = new FixedTimeout(timeoutMs, 0);
      for (const time of times) detector.heard(time);
      assert.equal(detector.dueMs, Math.max(...times) + timeoutMs);
    }),
    { seed: 1 },
  );
});

test('a time-out may be never', () => {
  const detector = new FixedTimeout(Number.POSITIVE_INFINITY, 0);
  detector.heard(5);
  assert.equal(detector.dueMs, Number.POSITIVE_INFINITY);
});
