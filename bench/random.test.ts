import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from './random.ts';

const first = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());
const asWords = (random: Random, count: number): number[] => first(random, count).map((x) => x * 0x1_0000_0000);

test('a seed gives these very numbers, for ever: recorded runs are replayed from them', () => {
  assert.deepEqual(asWords(new Random(1), 4), [3470960041, 3290881713, 3150352927, 3102065118]);
  assert.deepEqual(asWords(new Random('n1/0'), 4), [4128056852, 691630978, 3254604898, 2302990705]);
  assert.deepEqual(asWords(new Random(1).fork('links'), 4), [3760395314, 3036797666, 3407483316, 3426098690]);
});

test('a number and its text are the same seed', () => {
  assert.deepEqual(first(new Random(42), 8), first(new Random('42'), 8));
});

test('other seeds and other labels give other numbers', () => {
  const seen = new Set<number>();
  for (let seed = 0; seed < 2000; seed++) {
    seen.add(new Random(seed).next());
    seen.add(new Random(7).fork(seed).next());
  }
  assert.ok(seen.size >= 3998, `${seen.size} of 4000 first numbers are different`);
});

test('a fork hangs on seed and label alone, not on what was drawn before', () => {
  const random = new Random(3);
  const early = first(random.fork('disk'), 5);
  first(random, 100);
  assert.deepEqual(first(random.fork('disk'), 5), early);
  assert.notDeepEqual(first(random.fork('link'), 5), early);
});

test('drawing from a fork leaves its parent as it was', () => {
  const [a, b] = [new Random(9), new Random(9)];
  first(a.fork('x'), 10);
  assert.deepEqual(first(a, 5), first(b, 5));
});

test('numbers are in [0, 1), spread evenly, and do not hang on each other', () => {
  const random = new Random('spread');
  const counts = new Array<number>(100).fill(0);
  const pairs = new Array<number>(100).fill(0);
  let before = random.next();
  for (let i = 0; i < 200_000; i++) {
    const x = random.next();
    assert.ok(x >= 0 && x < 1);
    counts[Math.floor(x * 100)]!++;
    pairs[Math.floor(before * 10) * 10 + Math.floor(x * 10)]!++;
    before = x;
  }
  // 99 degrees of freedom: beyond 160 in less than one of ten thousand even sources; the seed is fixed.
  const chiSquared = (observed: number[]): number => observed.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
  assert.ok(chiSquared(counts) < 160, `chi-squared ${chiSquared(counts)}`);
  assert.ok(chiSquared(pairs) < 160, `chi-squared of pairs ${chiSquared(pairs)}`);
});

test('every bit is set half of the time', () => {
  const random = new Random('bits');
  const set = new Array<number>(32).fill(0);
  for (let i = 0; i < 20_000; i++) {
    const word = random.next() * 0x1_0000_0000;
    for (let bit = 0; bit < 32; bit++) if (Math.floor(word / 2 ** bit) % 2 === 1) set[bit]!++;
  }
  // Five standard deviations are 354.
  for (const [bit, count] of set.entries()) assert.ok(Math.abs(count - 10_000) < 354, `bit ${bit}: ${count}`);
});

test('below, between and pick stay within their bounds and reach all of them', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 50 }), (seed, n) => {
      const random = new Random(seed);
      for (let i = 0; i < 20; i++) {
        const whole = random.below(n);
        assert.ok(Number.isInteger(whole) && whole >= 0 && whole < n);
        const number = random.between(-n, n);
        assert.ok(number >= -n && number < n);
      }
    }),
    { seed: 1 },
  );
  const random = new Random(5);
  assert.deepEqual(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c']))).size, 3);
});

test('nothing can be picked from an empty list', () => {
  assert.throws(() => new Random(1).pick([]), /empty/);
});
