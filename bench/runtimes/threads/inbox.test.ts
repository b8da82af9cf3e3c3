import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Board } from './board.ts';
import { Inbox } from './inbox.ts';

/** Three nodes, clients of two zones; the inbox is node 0's. */
function setUp(): { board: Board; inbox: Inbox } {
  const board = Board.create(3, 2);
  return { board, inbox: new Inbox(board, 0) };
}

function takeAll(inbox: Inbox, limit = 1000): [from: number, item: unknown][] {
  const taken: [number, unknown][] = [];
  inbox.take(limit, (from, item) => taken.push([from, item]));
  return taken;
}

test('items are handed in by frame, in the order of arrival, with where they came from', () => {
  const { inbox } = setUp();
  inbox.arrive(1, ['a', 'b'], 0);
  inbox.arrive(2, ['c'], 0);
  inbox.arrive(1, ['d'], 0);
  assert.equal(inbox.size, 4);
  assert.deepEqual(takeAll(inbox), [
    [1, 'a'],
    [1, 'b'],
    [2, 'c'],
    [1, 'd'],
  ]);
  assert.equal(inbox.size, 0);
  assert.deepEqual(takeAll(inbox), []);
});

test('no more than the limit is handed in, and the next call goes on where it stopped', () => {
  const { inbox } = setUp();
  inbox.arrive(1, ['a', 'b', 'c'], 0);
  inbox.arrive(2, ['d'], 0);
  const items = (limit: number): unknown[] => takeAll(inbox, limit).map(([, item]) => item);
  assert.deepEqual(items(2), ['a', 'b']);
  assert.equal(inbox.size, 2);
  inbox.arrive(1, ['e'], 0);
  assert.deepEqual(items(2), ['c', 'd']);
  assert.deepEqual(items(2), ['e']);
});

test('a cut link carries nothing, one way only', () => {
  const { board, inbox } = setUp();
  board.cut(1, 0, 1);
  board.cut(0, 2, 1);
  inbox.arrive(1, ['lost'], 0);
  inbox.arrive(2, ['arrives'], 0);
  board.cut(1, 0, -1);
  inbox.arrive(1, ['healed'], 0);
  assert.deepEqual(takeAll(inbox), [
    [2, 'arrives'],
    [1, 'healed'],
  ]);
});

test('a delayed frame is ready when its delay has passed, and not before', () => {
  const { board, inbox } = setUp();
  board.addDelay(1, 0, 5);
  inbox.arrive(1, ['late'], 1000);
  inbox.arrive(2, ['at once'], 1000);
  assert.equal(inbox.nextDueUs(), 6000);
  inbox.release(5999);
  assert.deepEqual(takeAll(inbox), [[2, 'at once']]);
  inbox.release(6000);
  assert.equal(inbox.size, 1);
  assert.equal(inbox.nextDueUs(), Number.POSITIVE_INFINITY);
  assert.deepEqual(takeAll(inbox), [[1, 'late']]);
});

test('delayed frames become ready by due time, those due together in the order of arrival', () => {
  const { board, inbox } = setUp();
  board.addDelay(1, 0, 10);
  board.addDelay(2, 0, 3);
  inbox.arrive(1, ['ten'], 0);
  inbox.arrive(2, ['three'], 0);
  inbox.arrive(2, ['ten too'], 7000);
  inbox.release(20_000);
  assert.deepEqual(
    takeAll(inbox).map(([, item]) => item),
    ['three', 'ten', 'ten too'],
  );
});

test('a thread that is several ends at once has the faults of each', () => {
  const { board, inbox } = setUp();
  board.cut(1, 3, 1);
  board.addDelay(1, 4, 2);
  inbox.arriveAt(3, 1, ['to a client cut off'], 0);
  inbox.arriveAt(4, 1, ['to a client far away'], 0);
  assert.equal(inbox.size, 0);
  inbox.release(2000);
  assert.deepEqual(takeAll(inbox), [[1, 'to a client far away']]);
});

test('a backlog that never ends stays in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2000, maxLength: 3000 }), (sizes) => {
      const { inbox } = setUp();
      let next = 0;
      const taken: unknown[] = [];
      for (const size of sizes) {
        inbox.arrive(
          1,
          Array.from({ length: size }, () => next++),
          0,
        );
        // A little less than what arrives, so that something always waits.
        inbox.take(size - (taken.length % 7 === 0 ? 1 : 0), (_from, item) => taken.push(item));
      }
      inbox.take(next, (_from, item) => taken.push(item));
      assert.equal(taken.length, next);
      assert.ok(taken.every((item, i) => item === i));
      assert.equal(inbox.size, 0);
    }),
    { numRuns: 10, seed: 1 },
  );
});
