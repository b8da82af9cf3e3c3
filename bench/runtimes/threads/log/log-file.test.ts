import assert from 'node:assert/strict';
import fs, { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, mock, test } from 'node:test';
import fc from 'fast-check';
import type { Durability } from '../../cluster.ts';
import { BEGINNING } from './blocks.ts';
import { LogFile } from './log-file.ts';
import { recoverLog } from './recovery.ts';
import { segmentAt } from './segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-file-'));
after(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  mock.restoreAll();
  syncBuiltinESMExports();
});

let count = 0;
const newPath = (): string => join(folder, `${++count}.log`);
/** All that a short log has on the disk. */
const fileOf = (path: string): string => segmentAt(path, BEGINNING).path;

interface Opened {
  readonly log: LogFile;
  /** What `onDurable` was told, and the offsets that `onOffsets` was told last. */
  readonly durable: number[];
  readonly errors: Error[];
  offsets: { written: number; synced: number };
}

function open(path: string, durability: Durability): Opened {
  const durable: number[] = [];
  const errors: Error[] = [];
  const offsets = { written: 0, synced: 0 };
  const log = new LogFile(path, durability, {
    onDurable: (position) => durable.push(position),
    onOffsets: (written, synced) => {
      offsets.written = written;
      offsets.synced = synced;
    },
    onError: (error) => errors.push(error),
  });
  return { log, durable, errors, offsets };
}

/** Writes one block a batch, without syncs; returns the offset behind each. */
function write(path: string, batches: readonly (readonly unknown[])[]): number[] {
  const { log, offsets } = open(path, 'none');
  const ends = batches.map((batch) => {
    log.append(batch);
    return offsets.written;
  });
  log.close();
  return ends;
}

/** Syncs that end when the test says so. */
function holdSyncs(): ((error: Error | null) => void)[] {
  const held: ((error: Error | null) => void)[] = [];
  mock.method(fs, 'fdatasync', (_file: number, done: (error: Error | null) => void) => held.push(done));
  syncBuiltinESMExports();
  return held;
}

const BATCHES: readonly (readonly unknown[])[] = [
  ['a', { b: 1 }],
  [null],
  ['ä€😀', [1.5, -0.25e-9]],
  [{ c: 'x'.repeat(40) }, ''],
  [7],
];
const upTo = (blocks: number): unknown[] => BATCHES.slice(0, blocks).flat();

test('what was appended comes back in order', () => {
  const path = newPath();
  write(path, BATCHES);
  assert.deepEqual(recoverLog(path).entries, upTo(BATCHES.length));
  const { log } = open(path, 'fsync');
  assert.deepEqual(log.recovered, upTo(BATCHES.length));
  log.close();
});

test('a log that is not there is empty, one that cannot be read is an error', () => {
  const { entries, end } = recoverLog(newPath());
  assert.deepEqual([entries, end], [[], BEGINNING]);
  const path = newPath();
  writeFileSync(path, 'no folder');
  assert.throws(() => recoverLog(path), /ENOTDIR/);
  assert.throws(() => open(join(newPath(), 'n1.log'), 'none'), /ENOENT/);
});

test('a log cut at any byte yields the blocks before the cut', () => {
  const path = newPath();
  const ends = write(path, BATCHES);
  const whole = readFileSync(fileOf(path));
  for (let bytes = 0; bytes <= whole.length; bytes++) {
    writeFileSync(fileOf(path), whole.subarray(0, bytes));
    const blocks = ends.filter((end) => end <= bytes).length;
    const recovered = recoverLog(path);
    assert.deepEqual(recovered.entries, upTo(blocks), `cut after ${bytes} bytes`);
    assert.equal(recovered.end.bytes, blocks === 0 ? 0 : ends[blocks - 1]);
  }
});

test('any flipped bit ends recovery before its block', () => {
  const path = newPath();
  const ends = write(path, BATCHES);
  const whole = readFileSync(fileOf(path));
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    writeFileSync(fileOf(path), flipped);
    const blocks = ends.filter((end) => end <= bit >> 3).length;
    assert.deepEqual(recoverLog(path).entries, upTo(blocks), `bit ${bit} flipped`);
  }
});

test('a block that is missing, repeated or from another log ends recovery', () => {
  const path = newPath();
  const ends = write(path, BATCHES);
  const whole = readFileSync(fileOf(path));
  const block = (n: number): Buffer => whole.subarray(n === 0 ? 0 : ends[n - 1], ends[n]);
  writeFileSync(fileOf(path), Buffer.concat([block(0), block(2)]));
  assert.deepEqual(recoverLog(path).entries, upTo(1));
  writeFileSync(fileOf(path), Buffer.concat([block(0), block(1), block(1), block(2)]));
  assert.deepEqual(recoverLog(path).entries, upTo(2));
  const other = newPath();
  const [end] = write(other, [['z', 'z'], ['y']]);
  writeFileSync(fileOf(path), Buffer.concat([block(0), readFileSync(fileOf(other)).subarray(end)]));
  assert.deepEqual(recoverLog(path).entries, upTo(1));
});

test('zeros, as some file systems leave behind after a power loss, are no blocks', () => {
  const path = newPath();
  mkdirSync(path);
  writeFileSync(fileOf(path), Buffer.alloc(4096));
  assert.deepEqual(recoverLog(path).entries, []);
  const { log } = open(path, 'none');
  log.append(['a']);
  log.close();
  appendFileSync(fileOf(path), Buffer.alloc(100));
  assert.deepEqual(recoverLog(path).entries, ['a']);
});

const batches = fc.array(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('after a torn tail a new life appends more, and both come back', () => {
  fc.assert(
    fc.property(batches, batches, fc.nat(), fc.uint8Array({ maxLength: 40 }), (first, second, cut, rubbish) => {
      const path = newPath();
      const ends = write(path, first);
      const bytes = cut % (ends.at(-1)! + 1);
      truncateSync(fileOf(path), bytes);
      appendFileSync(fileOf(path), rubbish);
      const survivors = plain(first.slice(0, ends.filter((end) => end <= bytes).length).flat()) as unknown[];
      write(path, second);
      assert.deepEqual(recoverLog(path).entries, [...survivors, ...(plain(second.flat()) as unknown[])]);
      rmSync(path, { recursive: true });
    }),
    { numRuns: 150, seed: 1 },
  );
});

test('discarded entries do not come back, later ones do, over several lives', () => {
  const path = newPath();
  const first = open(path, 'none').log;
  first.append(['a', 'b', 'c']);
  first.discard(3);
  first.append(['d']);
  first.discard(3);
  first.discard(2);
  first.close();
  const second = open(path, 'none').log;
  assert.deepEqual(second.recovered, ['c', 'd']);
  assert.equal(second.append(['e']), 3);
  second.discard(3);
  assert.equal(second.append(['f']), 4);
  second.close();
  assert.deepEqual(recoverLog(path).entries, ['e', 'f']);
});

test('a log cut anywhere around discards holds a state that it once had', () => {
  const path = newPath();
  const { log, offsets } = open(path, 'none');
  const states = [{ end: 0, entries: [] as unknown[] }];
  const remember = (entries: unknown[]): number => states.push({ end: offsets.written, entries });
  log.append(['a', 'b']);
  remember(['a', 'b']);
  log.discard(3);
  remember([]);
  log.append(['c', 'd', 'e']);
  remember(['c', 'd', 'e']);
  log.discard(5);
  remember(['e']);
  log.append(['f']);
  remember(['e', 'f']);
  log.close();
  const whole = readFileSync(fileOf(path));
  for (let bytes = 0; bytes <= whole.length; bytes++) {
    writeFileSync(fileOf(path), whole.subarray(0, bytes));
    assert.deepEqual(recoverLog(path).entries, states.filter(({ end }) => end <= bytes).at(-1)!.entries);
  }
});

test('appends during a sync share the next one', () => {
  const held = holdSyncs();
  const { log, durable, offsets } = open(newPath(), 'fsync');
  assert.equal(log.append(['a', 'b']), 0);
  const firstEnd = offsets.written;
  assert.equal(log.append(['c']), 0);
  assert.equal(log.append(['d', 'e']), 0);
  assert.equal(log.syncs, 1);
  assert.equal(offsets.synced, 0);
  held.shift()!(null);
  assert.deepEqual(durable, [2]);
  assert.equal(offsets.synced, firstEnd);
  assert.equal(log.syncs, 2);
  assert.equal(log.append(['f']), 2);
  held.shift()!(null);
  assert.deepEqual(durable, [2, 5]);
  held.shift()!(null);
  assert.deepEqual(durable, [2, 5, 6]);
  assert.equal(offsets.synced, offsets.written);
  assert.equal(log.syncs, 3);
  assert.equal(held.length, 0);
  log.close();
});

test('real syncs report every position once, in order', async () => {
  const { log, durable, offsets } = open(newPath(), 'fsync');
  let position = 0;
  for (let turn = 0; turn < 50; turn++) {
    const durableNow = log.append(Array.from({ length: (turn % 3) + 1 }, () => turn));
    assert.equal(durableNow, durable.at(-1) ?? 0);
    position += (turn % 3) + 1;
    await new Promise(setImmediate);
  }
  while (durable.at(-1) !== position) await new Promise(setImmediate);
  assert.deepEqual(
    durable,
    [...new Set(durable)].sort((a, b) => a - b),
  );
  assert.equal(offsets.synced, offsets.written);
  assert.ok(log.syncs >= 1 && log.syncs <= 50);
  log.close();
});

test('what a former life wrote is synced before it counts as durable', () => {
  const path = newPath();
  write(path, BATCHES);
  const synced: string[] = [];
  mock.method(fs, 'fdatasyncSync', (file: number) => synced.push(fs.fstatSync(file).isDirectory() ? 'folder' : 'file'));
  syncBuiltinESMExports();
  const { log, offsets } = open(path, 'fsync');
  assert.deepEqual(synced, ['folder', 'file']);
  assert.equal(log.syncs, 1);
  assert.equal(offsets.synced, offsets.written);
  log.close();
});

test('without syncs everything is durable as soon as it is written, and nothing counts as synced', () => {
  const held = holdSyncs();
  const path = newPath();
  const { log, durable, offsets } = open(path, 'none');
  assert.equal(log.append(['a']), 1);
  assert.equal(log.append(['b', 'c']), 3);
  log.close();
  const again = open(path, 'none');
  assert.equal(again.log.append(['d']), 4);
  again.log.close();
  assert.deepEqual([held.length, log.syncs, again.log.syncs], [0, 0, 0]);
  assert.deepEqual(durable, []);
  assert.deepEqual([offsets.synced, again.offsets.synced], [0, 0]);
  assert.ok(again.offsets.written > offsets.written);
});

test('a write that takes several calls arrives whole', () => {
  const writeSync = fs.writeSync;
  mock.method(fs, 'writeSync', (file: number, buffer: Buffer, from: number) =>
    writeSync(file, buffer, from, 5 > buffer.length - from ? buffer.length - from : 5),
  );
  syncBuiltinESMExports();
  const path = newPath();
  write(path, BATCHES);
  assert.deepEqual(recoverLog(path).entries, upTo(BATCHES.length));
});

test('a full disk throws out of append', () => {
  const { log } = open(newPath(), 'none');
  mock.method(fs, 'writeSync', () => {
    throw new Error('ENOSPC: no space left on device, write');
  });
  syncBuiltinESMExports();
  assert.throws(() => log.append(['a']), /ENOSPC/);
  log.close();
});

test('a failed sync is reported, and no later one is tried that could hide it', () => {
  const held = holdSyncs();
  const { log, durable, errors } = open(newPath(), 'fsync');
  log.append(['a']);
  log.append(['b']);
  held.shift()!(new Error('EIO: i/o error, fdatasync'));
  assert.match(errors[0]!.message, /EIO/);
  assert.equal(log.append(['c']), 0);
  assert.deepEqual([held.length, durable.length, errors.length], [0, 0, 1]);
  log.close();
});
