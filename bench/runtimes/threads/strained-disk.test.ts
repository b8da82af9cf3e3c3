import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, mock, test } from 'node:test';
import { Board } from './board.ts';
import { StrainedDisk } from './strained-disk.ts';

afterEach(() => {
  mock.restoreAll();
  mock.timers.reset();
  syncBuiltinESMExports();
});

/** Node 1's disk, whose real syncs end at once. */
function setUp() {
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(fs, 'fdatasync', (_file: number, done: (error: Error | null) => void) => done(null));
  mock.method(fs, 'writeSync', (_file: number, buffer: Buffer, from: number) => buffer.length - from);
  syncBuiltinESMExports();
  const board = Board.create(2);
  const disk = new StrainedDisk(board, 1, () => {
    throw new Error('ended');
  });
  const done: number[] = [];
  const sync = (name: number): void => disk.sync(0, () => done.push(name));
  return { board, disk, done, sync };
}

test('a slow disk reports each sync so much later', () => {
  const { board, done, sync } = setUp();
  sync(1);
  board.setStrain(1, 'syncMs', 30);
  sync(2);
  mock.timers.tick(29);
  assert.deepEqual(done, [1]);
  mock.timers.tick(1);
  assert.deepEqual(done, [1, 2]);
});

test('a stalled disk reports no sync until the last stall is over, nor one that was slow before', () => {
  const { board, disk, done, sync } = setUp();
  board.setStrain(0, 'stalls', 1);
  sync(1);
  assert.deepEqual(done, [1]);
  board.setStrain(1, 'syncMs', 30);
  sync(2);
  board.setStrain(1, 'syncMs', 0);
  board.setStrain(1, 'stalls', 2);
  sync(3);
  mock.timers.tick(1000);
  board.setStrain(1, 'stalls', 1);
  disk.look();
  assert.deepEqual(done, [1]);
  board.setStrain(1, 'stalls', 0);
  disk.look();
  assert.deepEqual(done, [1, 3, 2]);
  disk.look();
  assert.equal(done.length, 3);
});

test('a write that finds the disk full ends the node before anything is written', () => {
  const { board, disk } = setUp();
  assert.equal(disk.write(0, Buffer.alloc(10), 4), 6);
  board.fillDisk(1);
  assert.throws(() => disk.write(0, Buffer.alloc(10), 0), /ended/);
  assert.equal((fs.writeSync as unknown as { mock: { callCount(): number } }).mock.callCount(), 1);
});
