import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CausalFindings, causality } from './causal.ts';
import type { Operations } from './columns.ts';
import { FAILED, get, missed, operationsOf, put, remove, swap, UNKNOWN } from './testing/lines.ts';

const A = { process: 'a' };
const B = { process: 'b' };
const C = { process: 'c' };
const X = { key: 'x' };
const Y = { key: 'y' };

/** What was found, with the rows of each first example. */
function found(operations: Operations): { [pattern in keyof CausalFindings]?: readonly number[] } {
  return Object.fromEntries(
    Object.entries(causality(operations)!).flatMap(([pattern, { count, examples }]) =>
      count === 0 ? [] : [[pattern, examples[0]!.rows]],
    ),
  );
}

test('an answer that is seen without its question', () => {
  const asked = [put(0, 1, 'question', { ...A, ...X }), get(2, 3, 'question', { ...B, ...X })];
  const answered = [...asked, put(4, 5, 'answer', { ...B, ...Y }), get(6, 7, 'answer', { ...C, ...Y })];
  assert.deepEqual(found(operationsOf(...answered, get(8, 9, null, { ...C, ...X }))), { absent: [0, 4] });
  assert.deepEqual(found(operationsOf(...answered, get(8, 9, 'question', { ...C, ...X }))), {});
  const deleted = remove(0, 20, { process: 'd', ...X });
  assert.deepEqual(found(operationsOf(...answered, get(8, 9, null, { ...C, ...X }), deleted)), {});
});

test('a value that was overwritten in the past of its reader', () => {
  const writes = [put(0, 1, '1', { ...A, ...X }), put(2, 3, '2', { ...A, ...X }), put(4, 5, 'y', { ...A, ...Y })];
  assert.deepEqual(found(operationsOf(...writes, get(6, 7, 'y', { ...B, ...Y }), get(8, 9, '1', { ...B, ...X }))), {
    overwritten: [0, 1, 4],
  });
  assert.deepEqual(
    found(operationsOf(...writes, get(8, 9, '1', { ...B, ...X }), get(10, 11, 'y', { ...B, ...Y }))),
    {},
  );
});

test('concurrent writes may be seen in either order', () => {
  const history = operationsOf(
    put(0, 1, '1', A),
    put(2, 3, '2', B),
    get(4, 5, '2', C),
    get(6, 7, '1', C),
    get(4, 5, '1', { process: 'd' }),
    get(6, 7, '2', { process: 'd' }),
  );
  assert.deepEqual(found(history), {});
});

test('a swap depends on what it replaced', () => {
  const history = operationsOf(put(0, 9, '1', A), swap(1, 2, '1', '2', B), get(3, 4, '2', C), get(5, 6, '1', C));
  assert.deepEqual(found(history), { overwritten: [0, 1, 3] });
  const told = operationsOf(put(0, 1, '1', A), put(2, 3, '2', A), missed(4, 5, 'x', { ...A, observed: '1' }));
  assert.deepEqual(found(told), { overwritten: [0, 1, 2] });
});

test('operations in their own past', () => {
  const history = operationsOf(
    get(0, 1, '2', { ...A, ...Y }),
    put(2, 3, '1', { ...A, ...X }),
    get(0, 1, '1', { ...B, ...X }),
    put(2, 3, '2', { ...B, ...Y }),
  );
  assert.equal(causality(history)!.cycle.count, 1);
  assert.deepEqual(found(history).cycle?.toSorted(), [0, 1, 2, 3]);
});

test('values that no write can have written', () => {
  assert.deepEqual(found(operationsOf(get(0, 1, 'x', A))), { thinAir: [0] });
  assert.deepEqual(found(operationsOf(put(0, 1, '1', { ...A, ...FAILED }), get(2, 3, '1', B))), { thinAir: [1] });
  assert.deepEqual(found(operationsOf(put(0, null, '1', { ...A, ...UNKNOWN }), get(2, 3, '1', B))), {});
});

test('an unknown write has what its session knew, but the session need not have it', () => {
  const late = [put(0, 1, '1', { ...A, ...X }), put(2, 3, '2', { ...A, ...Y, ...UNKNOWN })];
  const seen = operationsOf(...late, get(4, 5, '2', { ...B, ...Y }), get(6, 7, null, { ...B, ...X }));
  assert.deepEqual(found(seen), { absent: [0, 3] });
  const after = [...late, put(4, 5, '3', { ...A, ...X }), get(6, 7, '3', { ...B, ...X })];
  assert.deepEqual(found(operationsOf(...after, get(8, 9, null, { ...B, ...Y }))), {});
  assert.deepEqual(
    found(operationsOf(...after, get(6, 7, '2', { ...C, ...Y }), get(8, 9, '1', { ...C, ...X }))),
    {},
    'it was sent before the third write',
  );
});

test('more sessions than memory has room for are not judged', () => {
  const lines = Array.from({ length: 10_001 }, (_, i) => put(i, i + 1, `${i}`, { process: i }));
  assert.equal(causality(operationsOf(...lines)), undefined);
});

test('what came before by what was seen counts, whatever the clocks say', () => {
  const lines = [get(1, 2, 'a', B), put(3, 4, 'b', B), get(5, 6, 'a', B)];
  assert.deepEqual(found(operationsOf(...lines, put(10, 11, 'a', A))), { overwritten: [3, 1, 2] });
});
