import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../api.ts';
import { operationOf, writeOf } from './record.ts';

test('a write is the same again after it has been sent and logged, with the session that asked for it', () => {
  const operations: Operation[] = [
    { kind: 'put', key: 'a', value: '' },
    { kind: 'append', key: 'a', value: 'x' },
    { kind: 'add', key: 'a', value: '-2' },
    { kind: 'delete', key: '' },
    { kind: 'cas', key: 'a', expected: null, value: 'x' },
    { kind: 'cas', key: 'a', expected: 'x', value: 'y' },
  ];
  for (const operation of operations) {
    const write = writeOf({ operation, session: 's', serial: 7, settled: 5 });
    assert.deepEqual(operationOf(JSON.parse(JSON.stringify(write))), operation);
    assert.deepEqual(write.slice(0, 3), ['s', 7, 5]);
  }
});

test('a read is no record', () => {
  assert.throws(
    () => writeOf({ operation: { kind: 'get', key: 'a' }, session: 's', serial: 1, settled: 0 }),
    /no write/,
  );
});
