/**
 * A log is a folder of segments: files that continue each other, so that what is discarded can leave the disk.
 *
 * A segment's name is the place in the log at which it begins. Therefore the files before it may go without anything having to be
 * rewritten, and a file that does not continue the one before it, such as one that was written behind a tail that was lost,
 * cannot be taken for its continuation.
 */
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './blocks.ts';

export interface Segment {
  readonly path: string;
  readonly start: Place;
}

const NAME = /^(\d+)-(\d+)-([0-9a-f]{8})\.segment$/;

export function segmentAt(folder: string, start: Place): Segment {
  const { bytes, entries, checksum } = start;
  const name = `${String(bytes).padStart(12, '0')}-${entries}-${checksum.toString(16).padStart(8, '0')}.segment`;
  return { path: join(folder, name), start };
}

/** The segments in a folder, by where they begin; none where there is no folder. */
export function segmentsIn(folder: string): Segment[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .flatMap((name) => {
      const [, bytes, entries, checksum] = NAME.exec(name) ?? [];
      if (checksum === undefined) return [];
      const start = { bytes: Number(bytes), entries: Number(entries), checksum: Number.parseInt(checksum, 16) };
      return [{ path: join(folder, name), start }];
    })
    .sort((a, b) => a.start.bytes - b.start.bytes);
}

/** The offset at which the written bytes end. */
export function endBytesOf(segments: readonly Segment[]): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : last.start.bytes + statSync(last.path).size;
}

/** Removes what was written from this offset on; the newest file goes first, so that no stop on the way leaves a gap. */
export function cutSegments(segments: readonly Segment[], bytes: number): void {
  for (const { path, start } of segments.toReversed()) {
    if (start.bytes > bytes) rmSync(path);
    else if (statSync(path).size > bytes - start.bytes) truncateSync(path, bytes - start.bytes);
  }
}
