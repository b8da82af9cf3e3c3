import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Health } from './health.ts';

test('the score stays between 0 and the maximum, and stretches times by one more than itself', () => {
  const health = new Health(3);
  health.lower();
  assert.equal(health.stretched(100), 100);
  health.raise();
  assert.equal(health.stretched(100), 200);
  health.raise(5);
  assert.equal(health.stretched(100), 400);
  health.lower();
  assert.equal(health.stretched(100), 300);
});

test('who must not doubt itself never does', () => {
  const health = new Health(0);
  health.raise(9);
  assert.equal(health.stretched(100), 100);
});
