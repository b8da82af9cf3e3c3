/**
 * A node's log as a real file: one block a turn, each with length and checksum, synced in groups while the node goes on.
 *
 * A block is 12 bytes of header (payload length, number of the first entry it holds, checksum; all little-endian) and the
 * entries as JSON. The checksum runs over the payload and continues the block before it, so that recovery, which stops at
 * the first bad block, always yields a prefix of what was appended. A length and a checksum per record instead of per
 * block were measured to cost as much as the protocol.
 */
import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Durability } from '../cluster.ts';

const HEADER_BYTES = 12;
/** Payloads above this cannot have been written by `append`. */
const PAYLOAD_MAX_BYTES = 1 << 30;

type Contents = readonly unknown[] | { readonly discardBefore: number };

/** A good block as it stands in the file. */
export interface Block {
  readonly contents: Contents;
  readonly startBytes: number;
  readonly payloadStartBytes: number;
  readonly endBytes: number;
  /** Entries in the log before it. */
  readonly count: number;
  /** What it continues, and what the next one does. */
  readonly checksumBefore: number;
  readonly checksum: number;
}

/** The good blocks up to the first bad one: torn, corrupt, or simply the end. */
export function* blocksIn(file: Buffer): Generator<Block, void> {
  let count = 0;
  let at = 0;
  let checksum = 0;
  while (at + HEADER_BYTES <= file.length) {
    const length = file.readUInt32LE(at);
    const end = at + HEADER_BYTES + length;
    // A file system may leave zeros behind a power loss: they would pass for an empty first block.
    if (length === 0 || length > PAYLOAD_MAX_BYTES || end > file.length) return;
    const payloadStartBytes = at + HEADER_BYTES;
    const payload = file.subarray(payloadStartBytes, end);
    const checksumBefore = checksum;
    checksum = crc32(payload, checksumBefore);
    if (file.readUInt32LE(at + 8) !== checksum || file.readUInt32LE(at + 4) !== count >>> 0) return;
    const contents = JSON.parse(payload.toString('utf8')) as Contents;
    yield { contents, startBytes: at, payloadStartBytes, endBytes: end, count, checksumBefore, checksum };
    count += 'discardBefore' in contents ? 1 - contents.discardBefore : contents.length;
    at = end;
  }
}

/** A block as it is to stand in the file; `count` and `checksumBefore` as in `Block`. */
export function encodeBlock(
  contents: Contents,
  count: number,
  checksumBefore: number,
): { buffer: Buffer; checksum: number } {
  const payload = JSON.stringify(contents);
  const length = Buffer.byteLength(payload);
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + length);
  buffer.write(payload, HEADER_BYTES, 'utf8');
  const checksum = crc32(buffer.subarray(HEADER_BYTES), checksumBefore);
  buffer.writeUInt32LE(length, 0);
  buffer.writeUInt32LE(count >>> 0, 4);
  buffer.writeUInt32LE(checksum, 8);
  return { buffer, checksum };
}

export interface Recovered {
  readonly entries: readonly unknown[];
  /** The offset behind the last good block, and the checksum that the next block continues. */
  readonly endBytes: number;
  readonly checksum: number;
}

/** Reads a log up to its first bad block. */
export function recoverLog(path: string): Recovered {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { entries: [], endBytes: 0, checksum: 0 };
    throw error;
  }
  let entries: unknown[] = [];
  let last: Block | undefined;
  for (const block of blocksIn(file)) {
    const { contents } = block;
    if ('discardBefore' in contents) entries = entries.slice(contents.discardBefore - 1);
    else for (const entry of contents) entries.push(entry);
    last = block;
  }
  return { entries, endBytes: last?.endBytes ?? 0, checksum: last?.checksum ?? 0 };
}

/** What a log does to its file that may fail, or take long. */
export interface Disk {
  /** Returns how many bytes from `from` on were written. */
  write(file: number, buffer: Buffer, from: number): number;
  sync(file: number, done: (error: Error | null) => void): void;
}

const REAL_DISK: Disk = {
  write: (file, buffer, from) => writeSync(file, buffer, from),
  sync: (file, done) => fdatasync(file, done),
};

export interface LogEvents {
  /** Everything up to this position is durable. */
  onDurable(position: number): void;
  /** Offsets in the file that are written and that are synced. */
  onOffsets(writtenBytes: number, syncedBytes: number): void;
  /** Reading or writing failed: the node has to stop. */
  onError(error: Error): void;
}

export class LogFile {
  readonly recovered: readonly unknown[];
  syncs = 0;
  readonly #file: number;
  readonly #durability: Durability;
  readonly #events: LogEvents;
  readonly #disk: Disk;
  /** Entries in the log: those of this life and those recovered, without those discarded. */
  #count: number;
  /** Positions count from the start of this life and do not move when entries are discarded. */
  #discarded = 0;
  #writtenBytes: number;
  #syncedBytes: number;
  #checksum: number;
  #durable: number;
  #syncing = false;

  /** Opens or creates the log, and cuts a bad tail off. */
  constructor(path: string, durability: Durability, events: LogEvents, disk = REAL_DISK) {
    const { entries, endBytes, checksum } = recoverLog(path);
    this.recovered = entries;
    this.#durability = durability;
    this.#events = events;
    this.#disk = disk;
    this.#count = entries.length;
    this.#durable = entries.length;
    this.#checksum = checksum;
    this.#file = openSync(path, 'a');
    ftruncateSync(this.#file, endBytes);
    // What is recovered counts as durable, and the life that wrote it may have ended before its sync.
    if (durability === 'fsync' && endBytes > 0) {
      fdatasyncSync(this.#file);
      this.syncs++;
    }
    this.#writtenBytes = endBytes;
    this.#syncedBytes = durability === 'fsync' ? endBytes : 0;
    this.#tellOffsets();
  }

  /** Writes the entries as one block; returns up to which position the log is durable now. */
  append(entries: readonly unknown[]): number {
    this.#writeBlock(entries);
    this.#count += entries.length;
    if (this.#durability === 'none') this.#durable = this.#discarded + this.#count;
    else if (!this.#syncing) this.#sync();
    return this.#durable;
  }

  /** Forgets the entries before a position of this life. The file keeps them until recovery reads past the mark. */
  discard(before: number): void {
    const count = before - 1 - this.#discarded;
    if (count <= 0) return;
    this.#writeBlock({ discardBefore: count + 1 });
    this.#count -= count;
    this.#discarded += count;
  }

  #writeBlock(contents: Contents): void {
    const { buffer, checksum } = encodeBlock(contents, this.#count, this.#checksum);
    this.#checksum = checksum;
    for (let written = 0; written < buffer.length; ) written += this.#disk.write(this.#file, buffer, written);
    this.#writtenBytes += buffer.length;
    this.#tellOffsets();
  }

  #sync(): void {
    this.#syncing = true;
    this.syncs++;
    const position = this.#discarded + this.#count;
    const bytes = this.#writtenBytes;
    this.#disk.sync(this.#file, (error) => {
      if (error !== null) {
        // A later sync may succeed although the pages of this one are lost: there is none after a failure.
        this.#events.onError(error);
        return;
      }
      this.#syncing = false;
      this.#syncedBytes = bytes;
      this.#durable = position;
      this.#tellOffsets();
      if (bytes < this.#writtenBytes) this.#sync();
      this.#events.onDurable(position);
    });
  }

  #tellOffsets(): void {
    this.#events.onOffsets(this.#writtenBytes, this.#syncedBytes);
  }

  close(): void {
    closeSync(this.#file);
  }
}
