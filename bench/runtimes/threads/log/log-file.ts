/**
 * A node's log as real files: blocks are written once a turn and synced in groups while the node goes on.
 *
 * What is discarded leaves the disk by whole segments, once a mark that says so is synced: whatever is lost, the log never
 * goes back behind a removal. So the files hold what is not discarded, and at most two segments and two blocks more.
 */
import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  rmSync,
  unlink,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Durability } from '../../cluster.ts';
import { type Contents, encodeBlock, type Place } from './blocks.ts';
import { type Mark, recoverLog } from './recovery.ts';
import { cutSegments, type Segment, segmentAt, segmentsIn } from './segments.ts';

/**
 * A segment that has grown to this is the last but one. Larger ones keep what is discarded for longer, and recovery reads it; each
 * costs some file operations that the node waits for.
 */
const SEGMENT_BYTES = 8 * 1024 * 1024;

/** What a log does to its files that may fail, or take long. */
export interface Disk {
  /** Returns how many bytes from `from` on were written. */
  write(file: number, buffer: Buffer, from: number): number;
  sync(file: number, done: (error: Error | null) => void): void;
  /** A file of megabytes takes milliseconds to go. */
  remove(path: string, done: (error: NodeJS.ErrnoException | null) => void): void;
}

const REAL_DISK: Disk = {
  write: (file, buffer, from) => writeSync(file, buffer, from),
  sync: (file, done) => fdatasync(file, done),
  remove: (path, done) => unlink(path, done),
};

export interface LogEvents {
  /** Everything up to this position is durable. */
  onDurable(position: number): void;
  /** Offsets in the log that are written and that are synced. They go on over all lives, whatever is discarded. */
  onOffsets(writtenBytes: number, syncedBytes: number): void;
  /** Reading or writing failed: the node has to stop. */
  onError(error: Error): void;
}

export class LogFile {
  readonly recovered: readonly unknown[];
  /** How often it was asked that all that is written be synced. */
  syncs = 0;
  readonly #folder: string;
  readonly #durability: Durability;
  readonly #events: LogEvents;
  readonly #disk: Disk;
  readonly #segmentBytes: number;
  /** Oldest first; the last one is written to. */
  readonly #segments: Segment[];
  /** The segments before the last that are not synced yet. */
  #unsynced: Segment[] = [];
  #file: number;
  /** Files that are written to no more, but may still be being synced: their numbers must not be given to others meanwhile. */
  #retired: number[] = [];
  #end: Place;
  /** Entries that all lives appended, up to those of which this life's position 1 is the next. */
  readonly #entriesBefore: number;
  #mark: Mark;
  #syncedBytes: number;
  #durable: number;
  #syncing = false;

  /** Opens or creates the log in this folder, and cuts a bad tail off. */
  constructor(
    folder: string,
    durability: Durability,
    events: LogEvents,
    disk = REAL_DISK,
    segmentBytes = SEGMENT_BYTES,
  ) {
    this.#folder = folder;
    this.#durability = durability;
    this.#events = events;
    this.#disk = disk;
    this.#segmentBytes = segmentBytes;
    const isNew = !existsSync(folder);
    if (isNew) mkdirSync(folder);
    const { entries, discarded, mark, removalBytes, end, segments } = recoverLog(folder);
    this.recovered = entries;
    this.#end = end;
    this.#entriesBefore = discarded;
    this.#mark = mark;
    this.#durable = entries.length;
    const kept = new Set(segments.map(({ path }) => path));
    for (const { path } of segmentsIn(folder).toReversed()) if (!kept.has(path)) rmSync(path);
    cutSegments(segments, end.bytes);
    this.#segments = segments.length > 0 ? [...segments] : [segmentAt(folder, end)];
    this.#file = openSync(this.#segments.at(-1)!.path, 'a');
    this.#unsynced = this.#segments.slice(0, -1);
    this.#syncedBytes = removalBytes;
    if (durability === 'fsync') {
      if (isNew) syncFolder(dirname(folder));
      this.#syncRecovered();
    } else if (this.#kept(mark) > 0) {
      this.#sync();
    }
    this.#tellOffsets();
  }

  /** What is recovered counts as durable, and the life that wrote it may have ended before its sync. */
  #syncRecovered(): void {
    for (const { path } of this.#unsynced) syncFile(path, 'r+');
    this.#unsynced = [];
    syncFolder(this.#folder);
    if (this.#end.bytes > 0) {
      fdatasyncSync(this.#file);
      this.syncs++;
    }
    this.#syncedBytes = this.#end.bytes;
    this.#remove(this.#mark);
  }

  /** Writes the entries as one block; returns up to which position the log is durable now. */
  append(entries: readonly unknown[]): number {
    this.#writeBlock(entries);
    if (this.#durability === 'none') this.#durable = this.#position;
    else if (!this.#syncing) this.#sync();
    return this.#durable;
  }

  /** Forgets the entries before a position of this life. */
  discard(before: number): void {
    const entries = this.#entriesBefore + before - 1;
    if (entries <= Math.max(this.#entriesBefore, this.#mark.entries)) return;
    const { bytes } = this.#writeBlock({ discardBefore: entries + 1 });
    this.#mark = { entries, bytes };
    if (this.#kept(this.#mark) > 0 && !this.#syncing) this.#sync();
  }

  /** The last position of this life. */
  get #position(): number {
    return this.#end.entries - this.#entriesBefore;
  }

  /** Returns where the block begins. */
  #writeBlock(contents: Contents): Place {
    if (this.#end.bytes - this.#segments.at(-1)!.start.bytes >= this.#segmentBytes) this.#beginSegment();
    const start = this.#end;
    const { buffer, checksum } = encodeBlock(contents, start);
    for (let written = 0; written < buffer.length; ) written += this.#disk.write(this.#file, buffer, written);
    const entries = start.entries + ('discardBefore' in contents ? 0 : contents.length);
    this.#end = { bytes: start.bytes + buffer.length, entries, checksum };
    this.#tellOffsets();
    return start;
  }

  #beginSegment(): void {
    const segment = segmentAt(this.#folder, this.#end);
    const file = openSync(segment.path, 'ax');
    if (this.#syncing) this.#retired.push(this.#file);
    else closeSync(this.#file);
    this.#file = file;
    this.#unsynced.push(this.#segments.at(-1)!);
    this.#segments.push(segment);
  }

  /** Syncs all that is written and will be kept, and the folder if a file was added to it. */
  #sync(): void {
    this.#syncing = true;
    this.syncs++;
    const position = this.#position;
    const bytes = this.#end.bytes;
    const mark = this.#mark;
    const others = this.#openUnsynced(mark);
    let open = others.length + 1;
    const done = (error: Error | null): void => {
      // A later sync may succeed although the pages of this one are lost: there is none after a failure.
      if (error !== null) this.#events.onError(error);
      else if (--open === 0) {
        for (const file of [...others, ...this.#retired.splice(0)]) closeSync(file);
        this.#synced(position, bytes, mark);
      }
    };
    for (const file of [...others, this.#file]) this.#disk.sync(file, done);
  }

  /** The files beside the one that is written to, and the folder if there are any. */
  #openUnsynced(mark: Mark): number[] {
    if (this.#unsynced.length === 0) return [];
    const { bytes } = this.#segments[this.#kept(mark)]!.start;
    const files = this.#unsynced.filter(({ start }) => start.bytes >= bytes).map(({ path }) => openSync(path, 'r+'));
    this.#unsynced = [];
    if (CAN_SYNC_FOLDERS) files.push(openSync(this.#folder, 'r'));
    return files;
  }

  #synced(position: number, bytes: number, mark: Mark): void {
    this.#syncing = false;
    this.#syncedBytes = bytes;
    this.#tellOffsets();
    if (this.#durability === 'fsync') {
      this.#durable = position;
      if (bytes < this.#end.bytes) this.#sync();
      this.#events.onDurable(position);
    }
    this.#remove(mark);
    if (!this.#syncing && this.#kept(this.#mark) > 0) this.#sync();
  }

  /**
   * The place among the segments of the first that is needed: all before it are discarded, and the mark that says so does not
   * stand in one of them.
   */
  #kept({ entries, bytes }: Mark): number {
    let place = 0;
    for (let next = this.#segments[1]; next !== undefined; next = this.#segments[place + 1]) {
      if (next.start.entries > entries || next.start.bytes > bytes) break;
      place++;
    }
    return place;
  }

  /** The mark is synced: removes what it makes superfluous. */
  #remove(mark: Mark): void {
    const kept = this.#kept(mark);
    if (kept > 0) this.#removeAll(this.#segments.splice(0, kept).map(({ path }) => path));
  }

  /** One after the other, the oldest first: what is left after a crash continues what is kept. */
  #removeAll([path, ...others]: readonly string[]): void {
    if (path === undefined) return;
    this.#disk.remove(path, (error) => {
      // The folder may have been emptied meanwhile.
      if (error !== null && error.code !== 'ENOENT') this.#events.onError(error);
      else this.#removeAll(others);
    });
  }

  #tellOffsets(): void {
    this.#events.onOffsets(this.#end.bytes, this.#syncedBytes);
  }

  close(): void {
    for (const file of [this.#file, ...this.#retired]) closeSync(file);
  }
}

/** Windows opens no folders; its file systems keep a folder's entries by a journal. */
const CAN_SYNC_FOLDERS = process.platform !== 'win32';

function syncFolder(path: string): void {
  if (CAN_SYNC_FOLDERS) syncFile(path, 'r');
}

function syncFile(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags);
  fdatasyncSync(file);
  closeSync(file);
}
