/**
 * What a revision of a document is, and which of two leaves of its tree wins.
 *
 * A revision is an edit: it is named after what it says and after the revision that it was made from, and so, in effect,
 * after its whole history. The same edit of the same revision has the same name on every node, and is one revision. All of this
 * is as in CouchDB, which hashes by MD5 and shows a name as `generation-hash`.
 */
import { hashText, mix } from '../../parts/hash.ts';

/** A revision's name: its generation (1 for a first one) and the hash of what it says and of its parent. */
export interface Revision {
  readonly generation: number;
  /** 16 hexadecimal digits. */
  readonly hash: string;
}

/** A revision without a child, with what it says: null, if it deletes the document. */
export interface Leaf extends Revision {
  readonly value: string | null;
}

/** One leaf and its ancestors as it travels and is logged; plain data. */
export interface Branch {
  /** The leaf's. */
  readonly generation: number;
  /** Newest first, the leaf's first: ancestor i has `generation` − i. */
  readonly hashes: readonly string[];
  /** What the leaf says; null: a deletion. */
  readonly value: string | null;
}

export const leafOf = ({ generation, hashes, value }: Branch): Leaf => ({ generation, hash: hashes[0]!, value });

/** The hash of the revision that says `value` (null: a deletion) and was made from `parent` (undefined: from nothing). */
export function hashOf(parent: Revision | undefined, value: string | null): string {
  return hexOf(lane(0, parent, value)) + hexOf(lane(1, parent, value));
}

/** One of two independent hashes of 32 bits. */
function lane(index: 0 | 1, parent: Revision | undefined, value: string | null): number {
  const inherited = parent === undefined ? index : Number.parseInt(parent.hash.slice(8 * index, 8 * index + 8), 16);
  const made = mix(inherited, parent?.generation ?? 0);
  return value === null ? mix(made, 1) : mix(mix(made, 2), hashText(value, 1 + index));
}

const hexOf = (word: number): string => word.toString(16).padStart(8, '0');

/**
 * CouchDB's order of leaves: one that does not delete before one that does, then the higher generation, then the greater hash. So the
 * side that edited most wins, however long ago, and any edit wins against a deletion that did not know of it.
 */
export function beats(one: Leaf, other: Leaf): boolean {
  if ((one.value === null) !== (other.value === null)) return other.value === null;
  if (one.generation !== other.generation) return one.generation > other.generation;
  return one.hash > other.hash;
}
