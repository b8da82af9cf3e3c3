import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Random } from '../../../random.ts';
import { damageLastSynced, emptyLog, keepUnsynced, tearLog } from './log-damage.ts';
import { type Disk, LogFile } from './log-file.ts';
import { recoverLog } from './recovery.ts';
import { endBytesOf, segmentsIn } from './segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-damage-'));
after(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'n1.log');

/** A log of three blocks and a mark of which the first two blocks are synced; returns the offset behind them. */
function writeLog(): number {
  rmSync(path, { recursive: true, force: true });
  const log = open();
  log.append(['a']);
  log.append(['b', 'c']);
  const syncedBytes = endBytesOf(segmentsIn(path));
  log.append(['d', 'e', 'f']);
  log.discard(3);
  log.append(['g', 'h']);
  log.close();
  return syncedBytes;
}

const EVENTS = { onDurable: () => {}, onOffsets: () => {}, onError: (error: Error) => assert.fail(error) };
/** How large a segment may grow: in the last case each block has one of its own. */
const SEGMENT_BYTES = [1000, 40, 1];
let segmentBytes = SEGMENT_BYTES[0]!;
/** Its syncs never end, so nothing is removed. */
const DISK: Disk = {
  write: (file, buffer, from) => writeSync(file, buffer, from),
  sync: () => {},
  remove: () => assert.fail('nothing is removed'),
};
const open = (): LogFile => new LogFile(path, 'none', EVENTS, DISK, segmentBytes);
const bytesOf = (): Buffer => Buffer.concat(segmentsIn(path).map((segment) => readFileSync(segment.path)));
const recovered = (): string => recoverLog(path).entries.join('');

test('so many unsynced entries stay, also of a block that is left in part, and a new life goes on behind them', () => {
  const expected = ['abc', 'abcd', 'abcde', 'cdef', 'cdefg', 'cdefgh', 'cdefgh'];
  for (segmentBytes of SEGMENT_BYTES) {
    for (const [keep, entries] of expected.entries()) {
      const syncedBytes = writeLog();
      keepUnsynced(path, syncedBytes, keep);
      assert.equal(recovered(), entries, `kept ${keep}`);
      const log = open();
      assert.equal(log.recovered.join(''), entries);
      log.append(['new']);
      log.close();
      assert.equal(recovered(), `${entries}new`);
    }
  }
});

test('a torn log keeps what was synced and a part of what was written, whichever segments it is in', () => {
  const random = new Random(2);
  for (segmentBytes of SEGMENT_BYTES) {
    const seen = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const syncedBytes = writeLog();
      tearLog(path, syncedBytes, random);
      assert.ok(bytesOf().length >= syncedBytes);
      seen.add(recovered());
    }
    assert.deepEqual([...seen].sort(), ['abc', 'abcdef', 'cdef', 'cdefgh']);
  }
});

test('what is kept of a log that was never synced counts from its start', () => {
  writeLog();
  keepUnsynced(path, 0, 2);
  assert.equal(recovered(), 'ab');
});

test('a damaged record ends recovery before it, wherever it is hit, and what was not synced is lost with it', () => {
  const random = new Random(1);
  for (segmentBytes of SEGMENT_BYTES) {
    for (let i = 0; i < 50; i++) {
      const syncedBytes = writeLog();
      damageLastSynced(path, syncedBytes, random);
      assert.equal(recovered(), 'a');
    }
  }
});

test('where nothing was synced there is nothing to damage', () => {
  writeLog();
  const whole = bytesOf();
  damageLastSynced(path, 0, new Random(1));
  assert.deepEqual(bytesOf(), whole);
});

test('an emptied log recovers nothing, and can be damaged further', () => {
  const syncedBytes = writeLog();
  emptyLog(path);
  tearLog(path, syncedBytes, new Random(1));
  keepUnsynced(path, syncedBytes, 3);
  damageLastSynced(path, syncedBytes, new Random(1));
  assert.deepEqual(open().recovered, []);
  assert.equal(endBytesOf(segmentsIn(path)), 0);
});
