import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IntervalWindow } from './interval-window.ts';

function momentsOf(intervals: readonly number[]): { mean: number; deviation: number } {
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  const squares = intervals.reduce((sum, interval) => sum + (interval - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / intervals.length) };
}

test('mean and deviation are those of the newest intervals, however many came before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }),
      fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 60 }),
      (samplesMax, intervals) => {
        const window = new IntervalWindow(samplesMax);
        for (const [i, interval] of intervals.entries()) {
          window.add(interval);
          const newest = intervals.slice(Math.max(0, i + 1 - samplesMax), i + 1);
          const expected = momentsOf(newest);
          assert.equal(window.count, newest.length);
          assert.ok(Math.abs(window.mean - expected.mean) < 1e-9);
          assert.ok(Math.abs(window.deviation - expected.deviation) < 1e-5);
        }
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});

test('a huge interval leaves no trace once it has left the window', () => {
  const window = new IntervalWindow(4);
  for (const interval of [100.1, Number.MAX_SAFE_INTEGER, 100.1, 100.1, 100.1, 100.1]) window.add(interval);
  assert.equal(window.mean, 100.1);
  assert.equal(window.deviation, 0);
});

test('a million intervals leave the mean as exact as the first ones', () => {
  const window = new IntervalWindow(10);
  for (let i = 0; i < 1_000_000; i++) window.add(i % 2 === 0 ? 0.1 : 1e6);
  for (let i = 0; i < 10; i++) window.add(0.1);
  assert.ok(Math.abs(window.mean - 0.1) < 1e-15);
  assert.ok(window.deviation < 1e-15);
});

test('a window of one interval has no deviation to tell, so it is refused', () => {
  assert.throws(() => new IntervalWindow(1), /samplesMax: expected a whole number of at least 2, but 1 came/);
});
