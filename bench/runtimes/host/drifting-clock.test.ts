import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DriftingClock } from './drifting-clock.ts';

test('a clock that does not drift is the true one', () => {
  const clock = new DriftingClock();
  assert.deepEqual(
    [clock.at(7), clock.trueUs(7), clock.trueUs(Number.POSITIVE_INFINITY)],
    [7, 7, Number.POSITIVE_INFINITY],
  );
});

test('a drift makes it fast or slow from then on, and what it gained stays when the drift is over', () => {
  for (const ppm of [100_000, -100_000]) {
    const clock = new DriftingClock();
    clock.drift(ppm, 1_000_000);
    assert.deepEqual([clock.at(1_000_000), clock.at(1_001_000)], [1_000_000, 1_001_000 + ppm / 1000]);
    clock.drift(0, 1_001_000);
    assert.deepEqual([clock.at(1_001_000), clock.at(1_002_000)], [1_001_000 + ppm / 1000, 1_002_000 + ppm / 1000]);
  }
});

test('it shows whole microseconds and never goes back, and a time is found where it first shows it', () => {
  const step = fc.record({ ppm: fc.integer({ min: -500_000, max: 500_000 }), passUs: fc.nat(10_000_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.nat(1_000_000_000), (steps, aheadUs) => {
      const clock = new DriftingClock();
      let trueUs = 0;
      let lastUs = 0;
      for (const { ppm, passUs } of steps) {
        clock.drift(ppm, trueUs);
        for (const us of [0, passUs, 1]) {
          trueUs += us;
          const nowUs = clock.at(trueUs);
          assert.ok(Number.isInteger(nowUs) && nowUs >= lastUs);
          lastUs = nowUs;
        }
      }
      const timeUs = lastUs + aheadUs;
      const atUs = clock.trueUs(timeUs);
      assert.ok(clock.at(atUs) >= timeUs, `${clock.at(atUs) - timeUs} us off`);
      assert.ok(atUs === trueUs || clock.at(atUs - 1) < timeUs || clock.at(trueUs) >= timeUs, 'not the first');
    }),
    { numRuns: 500, seed: 1 },
  );
});
