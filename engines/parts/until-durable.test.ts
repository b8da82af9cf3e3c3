import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UntilDurable } from './until-durable.ts';

test('what waits is taken once, in order, when the log is durable up to its position', () => {
  const waiting = new UntilDurable<string>();
  for (const [position, item] of [
    [2, 'a'],
    [2, 'b'],
    [5, 'c'],
  ] as const)
    waiting.push(position, item);
  assert.deepEqual(waiting.take(1), []);
  assert.deepEqual(waiting.take(4), ['a', 'b']);
  assert.deepEqual(waiting.take(4), []);
  assert.deepEqual(waiting.take(5), ['c']);
});
