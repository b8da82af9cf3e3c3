/** The small rooms by themselves: waiting clients, rounds of reads, encoding. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation, Request } from '../api.ts';
import { ReadRounds } from './reads.ts';
import { isOperation, noopEntry, operationEntry, operationOf } from './records.ts';
import { Tickets } from './tickets.ts';

const request = (id: number): Request => {
  return { id, operation: { kind: 'get', key: 'k' }, read: 'default', session: 's', serial: id, settled: 0 };
};
const ids = (requests: readonly Request[]): number[] => requests.map(({ id }) => id);

test('an operation is the same after its way through an entry and JSON', () => {
  const operations: Operation[] = [
    { kind: 'get', key: 'a' },
    { kind: 'put', key: 'a', value: '' },
    { kind: 'delete', key: '' },
    { kind: 'cas', key: 'a', value: 'new', expected: 'old' },
    { kind: 'cas', key: 'a', value: 'new', expected: null },
    { kind: 'append', key: 'a', value: 'x;' },
  ];
  for (const operation of operations) {
    for (const protects of [true, false]) {
      const entry = operationEntry(3, 2, { ...request(1), operation }, protects);
      assert.ok(isOperation(entry));
      assert.deepEqual(operationOf(JSON.parse(JSON.stringify(entry))), operation);
    }
  }
  assert.equal(isOperation(noopEntry(1, 1)), false);
});

test('clients are taken in the order of their entries, and entries before the term have none', () => {
  const tickets = new Tickets();
  tickets.begin(5);
  tickets.push(null);
  for (let id = 6; id <= 5000; id++) tickets.push(request(id));
  assert.equal(tickets.take(4), null);
  assert.equal(tickets.take(5), null);
  for (let id = 6; id < 5000; id++) assert.equal(tickets.take(id)?.id, id);
  assert.equal(tickets.size, 1);
  assert.deepEqual(ids(tickets.drain()), [5000]);
  assert.deepEqual([tickets.size, tickets.take(5000)], [0, null]);
});

test('reads wait for their round and for what must be applied', () => {
  const reads = new ReadRounds<Request>();
  assert.equal(reads.hasArrived, false);
  reads.arrive(request(1));
  reads.arrive(request(2));
  assert.equal(reads.hasArrived, true);
  reads.begin(1, 7);
  reads.arrive(request(3));
  reads.begin(2, 9);
  reads.arrive(request(4));
  assert.equal(reads.size, 4);
  assert.deepEqual(ids(reads.take(0, 9)), []);
  assert.deepEqual(ids(reads.take(2, 6)), []);
  assert.deepEqual(ids(reads.take(2, 8)), [1, 2]);
  assert.deepEqual(ids(reads.take(1, 9)), []);
  assert.deepEqual(ids(reads.take(2, 9)), [3]);
  assert.deepEqual(ids(reads.drain()), [4]);
  assert.equal(reads.size, 0);
});
