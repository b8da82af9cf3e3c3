/**
 * A simulated log file of two layers: written (a process crash keeps it) and synced (a power loss keeps it). Syncs go one
 * after the other, each for all that was written by then, unless a fault scatters them.
 */
import type { DiskFault } from '../../faults/vocabulary.ts';
import type { Random } from '../../random.ts';
import { sampler } from '../../topologies/delays.ts';
import type { Delay } from '../../topologies/links.ts';
import type { Durability } from '../cluster.ts';
import type { EventQueue } from './events.ts';

/** How long it takes to write a block, and to sync after that. */
export interface DiskTiming {
  readonly append: Delay;
  readonly sync: Delay;
}

/** The faults that come and go while the node is up. */
type Hindrance = Extract<DiskFault, { kind: 'slow-disk' | 'stall-disk' | 'scatter-syncs' }>;

interface Sync {
  /** Makes the log durable up to here. */
  readonly position: number;
  done: boolean;
}

export class SimulatedDisk {
  /** What a restart recovers: discarded entries are gone, so positions of a life count from what it recovered. */
  #entries: unknown[] = [];
  /** Of `#entries`: how many are synced, and how many a discard took away before them in this life. */
  #synced = 0;
  #discarded = 0;
  /** What was last reported as durable in this life: without syncs, what has been written. */
  #durable = 0;
  /** Under way, in the order of their positions. */
  #syncs: Sync[] = [];
  #life = 0;
  #hindrances: readonly Hindrance[] = [];
  syncs = 0;
  readonly #events: EventQueue;
  readonly #random: Random;
  readonly #appendUs: () => number;
  readonly #syncUs: () => number;
  readonly #durability: Durability;
  #onDurable: (position: number) => void = () => {};

  constructor(events: EventQueue, random: Random, timing: DiskTiming, durability: Durability) {
    this.#events = events;
    this.#random = random;
    this.#appendUs = sampler(timing.append, random.fork('append'));
    this.#syncUs = sampler(timing.sync, random.fork('sync'));
    this.#durability = durability;
  }

  get entries(): readonly unknown[] {
    return this.#entries;
  }

  get #end(): number {
    return this.#discarded + this.#entries.length;
  }

  /** Writes a block, so long from now, and returns up to which position the log is durable. */
  write(entries: readonly unknown[], beginsInUs: number): number {
    for (const entry of entries) this.#entries.push(entry);
    const appendUs = beginsInUs + this.#appendUs();
    if (this.#durability === 'none' && appendUs === 0 && this.#syncs.length === 0 && !this.#isStalled) {
      this.#durable = this.#end;
    } else if (this.#syncs.length === 0 || this.#isScattered) this.#sync(appendUs);
    return this.#durable;
  }

  #sync(afterUs: number): void {
    const life = this.#life;
    const sync: Sync = { position: this.#end, done: false };
    this.#syncs.push(sync);
    let us = afterUs;
    if (this.#durability === 'fsync') {
      this.syncs++;
      us += this.#syncUs();
    }
    for (const hindrance of this.#hindrances) {
      if (hindrance.kind === 'slow-disk') us += hindrance.syncMs * 1000;
      else if (hindrance.kind === 'scatter-syncs') us += this.#random.next() * hindrance.syncMs * 1000;
    }
    this.#events.after(us, () => {
      if (life !== this.#life) return;
      sync.done = true;
      this.#complete();
    });
  }

  /** Reports what has become durable: a prefix without gaps, whatever order syncs finish in. */
  #complete(): void {
    if (this.#isStalled) return;
    let position = 0;
    while (this.#syncs[0]?.done === true) position = this.#syncs.shift()!.position;
    if (position === 0) return;
    this.#durable = position;
    if (this.#durability === 'fsync') this.#synced = Math.max(this.#synced, position - this.#discarded);
    if (this.#syncs.length === 0 && position < this.#end) this.#sync(0);
    this.#onDurable(position);
  }

  get #isStalled(): boolean {
    return this.#hindrances.some(({ kind }) => kind === 'stall-disk');
  }

  get #isScattered(): boolean {
    return this.#hindrances.some(({ kind }) => kind === 'scatter-syncs');
  }

  discard(before: number): void {
    const count = before - 1 - this.#discarded;
    if (count <= 0) return;
    this.#entries.splice(0, count);
    // Without syncs nothing counts as synced, though the log is durable by its policy.
    this.#synced = Math.max(0, this.#synced - count);
    this.#discarded += count;
  }

  // -------------------------------------------------------------------------------------------------------- lives

  /** What a new life starts with. It counts as durable: a node has to sync it before use. */
  recover(onDurable: (position: number) => void = () => {}): unknown[] {
    this.#onDurable = onDurable;
    this.#synced = this.#entries.length;
    this.#durable = this.#entries.length;
    return this.#entries.slice();
  }

  /**
   * Ends the life. A power loss keeps what was synced and a prefix of the rest, of drawn length or of `keep` entries; a process
   * crash keeps it all, until the power is lost before the next life.
   */
  crash(powerLoss: boolean, keep?: number): void {
    this.#life++;
    this.#syncs = [];
    this.#discarded = 0;
    if (!powerLoss) return;
    const unsynced = this.#entries.length - this.#synced;
    this.#entries.length = this.#synced + Math.min(keep ?? this.#random.below(unsynced + 1), unsynced);
  }

  // ------------------------------------------------------------------------------------------------------- faults

  hinder(fault: Hindrance): void {
    this.#hindrances = [...this.#hindrances, fault];
  }

  unhinder(fault: Hindrance): void {
    const at = this.#hindrances.indexOf(fault);
    if (at >= 0) this.#hindrances = this.#hindrances.toSpliced(at, 1);
    this.#complete();
  }

  /** A new disk, to be put in between two lives. */
  wipe(): void {
    this.#entries = [];
    this.#synced = 0;
  }

  /** The last record that was synced cannot be read any more: what follows it is gone with it. Between two lives. */
  corrupt(): void {
    this.#entries.length = Math.max(0, this.#synced - 1);
    this.#synced = this.#entries.length;
  }
}
