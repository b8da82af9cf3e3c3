/**
 * What a log's files consist of: one block a turn, each with length and checksum.
 *
 * A block is 12 bytes of header (payload length, number of entries appended before it, checksum; all little-endian) and the
 * entries as JSON. The checksum runs over the payload and continues the block before it, so that recovery, which stops at
 * the first bad block, always yields a prefix of what was appended. A length and a checksum per record instead of per
 * block were measured to cost as much as the protocol.
 */
import { crc32 } from 'node:zlib';

const HEADER_BYTES = 12;
/** Payloads above this cannot have been written by `append`. */
const PAYLOAD_MAX_BYTES = 1 << 30;

/** Entries, or the mark that those before this one, counted from the log's first ever, are discarded. */
export type Contents = readonly unknown[] | { readonly discardBefore: number };

/** A place between two blocks, counted over all that was ever appended, in all lives and discarded or not. */
export interface Place {
  readonly bytes: number;
  readonly entries: number;
  /** What the next block's checksum continues. */
  readonly checksum: number;
}

export const BEGINNING: Place = { bytes: 0, entries: 0, checksum: 0 };

export const isSamePlace = (a: Place, b: Place): boolean =>
  a.bytes === b.bytes && a.entries === b.entries && a.checksum === b.checksum;

/** A good block. */
export interface Block {
  readonly contents: Contents;
  readonly start: Place;
  readonly end: Place;
  /** Of these bytes of the log the contents were read. */
  readonly payloadStartBytes: number;
}

/** The good blocks of a file that begins at this place, up to the first bad one: torn, corrupt, or simply the end. */
export function* blocksIn(file: Buffer, from: Place): Generator<Block, void> {
  let start = from;
  let at = 0;
  while (at + HEADER_BYTES <= file.length) {
    const length = file.readUInt32LE(at);
    const endAt = at + HEADER_BYTES + length;
    // A file system may leave zeros behind a power loss: they would pass for an empty first block.
    if (length === 0 || length > PAYLOAD_MAX_BYTES || endAt > file.length) return;
    const payload = file.subarray(at + HEADER_BYTES, endAt);
    const checksum = crc32(payload, start.checksum);
    if (file.readUInt32LE(at + 8) !== checksum || file.readUInt32LE(at + 4) !== start.entries >>> 0) return;
    const contents = JSON.parse(payload.toString('utf8')) as Contents;
    const entries = start.entries + ('discardBefore' in contents ? 0 : contents.length);
    const end = { bytes: from.bytes + endAt, entries, checksum };
    yield { contents, start, end, payloadStartBytes: from.bytes + at + HEADER_BYTES };
    start = end;
    at = endAt;
  }
}

/** A block as it is to stand behind this place. */
export function encodeBlock(
  contents: Contents,
  { entries, checksum: before }: Place,
): { buffer: Buffer; checksum: number } {
  const payload = JSON.stringify(contents);
  const length = Buffer.byteLength(payload);
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + length);
  buffer.write(payload, HEADER_BYTES, 'utf8');
  const checksum = crc32(buffer.subarray(HEADER_BYTES), before);
  buffer.writeUInt32LE(length, 0);
  buffer.writeUInt32LE(entries >>> 0, 4);
  buffer.writeUInt32LE(checksum, 8);
  return { buffer, checksum };
}
