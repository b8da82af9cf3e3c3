/**
 * What is left of a log: the entries of the segments that continue each other, up to the first bad block, without those that a mark
 * discards.
 *
 * A power loss may undo what happened to the folder and was not synced. A removed segment may be back, while
 * others between it and those that are needed are not. A created one may be missing: then those behind it continue nothing, and
 * none of them was durable. The marks tell the two apart: only segments of which a mark says that all before them is discarded may stand without
 * what they continue.
 */
import { readFileSync } from 'node:fs';
import { BEGINNING, type Block, blocksIn, isSamePlace, type Place } from './blocks.ts';
import { type Segment, segmentsIn } from './segments.ts';

/** The newest mark: so many entries of all that were ever appended are discarded, says the block at this offset. */
export interface Mark {
  readonly entries: number;
  readonly bytes: number;
}

export interface Recovered {
  readonly entries: readonly unknown[];
  /** So many, of all that were ever appended, stood before these. */
  readonly discarded: number;
  readonly mark: Mark;
  /** Behind the first mark that speaks of all that was removed, which is synced therefore. 0: nothing was removed. */
  readonly removalBytes: number;
  /** Behind the last good block. */
  readonly end: Place;
  /** Those that were read, oldest first. All others are to be removed. */
  readonly segments: readonly Segment[];
}

const NO_MARK: Mark = { entries: 0, bytes: 0 };

/** Reads a log up to its first bad block. */
export function recoverLog(folder: string): Recovered {
  const all = segmentsIn(folder);
  let best: Recovered = { entries: [], discarded: 0, mark: NO_MARK, removalBytes: 0, end: BEGINNING, segments: [] };
  let bestStands = false;
  for (let at = 0; at < all.length; ) {
    const { standsAlone, ...run } = readRun(all.slice(at));
    // Where none stands, as where the mark was damaged, the newest is the best there is: it lacks nothing but what was discarded.
    if (standsAlone || !bestStands) best = run;
    bestStands ||= standsAlone;
    at += run.segments.length;
  }
  return best;
}

/** Reads as many of these segments as continue the first. */
function readRun(all: readonly Segment[]): Recovered & { readonly standsAlone: boolean } {
  const { start } = all[0]!;
  const segments: Segment[] = [];
  let entries: unknown[] = [];
  let discarded = start.entries;
  let mark = NO_MARK;
  let removalBytes = start.entries === 0 ? 0 : undefined;
  let end = start;
  for (const segment of all) {
    if (!isSamePlace(segment.start, end)) break;
    segments.push(segment);
    for (const block of blocksOf([segment])) {
      const { contents } = block;
      if ('discardBefore' in contents) {
        mark = { entries: contents.discardBefore - 1, bytes: block.start.bytes };
        if (mark.entries >= start.entries) removalBytes ??= block.end.bytes;
      } else {
        for (const entry of contents) entries.push(entry);
      }
      end = block.end;
    }
    // Once a segment and not once a mark: a short mark may stand behind each of many long blocks.
    if (mark.entries > discarded) {
      entries = entries.slice(mark.entries - discarded);
      discarded = mark.entries;
    }
  }
  const standsAlone = removalBytes !== undefined;
  return { entries, discarded, mark, removalBytes: removalBytes ?? 0, end, segments, standsAlone };
}

/** The good blocks of segments that continue each other. */
export function* blocksOf(segments: readonly Segment[]): Generator<Block, void> {
  for (const { path, start } of segments) yield* blocksIn(readFileSync(path), start);
}
