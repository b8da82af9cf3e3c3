import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../random.ts';
import { Arrivals } from './arrivals.ts';

const take = (arrivals: Arrivals, count: number): number[] => Array.from({ length: count }, () => arrivals.take());

test('fixed arrivals stand at equal distances from the start, without drift', () => {
  const starts = take(new Arrivals(1000, 300, 'fixed', new Random(1)), 3001);
  assert.equal(starts[0], 1000);
  assert.equal(starts[300], 2000);
  assert.equal(starts[3000], 11_000);
});

test('peeking takes nothing', () => {
  const arrivals = new Arrivals(0, 1000, 'fixed', new Random(1));
  assert.equal(arrivals.peek(), 0);
  assert.equal(arrivals.peek(), 0);
  assert.equal(arrivals.take(), 0);
  assert.equal(arrivals.peek(), 1);
});

test('poisson gaps have the mean and the spread of an exponential distribution', () => {
  const count = 100_000;
  const starts = take(new Arrivals(0, 500, 'poisson', new Random(9)), count);
  const gaps = starts.map((start, i) => start - (starts[i - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / count;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / count;
  assert.ok(gaps.every((gap) => gap >= 0));
  assert.ok(Math.abs(mean - 2) < 0.03, `mean gap ${mean}`);
  assert.ok(Math.abs(Math.sqrt(variance) / mean - 1) < 0.03);
  // Memoryless: a gap exceeds the mean in 1/e of the cases.
  assert.ok(Math.abs(gaps.filter((gap) => gap > 2).length / count - 1 / Math.E) < 0.01);
});

test('the same seed gives the same schedule', () => {
  const schedule = (seed: number): number[] => take(new Arrivals(0, 500, 'poisson', new Random(seed)), 20);
  assert.deepEqual(schedule(4), schedule(4));
  assert.notDeepEqual(schedule(4), schedule(5));
});

test('a rate of nothing is refused', () => {
  assert.throws(() => new Arrivals(0, 0, 'fixed', new Random(1)), /above 0/);
});
