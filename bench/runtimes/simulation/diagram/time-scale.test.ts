import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fold } from './fold.ts';
import { TimeScale, type TimeScalePlan } from './time-scale.ts';

const scaleOf = (instantsUs: readonly number[], more: Partial<TimeScalePlan> = {}): TimeScale =>
  new TimeScale({ instantsUs, folds: [], labels: [], pxPerUs: 0.04, topPx: 100, ...more });

const foldOf = (fromUs: number, toUs: number): Fold => ({
  kind: 'fold',
  fromUs,
  toUs,
  events: 9,
  counts: [['beat', 9]],
});

test('later is lower, never too near, and the first instant stands at the top', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 60 }), (times) => {
      const scale = scaleOf(times);
      const sorted = [...new Set(times)].sort((a, b) => a - b);
      assert.equal(scale.y(sorted[0]!), 100);
      for (let i = 1; i < sorted.length; i++) {
        const [before, after] = [scale.y(sorted[i - 1]!), scale.y(sorted[i]!)];
        assert.ok(after - before >= 6);
        const between = scale.y((sorted[i - 1]! + sorted[i]!) / 2);
        assert.ok(before < between && between < after);
      }
      assert.ok(scale.bottomPx > scale.y(sorted.at(-1)!));
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('where nothing happens for long the paper has a gap instead of a long line', () => {
  const scale = scaleOf([0, 500, 10_000_000]);
  assert.deepEqual(
    scale.gaps.map(({ fromUs, toUs, fold }) => [fromUs, toUs, fold]),
    [[500, 10_000_000, undefined]],
  );
  assert.ok(scale.y(10_000_000) < 180);
  const [gap] = scale.gaps;
  assert.ok(scale.y(500) < gap!.yPx && gap!.yPx < scale.y(10_000_000));
});

test('a fold has its gap in the longest step of its time, also if it has no time of its own', () => {
  const [long, short] = [foldOf(600, 9000), foldOf(20_000, 20_000)];
  const scale = scaleOf([0, 500, 1000, 9500, 20_000, 20_100], { folds: [long, short] });
  const gapOf = (fold: Fold): number => scale.gaps.find((gap) => gap.fold === fold)!.yPx;
  assert.ok(scale.y(1000) < gapOf(long) && gapOf(long) < scale.y(9500));
  assert.ok(scale.y(9500) < gapOf(short) && gapOf(short) < scale.y(20_100));
});

test('texts of one column have the room they need; other columns do not wait', () => {
  const labels = [
    { atUs: 0, column: 'n1', heightPx: 39 },
    { atUs: 1, column: 'n2', heightPx: 13 },
    { atUs: 2, column: 'n1', heightPx: 13 },
  ];
  const scale = scaleOf([0, 1, 2], { labels });
  assert.equal(scale.y(1), 106);
  assert.equal(scale.y(2), 139);
  assert.equal(scale.bottomPx, 152);
});

test('no text runs into a gap', () => {
  const scale = scaleOf([0, 9_000_000], { labels: [{ atUs: 0, column: 'n1', heightPx: 52 }] });
  assert.ok(scale.gaps[0]!.yPx > 100 + 52);
});

test('the names of the nodes come again on long paper', () => {
  const scale = scaleOf(Array.from({ length: 200 }, (_, i) => i * 1000));
  assert.ok(scale.nameRows.length > 5);
});
