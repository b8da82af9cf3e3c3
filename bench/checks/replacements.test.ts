import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get, operationsOf, put, remove, type Told, UNKNOWN } from './testing/lines.ts';
import { type FinalCopies, writes } from './writes.ts';

/** Values of `k` that are lost, where concurrent writes are kept. */
function lost(lines: readonly Told[], finals: FinalCopies, replacesOnlyRead = false): readonly (string | undefined)[] {
  const options = { finals: new Map([['k', finals]]), keepsConcurrent: true, replacesOnlyRead };
  const found = writes(operationsOf(...lines), options).lost;
  assert.ok(found.count <= found.examples.length);
  return found.examples.map(({ rows: [row] }) => lines[row!]!.value ?? undefined);
}

const NOTHING_LEFT = { found: [null, null] };

test('a write that nothing can have replaced is lost if no version has it, however many came before it', () => {
  const lines = [put(0, 1, 'a'), put(2, 3, 'b'), put(2.5, 3.5, 'c')];
  assert.deepEqual(
    lost(lines, { found: ['b'] }),
    [],
    'c may have been written by who had read a, and b by who had read c',
  );
  assert.deepEqual(lost([...lines, put(4, 5, 'd')], { found: ['b'] }), ['d']);
  assert.deepEqual(lost([...lines, put(4, 5, 'd')], { found: ['b'], versions: ['b', 'd'] }), []);
});

test('what is not left has replaced nothing for good, unless it was a delete', () => {
  const traceless = [put(0, 1, 'a'), put(2, null, 'b', { ...UNKNOWN, process: 1 })];
  assert.deepEqual(lost(traceless, NOTHING_LEFT), ['a']);
  assert.deepEqual(lost(traceless, { found: ['b'] }), []);
  assert.deepEqual(lost([put(0, 1, 'a'), remove(2, null, UNKNOWN)], NOTHING_LEFT), []);
  const settled = [put(0, null, 'b', { ...UNKNOWN, process: 1 }), get(1, 2, 'b'), put(3, 4, 'a')];
  assert.deepEqual(lost(settled, { found: ['b'] }), ['a'], 'b had been seen before a began');
});

test('every acknowledged write is looked for, not only the last', () => {
  const lines = [put(0, 1, 'a'), put(2, 3, 'b', { process: 1 }), get(4, 5, 'b'), put(10, 11, 'c')];
  assert.deepEqual(lost(lines, { found: ['c'] }), []);
  const blind = [get(0, 1, null), put(4, 6, 'mine'), put(2, 3, 'theirs', { process: 1 })];
  assert.deepEqual(lost(blind, { found: ['mine'] }), [], 'whoever coordinates may have read');
  assert.deepEqual(lost(blind, { found: ['mine'] }, true), ['theirs']);
});

test('a delete removes what its session has read, and nothing that began later', () => {
  const lines = [put(0, 1, 'a', { process: 1 }), get(2, 3, 'a'), put(4, 5, 'b', { process: 1 }), remove(6, 7)];
  assert.deepEqual(lost(lines, NOTHING_LEFT), []);
  assert.deepEqual(lost(lines, NOTHING_LEFT, true), ['b']);
  assert.deepEqual(lost(lines, { found: ['b'] }, true), []);
  const unanswered = [...lines.slice(0, 3), remove(6, null, UNKNOWN)];
  assert.deepEqual(lost(unanswered, NOTHING_LEFT, true), ['b']);
});

test('a read counts only if it was of the same key, was answered, and came right before', () => {
  const theirs = put(4, 5, 'b', { process: 1 });
  const later = remove(6, 7);
  const elsewhere = get(2, 3, 'a', { key: 'other' });
  const unanswered: Told = { ...get(2, 3, null), outcome: 'unknown', end: 3 };
  assert.deepEqual(lost([elsewhere, theirs, later], NOTHING_LEFT, true), []);
  assert.deepEqual(lost([unanswered, theirs, later], NOTHING_LEFT, true), []);
  assert.deepEqual(lost([get(0, 1, null), put(2, 3, 'mine'), theirs, later], NOTHING_LEFT, true), []);
  assert.deepEqual(lost([{ ...get(2, 3, null), process: 2 }, theirs, later], NOTHING_LEFT, true), []);
});
