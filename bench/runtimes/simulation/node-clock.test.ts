import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeClock } from './node-clock.ts';

test('drifts add up, and each is taken away by itself and leaves nothing behind', () => {
  const clock = new NodeClock();
  clock.drift(100_000, 0);
  assert.equal(clock.localUs(1_000_000), 1_100_000);
  clock.drift(200_000, 1_000_000);
  assert.equal(clock.localUs(2_000_000), 2_400_000);
  clock.drift(-100_000, 2_000_000);
  assert.equal(clock.localUs(3_000_000), 3_600_000);
  clock.drift(-200_000, 3_000_000);
  // Sums of fractions do not come out even.
  for (const ppm of [0.1, 0.2, -0.1, -0.2]) clock.drift(ppm, 3_000_000);
  assert.equal(clock.localUs(1e15), 1e15 + 600_000, 'for ever after it runs true');
  assert.equal(clock.trueUs(1e15 + 600_000), 1e15);
});

test('the time of day drifts along; skews move it alone, add up, and heal by jumping back', () => {
  const clock = new NodeClock();
  clock.drift(500_000, 0);
  clock.jump(-250);
  clock.jump(1000);
  assert.deepEqual([clock.localUs(2_000_000), clock.wallClockMs(2_000_000)], [3_000_000, 3750]);
  clock.jump(250);
  clock.jump(-1000);
  assert.equal(clock.wallClockMs(2_000_000), 3000);
});
