import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../random.ts';
import { KeyChooser, scrambled, Zipfian } from './keys.ts';

test('zeta is the sum of 1/i^theta, also after growing one item at a time', () => {
  const grown = new Zipfian(1, 0.99);
  for (let count = 2; count <= 1000; count++) grown.grow(count);
  // Summed from the other end by other means.
  let zeta = 0;
  for (let i = 1000; i >= 1; i--) zeta += Math.exp(-0.99 * Math.log(i));
  assert.ok(Math.abs(grown.zeta - zeta) < 1e-9);
  assert.ok(Math.abs(new Zipfian(1000, 0.99).zeta - zeta) < 1e-9);
  assert.equal(grown.rank(0.77), new Zipfian(1000, 0.99).rank(0.77));
});

test('every rank lies within the items, whatever is drawn', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0.01, max: 0.999, noNaN: true }),
      fc.double({ min: 0, max: 1 - 2 ** -32, noNaN: true }),
      (count, theta, u) => {
        const rank = new Zipfian(count, theta).rank(u);
        assert.ok(Number.isInteger(rank) && rank >= 0 && rank < count, `rank ${rank} of ${count}`);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test('ranks come as often as the formula says', () => {
  const zipfian = new Zipfian(1000, 0.99);
  const random = new Random(7);
  const draws = 400_000;
  const seen = new Float64Array(1000);
  for (let i = 0; i < draws; i++) seen[zipfian.rank(random.next())]!++;
  const expected = (rank: number): number => 1 / (rank + 1) ** 0.99 / zipfian.zeta;
  for (const rank of [0, 1]) assert.ok(Math.abs(seen[rank]! / draws / expected(rank) - 1) < 0.03, `rank ${rank}`);
  // Beyond the first two the method approximates: Gray et al. claim the shape, not each rank.
  for (const [from, to] of [
    [2, 10],
    [10, 100],
    [100, 1000],
  ] as const) {
    let share = 0;
    let wanted = 0;
    for (let rank = from; rank < to; rank++) {
      share += seen[rank]! / draws;
      wanted += expected(rank);
    }
    assert.ok(Math.abs(share / wanted - 1) < 0.1, `ranks ${from} to ${to}: ${share} for ${wanted}`);
  }
});

test('scrambling gives each key one rank and moves the popular ones apart', () => {
  for (const count of [1, 2, 10, 1000]) {
    const keys = [...scrambled(count)];
    assert.deepEqual(
      keys.toSorted((a, b) => a - b),
      Array.from({ length: count }, (_, i) => i),
    );
  }
  const top = [...scrambled(1000).subarray(0, 100)];
  const mean = top.reduce((sum, key) => sum + key, 0) / 100;
  assert.ok(mean > 400 && mean < 600, `the popular keys crowd around ${mean}`);
});

test('the zipfian chooser draws the scrambled keys, the most popular one as often as rank 0', () => {
  const chooser = new KeyChooser({ keys: 'zipfian', keyCount: 100, theta: 0.99 }, new Random(3));
  const seen = new Float64Array(100);
  for (let i = 0; i < 100_000; i++) seen[chooser.next()]!++;
  const top = scrambled(100)[0]!;
  assert.ok(Math.abs(seen[top]! / 100_000 - 1 / new Zipfian(100, 0.99).zeta) < 0.01);
  assert.ok(seen.every((count) => count > 0));
});

test('the uniform chooser draws all keys alike', () => {
  const chooser = new KeyChooser({ keys: 'uniform', keyCount: 50, theta: 0.99 }, new Random(3));
  const seen = new Float64Array(50);
  for (let i = 0; i < 100_000; i++) seen[chooser.next()]!++;
  for (const count of seen) assert.ok(Math.abs(count / 2000 - 1) < 0.12, `${count} draws for 2000`);
});

test('latest draws the newest acknowledged insert most often and never one that was not acknowledged', () => {
  const chooser = new KeyChooser({ keys: 'latest', keyCount: 100, theta: 0.99 }, new Random(5));
  const seen = (): Map<number, number> => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 50_000; i++) {
      const key = chooser.next();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  const top = (counts: Map<number, number>): number => [...counts].toSorted((a, b) => b[1] - a[1])[0]![0];
  assert.equal(top(seen()), 99);
  const first = chooser.insert();
  const second = chooser.insert();
  const third = chooser.insert();
  assert.deepEqual([first, second, third], [100, 101, 102]);
  chooser.acknowledge(third);
  chooser.acknowledge(first);
  const counts = seen();
  assert.equal(top(counts), first);
  assert.equal(counts.has(second), false);
  assert.ok(counts.get(third)! > counts.get(99)!);
});

test('latest spreads over all keys that there are by now', () => {
  const chooser = new KeyChooser({ keys: 'latest', keyCount: 10, theta: 0.99 }, new Random(5));
  for (let i = 0; i < 3000; i++) chooser.acknowledge(chooser.insert());
  const counts = new Float64Array(3010);
  for (let i = 0; i < 50_000; i++) counts[chooser.next()]!++;
  assert.ok(Math.abs(counts[3009]! / 50_000 - 1 / new Zipfian(3010, 0.99).zeta) < 0.01);
  assert.ok(counts.subarray(0, 1000).some((count) => count > 0));
});

test('the same seed draws the same keys', () => {
  for (const keys of ['zipfian', 'uniform', 'latest'] as const) {
    const draw = (seed: number): number[] => {
      const chooser = new KeyChooser({ keys, keyCount: 1000, theta: 0.99 }, new Random(seed));
      return Array.from({ length: 50 }, () => chooser.next());
    };
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
  }
});
