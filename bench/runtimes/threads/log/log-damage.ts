/** What a crash or a bad disk does to a log whose node has ended. `syncedBytes`: the offset up to which it is safe. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Random } from '../../../random.ts';
import { type Block, encodeBlock } from './blocks.ts';
import { blocksOf, recoverLog } from './recovery.ts';
import { cutSegments, endBytesOf, segmentsIn } from './segments.ts';

/** Cuts the log somewhere between last synced and last written, perhaps within a block. */
export function tearLog(folder: string, syncedBytes: number, random: Random): void {
  const segments = segmentsIn(folder);
  const endBytes = endBytesOf(segments);
  if (endBytes > syncedBytes) cutSegments(segments, syncedBytes + random.below(endBytes - syncedBytes + 1));
}

/** Leaves so many of the entries that were not synced. A block that is left in part becomes a smaller one. */
export function keepUnsynced(folder: string, syncedBytes: number, keep: number): void {
  const all = segmentsIn(folder);
  const { segments } = recoverLog(folder);
  let endBytes = syncedBytes;
  let left = keep;
  for (const { contents, start, end } of blocksOf(segments)) {
    if (end.bytes <= syncedBytes) continue;
    const isMark = 'discardBefore' in contents;
    if (left === 0 && !isMark) break;
    if (!isMark && contents.length > left) {
      cutSegments(all, start.bytes);
      const { path } = segments.findLast((segment) => segment.start.bytes <= start.bytes)!;
      writeFileSync(path, encodeBlock(contents.slice(0, left), start).buffer, { flag: 'a' });
      return;
    }
    if (!isMark) left -= contents.length;
    endBytes = end.bytes;
  }
  cutSegments(all, endBytes);
}

/** Damages one byte of the last block that was synced, if there is any: recovery stops before it. */
export function damageLastSynced(folder: string, syncedBytes: number, random: Random): void {
  const { segments } = recoverLog(folder);
  let last: Block | undefined;
  for (const block of blocksOf(segments)) if (block.end.bytes <= syncedBytes) last = block;
  if (last === undefined) return;
  const { start, end, payloadStartBytes } = last;
  const { path, start: segmentStart } = segments.findLast((segment) => segment.start.bytes <= start.bytes)!;
  const file = readFileSync(path);
  const at = payloadStartBytes - segmentStart.bytes + random.below(end.bytes - payloadStartBytes);
  file[at] = file[at]! ^ (1 + random.below(255));
  writeFileSync(path, file);
}

export const emptyLog = (folder: string): void => rmSync(folder, { recursive: true, force: true });
