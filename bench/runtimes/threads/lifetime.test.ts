import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lifetime } from './lifetime.ts';

const never = new Promise<never>(() => {});
const LONG_MS = 600_000;

test('what comes is handed on', async () => {
  const lifetime = new Lifetime();
  assert.equal(await lifetime.unlessOver(Promise.resolve(7)), 7);
  assert.equal(await lifetime.within(Promise.resolve(8), LONG_MS), 8);
  await assert.rejects(lifetime.unlessOver(Promise.reject(new Error('as it came'))), /as it came/);
});

test('a failure ends all waiting, at once and later', async () => {
  const lifetime = new Lifetime();
  const waits = [lifetime.unlessOver(never), lifetime.within(never, LONG_MS), lifetime.sleep(LONG_MS)];
  lifetime.fail('n1 threw');
  assert.deepEqual(await Promise.all(waits), [undefined, undefined, undefined]);
  assert.equal(await lifetime.unlessOver(Promise.resolve(7)), undefined);
  assert.equal(lifetime.isOver, true);
});

test('the first failure is the reason', () => {
  const lifetime = new Lifetime();
  assert.equal(lifetime.failure, undefined);
  lifetime.fail('n1 threw');
  lifetime.fail('n2 threw');
  assert.deepEqual([lifetime.failure, lifetime.whyOver], ['n1 threw', 'n1 threw']);
});

test('an end is over, and no failure', async () => {
  const lifetime = new Lifetime();
  const wait = lifetime.unlessOver(never);
  lifetime.end();
  assert.equal(await wait, undefined);
  assert.deepEqual([lifetime.isOver, lifetime.isEnded, lifetime.failure], [true, true, undefined]);
  assert.equal(lifetime.whyOver, 'the cluster was stopped');
});

test('what does not come in time is undefined, and not earlier', async () => {
  const lifetime = new Lifetime();
  const fromMs = performance.now();
  assert.equal(await lifetime.within(never, 20), undefined);
  await lifetime.sleep(20);
  assert.ok(performance.now() - fromMs >= 38);
});
