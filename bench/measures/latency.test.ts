import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latency, latencySample } from './latency.ts';
import { percentile } from './percentiles.ts';
import { constantLoad, historyOf } from './synthetic-history.ts';

const TIMEOUT_MS = 2000;

test('one stall shows in the corrected figures as its closed form, and hardly in the uncorrected', () => {
  const stallMs = 2000;
  const runMs = 20_000;
  const baseMs = 1;
  const stallAtMs = 5000;
  const resumedMs = stallAtMs + stallMs;
  // The generator is held up too: what was to start during the stall starts when it is over, but for the first.
  const rows = constantLoad({
    ratePerS: 1000,
    durationMs: runMs,
    latencyMs: baseMs,
    change: (intended) => {
      if (intended < stallAtMs || intended >= resumedMs) return {};
      return intended === stallAtMs ? { end: resumedMs + baseMs } : { start: resumedMs };
    },
  });
  const sample = latencySample(historyOf(rows), {}, TIMEOUT_MS * 10);
  const { corrected, uncorrected } = latency(historyOf(rows), {}, TIMEOUT_MS * 10);
  assert.ok(corrected && uncorrected);
  const near = (got: number, expected: number): void =>
    assert.ok(Math.abs(got - expected) <= 0.05 * expected, `${got} is not within 5 % of ${expected}`);

  near(corrected.meanMs, stallMs ** 2 / (2 * runMs) + baseMs);
  for (const share of [0.91, 0.95, 0.99, 0.999]) {
    near(percentile(sample.correctedMs, share)!, stallMs - (1 - share) * runMs + baseMs);
  }
  near(corrected.p50Ms, baseMs);
  near(corrected.maxMs, stallMs + baseMs);
  assert.ok(uncorrected.meanMs < corrected.meanMs / 50);
  assert.equal(uncorrected.p999Ms, baseMs);
});

test('an unknown counts as the operation time-out, or as what was observed if that was longer', () => {
  const history = historyOf([
    { intended: 0, end: 5 },
    { intended: 0, end: 500, outcome: 'unknown' },
    { intended: 0, start: 400, end: 2400, outcome: 'unknown' },
  ]);
  const sample = latencySample(history, {}, TIMEOUT_MS);
  assert.deepEqual([...sample.correctedMs], [5, 2000, 2400]);
  assert.deepEqual([...sample.uncorrectedMs], [5, 2000, 2000]);
});

test('up to 1 % refusals are left out; above, the figures are blank', () => {
  const rows = constantLoad({ ratePerS: 1000, durationMs: 200, latencyMs: 7 });
  rows[3] = { ...rows[3], outcome: 'fail', end: 9000 };
  rows[4] = { ...rows[4], outcome: 'fail', end: 9000, shed: true };
  const within = latency(historyOf(rows), {}, TIMEOUT_MS);
  assert.equal(within.operations, 200);
  assert.equal(within.refused, 2);
  assert.equal(within.corrected?.count, 198);
  assert.equal(within.corrected?.maxMs, 7);
  rows[5] = { ...rows[5], outcome: 'fail' };
  const above = latency(historyOf(rows), {}, TIMEOUT_MS);
  assert.equal(above.refused, 3);
  assert.equal(above.corrected, undefined);
  assert.equal(above.uncorrected, undefined);
});

test('kinds and zones are measured apart', () => {
  const rows = [
    { kind: 'get', zone: 'z1', end: 1 },
    { kind: 'get', zone: 'z2', end: 2 },
    { kind: 'put', zone: 'z2', end: 3 },
    { kind: 'append', zone: 'z2', end: 4 },
  ] as const;
  const history = historyOf(rows, { zones: ['z1', 'z2'] });
  assert.equal(latency(history, { group: 'get', zone: 'z2' }, TIMEOUT_MS).corrected?.maxMs, 2);
  assert.equal(latency(history, { group: 'put' }, TIMEOUT_MS).corrected?.count, 2);
  assert.equal(latency(history, { group: 'put', zone: 'z1' }, TIMEOUT_MS).corrected, undefined);
});
