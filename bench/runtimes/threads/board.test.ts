import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Board, COUNTERS } from './board.ts';

/** More than any thread of these tests needs to wake up. */
const LONG_MS = 20_000;

test('cuts are counted, so that overlapping faults heal one after the other', () => {
  const board = Board.create(2, 1);
  board.cut(0, 1, 1);
  board.cut(0, 1, 1);
  board.cut(0, 1, -1);
  assert.equal(board.isCut(0, 1), true);
  board.cut(0, 1, -1);
  assert.equal(board.isCut(0, 1), false);
});

test('delays add up', () => {
  const board = Board.create(2, 1);
  board.addDelay(0, 2, 200);
  board.addDelay(0, 2, 30);
  board.addDelay(0, 2, -200);
  assert.equal(board.delayMs(0, 2), 30);
});

test('every end, node and counter has a place of its own, and all threads see the same', () => {
  const board = Board.create(3, 2);
  for (let from = 0; from < 5; from++) {
    for (let to = 0; to < 5; to++) if ((from + to) % 2 === 0) board.cut(from, to, 1);
  }
  for (let from = 0; from < 5; from++) for (let to = 0; to < 5; to++) board.addDelay(from, to, from * 5 + to);
  for (let node = 0; node < 3; node++) {
    for (const [i, counter] of COUNTERS.entries()) board.setCounter(node, counter, node * 100 + i + 0.5);
  }
  board.setLatestWrite(1, 12.5);
  board.pause(1);
  board.silence(2, true);
  board.close(0, true);
  board.ring();
  const seen = new Board(board.buffers);
  for (let from = 0; from < 5; from++) {
    for (let to = 0; to < 5; to++) {
      assert.equal(seen.isCut(from, to), (from + to) % 2 === 0);
      assert.equal(seen.delayMs(from, to), from * 5 + to);
    }
  }
  for (let node = 0; node < 3; node++) {
    for (const [i, counter] of COUNTERS.entries()) assert.equal(seen.counter(node, counter), node * 100 + i + 0.5);
    const states = [seen.isPaused(node), seen.isSilenced(node), seen.isClosed(node), seen.stands(node)];
    assert.deepEqual(states, [node === 1, node === 2, node === 0, false]);
    assert.equal(seen.life(node), 0);
  }
  assert.deepEqual(seen.latestWrite(), { node: 1, endMs: 12.5 });
  assert.equal(seen.rings(), 1);
});

test('lives are counted from 0, node by node', () => {
  const board = Board.create(2, 0);
  assert.equal(board.nextLife(1), 1);
  assert.equal(board.nextLife(1), 2);
  assert.deepEqual([board.life(0), board.life(1)], [0, 2]);
});

test('no write has been answered before the first, be it by the first node', () => {
  const board = Board.create(1, 1);
  assert.equal(board.latestWrite(), undefined);
  board.setLatestWrite(0, 1);
  assert.deepEqual(board.latestWrite(), { node: 0, endMs: 1 });
});

test('a ring between looking for work and waiting is not missed', () => {
  const board = Board.create(1, 1);
  const rings = board.rings();
  board.ring();
  const fromMs = performance.now();
  board.waitForRing(rings, LONG_MS);
  assert.ok(performance.now() - fromMs < LONG_MS / 2);
});

test('without a ring the generator waits for the time given', () => {
  const board = Board.create(1, 1);
  const fromMs = performance.now();
  board.waitForRing(board.rings(), 20);
  assert.ok(performance.now() - fromMs >= 19);
});

test('a node that is not paused does not stand still', () => {
  const board = Board.create(1, 0);
  board.waitWhilePaused(0);
  assert.equal(board.stands(0), false);
});

for (const way of ['resume', 'unpause'] as const) {
  test(`a paused thread stands still until ${way}`, async () => {
    const board = Board.create(2, 0);
    board.pause(1);
    const workerData = { buffers: board.buffers, node: 1 };
    const worker = new Worker(new URL('./fixtures/board-waiter.js', import.meta.url), { workerData });
    const wentOn = once(worker, 'message');
    while (!board.stands(1)) await sleep(1);
    board.resume(0);
    assert.equal(await Promise.race([wentOn, sleep(50, 'stands still')]), 'stands still');
    board[way](1);
    assert.deepEqual(await wentOn, ['went on']);
    assert.deepEqual([board.stands(1), board.isPaused(1)], [false, false]);
    await worker.terminate();
  });
}
