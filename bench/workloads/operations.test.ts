import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  APPEND,
  documentRows,
  GET,
  isDocumentKey,
  isLedgerKey,
  keyName,
  ledgerKey,
  PUT,
  valueText,
} from '../history.ts';
import { Random } from '../random.ts';
import { OperationSource } from './operations.ts';
import type { Workload } from './plan.ts';
import { loadWorkload } from './workloads.ts';

const source = (change: Partial<Workload>): OperationSource =>
  new OperationSource({ ...loadWorkload('ycsb-a'), ...change }, new Random(1));

test('a fifth of the writes goes to the ledger: puts to fresh keys and appends to documents in turn', () => {
  const operations = source({ ledgerShare: 0.2, documents: 3 });
  const puts: number[] = [];
  const appends: number[] = [];
  let writes = 0;
  for (let row = 0; row < 20_000; row++) {
    operations.draw(row);
    if (operations.kind !== GET) writes++;
    if (operations.kind === PUT && isLedgerKey(operations.key)) {
      assert.equal(operations.key, ledgerKey(row));
      puts.push(operations.key);
    } else if (operations.kind === APPEND) {
      assert.ok(isDocumentKey(operations.key));
      appends.push(operations.key);
    }
  }
  assert.equal(new Set(puts).size, puts.length);
  assert.ok(puts.length - appends.length === 0 || puts.length - appends.length === 1);
  assert.equal(new Set(appends).size, 3);
  assert.ok(Math.abs((puts.length + appends.length) / writes - 0.2) < 0.01);
});

test('documents are appended to and deleted in the shares of the mix, each as often as any other', () => {
  const operations = source({ mix: { ...loadWorkload('edits').mix, append: 0.9, delete: 0.1 }, documents: 4 });
  const times = new Map<string, number>();
  for (let row = 0; row < 20_000; row++) {
    operations.draw(row);
    const { kind, key } = operations.operation(operations.kind, operations.key, row);
    times.set(`${kind} ${key}`, (times.get(`${kind} ${key}`) ?? 0) + 1);
  }
  assert.equal(times.size, 8);
  for (const [what, count] of times) {
    const expected = what.startsWith('append') ? 4500 : 500;
    assert.ok(Math.abs(count - expected) < 5 * Math.sqrt(expected), `${what}: ${count}`);
  }
});

test('without a share there is no ledger', () => {
  const operations = source({ ledgerShare: 0 });
  for (let row = 0; row < 2000; row++) {
    operations.draw(row);
    assert.ok(operations.key < 1000);
  }
});

test('writes carry the text by which their row is found again', () => {
  for (const valueBytes of [1, 5, 100]) {
    const operations = source({ valueBytes });
    for (const row of [0, 7, 12, 99_999, 1_000_000]) {
      const put = operations.operation(PUT, 3, row);
      assert.deepEqual(put, { kind: 'put', key: 'k3', value: valueText(row, valueBytes) });
    }
  }
  const append = source({}).operation(APPEND, ledgerKey(4), 42);
  assert.ok(append.kind === 'append');
  assert.deepEqual(documentRows(append.value), [42]);
});

test('keys have the names that histories give them', () => {
  const operations = source({});
  for (const key of [0, 999, 1000, 5000, ledgerKey(3)]) {
    assert.deepEqual(operations.operation(GET, key, 1), { kind: 'get', key: keyName(key) });
  }
});
