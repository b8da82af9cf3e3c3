import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsByKey } from './linearizability.ts';
import { append, FAILED, get, missed, operationsOf, put, remove, swap, type Told, UNKNOWN } from './testing/lines.ts';
import { ZoneChecker } from './zones.ts';

function check(...lines: readonly Told[]) {
  const operations = operationsOf(...lines);
  return new ZoneChecker(operations).check(rowsByKey(operations)[0]!);
}
const isSound = (...lines: readonly Told[]): void => assert.equal(check(...lines), undefined);
const isFor = (search: 'the search', ...lines: readonly Told[]): void =>
  assert.equal(check(...lines), 'undecided', search);

function contradicts(property: RegExp, ...lines: readonly Told[]): void {
  const found = check(...lines);
  assert.ok(typeof found === 'object', `found ${found}`);
  assert.match(found.property, property);
}

test('a read sees the last write, or one that goes on at the same time', () => {
  isSound(put(0, 1, 'a'), put(2, 3, 'b'), get(4, 5, 'b'));
  isSound(put(0, 1, 'a'), put(2, 5, 'b'), get(3, 4, 'a'), get(3, 4, 'b'));
  contradicts(/"a" and the value "b" would each have to come before/, put(0, 1, 'a'), put(2, 3, 'b'), get(4, 5, 'a'));
});

test('equal times count as concurrent', () => {
  isSound(put(0, 1, 'a'), put(2, 3, 'b'), get(3, 4, 'a'));
  isSound(put(2, 3, 'a'), get(1, 2, 'a'));
  isSound(put(0, 1, 'a'), get(1, 2, null));
});

test('two values seen in turn contradict each other', () => {
  contradicts(/each/, put(0, 9, 'a'), put(0, 9, 'b'), get(1, 2, 'a'), get(3, 4, 'b'), get(5, 6, 'a'));
});

test('a write that nobody saw may not fit between a write and its late read', () => {
  contradicts(/each/, put(0, 1, 'a'), put(2, 3, 'b'), put(4, 5, 'c'), get(6, 7, 'c'), get(8, 9, 'a'));
});

test('nothing is seen before its write begins, or without one', () => {
  contradicts(/"a" was seen before its write began/, get(0, 1, 'a'), put(2, 3, 'a'));
  contradicts(/"a" was seen, but nobody wrote it/, put(0, 1, 'b'), get(2, 3, 'a'));
  contradicts(/"a" was seen, but its write had certainly failed/, put(0, 1, 'a', FAILED), get(2, 3, 'a'));
  contradicts(/"a" was seen, but nobody/, swap(2, 3, 'a', 'b'));
});

test('absence is what comes first', () => {
  isSound(get(0, 1, null), put(0, 3, 'a'), get(2, 3, null));
  contradicts(/absence/, put(0, 1, 'a'), get(2, 3, null));
  isSound(swap(0, 1, null, 'a'), get(2, 3, 'a'));
  contradicts(/each/, put(0, 1, 'a'), swap(2, 3, null, 'b'));
});

test('an unknown write that nobody saw counts for nothing, and one that was seen may have come at any time', () => {
  isSound(put(0, 1, 'a'), put(2, 3, 'b', UNKNOWN), get(4, 5, 'a'));
  isSound(put(0, 1, 'b', UNKNOWN), put(2, 3, 'a'), get(4, 5, 'a'), get(6, 7, 'b'));
  contradicts(/each/, put(0, 1, 'b', UNKNOWN), put(2, 3, 'a'), get(4, 5, 'a'), get(6, 7, 'b'), get(8, 9, 'a'));
  contradicts(/before its write began/, get(0, 1, 'b'), put(2, null, 'b', UNKNOWN));
});

test('swaps are glued to what they replaced', () => {
  isSound(put(0, 1, 'a'), swap(2, 3, 'a', 'b'), swap(4, 5, 'b', 'c'), get(6, 7, 'c'));
  contradicts(/each/, put(0, 1, 'a'), put(2, 3, 'x'), get(4, 5, 'x'), swap(6, 7, 'a', 'b'));
  contradicts(/two swaps both replaced the value "a"/, put(0, 1, 'a'), swap(2, 5, 'a', 'b'), swap(2, 5, 'a', 'c'));
  contradicts(/circle/, swap(0, 5, 'a', 'b'), swap(0, 5, 'b', 'a'));
  contradicts(/circle/, swap(0, 5, 'a', 'a'));
});

test('inside a chain of swaps the parts keep their order', () => {
  contradicts(
    /"a" was there after swaps had led from it to the value "c"/,
    put(0, 9, 'a'),
    swap(0, 9, 'a', 'b'),
    swap(0, 9, 'b', 'c'),
    get(1, 2, 'c'),
    get(3, 4, 'a'),
  );
  contradicts(/"a" was seen before its write began/, put(4, 5, 'a'), swap(1, 3, 'a', 'b'));
  isSound(put(0, 9, 'a'), swap(0, 9, 'a', 'b'), get(1, 3, 'b'), get(2, 4, 'a'));
});

test('an unknown swap whose value was seen has happened, and so has what it replaced', () => {
  contradicts(/two swaps both/, put(0, 1, 'a'), swap(2, 3, 'a', 'b'), swap(2, null, 'a', 'c', UNKNOWN), get(6, 7, 'c'));
  isSound(put(0, 1, 'a'), swap(2, 3, 'a', 'b'), swap(2, null, 'a', 'c', UNKNOWN));
  contradicts(/"u" was seen, but nobody/, swap(0, 1, 'u', 'v', UNKNOWN), swap(0, 1, 'v', 'w', UNKNOWN), get(2, 3, 'w'));
  isSound(put(0, 1, 'u', UNKNOWN), swap(0, 1, 'u', 'v', UNKNOWN), put(3, 4, 'x'), get(5, 6, 'x'), get(7, 8, 'v'));
});

test('a failed swap that told what it saw is a read', () => {
  isSound(put(0, 1, 'a'), missed(2, 3, 'b', { observed: 'a' }));
  contradicts(/each/, put(0, 1, 'a'), put(2, 3, 'b'), missed(4, 5, 'b', { observed: 'a' }));
});

test('a failed swap that told nothing counts only where what it expected was there', () => {
  isSound(put(0, 1, 'a'), missed(2, 3, 'b'));
  isFor('the search', put(0, 1, 'a'), missed(2, 3, 'a'));
  isFor('the search', put(0, 1, 'a'), missed(2, 3, null));
  isFor('the search', put(0, 1, 'a'), missed(2, 3, 'a', { observed: 'a' }));
});

test('what zones cannot tell goes to the search', () => {
  isFor('the search', put(0, 1, 'a'), put(2, 3, 'a'));
  isFor('the search', put(0, 1, 'a'), put(2, 3, 'a', UNKNOWN));
  isFor('the search', put(0, 1, 'a'), remove(2, 3));
  isFor('the search', append(0, 1, 'a'));
  isSound(put(0, 1, 'a'), put(2, 3, 'a', FAILED), remove(4, 5, FAILED), get(6, 7, 'a'));
});

test('one checker judges key after key', () => {
  const operations = operationsOf(put(0, 1, 'a'), put(0, 1, 'a', { key: 'other' }), get(2, 3, null, { key: 'third' }));
  const zones = new ZoneChecker(operations);
  for (const rows of rowsByKey(operations)) assert.equal(zones.check(rows), undefined);
});

test('values that were deleted or repeated keep nobody from finding what the others contradict', () => {
  const stale = [put(0, 1, 'a'), put(2, 3, 'b'), get(4, 5, 'a')];
  contradicts(/each/, ...stale, remove(10, 11), get(12, 13, null));
  contradicts(/each/, ...stale, put(10, 11, 'c'), put(12, 13, 'c'), swap(14, 15, 'c', 'd'));
  contradicts(
    /two swaps both replaced/,
    swap(0, 1, null, 'a'),
    swap(2, 3, 'a', 'b'),
    swap(4, 5, 'a', 'c'),
    remove(6, 7),
  );
  // What was left out may explain the rest: the search must say.
  isFor('the search', put(0, 1, 'a'), remove(2, 3), swap(4, 5, null, 'b'), get(6, 7, 'b'));
});
