import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseHistoryLine, readHistory } from './history-file.ts';
import type { HistoryLine } from './history-line.ts';
import { InputError } from './input.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-history-'));
after(() => rmSync(folder, { recursive: true }));

const PUT = { process: 3, op: 'put', key: 'k7', value: '3-41', start: 1203.4, end: 1204.9, outcome: 'ok' };
const GET = { ...PUT, op: 'get' };
const CAS = { ...PUT, op: 'cas', expected: 'x', swapped: true };

/** A sentence about line 7 of the file f. */
function refuses(line: object, sentence: string): void {
  const text = JSON.stringify(line);
  assert.throws(
    () => parseHistoryLine(text, 'f: line 7'),
    (error: Error) => {
      assert.ok(error instanceof InputError);
      assert.equal(error.message, `f: line 7: ${sentence}`, text);
      return true;
    },
  );
}

const accepts = (line: object): HistoryLine => parseHistoryLine(JSON.stringify(line), 'f: line 7');

async function read(content: string | Buffer): Promise<{ lines: HistoryLine[]; places: string[] }> {
  const path = join(folder, 'h.jsonl');
  writeFileSync(path, content);
  const lines: HistoryLine[] = [];
  const places: string[] = [];
  const count = await readHistory(path, (line, place) => {
    lines.push(line);
    places.push(place.replace(path, 'h'));
  });
  assert.equal(count, lines.length);
  return { lines, places };
}

test('every kind of operation and outcome is read as it stands', () => {
  const lines = [
    {
      ...PUT,
      process: 'a',
      intended: 1,
      read: 'default',
      ack: 'accepted',
      answeredBy: 'n1',
      answeredAt: 2,
      attempts: 1,
    },
    { ...PUT, end: null, outcome: 'unknown', reason: 'time-out' },
    { ...PUT, end: null, outcome: 'fail' },
    { ...PUT, end: 1203.4 },
    { ...PUT, op: 'append' },
    { ...GET, value: null },
    { process: 1, op: 'get', key: '', start: -1, end: 0, outcome: 'unknown' },
    { process: 1, op: 'delete', key: 'k', start: 1, end: 2, outcome: 'ok', expected: null, value: null },
    CAS,
    { ...CAS, expected: null, swapped: false, observed: 'y' },
    { ...CAS, swapped: false, observed: null },
    { process: 1, op: 'cas', key: 'k', expected: 'x', value: 'y', start: 1, end: null, outcome: 'unknown' },
    { ...PUT, somethingElse: [1] },
  ];
  for (const line of lines) assert.deepEqual(accepts(line), line);
});

test('what is no object is one sentence', () => {
  for (const [text, sentence] of [
    ['{"process":3,', 'expected a JSON object, but "{\\"process\\":3," came, which is no JSON'],
    ['[1]', 'expected a JSON object, but [1] came'],
    ['null', 'expected a JSON object, but null came'],
  ] as const) {
    assert.throws(() => parseHistoryLine(text, 'f: line 7'), new InputError(`f: line 7: ${sentence}`));
  }
});

test('a field that is missing or of the wrong kind is one sentence', () => {
  const { process: _, ...nobody } = PUT;
  refuses(nobody, 'process: expected a whole number or a name, but nothing came');
  refuses({ ...PUT, process: 1.5 }, 'process: expected a whole number or a name, but 1.5 came');
  refuses({ ...PUT, key: 7 }, 'key: expected text, but 7 came');
  refuses({ ...PUT, start: '1203' }, 'start: expected a number of ms, but "1203" came');
  refuses({ ...PUT, end: undefined }, 'end: expected a number of ms, or null if nothing came back, but nothing came');
  refuses({ ...PUT, intended: 'now' }, 'intended: expected a number of ms, but "now" came');
  refuses({ ...PUT, read: 'stale' }, 'read: expected default, local or versions, but "stale" came');
  refuses({ ...PUT, ack: true }, 'ack: expected committed or accepted, but true came');
  refuses({ ...PUT, attempts: -1 }, 'attempts: expected a whole number of attempts, but -1 came');
  refuses({ ...PUT, answeredBy: 1 }, "answeredBy: expected a node's name, but 1 came");
});

test('an unknown name comes with the nearest one', () => {
  const ops = 'get, put, delete, cas, append, add';
  refuses({ ...PUT, op: 'gte' }, `op: expected one of ${ops}, but "gte" came; did you mean "get"?`);
  refuses({ ...PUT, op: 'write' }, `op: expected one of ${ops}, but "write" came`);
  refuses(
    { ...PUT, outcome: 'unknwon' },
    'outcome: expected one of ok, fail, unknown, but "unknwon" came; did you mean "unknown"?',
  );
  refuses({ ...PUT, outcome: 'constructor' }, 'outcome: expected one of ok, fail, unknown, but "constructor" came');
});

test('values must fit the operation', () => {
  refuses({ ...PUT, value: null }, 'value: expected the text that was written, but null came');
  refuses({ ...PUT, op: 'add', value: 3 }, 'value: expected the whole number that was added, as text, but 3 came');
  refuses({ ...PUT, op: 'add' }, 'value: expected the whole number that was added, as text, but "3-41" came');
  refuses({ ...PUT, op: 'append', value: undefined }, 'value: expected the text that was written, but nothing came');
  refuses(
    { ...GET, value: undefined },
    'value: expected the text that was read, or null for an absent key, but nothing came',
  );
  refuses({ ...GET, outcome: 'fail' }, 'value: expected none, since the get did not end ok, but "3-41" came');
  refuses({ ...PUT, op: 'delete' }, 'value: expected none, since the op is delete, but "3-41" came');
  refuses({ ...GET, expected: 'x' }, 'expected: expected none, since the op is get, but "x" came');
  refuses({ ...PUT, swapped: true }, 'swapped: expected none, since the op is put, but true came');
  refuses(
    { ...CAS, expected: undefined },
    'expected: expected the text to be replaced, or null for an absent key, but nothing came',
  );
  refuses({ ...CAS, swapped: undefined }, 'swapped: expected true or false, since the outcome is ok, but nothing came');
  refuses({ ...CAS, outcome: 'unknown' }, 'swapped: expected none, since the outcome is not ok, but true came');
  refuses({ ...CAS, observed: 'y' }, 'observed: expected none, since the cas did not fail to swap, but "y" came');
});

test('times must fit each other and the outcome', () => {
  refuses({ ...PUT, end: 1203 }, 'end: expected no time before the start, 1203.4, but 1203 came');
  refuses({ ...PUT, end: null }, 'end: expected a number of ms, since the outcome is ok, but null came');
  assert.throws(() => parseHistoryLine(JSON.stringify(PUT).replace('1204.9', '1e999'), 'f'), /end: expected a number/);
});

test('blank lines are skipped but counted, and the last line needs no end', async () => {
  const line = JSON.stringify(PUT);
  const { lines, places } = await read(`\uFEFF${line}\r\n\r\n  \n${line}`);
  assert.deepEqual(lines, [PUT, PUT]);
  assert.deepEqual(places, ['h: line 1', 'h: line 4']);
});

test('lines that cross the ends of what is read at a time stay whole', async () => {
  const value = 'ü'.repeat(300_001);
  const line = JSON.stringify({ ...PUT, value });
  const { lines } = await read(`${line}\n${line}\n${line}\n`);
  assert.deepEqual(
    lines.map((read) => read.value === value),
    [true, true, true],
  );
});

test('a file that is no history is one sentence with the line', async () => {
  const good = `${JSON.stringify(PUT)}\n`;
  const says = (content: string | Buffer, sentence: RegExp): Promise<void> =>
    assert.rejects(read(content), (error: Error) => error instanceof InputError && sentence.test(error.message));
  await says('', /h\.jsonl: expected operations, one JSON object a line, but nothing came$/);
  await says('\n \n', /h\.jsonl: expected operations, one JSON object a line, but nothing came$/);
  await says(`${good}\n${good}{}\n`, /h\.jsonl: line 4: process: expected .*, but nothing came$/);
  const garbage = Buffer.concat([Buffer.from(good + good), Buffer.from([0x1f, 0x8b, 0xff, 0xfe, 0x0a])]);
  await says(garbage, /h\.jsonl: line 3: expected UTF-8 text, but other bytes came$/);
  await says(
    Buffer.alloc((64 << 20) + 2, 'x'),
    /h\.jsonl: line 1: expected an operation, but a line of more than 64 MiB came$/,
  );
});

test('a file that is not there, and a folder, are one sentence', async () => {
  const nowhere = readHistory(join(folder, 'nowhere.jsonl'), () => {});
  await assert.rejects(nowhere, /cannot read .*nowhere\.jsonl: there is no such file/);
  await assert.rejects(
    readHistory(folder, () => {}),
    /cannot read .*: it is a folder/,
  );
});
