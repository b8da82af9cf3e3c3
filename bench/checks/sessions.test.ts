import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionGuarantee } from '../../engines/api.ts';
import type { Operations } from './columns.ts';
import { type SessionOptions, sessions } from './sessions.ts';
import { add, append, FAILED, get, operationsOf, put, remove, swap, UNKNOWN } from './testing/lines.ts';

const A = { process: 'a' };
const B = { process: 'b' };
const C = { process: 'c' };

/** What was found, with the rows of each first example. */
function found(
  operations: Operations,
  options: SessionOptions = {},
): { [guarantee in SessionGuarantee]?: readonly number[] } {
  return Object.fromEntries(
    Object.entries(sessions(operations, options)).flatMap(([guarantee, { count, examples }]) =>
      count === 0 ? [] : [[guarantee, examples[0]!.rows]],
    ),
  );
}

test('a session that reads what was there before its own write does not read its writes', () => {
  assert.deepEqual(found(operationsOf(put(0, 1, '1', A), put(2, 3, '2', B), get(4, 5, '1', B))), {
    'read-your-writes': [1, 2],
  });
  assert.deepEqual(found(operationsOf(put(0, 1, '1', A), get(2, 3, null, A))), { 'read-your-writes': [0, 1] });
  assert.deepEqual(found(operationsOf(put(0, 1, '1', A), remove(2, 3, B), get(4, 5, '1', B))), {
    'read-your-writes': [1, 2],
  });
});

test('an own write may have been overwritten, deleted, or never have happened', () => {
  assert.deepEqual(found(operationsOf(put(0, 3, '1', A), put(2, 4, '2', B), get(5, 6, '1', B))), {});
  assert.deepEqual(found(operationsOf(put(0, 1, '1', A), remove(2, 3, B), get(4, 5, null, A))), {});
  assert.deepEqual(found(operationsOf(remove(0, 9, B), put(1, 2, '1', A), get(4, 5, null, A))), {});
  assert.deepEqual(found(operationsOf(put(0, 1, '1', { ...A, ...UNKNOWN }), get(2, 3, null, A))), {});
  assert.deepEqual(found(operationsOf(put(0, 1, '1', { ...A, ...FAILED }), get(2, 3, null, A))), {});
});

test('a delete that began after the read explains no absent value', () => {
  assert.deepEqual(found(operationsOf(put(0, 1, '1', A), get(2, 3, null, A), remove(4, 5, B))), {
    'read-your-writes': [0, 1],
  });
});

test('reads go back if a value is older by time than one read before', () => {
  const history = [put(0, 1, '1', A), put(2, 3, '2', A), get(4, 5, '2', B), get(6, 7, '1', B)];
  assert.deepEqual(found(operationsOf(...history))['monotonic-reads'], [2, 3]);
  assert.deepEqual(found(operationsOf(...history.slice(0, 3), get(4, 5, '1', C))), {}, 'another session');
  assert.deepEqual(found(operationsOf(put(0, 1, '1', A), get(2, 3, '1', B), get(4, 5, null, B))), {
    'monotonic-reads': [1, 2],
  });
});

test('a value that was seen has settled by then, even if its write never came back', () => {
  const lost = put(0, null, '1', { ...C, ...UNKNOWN });
  assert.deepEqual(
    found(operationsOf(lost, get(1, 2, '1', A), put(3, 4, '2', A), get(5, 6, '2', B), get(7, 8, '1', B)))[
      'monotonic-reads'
    ],
    [3, 4],
  );
});

test('clocks that may be apart order nothing that is nearer than they are', () => {
  const history = operationsOf(put(0, 1, '1', A), put(5, 6, '2', C), get(7, 8, '2', B), get(9, 10, '1', B));
  assert.deepEqual(found(history, { skewMs: 3 }), { 'monotonic-reads': [2, 3] });
  assert.deepEqual(found(history, { skewMs: 4 }), {});
});

test('whatever the order of two values, one session does not come back to the first', () => {
  const writes = [put(0, 9, '1', A), put(0, 9, '2', C)];
  const back = operationsOf(...writes, get(1, 2, '1', B), get(3, 4, '2', B), get(5, 6, '1', B), get(7, 8, '2', B));
  assert.deepEqual(sessions(back, { skewMs: Number.POSITIVE_INFINITY })['monotonic-reads'], {
    count: 1,
    perMillion: 1e6 / 6,
    examples: [{ key: 'k', rows: [3, 4] }],
  });
});

test('two sessions that see two values in opposite orders cannot both be right', () => {
  const writes = [put(0, 9, '1', A), put(0, 9, '2', { process: 'd' })];
  const history = operationsOf(...writes, get(1, 2, '1', B), get(3, 4, '2', B), get(1, 2, '2', C), get(5, 6, '1', C));
  assert.deepEqual(found(history, { skewMs: Number.POSITIVE_INFINITY }), { 'monotonic-reads': [3, 4, 5] });
});

test('writes of one writer that are seen in the other order', () => {
  const history = operationsOf(put(0, 1, '1', A), put(1, 2, '2', A), get(3, 4, '2', B), get(5, 6, '1', B));
  assert.deepEqual(found(history, { skewMs: 5 }), { 'monotonic-writes': [0, 1, 3] });
});

test('a value that is seen after the one that was written upon it', () => {
  const history = operationsOf(
    put(0, 9, '1', A),
    get(1, 2, '1', C),
    put(3, 4, '2', C),
    get(5, 6, '2', B),
    get(7, 8, '1', B),
  );
  assert.deepEqual(found(history, { skewMs: 5 }), { 'writes-follow-reads': [3, 4] });
  const swapped = operationsOf(put(0, 9, '1', A), swap(1, 4, '1', '2', C), get(5, 6, '2', B), get(7, 8, '1', B));
  assert.deepEqual(found(swapped), { 'writes-follow-reads': [2, 3] });
});

test('a process with two operations under way at once has no order between them', () => {
  assert.deepEqual(found(operationsOf(put(0, 4, '1', A), get(3, 5, null, A))), {});
  assert.deepEqual(found(operationsOf(put(0, 4, '1', A), get(4, 5, null, A))), { 'read-your-writes': [0, 1] });
});

test('keys whose values repeat, and foreign values, are not judged', () => {
  assert.deepEqual(found(operationsOf(put(0, 1, '1', A), put(2, 3, '2', A), put(4, 5, '1', A), get(6, 7, '2', A))), {});
  assert.deepEqual(found(operationsOf(put(0, 1, '1', A), get(2, 3, 'x', A))), {});
});

test('a document must hold what the session appended and what it has read', () => {
  assert.deepEqual(found(operationsOf(append(0, 1, 'a;', A), get(2, 3, null, A))), { 'read-your-writes': [0, 1] });
  assert.deepEqual(found(operationsOf(append(0, 1, 'a;', A), get(2, 3, 'a;', B), get(4, 5, '', B))), {
    'monotonic-reads': [1, 2],
  });
  assert.deepEqual(found(operationsOf(append(0, 1, 'a;', { ...A, ...UNKNOWN }), get(2, 3, null, A))), {});
});

test("a document holds a writer's elements in their order, behind what it had read", () => {
  const own = [append(0, 1, 'a;', A), append(2, 3, 'b;', A)];
  assert.deepEqual(found(operationsOf(...own, get(4, 5, 'b;a;', B))), { 'monotonic-writes': [1, 2] });
  assert.deepEqual(found(operationsOf(...own, get(4, 5, 'b;', B))), { 'monotonic-writes': [1, 2] });
  assert.deepEqual(found(operationsOf(...own, get(4, 5, 'a;', B), get(6, 7, 'a;b;', B))), {});
  const follows = [append(0, 9, 'a;', A), get(1, 2, 'a;', B), append(3, 4, 'b;', B)];
  assert.deepEqual(found(operationsOf(...follows, get(5, 6, 'b;a;', C))), { 'writes-follow-reads': [2, 3] });
  assert.deepEqual(found(operationsOf(...follows, get(5, 6, 'b;', C))), { 'writes-follow-reads': [2, 3] });
  assert.deepEqual(found(operationsOf(...follows, get(5, 6, 'a;b;', C))), {});
});

test('documents whose elements cannot be told apart are not judged', () => {
  assert.deepEqual(found(operationsOf(append(0, 1, '1', A), append(2, 3, '12', A), get(4, 5, null, A))), {});
  assert.deepEqual(found(operationsOf(append(0, 1, 'a;', A), put(2, 3, 'b;', A), get(4, 5, null, A))), {});
});

test('writes of one session that fall into one tick of the clock are told apart by their order', () => {
  const lines = [put(6, 6, '1', A), put(6, 6, '2', A)];
  assert.deepEqual(found(operationsOf(...lines, get(6, 7, '1', B), get(7, 8, '2', B))), {});
  assert.deepEqual(found(operationsOf(...lines, get(6, 7, '2', B), get(7, 8, '1', B))), {
    'monotonic-writes': [0, 1, 3],
  });
});

test('a writer that was doing two things at once wrote in two sessions', () => {
  const lines = [put(0, 1, '1', A), get(0.5, 100, null, { ...A, key: 'other' }), put(2, 3, '2', A)];
  const skewed = { skewMs: Number.POSITIVE_INFINITY };
  assert.deepEqual(found(operationsOf(...lines, get(10, 11, '2', B), get(12, 13, '1', B)), skewed), {});
});

test('a session that misses its own add in a counter does not read its writes', () => {
  const others = add(0, 9, 4, B);
  assert.deepEqual(found(operationsOf(add(0, 1, 3, A), others, get(2, 3, '4', A))), {});
  assert.deepEqual(found(operationsOf(add(0, 1, 5, A), others, get(2, 3, '4', A))), { 'read-your-writes': [0, 2] });
  assert.deepEqual(found(operationsOf(add(0, 1, -5, A), others, get(2, 3, null, A))), { 'read-your-writes': [0, 2] });
  assert.deepEqual(found(operationsOf(add(0, 1, 5, { ...A, ...UNKNOWN }), get(2, 3, null, A))), {});
  assert.deepEqual(found(operationsOf(add(0, 1, 5, A), get(2, 3, null, B))), {}, 'it is not its own');
});

test('a counter does not go back before what the session has read, unless something was taken away', () => {
  const adds = [add(0, 1, 3, A), add(2, 3, 4, A)];
  assert.deepEqual(found(operationsOf(...adds, get(4, 5, '7', B), get(6, 7, '3', B))), { 'monotonic-reads': [2, 3] });
  assert.deepEqual(found(operationsOf(...adds, get(4, 5, '7', B), get(6, 7, '3', C))), {});
  assert.deepEqual(found(operationsOf(...adds, add(5, 9, -4, C), get(4, 5, '7', B), get(6, 7, '3', B))), {});
});
