import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareCheckers, compareZonesWithSearch, searchExecutions } from './testing/differential.ts';
import { STYLES } from './testing/random-histories.ts';

test('zones, search, windows and brute force agree on small random histories', () => {
  const tally = compareCheckers(1, 2500, 7);
  // Both verdicts are met often enough, or the comparison would be blind.
  const share = (part: number, whole: number): number => part / whole;
  STYLES.forEach((style, i) => {
    assert.ok(tally.byStyle[i]! > 400, style);
    const linearizable = share(tally.linearizableByStyle[i]!, tally.byStyle[i]!);
    assert.ok(linearizable > 0.6 && linearizable < 0.9, `${style}: ${linearizable}`);
  });
  assert.ok(share(tally.byZones, tally.histories) > 0.25);
  assert.ok(share(tally.linearizableByZones, tally.byZones) < 0.9);
});

test('zones and search agree on longer histories', () => {
  const [judged, linearizable] = compareZonesWithSearch(1, 1000, 60);
  assert.ok(judged > 300, `${judged}`);
  assert.ok(linearizable > judged * 0.2 && linearizable < judged * 0.9, `${linearizable} of ${judged}`);
});

test('the search finds an order of real executions, many operations at once included', () => {
  searchExecutions(1, 200, 40);
});
