import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PushPull, pushPullPeriodMs } from './push-pull.ts';

test('up to 32 members the period is as set, and grows by as much with each doubling begun', () => {
  assert.deepEqual(
    [2, 32, 33, 64, 65, 128, 1000].map((members) => pushPullPeriodMs(30, members)),
    [30, 30, 60, 60, 90, 90, 180],
  );
});

test('an exchange begins within the first period and then once in each', () => {
  const exchange = new PushPull(100, 3, 0.25, 1000);
  assert.equal(exchange.dueMs, 1025);
  assert.ok(!exchange.begins(1024));
  assert.ok(exchange.begins(1030));
  assert.ok(!exchange.begins(1129));
  assert.ok(exchange.begins(1130));
});

test('a period of 0 is none', () => {
  const exchange = new PushPull(0, 100, 0, 0);
  assert.equal(exchange.dueMs, Number.POSITIVE_INFINITY);
  assert.ok(!exchange.begins(1e9));
});
