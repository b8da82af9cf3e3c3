import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLinearizability } from './linearizability.ts';
import { add, append, get, missed, operationsOf, put, remove, swap, type Told, UNKNOWN } from './testing/lines.ts';

const check = (...lines: readonly Told[]) => checkLinearizability(operationsOf(...lines));
const verdictOf = (...lines: readonly Told[]) => check(...lines).verdict;

/** The rows that the only violation blames. */
function blamed(...lines: readonly Told[]): readonly number[] {
  const { violations } = check(...lines);
  assert.equal(violations.length, 1);
  return violations[0]!.rows;
}

test('nothing at all is linearizable', () => {
  assert.deepEqual(check(), { verdict: 'linearizable', operations: 0, keys: 0, violations: [], undecided: [] });
});

test('values that repeat, and deletes, are searched', () => {
  assert.equal(verdictOf(put(0, 1, 'a'), put(2, 3, 'b'), put(4, 5, 'a'), get(6, 7, 'a')), 'linearizable');
  assert.equal(verdictOf(put(0, 1, 'a'), remove(2, 3), get(4, 5, null), put(6, 7, 'a')), 'linearizable');
  assert.equal(verdictOf(put(0, 1, 'a'), remove(2, 3), get(4, 5, 'a')), 'not-linearizable');
  assert.equal(verdictOf(put(0, 1, 'a'), remove(2, 3, UNKNOWN), get(4, 5, 'a'), get(6, 7, null)), 'linearizable');
});

test('a failed swap that told nothing still says that something else was there', () => {
  assert.equal(verdictOf(put(0, 1, 'a'), missed(2, 3, 'a')), 'not-linearizable');
  assert.equal(verdictOf(put(0, 1, 'a'), put(0, 5, 'b', UNKNOWN), missed(2, 3, 'a')), 'linearizable');
  assert.equal(verdictOf(put(0, 1, 'a'), missed(2, 3, 'a', { observed: 'a' })), 'not-linearizable');
});

test('a document grows at its end', () => {
  assert.equal(verdictOf(append(0, 3, 'a'), append(0, 3, 'b'), get(4, 5, 'ba')), 'linearizable');
  assert.equal(verdictOf(append(0, 1, 'a'), append(2, 3, 'b'), get(4, 5, 'ba')), 'not-linearizable');
  assert.deepEqual(blamed(append(0, 1, 'a'), append(2, 3, 'b'), append(2, 3, 'c'), get(4, 5, 'bc')), [0, 3]);
  assert.deepEqual(blamed(append(0, 9, 'a'), append(0, 9, 'b'), get(1, 2, 'a'), get(3, 4, 'b')), [2, 3]);
  assert.equal(
    verdictOf(append(0, 1, 'a', UNKNOWN), append(2, 3, 'b'), get(4, 5, 'b'), get(6, 7, 'ba')),
    'linearizable',
  );
  assert.equal(verdictOf(append(0, 1, ''), get(2, 3, '')), 'linearizable');
  assert.equal(verdictOf(append(0, 1, ''), get(2, 3, null)), 'not-linearizable');
});

test('a counter shows sums, whatever their order', () => {
  assert.equal(verdictOf(add(0, 3, 5), add(0, 3, -2), get(1, 2, '-2'), get(4, 5, '3')), 'linearizable');
  assert.equal(verdictOf(add(0, 3, 5), add(0, 3, -2), get(1, 2, '-2'), get(2.5, 5, null)), 'not-linearizable');
  assert.deepEqual(blamed(add(0, 1, 5), add(2, 3, -2), get(4, 5, '5')), [1, 2]);
  assert.equal(verdictOf(add(0, null, 5, UNKNOWN), get(4, 5, null), get(6, 7, '5')), 'linearizable');
  assert.equal(verdictOf(add(0, null, 5, UNKNOWN), get(4, 5, '5'), get(6, 7, null)), 'not-linearizable');
  assert.equal(verdictOf(add(0, 1, 5), get(2, 3, '10')), 'not-linearizable');
});

test('adds of one amount are no work, though many are under way and many in doubt', () => {
  const adds = Array.from({ length: 2000 }, (_, i) =>
    add(i, i % 10 === 0 ? null : i + 40, i % 2 === 0 ? 1 : -1, i % 10 === 0 ? UNKNOWN : {}),
  );
  // Those in doubt are all positive, so that the highest sums need them all.
  const low = adds.reduce((sum, { value, outcome }) => sum + (outcome === 'unknown' ? 0 : Number(value)), 0);
  const budget = { budgetMs: 20_000 };
  const ending = (sum: number) =>
    checkLinearizability(operationsOf(...adds, get(3000, 3001, String(sum))), { ...budget, windows: false }).verdict;
  assert.deepEqual([ending(low), ending(low + 200)], ['linearizable', 'linearizable']);
  assert.deepEqual([ending(low - 1), ending(low + 201)], ['not-linearizable', 'not-linearizable']);
});

test('a document may also be put, swapped and deleted', () => {
  assert.equal(
    verdictOf(put(0, 1, 'a'), append(2, 3, 'b'), swap(4, 5, 'ab', 'c'), append(6, 7, 'd'), get(8, 9, 'cd')),
    'linearizable',
  );
  assert.equal(verdictOf(put(0, 1, 'a'), remove(2, 3), append(4, 5, 'b'), get(6, 7, 'ab')), 'not-linearizable');
});

test('keys do not touch each other, and each may have its violation', () => {
  const stale = (key: string): Told[] => [
    put(0, 1, `${key}1`, { key }),
    put(2, 3, `${key}2`, { key }),
    get(4, 5, `${key}1`, { key }),
  ];
  const { verdict, operations, keys, violations } = check(...stale('x'), put(0, 1, 'y', { key: 'y' }), ...stale('z'));
  assert.deepEqual({ verdict, operations, keys }, { verdict: 'not-linearizable', operations: 7, keys: 3 });
  assert.deepEqual(
    violations.map(({ key }) => key),
    ['x', 'z'],
  );
});

test('the window holds what is to blame and its time, by start', () => {
  const before = Array.from({ length: 40 }, (_, i) => put(i * 10, i * 10 + 1, `before ${i}`));
  const after = Array.from({ length: 40 }, (_, i) => put(1000 + i * 10, 1001 + i * 10, `after ${i}`));
  const stale = [put(500, 501, 'old'), put(510, 511, 'new'), get(520, 530, 'old')];
  const expected = { rows: [40, 41, 42], fromMs: 500, toMs: 530 };
  const property = 'the value "old" and the value "new" would each have to come before the other';
  assert.deepEqual(check(...before, ...stale, ...after).violations, [{ key: 'k', property, ...expected }]);
  const searched = check(...before, ...stale, ...after, put(2000, 2001, 'new')).violations[0]!;
  assert.deepEqual(searched, {
    key: 'k',
    property: 'no order of these operations explains what they returned',
    ...expected,
  });
});

test('an operation that never came back ends the window at its start', () => {
  const { violations } = check(get(0, 1, 'a'), put(2, null, 'a', UNKNOWN));
  assert.deepEqual(violations, [
    { key: 'k', property: 'the value "a" was seen before its write began', rows: [0, 1], fromMs: 0, toMs: 2 },
  ]);
});

/** Twenty puts of few values at once, and reads that no order of them explains: every order has to be tried. */
function hard(key: string): Told[] {
  const puts = Array.from({ length: 20 }, (_, i) => put(i / 100, 90 + i, `v${i % 10}`, { key }));
  const gets = Array.from({ length: 30 }, (_, i) => get(1 + i * 2, 2 + i * 2, `v${i % 10}`, { key }));
  return [...puts, ...gets];
}

test('a search that goes beyond its budget is unknown, never a pass, and leaves time to the others', () => {
  let timeMs = 0;
  const now = (): number => timeMs++;
  const easy = [put(0, 1, 'a', { key: 'easy' }), remove(2, 3, { key: 'easy' }), get(4, 5, null, { key: 'easy' })];
  const { verdict, undecided } = checkLinearizability(operationsOf(...hard('hard'), ...easy), { budgetMs: 20, now });
  assert.deepEqual({ verdict, undecided }, { verdict: 'unknown', undecided: ['hard'] });
});

test('a violation is found beside what stays undecided', () => {
  let timeMs = 0;
  const now = (): number => timeMs++;
  const broken = get(0, 1, 'a', { key: 'broken' });
  const { verdict, undecided } = checkLinearizability(operationsOf(...hard('hard'), broken), { budgetMs: 20, now });
  assert.deepEqual({ verdict, undecided }, { verdict: 'not-linearizable', undecided: ['hard'] });
});

test('without its window a violation is found all the same, and names all that the check blames', () => {
  const lines = [append(0, 1, 'a'), append(2, 3, 'b'), append(2, 3, 'c'), get(4, 5, 'bc')];
  const { verdict, violations } = checkLinearizability(operationsOf(...lines), { windows: false });
  assert.equal(verdict, 'not-linearizable');
  assert.deepEqual(
    violations.map(({ rows }) => rows),
    [[0, 1, 2, 3]],
  );
});
