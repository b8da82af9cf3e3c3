import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Errands } from './errands.ts';

const errand = (probe: number, fromMs: number) => ({
  for: 'asker',
  probe,
  nackAtMs: fromMs + 40,
  expiresAtMs: fromMs + 200,
});

test('the asker hears of silence once, when it is due', () => {
  const errands = new Errands();
  assert.equal(errands.dueMs, Number.POSITIVE_INFINITY);
  errands.add(1, errand(71, 0));
  errands.add(2, errand(72, 10));
  assert.equal(errands.dueMs, 40);
  assert.deepEqual(errands.silent(39), []);
  assert.deepEqual(
    errands.silent(45).map(({ probe }) => probe),
    [71],
  );
  assert.equal(errands.dueMs, 50);
  assert.deepEqual(
    errands.silent(60).map(({ probe }) => probe),
    [72],
  );
});

test('an answer settles the errand, after silence was reported too, but not for ever', () => {
  const errands = new Errands();
  errands.add(1, errand(71, 0));
  errands.add(2, errand(72, 0));
  errands.add(3, errand(73, 0));
  assert.equal(errands.settle(1)!.probe, 71);
  assert.equal(errands.settle(1), undefined);
  errands.silent(50);
  assert.equal(errands.settle(2)!.probe, 72);
  errands.silent(201);
  assert.equal(errands.settle(3), undefined);
});

test('an errand whose asker is never told of silence is not kept for ever either', () => {
  const errands = new Errands();
  const untold = (probe: number, fromMs: number) => ({
    ...errand(probe, fromMs),
    nackAtMs: Number.POSITIVE_INFINITY,
  });
  errands.add(1, untold(71, 0));
  errands.add(2, untold(72, 10));
  assert.equal(errands.dueMs, Number.POSITIVE_INFINITY);
  assert.deepEqual(errands.silent(205), []);
  assert.equal(errands.settle(1), undefined);
  assert.equal(errands.settle(2)!.probe, 72);
});
