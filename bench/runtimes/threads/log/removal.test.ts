/** What is discarded leaves the disk, when it may. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { type Disk, LogFile } from './log-file.ts';
import { recoverLog } from './recovery.ts';
import { segmentsIn } from './segments.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'removal-'));
after(() => fs.rmSync(root, { recursive: true }));

let count = 0;
const newFolder = (): string => join(root, `${++count}.log`);
const EVENTS = { onDurable: () => {}, onOffsets: () => {}, onError: (error: Error) => assert.fail(error) };
const bytesIn = (folder: string): number =>
  fs.readdirSync(folder).reduce((sum, name) => sum + fs.statSync(join(folder, name)).size, 0);

/** Syncs that end when the test says so, and all there are at once. */
function heldDisk(): { disk: Disk; finish(): void } {
  const held: (() => void)[] = [];
  const sync: Disk['sync'] = (_file, done) => held.push(() => done(null));
  const finish = (): void => {
    for (const end of held.splice(0)) end();
  };
  const remove: Disk['remove'] = (path, done) => {
    fs.rmSync(path);
    done(null);
  };
  return { disk: { write: (file, buffer, from) => fs.writeSync(file, buffer, from), sync, remove }, finish };
}

for (const durability of ['fsync', 'none'] as const) {
  test(`a long run of appends and discards takes a bounded room on the disk, also in recovery: ${durability}`, () => {
    const folder = newFolder();
    const { disk, finish } = heldDisk();
    const segmentBytes = 10_000;
    const log = new LogFile(folder, durability, EVENTS, disk, segmentBytes);
    const entry = 'x'.repeat(90);
    let most = 0;
    for (let turn = 1; turn <= 20_000; turn++) {
      log.append([entry]);
      if (turn % 20 === 0) {
        log.discard(turn - 50);
        finish();
      }
      if (turn % 50 === 0) most = Math.max(most, bytesIn(folder));
    }
    // Up to 70 entries are not discarded, of about 104 bytes each.
    assert.ok(most < 70 * 110 + 2 * (segmentBytes + 200), `${most} bytes`);
    log.close();
    const { entries, end } = recoverLog(folder);
    assert.equal(entries.length, 51);
    assert.ok(end.bytes > 2_000_000);
  });
}

test('nothing is removed before the mark that discards it is synced', () => {
  const folder = newFolder();
  const { disk, finish } = heldDisk();
  const log = new LogFile(folder, 'fsync', EVENTS, disk, 1);
  for (const entry of ['a', 'b', 'c']) log.append([entry]);
  finish();
  finish();
  log.discard(3);
  assert.equal(segmentsIn(folder).length, 4);
  finish();
  assert.deepEqual(
    segmentsIn(folder).map(({ start }) => start.entries),
    [2, 3],
  );
  log.close();
});

test('a segment that ends with the only mark for what comes after stays until there is another', () => {
  const folder = newFolder();
  const { disk, finish } = heldDisk();
  const log = new LogFile(folder, 'fsync', EVENTS, disk, 20);
  log.append(['a']);
  log.discard(2);
  log.append(['b']);
  finish();
  finish();
  assert.equal(segmentsIn(folder).length, 2);
  log.discard(3);
  finish();
  assert.equal(segmentsIn(folder).length, 1);
  log.close();
  assert.deepEqual(recoverLog(folder).entries, []);
});

test('a damaged mark loses what came after it, and nothing else that was not discarded', () => {
  const folder = newFolder();
  const { disk, finish } = heldDisk();
  const log = new LogFile(folder, 'fsync', EVENTS, disk, 1);
  for (const entry of ['a', 'b', 'c']) log.append([entry]);
  finish();
  finish();
  log.discard(3);
  finish();
  log.close();
  const mark = segmentsIn(folder).at(-1)!.path;
  fs.writeFileSync(mark, 'x'.repeat(fs.statSync(mark).size));
  const { entries, discarded } = recoverLog(folder);
  assert.deepEqual([entries, discarded], [['c'], 2]);
});

test('a segment that begins where the one before it ends, but was written behind another, is not its continuation', () => {
  const [folder, other] = [newFolder(), newFolder()];
  for (const [path, entries] of [
    [folder, ['a', 'b', 'c']],
    [other, ['x', 'y', 'z']],
  ] as const) {
    const log = new LogFile(path, 'none', EVENTS, heldDisk().disk, 1);
    for (const entry of entries) log.append([entry]);
    log.close();
  }
  const [foreign, own] = [segmentsIn(other)[2]!, segmentsIn(folder)[2]!];
  assert.equal(foreign.start.bytes, own.start.bytes);
  fs.rmSync(own.path);
  fs.copyFileSync(foreign.path, join(folder, basename(foreign.path)));
  assert.deepEqual(recoverLog(folder).entries, ['a', 'b']);
});
