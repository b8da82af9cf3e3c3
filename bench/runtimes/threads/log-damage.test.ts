import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Random } from '../../random.ts';
import { damageLastSynced, emptyLog, keepUnsynced, tearLog } from './log-damage.ts';
import { LogFile, recoverLog } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-damage-'));
after(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'n1.log');

/** A log of three blocks and a mark of which the first two blocks are synced; returns the offset behind them. */
function writeLog(): number {
  rmSync(path, { force: true });
  const log = open();
  log.append(['a']);
  log.append(['b', 'c']);
  const syncedBytes = statSync(path).size;
  log.append(['d', 'e', 'f']);
  log.discard(3);
  log.append(['g', 'h']);
  log.close();
  return syncedBytes;
}

const open = (): LogFile =>
  new LogFile(path, 'none', { onDurable: () => {}, onOffsets: () => {}, onError: (error) => assert.fail(error) });
const recovered = (): string => recoverLog(path).entries.join('');

test('so many unsynced entries stay, also of a block that is left in part, and a new life goes on behind them', () => {
  const expected = ['abc', 'abcd', 'abcde', 'cdef', 'cdefg', 'cdefgh', 'cdefgh'];
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
});

test('what is kept of a log that was never synced counts from its start', () => {
  writeLog();
  keepUnsynced(path, 0, 2);
  assert.equal(recovered(), 'ab');
});

test('a damaged record ends recovery before it, wherever it is hit, and what was not synced is lost with it', () => {
  const random = new Random(1);
  for (let i = 0; i < 50; i++) {
    const syncedBytes = writeLog();
    damageLastSynced(path, syncedBytes, random);
    assert.equal(recovered(), 'a');
  }
});

test('where nothing was synced there is nothing to damage', () => {
  writeLog();
  const whole = readFileSync(path);
  damageLastSynced(path, 0, new Random(1));
  assert.deepEqual(readFileSync(path), whole);
});

test('an emptied log recovers nothing, and can be damaged further', () => {
  const syncedBytes = writeLog();
  emptyLog(path);
  tearLog(path, syncedBytes, new Random(1));
  keepUnsynced(path, syncedBytes, 3);
  damageLastSynced(path, syncedBytes, new Random(1));
  assert.deepEqual(open().recovered, []);
  assert.equal(statSync(path).size, 0);
});
