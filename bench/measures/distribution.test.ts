import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../random.ts';
import { distribution, type Observation, rankObservations } from './distribution.ts';

const seen = (valueMs: number): Observation => ({ valueMs, censored: false });
const more = (valueMs: number): Observation => ({ valueMs, censored: true });
const of = (...observations: readonly Observation[]) => distribution(observations, { random: new Random(1) });

test('a censored value ranks above all others, whatever was observed of it', () => {
  assert.deepEqual(rankObservations([more(5), seen(900), more(3), seen(1)]), [seen(1), seen(900), more(3), more(5)]);
  assert.deepEqual(of(seen(900), more(5))?.max, more(5));
});

test('the median is censored as soon as a censored value takes part in it', () => {
  assert.deepEqual(of(seen(1), seen(2), more(3))?.median, seen(2));
  assert.deepEqual(of(seen(1), seen(2), more(4), more(9))?.median, more(3));
  assert.deepEqual(of(seen(1), more(4), more(9))?.median, more(4));
  assert.deepEqual(of(seen(100), more(4))?.median, more(100), 'more than 4 that ranks above 100 is at least 100');
});

test('p95 is printed from 20 observations on', () => {
  const twenty = Array.from({ length: 20 }, (_, i) => seen(i + 1));
  assert.equal(of(...twenty.slice(1))?.p95, undefined);
  assert.deepEqual(of(...twenty)?.p95, seen(19));
});

test('the interval of the median lies among the observations, and reaches the censored ones', () => {
  const figures = of(seen(10), seen(11), seen(12), more(50), more(51), more(52));
  assert.equal(figures?.count, 6);
  assert.equal(figures?.censoredCount, 3);
  assert.equal(figures?.medianLow?.censored, false);
  assert.equal(figures?.medianHigh?.censored, true);
  assert.equal(of(seen(1), seen(2))?.medianLow, undefined);
});

test('one observation is its own distribution, none has none', () => {
  const one = of(seen(7));
  assert.deepEqual([one?.min, one?.median, one?.max], [seen(7), seen(7), seen(7)]);
  assert.equal(of(), undefined);
});
