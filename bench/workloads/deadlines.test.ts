import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DeadlineHeap, DeadlineQueue } from './deadlines.ts';

type Entry = [due: number, client: number, stamp: number];

function drain(queue: DeadlineQueue | DeadlineHeap): Entry[] {
  const entries: Entry[] = [];
  while (queue.size > 0) {
    entries.push([queue.due, queue.client, queue.stamp]);
    queue.shift();
  }
  return entries;
}

test('the queue gives back what went in, in order, while it wraps and grows', () => {
  const queue = new DeadlineQueue();
  const expected: Entry[] = [];
  const got: Entry[] = [];
  for (let i = 0; i < 5000; i++) {
    queue.push(i, i % 7, i * 3);
    expected.push([i, i % 7, i * 3]);
    if (i % 3 === 0) {
      got.push([queue.due, queue.client, queue.stamp]);
      queue.shift();
    }
  }
  assert.deepEqual([...got, ...drain(queue)], expected);
});

test('the heap gives the earliest first, and equals in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 600 }), (dues) => {
      const heap = new DeadlineHeap();
      for (const [i, due] of dues.entries()) heap.push(due, i, i);
      const expected = dues.map((due, i): Entry => [due, i, i]).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
      assert.deepEqual(drain(heap), expected);
    }),
    { seed: 2, numRuns: 100 },
  );
});

test('the heap takes entries between removals', () => {
  const heap = new DeadlineHeap();
  heap.push(5, 0, 0);
  heap.push(3, 1, 0);
  heap.shift();
  heap.push(4, 2, 0);
  heap.push(9, 3, 0);
  assert.deepEqual(
    drain(heap).map(([due]) => due),
    [4, 5, 9],
  );
});
