import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { outage } from './outage.ts';
import { constantLoad, historyOf, type Row } from './synthetic-history.ts';

const T0 = 2000;

/** 200 writes a second for 6 s that are refused in the given stretches. */
function refusing(...stretches: readonly (readonly [number, number])[]): Row[] {
  return constantLoad({
    ratePerS: 200,
    durationMs: 6000,
    change: (intended) =>
      stretches.some(([from, to]) => intended >= from && intended < to) ? { outcome: 'fail' } : {},
  });
}

test('a planned outage comes out as planned, give or take the resolution', () => {
  const figures = outage(historyOf(refusing([2000, 2800])), { group: 'put', t0Ms: T0 });
  assert.ok(figures);
  assert.equal(figures.resolutionMs, 5);
  assert.ok(Math.abs(figures.outageMs - 800) <= figures.resolutionMs);
  assert.equal(figures.censored, false);
  assert.deepEqual([figures.startMs, figures.endMs], [1996, 2801]);
  assert.equal(figures.gapCount, 1);
  assert.equal(figures.gapSumMs, figures.outageMs);
});

test('the longest of several gaps is the outage, and all over 100 ms are counted', () => {
  const rows = refusing([1000, 1900], [2000, 2200], [2500, 2550], [3000, 3600]);
  const figures = outage(historyOf(rows), { group: 'put', t0Ms: T0 });
  assert.equal(figures?.outageMs, 605);
  assert.equal(figures?.gapCount, 2);
  assert.equal(figures?.gapSumMs, 205 + 605);
});

test('an outage that lasts to the end is censored, at what was observed of it', () => {
  const figures = outage(historyOf(refusing([2000, 6000])), { group: 'put', t0Ms: T0 });
  assert.equal(figures?.censored, true);
  assert.equal(figures?.outageMs, 5995 - 1996);
  assert.equal(figures?.observedMs, 5995 - T0);
  assert.equal(figures?.endMs, 5995);
});

test('observation that ends with the next fault censors what goes on past it', () => {
  const history = historyOf(refusing([2000, 5000]));
  const figures = outage(history, { group: 'put', t0Ms: T0, untilMs: 4000 });
  assert.equal(figures?.censored, true);
  assert.equal(figures?.outageMs, 4000 - 1996);
  assert.equal(outage(history, { group: 'put', t0Ms: T0 })?.censored, false);
});

test('an earlier, longer outage that ended leaves a later open one uncensored', () => {
  const figures = outage(historyOf(refusing([2000, 4000], [5500, 6000])), { group: 'put', t0Ms: T0 });
  assert.equal(figures?.censored, false);
  assert.equal(figures?.outageMs, 2005);
});

test('silence after the load has ended is no outage', () => {
  const figures = outage(historyOf(refusing()), { group: 'put', t0Ms: T0, untilMs: 20_000 });
  assert.equal(figures?.censored, false);
  assert.equal(figures?.outageMs, 5);
  assert.equal(figures?.gapCount, 0);
  assert.equal(figures?.observedMs, 5996 - T0);
});

test('the last operations being refused by chance does not censor', () => {
  const figures = outage(historyOf(refusing([5960, 6000])), { group: 'put', t0Ms: T0 });
  assert.equal(figures?.censored, false);
  assert.ok(figures && figures.outageMs < 50);
});

test('an outage that began before the fault counts whole', () => {
  const figures = outage(historyOf(refusing([1500, 2500])), { group: 'put', t0Ms: T0 });
  assert.equal(figures?.outageMs, 1005);
});

test('an operation that waited through the outage and ended ok ends it', () => {
  const rows = constantLoad({
    ratePerS: 200,
    durationMs: 6000,
    change: (intended) => (intended >= 2000 && intended < 2700 ? { end: 2700 } : {}),
  });
  assert.equal(outage(historyOf(rows), { group: 'put', t0Ms: T0 })?.outageMs, 2700 - 1996);
});

test('zones, and writes and reads, have their own outages', () => {
  const rows = constantLoad({
    ratePerS: 400,
    durationMs: 6000,
    change: (intended, i) => {
      const zone = i % 2 === 0 ? 'near' : 'far';
      const kind = i % 4 < 2 ? 'put' : 'get';
      const toMs = (zone === 'far' ? 1000 : 300) + (kind === 'put' ? 500 : 0);
      return { zone, kind, ...(intended >= T0 && intended < T0 + toMs ? { outcome: 'unknown' } : {}) };
    },
  });
  const history = historyOf(rows, { zones: ['near', 'far'] });
  const expected = { far: { put: 1500, get: 1000 }, near: { put: 800, get: 300 } };
  for (const zone of ['near', 'far'] as const) {
    for (const group of ['put', 'get'] as const) {
      const figures = outage(history, { group, zone, t0Ms: T0 });
      assert.equal(figures?.resolutionMs, 10);
      assert.ok(Math.abs(figures.outageMs - expected[zone][group]) <= 10, `${zone} ${group}: ${figures.outageMs}`);
    }
  }
  // All zones together are served as soon as one is.
  assert.ok((outage(history, { group: 'put', t0Ms: T0 })?.outageMs ?? 0) < 815);
});

test('a cluster that never served anyone is censored from the first question on', () => {
  const figures = outage(historyOf(refusing([0, 6000])), { group: 'put', t0Ms: T0 });
  assert.equal(figures?.censored, true);
  assert.equal(figures?.outageMs, 5995);
});

test('nothing asked is not measured', () => {
  assert.equal(outage(historyOf(refusing()), { group: 'get', t0Ms: T0 }), undefined);
  assert.equal(outage(historyOf(refusing()), { group: 'put', t0Ms: 7000 }), undefined);
});

test('the outage is the longest stretch after T0 that no ok end falls into', () => {
  const operation = fc.record({
    at: fc.integer({ min: 0, max: 400 }),
    took: fc.integer({ min: 0, max: 200 }),
    ok: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(operation, { minLength: 2, maxLength: 12 }),
      fc.integer({ min: 0, max: 400 }),
      (operations, t0Ms) => {
        const rows = operations.map(
          ({ at, took, ok }): Row => ({ intended: at, end: at + took, outcome: ok ? 'ok' : 'fail' }),
        );
        const figures = outage(historyOf(rows), { group: 'put', t0Ms });
        const oks = operations.filter(({ ok }) => ok).map(({ at, took }) => at + took);
        const asked = operations.map(({ at }) => at);
        const untilMs = Math.max(...asked, ...oks);
        if (untilMs < t0Ms) return assert.equal(figures, undefined);
        const edges = [Math.min(...asked, ...oks), ...oks, untilMs];
        let longest = 0;
        for (const from of edges) {
          for (const to of edges) {
            if (to > t0Ms && to > from && !oks.some((end) => end > from && end < to))
              longest = Math.max(longest, to - from);
          }
        }
        assert.equal(figures?.outageMs, longest);
      },
    ),
    { seed: 1 },
  );
});

test('the resolution is the rate before the fault, and the rate of all that was asked if nothing came before', () => {
  const slowing = constantLoad({ ratePerS: 200, durationMs: 6000 }).filter(
    (row, i) => (row.intended ?? 0) < T0 || i % 4 === 0,
  );
  assert.equal(outage(historyOf(slowing), { group: 'put', t0Ms: T0 })?.resolutionMs, 5);
  assert.equal(outage(historyOf(slowing), { group: 'put', t0Ms: T0, untilMs: 1990 }), undefined);
  const later = slowing.filter((row) => (row.intended ?? 0) >= T0);
  assert.equal(outage(historyOf(later), { group: 'put', t0Ms: T0 })?.resolutionMs, 20);
});

test('at a low rate a silence of a few operations at the end is no censored outage', () => {
  const slow = (refusedFromMs: number): Row[] =>
    constantLoad({
      ratePerS: 20,
      durationMs: 6000,
      change: (intended) => (intended >= refusedFromMs ? { outcome: 'fail' } : {}),
    });
  assert.equal(outage(historyOf(slow(5600)), { group: 'put', t0Ms: T0 })?.censored, false);
  assert.equal(outage(historyOf(slow(5000)), { group: 'put', t0Ms: T0 })?.censored, true);
});

test('an ok end at the very end of observation still counts', () => {
  const history = historyOf(refusing([2000, 5000]));
  assert.equal(outage(history, { group: 'put', t0Ms: T0, untilMs: 5001 })?.censored, false);
  assert.equal(outage(history, { group: 'put', t0Ms: T0, untilMs: 5000 })?.censored, true);
});
