import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ABSENT,
  ADD,
  APPEND,
  CAS,
  counterKey,
  counterSum,
  DELETE,
  documentKey,
  documentRows,
  elementText,
  FAIL,
  GET,
  isCounterKey,
  isDocumentKey,
  isLedgerKey,
  KINDS,
  keyName,
  ledgerKey,
  NO_NUMBER,
  OK,
  OUTCOMES,
  PRELOADED,
  PUT,
  preloadText,
  UNKNOWN,
  valueRow,
  valueText,
} from './history.ts';

const rows = fc.integer({ min: 0, max: 100_000_000 });

test('codes are the places of their names', () => {
  assert.deepEqual(
    [GET, PUT, DELETE, CAS, APPEND, ADD].map((code) => KINDS[code]),
    ['get', 'put', 'delete', 'cas', 'append', 'add'],
  );
  assert.deepEqual(
    [OK, FAIL, UNKNOWN].map((code) => OUTCOMES[code]),
    ['ok', 'fail', 'unknown'],
  );
});

test('a counter tells its sum', () => {
  for (const sum of [0, -1, -2, 7, 2 ** 31 - 1]) assert.equal(counterSum(String(sum)), sum);
  assert.equal(counterSum(null), 0);
  for (const text of ['p.xx', '', '1.5', '2147483648', '-2147483649']) assert.equal(counterSum(text), NO_NUMBER, text);
  assert.equal(keyName(counterKey(3)), 'counter-3');
  assert.deepEqual([counterKey(3), documentKey(3), ledgerKey(3), 3].map(isCounterKey), [true, false, false, false]);
});

test('a value tells the row that wrote it, whatever its padding', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 300 }), (row, bytes) => {
      const text = valueText(row, bytes);
      assert.equal(valueRow(text), row);
      assert.equal(text.length, Math.max(bytes, `${row}.`.length));
    }),
    { seed: 1 },
  );
});

test('what was preloaded and what is absent are no rows', () => {
  assert.equal(valueRow(null), ABSENT);
  for (const bytes of [0, 2, 100]) assert.equal(valueRow(preloadText(bytes)), PRELOADED);
  assert.equal(valueRow(''), PRELOADED);
});

test('the three ranges of keys do not meet, and no two keys have one name', () => {
  const names = new Set<string>();
  for (const number of [0, 1, 2, 99, 1_000_000, 500_000_000]) {
    const [own, ledger, document] = [number, ledgerKey(number), documentKey(number)];
    assert.deepEqual([own, ledger, document].map(isLedgerKey), [false, true, false]);
    assert.deepEqual([own, ledger, document].map(isDocumentKey), [false, false, true]);
    for (const key of [own, ledger, document]) names.add(keyName(key));
  }
  assert.equal(names.size, 18);
  assert.deepEqual([keyName(7), keyName(ledgerKey(7)), keyName(documentKey(7))], ['k7', 'ledger-7', 'document-7']);
});

test('a ledger key fits the column of 32-bit keys', () => {
  assert.equal(new Int32Array([ledgerKey(100_000_000)])[0], ledgerKey(100_000_000));
});

test('a document tells the rows of its elements, in order', () => {
  fc.assert(
    fc.property(fc.array(rows), (elements) => {
      assert.deepEqual(documentRows(elements.map(elementText).join('')), elements);
    }),
    { seed: 1 },
  );
  assert.deepEqual(documentRows(null), []);
});
