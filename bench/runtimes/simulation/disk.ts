/** A simulated log file of two layers: written (a process crash keeps it) and synced (a power loss keeps it). */
import type { Random } from '../../random.ts';
import type { Durability } from '../cluster.ts';
import type { EventQueue } from './events.ts';

export interface DiskTiming {
  /** A sync takes a time drawn evenly from this range. */
  readonly syncUs: readonly [low: number, high: number];
}

export class SimulatedDisk {
  /** What a restart recovers: discarded entries are gone, so positions of a life count from what it recovered. */
  #entries: unknown[] = [];
  /** Of `#entries`: how many are synced, and how many a discard took away before them in this life. */
  #synced = 0;
  #discarded = 0;
  #syncing = false;
  #life = 0;
  syncs = 0;
  readonly #events: EventQueue;
  readonly #random: Random;
  readonly #timing: DiskTiming;
  readonly #durability: Durability;

  constructor(events: EventQueue, random: Random, timing: DiskTiming, durability: Durability) {
    this.#events = events;
    this.#random = random;
    this.#timing = timing;
    this.#durability = durability;
  }

  get entries(): readonly unknown[] {
    return this.#entries;
  }

  /** Writes a block, starts a sync if none is under way, and returns up to which position the log is durable. */
  write(entries: readonly unknown[], onSynced: (position: number) => void): number {
    for (const entry of entries) this.#entries.push(entry);
    if (this.#durability === 'none') return this.#discarded + this.#entries.length;
    if (!this.#syncing) this.#sync(onSynced);
    return this.#discarded + this.#synced;
  }

  #sync(onSynced: (position: number) => void): void {
    this.#syncing = true;
    this.syncs++;
    const life = this.#life;
    const position = this.#discarded + this.#entries.length;
    const [low, high] = this.#timing.syncUs;
    this.#events.after(this.#random.between(low, high), () => {
      if (life !== this.#life) return;
      this.#syncing = false;
      this.#synced = position - this.#discarded;
      if (position < this.#discarded + this.#entries.length) this.#sync(onSynced);
      onSynced(position);
    });
  }

  discard(before: number): void {
    const count = before - 1 - this.#discarded;
    if (count <= 0) return;
    this.#entries.splice(0, count);
    // Without syncs nothing counts as synced, though the log is durable by its policy.
    this.#synced = Math.max(0, this.#synced - count);
    this.#discarded += count;
  }

  /**
   * Ends the life. A power loss keeps what was synced and a random prefix of the rest; a process crash keeps it all, until
   * the power is lost before the next life.
   */
  crash(powerLoss: boolean): void {
    this.#life++;
    this.#syncing = false;
    this.#discarded = 0;
    if (!powerLoss) return;
    const unsynced = this.#entries.length - this.#synced;
    this.#entries.length = this.#synced + this.#random.below(unsynced + 1);
  }

  /** What a new life starts with. It counts as durable: a node has to sync it before use. */
  recover(): unknown[] {
    this.#synced = this.#entries.length;
    return this.#entries.slice();
  }

  /** A new disk, to be put in between two lives. */
  wipe(): void {
    this.#entries = [];
    this.#synced = 0;
  }
}
