/**
 * A node's durable side: the record log, the promised epoch, images of the state, and how far each is on the disk.
 *
 * Records are held in memory as well, for replicas that have to catch up. What is appended is never undone; a batch at a
 * lower position replaces what came after it, in memory at once and in the next life when the entries are folded again.
 */
import type { Host, NodeId } from '../api.ts';
import { EpochLog, type Point } from '../parts/epoch-log.ts';
import type { StatePart } from '../parts/state-machine.ts';
import type { Entry, Message, Promises } from './messages.ts';
import type { Content } from './record.ts';

interface Unsynced {
  /** The host's position of the entry, and up to which record it reaches. */
  readonly at: number;
  readonly sinceMs: number;
  record: number;
}

/** A state that records are applied to. */
export interface Image {
  readonly at: Point;
  readonly parts: readonly StatePart[];
}

export class Journal {
  readonly log = new EpochLog<Content>();
  /** The highest epoch promised or followed; 0: none yet. It never goes down, in all lives. */
  epoch = 0;
  /** Whom that epoch was promised to, if to anyone. */
  promisedTo: NodeId = '';
  voice = true;
  /** Where the newest whole image stands: the next life knows nothing of what came before. 0: there is none. */
  floor = 0;
  /** Records up to here are on this node's disk, as the log now stands. */
  durable = 0;
  /** The host's position up to which everything is on the disk. */
  synced: number;
  readonly #host: Host<Message, Entry>;
  /** The image that the former life left; the records behind it are in `log`. */
  #recovered: Image | undefined;
  #unsynced: Unsynced[] = [];
  #oldest = 0;
  /** Where the image under way, or the newest whole one, begins. */
  #imageAt = 0;

  constructor(host: Host<Message, Entry>) {
    this.#host = host;
    const entries = host.log.recovered;
    const whole = entries.findLastIndex((entry) => 'whole' in entry);
    const begin = entries.slice(0, Math.max(0, whole)).findLastIndex((entry) => 'image' in entry);
    const parts: StatePart[] = [];
    for (const [index, entry] of entries.entries()) {
      if (index < begin) continue;
      if ('records' in entry) this.log.place(entry.epoch, entry.first, entry.records);
      else if ('voice' in entry && !('image' in entry)) this.voice = entry.voice;
      else if ('promise' in entry && !('image' in entry)) this.#promised(entry);
      else if (index === begin && 'image' in entry) {
        this.log.rebase(entry.image);
        this.voice = entry.voice;
        this.#promised(entry);
      } else if ('part' in entry && index < whole) parts.push(entry.part);
    }
    this.epoch = Math.max(this.epoch, this.log.end.epoch);
    this.#recovered = begin < 0 ? undefined : { at: this.log.base, parts };
    this.synced = entries.length;
    this.durable = this.log.last;
    this.floor = this.log.base.position;
  }

  /** Hands over the image that the former life left, if it left one. It is as large as the state, and not kept. */
  takeImage(): Image | undefined {
    const image = this.#recovered;
    this.#recovered = undefined;
    return image;
  }

  #promised({ promise, to }: { readonly promise: number; readonly to: NodeId }): void {
    this.epoch = promise;
    this.promisedTo = to;
  }

  /** Appends a promise; returns the position that has to be durable before anything relies on it. */
  promise(epoch: number, to: NodeId): number {
    if (epoch <= this.epoch) throw new Error(`epoch ${epoch} cannot be promised after ${this.epoch}`);
    this.#promised({ promise: epoch, to });
    return this.#host.log.append({ promise: epoch, to });
  }

  setVoice(voice: boolean): void {
    this.voice = voice;
    this.#host.log.append({ voice });
  }

  /** Appends a batch of records that stands in `log` already, the newest one last. */
  write(epoch: number, first: number, records: readonly Content[]): void {
    const at = this.#host.log.append({ epoch, first, records });
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

  // ---------------------------------------------------------------------------------------------------------- images

  /** Begins an image of the state at this point. One that was under way is given up: it never becomes whole. */
  beginImage(image: Point): void {
    const { epoch, promisedTo, voice } = this;
    const promises: Promises = { promise: epoch, to: promisedTo, voice };
    this.#imageAt = this.#host.log.append({ image, ...promises });
  }

  /** Records that stand behind the image's point are in older entries, which will be discarded: again. */
  repeatBehind(position: number): void {
    for (let from = position + 1; from <= this.log.last; ) {
      const { epoch, items } = this.log.piece(from, this.log.last);
      this.#host.log.append({ epoch, first: from, records: items });
      from += items.length;
    }
  }

  addPart(part: StatePart): void {
    this.#host.log.append({ part });
  }

  /** The image has all its parts. Returns the position that has to be durable before older entries may go. */
  endImage(point: Point): number {
    this.floor = point.position;
    return this.#host.log.append({ whole: true });
  }

  /** Once the image is whole and durable. */
  discardBeforeImage(): void {
    this.#host.log.discard(this.#imageAt);
  }

  /** The log begins anew behind an image that came from elsewhere, and is whole at this position. */
  rebase(point: Point, at: number): void {
    this.log.rebase(point);
    this.durable = 0;
    // What is still to be reported as durable was of the log before.
    this.#unsynced = [{ at, sinceMs: this.#host.now(), record: point.position }];
    this.#oldest = 0;
    this.onDurable(this.synced);
  }

  // ------------------------------------------------------------------------------------------------------------ disk

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
}
