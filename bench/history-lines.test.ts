import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  ABSENT,
  counterKey,
  documentKey,
  elementText,
  ledgerKey,
  NO_NUMBER,
  PRELOADED,
  preloadText,
  valueText,
} from './history.ts';
import { readHistory } from './history-file.ts';
import type { HistoryLine } from './history-line.ts';
import { historyLines, writeHistory } from './history-lines.ts';
import { historyOf } from './measures/synthetic-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-lines-'));
after(() => rmSync(folder, { recursive: true }));

const BYTES = 8;
const linesOf = (...arguments_: Parameters<typeof historyOf>): HistoryLine[] => [
  ...historyLines(historyOf(...arguments_), BYTES),
];

test('each operation is a line with the texts that engines saw', () => {
  const lines = linesOf([
    { process: 2, key: 4, intended: 9, start: 10, end: 12, answeredBy: 'n2', answeredAt: 11, accepted: true },
    { kind: 'get', key: 4, start: 13, value: 0, attempts: 2, crossed: true },
    { kind: 'get', key: 5, start: 13, value: ABSENT },
    { kind: 'append', key: documentKey(1), start: 14 },
    { key: ledgerKey(4), start: 15 },
    { kind: 'delete', key: 4, start: 16 },
  ]);
  assert.deepEqual(lines[0], {
    process: 2,
    op: 'put',
    key: 'k4',
    value: valueText(0, BYTES),
    start: 10,
    end: 12,
    outcome: 'ok',
    intended: 9,
    ack: 'accepted',
    answeredBy: 'n2',
    answeredAt: 11,
    attempts: 1,
  });
  assert.deepEqual(
    lines.map(({ crossed }) => crossed),
    [undefined, true, undefined, undefined, undefined, undefined],
  );
  assert.deepEqual(
    lines.map(({ op, key, value }) => [op, key, value]),
    [
      ['put', 'k4', valueText(0, BYTES)],
      ['get', 'k4', valueText(0, BYTES)],
      ['get', 'k5', null],
      ['append', 'document-1', elementText(3)],
      ['put', 'ledger-4', valueText(4, BYTES)],
      ['delete', 'k4', undefined],
    ],
  );
});

test('what never came back has no end, and what failed has no value', () => {
  const [silent, answered, failed, shed, refused] = linesOf([
    { outcome: 'unknown', end: 500 },
    { outcome: 'unknown', end: 500, answeredBy: 'n1' },
    { kind: 'get', outcome: 'fail', end: 5 },
    { outcome: 'fail', shed: true, attempts: 0 },
    { outcome: 'fail', conflict: true },
  ]);
  assert.deepEqual([silent!.end, answered!.end], [null, 500]);
  assert.deepEqual([failed!.end, failed!.value], [5, undefined]);
  assert.deepEqual([shed!.attempts, shed!.reason], [0, 'shed']);
  assert.equal(refused!.reason, 'conflict');
});

test('a value that was written after a slice of a history ended gets a writer too', () => {
  const lines = linesOf([{ kind: 'get', key: 1, start: 20, value: 11 }], { firstRow: 10 });
  assert.deepEqual(lines[0], {
    process: 'before',
    op: 'put',
    key: 'k1',
    value: valueText(11, BYTES),
    start: 0,
    end: null,
    outcome: 'unknown',
  });
});

test('values from before the history get a writer, once', () => {
  const read = { kind: 'get', start: 20 } as const;
  const lines = linesOf(
    [
      { ...read, key: 1, value: PRELOADED },
      { ...read, key: 1, value: PRELOADED },
      { ...read, key: 1, value: 3 },
      { ...read, key: 2, value: 10 },
    ],
    { firstRow: 10 },
  );
  const before = { process: 'before', op: 'put', key: 'k1', start: 0 };
  assert.deepEqual(lines.slice(0, 2), [
    { ...before, value: preloadText(BYTES), end: 0, outcome: 'ok' },
    { ...before, value: valueText(3, BYTES), end: null, outcome: 'unknown' },
  ]);
  assert.equal(lines.length, 2 + 4);
});

test('a counter is told by amounts and sums, unless it began before the history', () => {
  const rows = [
    { kind: 'add', key: counterKey(2), value: -1 },
    { kind: 'get', key: counterKey(2), start: 5, value: -1 },
    { kind: 'get', key: counterKey(2), start: 7, value: NO_NUMBER },
  ] as const;
  const told = (firstRow: number) => linesOf(rows, { firstRow }).map(({ op, key, value }) => [op, key, value]);
  const [add, get, broken] = [
    ['add', 'counter-2', '-1'],
    ['get', 'counter-2', '-1'],
    ['get', 'counter-2', 'no number'],
  ];
  assert.deepEqual(told(0), [add, get, broken]);
  assert.deepEqual(told(10), [add]);
});

test('a preload that stands in the history is its own writer, and reads of documents are left out', () => {
  const lines = linesOf([
    { key: 1, value: PRELOADED },
    { kind: 'get', key: 1, start: 5, value: PRELOADED },
    { kind: 'get', key: documentKey(0), start: 5, value: 0 },
  ]);
  assert.deepEqual(
    lines.map(({ op, value }) => [op, value]),
    [
      ['put', preloadText(BYTES)],
      ['get', preloadText(BYTES)],
    ],
  );
});

test('what is written can be read again, and a file is never overwritten', async () => {
  const path = join(folder, 'trial.jsonl');
  const rows = Array.from(
    { length: 9000 },
    (_, i) => ({ start: i, key: i % 7, outcome: i % 3 ? 'ok' : 'unknown' }) as const,
  );
  const lines = linesOf(rows);
  assert.equal(writeHistory(path, lines), 9000);
  const read: HistoryLine[] = [];
  await readHistory(path, (line) => read.push(line));
  assert.deepEqual(read, lines);
  assert.throws(() => writeHistory(path, lines), /EEXIST/);
});
