/**
 * Well-mixed hashes of short texts, for placement and hash trees. Not for secrets: anyone can make two texts collide.
 *
 * Words are mixed in the manner of FNV-1a (one multiplication a character); `finish` is the final step of MurmurHash3, which lets
 * every bit of the input reach every bit of the result. Without it the high bits of texts that differ only at
 * their end ("k1", "k2") are nearly equal, and placement goes by the high bits.
 */

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** An unsigned 32-bit hash. Another `seed` gives an independent hash of the same text. */
export function hashText(text: string, seed = 0): number {
  let hash = FNV_OFFSET ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return finish(hash);
}

/** The hash of a hash and one more 32-bit word; the order of words matters. */
export const mix = (hash: number, word: number): number => finish(Math.imul(hash, 31) + word);

function finish(hash: number): number {
  let h = hash | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
