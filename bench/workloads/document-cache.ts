/**
 * A cache of documents in front of the store, one for all clients of a zone, as KAZOO's application servers keep it.
 *
 * - A read of a key that stands in it is answered at once and never reaches the store.
 * - It is filled by reads that found something, and by puts that ended ok. That a key is absent is not kept.
 * - A write forgets the key in its own zone before it is sent. When it has ended ok, the new value stands there if the writer
 *   knows it, and the other zones are told over a bus. A write that was refused for a conflict forgets the key again.
 *   One that ended otherwise tells nobody, even if it may have had its effect.
 * - Word from another zone makes a zone forget the key. Nothing is sent twice, and nothing makes up for word that was lost: what
 *   is stale then stays until it is written or read anew, or has stood as long as entries may.
 * - Versions are not compared. A read that was under way when word came, and a write that overtook another, put into the
 *   cache what they have.
 *
 * Keys and values are the history's numbers.
 */

/**
 * What an answer from the cache takes, in ms: the order of a look-up and a copy in the memory of the client's own machine. It
 * must not be nothing, or a client in a closed loop would read for ever in one instant.
 */
export const CACHE_ANSWER_MS = 0.01;

/** Sends word of a changed key from one zone to another. */
export type Tell = (from: number, to: number, key: number) => void;

interface Entry {
  readonly value: number;
  readonly untilMs: number;
}

export class DocumentCaches {
  readonly #lifeMs: number;
  readonly #tell: Tell;
  /** By zone: entries in the order in which their lives end. */
  readonly #entries: readonly Map<number, Entry>[];

  /** `zones`: how many, numbered from 0. */
  constructor(lifeMs: number, zones: number, tell: Tell) {
    this.#lifeMs = lifeMs;
    this.#tell = tell;
    this.#entries = Array.from({ length: zones }, () => new Map());
  }

  /** What stands under the key; undefined: nothing that is still alive. */
  find(zone: number, key: number, now: number): number | undefined {
    const entry = this.#entries[zone]!.get(key);
    return entry !== undefined && entry.untilMs > now ? entry.value : undefined;
  }

  fill(zone: number, key: number, value: number, now: number): void {
    const entries = this.#entries[zone]!;
    for (const [old, { untilMs }] of entries) {
      if (untilMs > now) break;
      entries.delete(old);
    }
    // Deleted first, or it would keep its place in the order.
    entries.delete(key);
    entries.set(key, { value, untilMs: now + this.#lifeMs });
  }

  forget(zone: number, key: number): void {
    this.#entries[zone]!.delete(key);
  }

  /** A write has ended ok. `value`: what stands under the key now; undefined: the writer does not know. */
  written(zone: number, key: number, value: number | undefined, now: number): void {
    if (value === undefined) this.forget(zone, key);
    else this.fill(zone, key, value, now);
    for (let other = 0; other < this.#entries.length; other++) if (other !== zone) this.#tell(zone, other, key);
  }
}
