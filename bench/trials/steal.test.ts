import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchSteal } from './steal.ts';

/** Texts of `/proc/stat`, one after the other. */
function reading(...texts: (string | undefined)[]): () => string | undefined {
  return () => texts.shift();
}

test('the share of the CPU time since the start that was stolen', () => {
  const steal = watchSteal(
    reading('cpu  100 0 50 800 10 0 5 20 0 0\ncpu0 1 2 3\n', 'cpu  160 0 70 900 10 0 5 40 0 0\n'),
  );
  assert.equal(steal(), 20 / 200);
});

test('guest time, which is in user time already, is not counted twice', () => {
  const steal = watchSteal(reading('cpu 0 0 0 0 0 0 0 0 0 0\n', 'cpu 50 0 0 40 0 0 0 10 50 0\n'));
  assert.equal(steal(), 10 / 100);
});

test('it can be asked more than once, and always counts from the start', () => {
  const steal = watchSteal(reading('cpu 0 0 0 0 0 0 0 0', 'cpu 9 0 0 0 0 0 0 1', 'cpu 99 0 0 0 0 0 0 1'));
  assert.deepEqual([steal(), steal()], [0.1, 0.01]);
});

test('where the system does not tell, or no tick has passed, nothing is known', () => {
  assert.equal(watchSteal(reading(undefined, undefined))(), undefined);
  assert.equal(watchSteal(reading('cpu 1 2 3', 'cpu 2 3 4'))(), undefined);
  assert.equal(watchSteal(reading('cpu 1 2 3 4 5 6 7 8', 'cpu 1 2 3 4 5 6 7 8'))(), undefined);
});

test('on this machine it is a share, or nothing', () => {
  const share = watchSteal()();
  assert.ok(share === undefined || (share >= 0 && share <= 1), String(share));
});
