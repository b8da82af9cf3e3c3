import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Board, COUNTERS, STRAINS } from './board.ts';

/** More than any thread of these tests needs to wake up. */
const LONG_MS = 20_000;

test('every node, counter and strain has a place of its own, and all threads see the same', () => {
  const board = Board.create(3);
  for (let node = 0; node < 3; node++) {
    for (const [i, counter] of COUNTERS.entries()) board.setCounter(node, counter, node * 100 + i + 0.5);
    for (const [i, strain] of STRAINS.entries()) board.setStrain(node, strain, node * 100 + i + 0.25);
  }
  board.setLatestWrite(1, 12.5);
  board.pause(1);
  board.silence(2, true);
  board.close(0, true);
  board.fillDisk(0);
  board.ring();
  board.linkRules.write('[]');
  const seen = new Board(board.buffers);
  for (let node = 0; node < 3; node++) {
    for (const [i, counter] of COUNTERS.entries()) assert.equal(seen.counter(node, counter), node * 100 + i + 0.5);
    for (const [i, strain] of STRAINS.entries()) assert.equal(seen.strain(node, strain), node * 100 + i + 0.25);
    const states = [seen.isPaused(node), seen.isSilenced(node), seen.isClosed(node), seen.stands(node)];
    assert.deepEqual(states, [node === 1, node === 2, node === 0, false]);
    assert.equal(seen.life(node), 0);
    assert.equal(seen.meetsFullDisk(node), node === 0);
  }
  assert.deepEqual(seen.latestWrite(), { node: 1, endMs: 12.5 });
  assert.equal(seen.rings(), 1);
  assert.equal(seen.linkRules.read().text, '[]');
});

test('a full disk ends its node once, and room tells whether it has', () => {
  const board = Board.create(2);
  assert.equal(board.meetsFullDisk(1), false);
  board.fillDisk(1);
  assert.equal(board.makeRoom(1), false);
  assert.equal(board.meetsFullDisk(1), false);
  board.fillDisk(1);
  assert.equal(board.endedByFullDisk(1), false);
  assert.equal(board.meetsFullDisk(1), true);
  board.fillDisk(1);
  assert.deepEqual([board.meetsFullDisk(1), board.endedByFullDisk(1), board.endedByFullDisk(0)], [false, true, false]);
  assert.equal(board.makeRoom(1), true);
  assert.deepEqual([board.endedByFullDisk(1), board.makeRoom(1)], [false, false]);
});

test('lives are counted from 0, node by node', () => {
  const board = Board.create(2);
  assert.equal(board.nextLife(1), 1);
  assert.equal(board.nextLife(1), 2);
  assert.deepEqual([board.life(0), board.life(1)], [0, 2]);
});

test('no write has been answered before the first, be it by the first node', () => {
  const board = Board.create(1);
  assert.equal(board.latestWrite(), undefined);
  board.setLatestWrite(0, 1);
  assert.deepEqual(board.latestWrite(), { node: 0, endMs: 1 });
});

test('a ring between looking for work and waiting is not missed', () => {
  const board = Board.create(1);
  const rings = board.rings();
  board.ring();
  const fromMs = performance.now();
  board.waitForRing(rings, LONG_MS);
  assert.ok(performance.now() - fromMs < LONG_MS / 2);
});

test('without a ring the generator waits for the time given', () => {
  const board = Board.create(1);
  const fromMs = performance.now();
  board.waitForRing(board.rings(), 20);
  assert.ok(performance.now() - fromMs >= 19);
});

test('a node that is not paused does not stand still', () => {
  const board = Board.create(1);
  board.waitWhilePaused(0);
  assert.equal(board.stands(0), false);
});

for (const way of ['resume', 'unpause'] as const) {
  test(`a paused thread stands still until ${way}`, async () => {
    const board = Board.create(2);
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
