import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryLine } from '../history-line.ts';
import { latestEffectMs, mayWrite, NONE, OperationsBuilder, seenValue, UNSEEN } from './columns.ts';

const base = { process: 0, key: 'k', start: 1, end: 2, outcome: 'ok' } as const;

function built(...lines: HistoryLine[]) {
  const builder = new OperationsBuilder();
  for (const line of lines) builder.add(line);
  return builder.build();
}

test('a value has the same number wherever it stands, and its text back', () => {
  const operations = built(
    { ...base, op: 'put', value: 'a' },
    { ...base, op: 'get', value: 'a', key: 'other' },
    { ...base, op: 'cas', expected: 'a', value: 'b', swapped: false, observed: 'c', process: 'x' },
  );
  const [a, b, c] = [operations.value[0]!, operations.value[2]!, operations.observed[2]!];
  assert.deepEqual([a, b, c].map(operations.valueText), ['a', 'b', 'c']);
  assert.equal(operations.observed[1], a);
  assert.equal(operations.expected[2], a);
  assert.deepEqual([...operations.key.subarray(0, 3)].map(operations.keyText), ['k', 'other', 'k']);
  assert.deepEqual([...operations.process.subarray(0, 3)].map(operations.processText), ['0', '0', 'x']);
  assert.deepEqual([operations.length, operations.keyCount, operations.valueCount], [3, 2, 3]);
});

test('absent and not told are different values', () => {
  const operations = built(
    { ...base, op: 'get', value: null },
    { ...base, op: 'get', outcome: 'unknown', end: null },
    { ...base, op: 'delete' },
    { ...base, op: 'cas', expected: null, value: 'b', swapped: false },
  );
  assert.deepEqual([...operations.observed.subarray(0, 4)], [NONE, UNSEEN, UNSEEN, UNSEEN]);
  assert.equal(operations.value[2], NONE);
  assert.equal(operations.expected[3], NONE);
  assert.equal(operations.valueText(NONE), null);
  assert.deepEqual([...operations.initial], [NONE]);
});

test('only an unknown outcome leaves open until when a write took effect', () => {
  const operations = built(
    { ...base, op: 'put', value: 'a', outcome: 'unknown' },
    { ...base, op: 'put', value: 'b' },
    { ...base, op: 'put', value: 'c', end: null },
  );
  assert.deepEqual(
    [0, 1, 2].map((row) => latestEffectMs(operations, row)),
    [Number.POSITIVE_INFINITY, 2, Number.POSITIVE_INFINITY],
  );
});

test('a swap writes if it swapped or nobody knows, and sees what it replaced', () => {
  const cas = { ...base, op: 'cas', expected: 'a', value: 'b' } as const;
  const operations = built(
    { ...cas, swapped: true },
    { ...cas, swapped: false, observed: 'c' },
    { ...cas, outcome: 'unknown' },
    { ...cas, outcome: 'fail' },
    { ...base, op: 'get', value: 'a' },
  );
  const rows = [0, 1, 2, 3, 4];
  assert.deepEqual(
    rows.map((row) => mayWrite(operations, row)),
    [true, false, true, false, false],
  );
  assert.deepEqual(
    rows.map((row) => (seenValue(operations, row) === UNSEEN ? '' : operations.valueText(seenValue(operations, row)))),
    ['a', 'c', '', '', 'a'],
  );
});

test('rows outgrow the first columns', () => {
  const builder = new OperationsBuilder();
  for (let i = 0; i < 3000; i++) builder.add({ ...base, op: 'put', value: `v${i}`, start: i, end: i + 1 });
  const operations = builder.build();
  assert.equal(operations.length, 3000);
  assert.deepEqual([operations.start[0], operations.start[1024], operations.start[2999]], [0, 1024, 2999]);
  assert.equal(operations.valueText(operations.value[2999]!), 'v2999');
});
