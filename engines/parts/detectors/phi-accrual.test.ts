import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../../bench/random.ts';
import { PhiAccrual, type PhiAccrualOptions } from './phi-accrual.ts';

const OPTIONS: PhiAccrualOptions = {
  threshold: 8,
  expectedMs: 100,
  minDeviationMs: 5,
  samplesMax: 50,
  distribution: 'normal',
};

/** A detector that has heard after each of these intervals, and when it heard last. */
function watch(options: PhiAccrualOptions, intervals: readonly number[]): { detector: PhiAccrual; lastMs: number } {
  let lastMs = 1000;
  const detector = new PhiAccrual(options, lastMs);
  for (const interval of intervals) {
    lastMs += interval;
    detector.heard(lastMs);
  }
  return { detector, lastMs };
}

const anyOptions = fc.record({
  threshold: fc.double({ min: 0.5, max: 30, noNaN: true }),
  expectedMs: fc.double({ min: 1, max: 1000, noNaN: true }),
  minDeviationMs: fc.double({ min: 1, max: 100, noNaN: true }),
  samplesMax: fc.integer({ min: 2, max: 20 }),
  distribution: fc.constantFrom('normal' as const, 'exponential' as const),
  pauseMs: fc.constantFrom(0, 250),
});
const anyIntervals = fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { maxLength: 60 });

test('φ grows with silence', () => {
  fc.assert(
    fc.property(
      anyOptions,
      anyIntervals,
      fc.double({ min: 1, max: 500, noNaN: true }),
      (options, intervals, stepMs) => {
        const { detector, lastMs } = watch(options, intervals);
        let before = detector.phi(lastMs);
        for (let i = 1; i <= 20; i++) {
          const phi = detector.phi(lastMs + i * stepMs);
          assert.ok(phi >= before);
          before = phi;
        }
        assert.ok(detector.phi(lastMs + 1e7) > options.threshold);
      },
    ),
    { seed: 1 },
  );
});

test('the node is due at the moment at which φ reaches the threshold', () => {
  fc.assert(
    fc.property(anyOptions, anyIntervals, (options, intervals) => {
      const { detector } = watch(options, intervals);
      assert.ok(Math.abs(detector.phi(detector.dueMs) - options.threshold) < 1e-6);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test('a higher threshold is due later', () => {
  fc.assert(
    fc.property(
      anyOptions,
      anyIntervals,
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      (options, intervals, more) => {
        const lower = watch(options, intervals).detector.dueMs;
        const higher = watch({ ...options, threshold: options.threshold + more }, intervals).detector.dueMs;
        assert.ok(higher > lower);
      },
    ),
    { seed: 3 },
  );
});

test('with jittered heartbeats wrong suspicions become rarer as the threshold grows, about as rare as φ says', () => {
  const beats = 20_000;
  const shares = [0.5, 1, 2, 3].map((threshold) => {
    const random = new Random('heartbeats');
    const detector = new PhiAccrual({ ...OPTIONS, threshold, samplesMax: 1000 }, 0);
    let nowMs = 0;
    let wrong = 0;
    for (let i = 0; i < beats; i++) {
      let jitter = -6;
      for (let n = 0; n < 12; n++) jitter += random.next();
      nowMs += 100 + 20 * jitter;
      if (nowMs >= detector.dueMs) wrong++;
      detector.heard(nowMs);
    }
    return wrong / beats;
  });
  assert.deepEqual(
    shares,
    [...shares].sort((a, b) => b - a),
  );
  for (const [i, expected] of [10 ** -0.5, 0.1, 0.01].entries()) {
    const ratio = shares[i]! / expected;
    assert.ok(ratio > 0.75 && ratio < 1.33, `${shares[i]} instead of ${expected}`);
  }
});

test('of exponential intervals a threshold of 8 is 18.4 means', () => {
  const { detector, lastMs } = watch({ ...OPTIONS, distribution: 'exponential' }, new Array(60).fill(70));
  assert.ok(Math.abs((detector.dueMs - lastMs) / 70 - 18.42) < 0.001);
});

test('of normal intervals a threshold of 8 is the mean and 5.6 deviations', () => {
  const intervals = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 80 : 120));
  const { detector, lastMs } = watch(OPTIONS, intervals);
  assert.ok(Math.abs(detector.dueMs - lastMs - (100 + 5.612 * 20)) < 0.01);
});

test('at first it judges by the interval that it was told to expect', () => {
  const { detector, lastMs } = watch(OPTIONS, []);
  assert.ok(Math.abs(detector.dueMs - lastMs - (100 + 5.612 * 25)) < 0.01);
  const gossip = watch({ ...OPTIONS, distribution: 'exponential' }, []);
  assert.ok(Math.abs(gossip.detector.dueMs - gossip.lastMs - 1842) < 0.1);
});

test('a perfectly regular heartbeat does not make it nervous', () => {
  const { detector, lastMs } = watch({ ...OPTIONS, minDeviationMs: 10 }, new Array(60).fill(100));
  assert.ok(detector.phi(lastMs + 105) < 0.6);
  assert.ok(Math.abs(detector.dueMs - lastMs - (100 + 56.12)) < 0.01);
});

test('a pause that is allowed for is added to the time it takes', () => {
  for (const distribution of ['normal', 'exponential'] as const) {
    const strict = watch({ ...OPTIONS, distribution }, [90, 110]).detector.dueMs;
    const patient = watch({ ...OPTIONS, distribution, pauseMs: 3000 }, [90, 110]).detector.dueMs;
    assert.ok(Math.abs(patient - strict - 3000) < 1e-9);
  }
});

test('it forgets: after a window of slower heartbeats it has got used to them', () => {
  const slow = new Array(OPTIONS.samplesMax).fill(400);
  const changed = watch(OPTIONS, [...new Array(500).fill(100), ...slow]);
  const always = watch(OPTIONS, [...slow, ...slow]);
  const difference = changed.detector.dueMs - changed.lastMs - (always.detector.dueMs - always.lastMs);
  assert.ok(Math.abs(difference) < 1e-6);
});

test('zero, equal and huge intervals, and times that go nowhere or back, give a number', () => {
  const interval = fc.constantFrom(0, 0, 100, 100, 1e-300, 1e15, 1e300, -50);
  fc.assert(
    fc.property(anyOptions, fc.array(interval, { maxLength: 60 }), (options, intervals) => {
      const { detector, lastMs } = watch(options, intervals);
      assert.ok(Number.isFinite(detector.dueMs));
      for (const silence of [0, 1, 1e300]) assert.ok(detector.phi(lastMs + silence) >= 0);
    }),
    { seed: 4, numRuns: 500 },
  );
});

test('options that make no sense are refused by name', () => {
  assert.throws(
    () => new PhiAccrual({ ...OPTIONS, threshold: 0 }, 0),
    /threshold: expected a number above 0, but 0 came/,
  );
  assert.throws(() => new PhiAccrual({ ...OPTIONS, minDeviationMs: Number.NaN }, 0), /minDeviationMs: .* NaN came/);
  assert.throws(() => new PhiAccrual({ ...OPTIONS, samplesMax: 1 }, 0), /samplesMax/);
});

test('intervals that are too long are not remembered, and end a silence all the same', () => {
  const options = { ...OPTIONS, distribution: 'exponential', intervalMaxMs: 200 } as const;
  const regular = Array.from({ length: 20 }, () => 100);
  const before = watch(options, regular);
  const after = watch(options, [...regular, 5000]);
  assert.equal(after.detector.dueMs - after.lastMs, before.detector.dueMs - before.lastMs);
});
