/**
 * A node's durable side: the record log, the promised epoch, and how far each is on the disk.
 *
 * Records are held in memory as well, for replicas that have to catch up. What is appended is never undone; a batch at a
 * lower position replaces what came after it, in memory at once and in the next life when the entries are folded again.
 */
import type { Host, NodeId } from '../api.ts';
import { EpochLog } from '../parts/epoch-log.ts';
import type { Content, Entry, Message } from './messages.ts';

interface Unsynced {
  /** The host's position of the entry, and up to which record it reaches. */
  readonly at: number;
  readonly sinceMs: number;
  record: number;
}

export class Journal {
  readonly log = new EpochLog<Content>();
  /** The highest epoch promised or followed; 0: none yet. It never goes down, in all lives. */
  epoch = 0;
  /** Whom that epoch was promised to, if to anyone. */
  promisedTo: NodeId = '';
  voice = true;
  /** Records up to here are on this node's disk, as the log now stands. */
  durable = 0;
  /** The host's position up to which everything is on the disk. */
  synced: number;
  readonly #host: Host<Message, Entry>;
  #unsynced: Unsynced[] = [];
  #oldest = 0;

  constructor(host: Host<Message, Entry>) {
    this.#host = host;
    for (const entry of host.log.recovered) {
      if ('records' in entry) {
        this.log.place(entry.epoch, entry.first, entry.records);
        this.epoch = Math.max(this.epoch, entry.epoch);
      } else if ('promise' in entry) {
        this.epoch = entry.promise;
        this.promisedTo = entry.to;
      } else this.voice = entry.voice;
    }
    this.synced = host.log.recovered.length;
    this.durable = this.log.last;
  }

  /** Appends a promise; returns the position that has to be durable before anything relies on it. */
  promise(epoch: number, to: NodeId): number {
    if (epoch <= this.epoch) throw new Error(`epoch ${epoch} cannot be promised after ${this.epoch}`);
    this.epoch = epoch;
    this.promisedTo = to;
    return this.#append({ promise: epoch, to });
  }

  setVoice(voice: boolean): void {
    this.voice = voice;
    this.#append({ voice });
  }

  /** Appends a batch of records that stands in `log` already, the newest one last. */
  write(epoch: number, first: number, records: readonly Content[]): void {
    const at = this.#append({ epoch, first, records });
    this.#unsynced.push({ at, sinceMs: this.#host.now(), record: first + records.length - 1 });
  }

  /** Puts records at their place and appends them: what stood there and behind is replaced. */
  replace(epoch: number, first: number, records: readonly Content[]): void {
    this.#forgetBehind(first - 1);
    this.log.place(epoch, first, records);
    this.write(epoch, first, records);
  }

  /** What was written of the records behind a position says nothing of the ones that take their place. */
  #forgetBehind(position: number): void {
    if (position >= this.log.last) return;
    this.durable = Math.min(this.durable, position);
    for (let i = this.#oldest; i < this.#unsynced.length; i++) {
      const written = this.#unsynced[i]!;
      written.record = Math.min(written.record, position);
    }
  }

  onDurable(position: number): void {
    this.synced = position;
    while (this.#oldest < this.#unsynced.length && this.#unsynced[this.#oldest]!.at <= position) {
      this.durable = Math.max(this.durable, this.#unsynced[this.#oldest]!.record);
      this.#oldest++;
    }
    if (this.#oldest === this.#unsynced.length) {
      this.#unsynced = [];
      this.#oldest = 0;
    } else if (this.#oldest > 1024) {
      this.#unsynced = this.#unsynced.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  /** For how long the disk has owed the oldest record that is not durable; 0: it owes none. */
  owedMs(): number {
    const oldest = this.#unsynced[this.#oldest];
    return oldest === undefined ? 0 : this.#host.now() - oldest.sinceMs;
  }

  #append(entry: Entry): number {
    return this.#host.log.append(entry);
  }
}
