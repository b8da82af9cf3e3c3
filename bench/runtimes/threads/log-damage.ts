/** What a crash or a bad disk does to a log file whose node has ended. `syncedBytes`: the offset up to which it is safe. */
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Random } from '../../random.ts';
import { type Block, blocksIn, encodeBlock } from './log-file.ts';

/** Cuts the log somewhere between last synced and last written, perhaps within a block. */
export function tearLog(path: string, syncedBytes: number, random: Random): void {
  const { size } = statSync(path);
  if (size > syncedBytes) truncateSync(path, syncedBytes + random.below(size - syncedBytes + 1));
}

/** Leaves so many of the entries that were not synced. A block that is left in part becomes a smaller one. */
export function keepUnsynced(path: string, syncedBytes: number, keep: number): void {
  const file = readFileSync(path);
  let endBytes = syncedBytes;
  let left = keep;
  for (const { contents, startBytes, endBytes: blockEndBytes, count, checksumBefore } of blocksIn(file)) {
    if (blockEndBytes <= syncedBytes) continue;
    const isMark = 'discardBefore' in contents;
    if (left === 0 && !isMark) break;
    if (!isMark && contents.length > left) {
      const { buffer } = encodeBlock(contents.slice(0, left), count, checksumBefore);
      writeFileSync(path, Buffer.concat([file.subarray(0, startBytes), buffer]));
      return;
    }
    if (!isMark) left -= contents.length;
    endBytes = blockEndBytes;
  }
  if (endBytes < file.length) truncateSync(path, endBytes);
}

/** Damages one byte of the last block that was synced, if there is any: recovery stops before it. */
export function damageLastSynced(path: string, syncedBytes: number, random: Random): void {
  const file = readFileSync(path);
  let last: Block | undefined;
  for (const block of blocksIn(file)) if (block.endBytes <= syncedBytes) last = block;
  if (last === undefined) return;
  const at = last.payloadStartBytes + random.below(last.endBytes - last.payloadStartBytes);
  file[at] = file[at]! ^ (1 + random.below(255));
  writeFileSync(path, file);
}

export const emptyLog = (path: string): void => writeFileSync(path, '');
