import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kthHighest, majority, reachedByMajority, tally, tolerated } from './quorum.ts';

test('a majority is more than half', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(majority), [1, 2, 2, 3, 3, 4, 4]);
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(tolerated), [0, 0, 1, 1, 2, 2, 3]);
});

test('two majorities of the same voters share a voter, and no smaller number does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (size) => {
      assert.ok(2 * majority(size) > size);
      assert.ok(2 * (majority(size) - 1) <= size);
    }),
    { seed: 2 },
  );
});

test('an empty configuration agrees with everything', () => {
  assert.equal(majority(0), 0);
  assert.equal(tolerated(0), 0);
  assert.equal(reachedByMajority([]), Number.POSITIVE_INFINITY);
  assert.equal(tally([], new Map()), 'won');
});

test('what a majority has reached is what at least a majority has, and nothing above it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 9 }), (values) => {
      const reached = reachedByMajority(values);
      const atLeast = (limit: number) => values.filter((value) => value >= limit).length;
      assert.ok(atLeast(reached) >= majority(values.length));
      assert.ok(atLeast(reached + 1) < majority(values.length));
    }),
    { seed: 3 },
  );
});

test('the order of the values does not matter, and they are left as they were', () => {
  const values = [3, 11, 7, 10, 2];
  assert.equal(reachedByMajority(values), 7);
  assert.deepEqual(values, [3, 11, 7, 10, 2]);
});

test('the k-th highest has bounds', () => {
  assert.equal(kthHighest([5, 9], 0), Number.POSITIVE_INFINITY);
  assert.equal(kthHighest([5, 9], 1), 9);
  assert.equal(kthHighest([5, 9], 2), 5);
  assert.equal(kthHighest([5, 9], 3), Number.NEGATIVE_INFINITY);
});

test('a vote is won with a majority, lost once it cannot be won, and pending between', () => {
  const voters = ['a', 'b', 'c', 'd'];
  const stands = (answers: Record<string, boolean>) => tally(voters, new Map(Object.entries(answers)));
  assert.equal(stands({}), 'pending');
  assert.equal(stands({ a: true, b: true }), 'pending');
  assert.equal(stands({ a: true, b: true, d: true }), 'won');
  assert.equal(stands({ a: true, b: false }), 'pending');
  assert.equal(stands({ c: false, b: false }), 'lost');
});

test('voices from outside the configuration do not count', () => {
  const answers = new Map([
    ['a', true],
    ['x', true],
    ['y', true],
  ]);
  assert.equal(tally(['a', 'b', 'c'], answers), 'pending');
});
