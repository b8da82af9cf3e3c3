import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS, overran, threw } from './limits.ts';

test('what was thrown is told in one line, with where it came from', () => {
  const error = new Error('two\nlines');
  error.stack = 'Error: two\n    at one (file.js:1:2)\n    at other (file.js:3:4)';
  assert.equal(threw('n1', error, LIMITS), 'n1 threw: Error: two at one (file.js:1:2)');
  assert.equal(threw('n1', 'text', LIMITS), 'n1 threw: text');
  assert.equal(threw('n1', undefined, LIMITS), 'n1 threw: undefined');
});

test('a lack of memory is told as such', () => {
  const error = Object.assign(new Error('terminated'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
  assert.equal(threw('n2', error, LIMITS), 'n2 used more than 1024 MB of heap');
});

test('a node has more time to start than to come back', () => {
  assert.equal(overran('n1', 10_500, 500, 400, LIMITS), undefined);
  assert.equal(overran('n1', 10_501, 500, 400, LIMITS), 'n1 has not started within 10000 ms');
  assert.equal(overran('n1', 3600, 500, 600, LIMITS), undefined);
  assert.equal(overran('n1', 3601, 500, 600, LIMITS), 'n1 has not come back from a handler for 3001 ms');
});
