import assert from 'node:assert/strict';
import { test } from 'node:test';
import { append, FAILED, get, missed, operationsOf, put, remove, swap, type Told, UNKNOWN } from './testing/lines.ts';
import { type FinalCopies, type WriteFindings, writes } from './writes.ts';

/** What was found, with the rows of each first example; `finals` are of the key `k`. */
function found(lines: readonly Told[], finals?: FinalCopies): { [fate in keyof WriteFindings]?: readonly number[] } {
  const options = finals === undefined ? {} : { finals: new Map([['k', finals]]) };
  return Object.fromEntries(
    Object.entries(writes(operationsOf(...lines), options)).flatMap(([fate, { count, examples }]) =>
      count === 0 ? [] : [[fate, examples[0]!.rows]],
    ),
  );
}

test('an acknowledged write is lost if no node holds it or anything newer', () => {
  const lines = [put(0, 1, '1'), put(2, 3, '2')];
  assert.deepEqual(found(lines, { found: ['1', '1'] }), { lost: [1] });
  assert.deepEqual(found(lines, { found: [null, null] }), { lost: [1] });
  assert.deepEqual(found(lines, { found: ['1', '2'] }), {});
  assert.deepEqual(found([...lines, put(4, null, '3', UNKNOWN)], { found: ['3'] }), {});
  assert.deepEqual(found([put(0, 3, '1'), put(2, 4, '2')], { found: ['1'] }), {}, 'the order is not known');
  assert.deepEqual(found(lines), {}, 'nobody was asked');
});

test('a delete explains that nothing is left', () => {
  assert.deepEqual(found([put(0, 1, '1'), remove(2, 3)], { found: [null] }), {});
  assert.deepEqual(found([put(0, 1, '1'), remove(0, null, UNKNOWN)], { found: [null] }), {});
  assert.deepEqual(found([remove(0, 1), put(2, 3, '1')], { found: [null] }), { lost: [1] });
});

test('a write that only a losing version has is shadowed', () => {
  assert.deepEqual(found([put(0, 1, '1'), put(2, 3, '2')], { found: ['1'], versions: ['2'] }), { shadowed: [1] });
  assert.deepEqual(found([append(0, 1, 'a;')], { found: [''], versions: ['a;'] }), { shadowed: [0] });
});

test('each acknowledged element of a document is looked for', () => {
  const lines = [append(0, 1, 'a;'), append(0, 1, 'b;'), append(0, 1, 'c;', UNKNOWN)];
  assert.deepEqual(found(lines, { found: ['b;', 'b;'] }), { lost: [0] });
  assert.deepEqual(found(lines, { found: ['b;', 'a;'] }), {});
  assert.deepEqual(found(lines, { found: ['what;'] }), {}, 'nobody knows what that holds');
});

test('a write that failed for certain must not be seen, neither in a read nor at the end', () => {
  const failed = [put(0, 1, '1', FAILED), append(0, 1, 'a;', { ...FAILED, key: 'doc' })];
  assert.deepEqual(found([...failed, get(2, 3, '1'), get(2, 3, '1')]), { resurrected: [0, 2] });
  assert.deepEqual(found([...failed, get(2, 3, 'a;', { key: 'doc' })]), { resurrected: [1, 2] });
  assert.deepEqual(found(failed, { found: ['1'] }), { resurrected: [0] });
  assert.deepEqual(found([...failed, put(2, 3, '1'), get(4, 5, '1')]), {}, 'another write put the same');
});

test('deleted values and values that had been superseded do not come back', () => {
  const lines = [put(0, 1, '1'), remove(2, 3)];
  assert.deepEqual(found(lines, { found: [null, '1'] }), { resurrected: [0, 1] });
  const replaced = [put(0, 1, '1'), put(2, null, '2', UNKNOWN)];
  assert.deepEqual(found(replaced, { found: ['1'] }), {}, 'it may never have been replaced');
  assert.deepEqual(found([...replaced, get(4, 5, '2')], { found: ['1'] }), { resurrected: [0, 1] });
});

test('an element that stands twice took effect twice', () => {
  const lines = [append(0, 1, 'a;'), append(2, 3, 'b;')];
  assert.deepEqual(found([...lines, get(4, 5, 'a;b;a;'), get(4, 5, 'a;b;a;')]), { duplicated: [0, 2] });
  assert.deepEqual(found(lines, { found: ['a;b;', 'a;b;b;'] }), { duplicated: [1] });
});

test('what nobody can have written keeps nothing', () => {
  assert.deepEqual(found([put(0, 1, '1')], { found: ['garbage', 'garbage'] }), { lost: [0] });
  assert.deepEqual(found([put(0, 1, '1', FAILED), put(5, 6, '2')], { found: ['1', '1'] }), {
    lost: [1],
    resurrected: [0],
  });
  assert.deepEqual(found([put(0, 1, '1')], { found: ['garbage', '1'] }), {});
});

test('a swap that said it had not swapped is resurrected if its value is there', () => {
  assert.deepEqual(found([put(0, 1, '1'), missed(2, 3, '1')], { found: ['never'] }), { lost: [0], resurrected: [1] });
});

test('a failed write that a swap found is resurrected', () => {
  assert.deepEqual(found([put(0, 1, '1', FAILED), swap(2, 3, '1', '2')]), { resurrected: [0, 1] });
});

test('what certainly changed nothing does not keep a document from being judged', () => {
  assert.deepEqual(found([append(0, 1, 'a;'), put(2, 3, 'x', FAILED), get(4, 5, 'a;a;')]), { duplicated: [0, 2] });
  assert.deepEqual(found([append(0, 1, 'a;'), missed(2, 3, 'b')], { found: [null] }), { lost: [0] });
  assert.deepEqual(found([append(0, 1, 'a;', FAILED), put(2, 3, '1')], { found: [null] }), { lost: [1] });
});
