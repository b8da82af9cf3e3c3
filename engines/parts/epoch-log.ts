/**
 * The log of (epoch, position) records that log-shipping engines keep: one writer per epoch, positions 1, 2, 3, … without gaps.
 *
 * What everything here rests on (log matching): if two logs hold a record of the same epoch at the same position, they are
 * equal up to that position. It holds because an epoch has one writer, that writer never gives two records the same
 * position, and a copy takes a record only behind the record that stands before it in the writer's log.
 *
 * Epochs are kept as runs, not per record: a log of a million records has as many runs as it has seen writers.
 *
 * A log may have lost its beginning: records up to its base are forgotten, since some image of the state holds what they did.
 * Of the base itself, and of older positions of the same run, the epoch is still known.
 */

/** Where a log ends, or a place in it. Position 0 with epoch 0 is the place before the first record. */
export interface Point {
  readonly epoch: number;
  readonly position: number;
}

/** Whether a log that ends at `a` holds at least what a log that ends at `b` can prove: later epoch first, then position. */
export const reaches = (a: Point, b: Point): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.position >= b.position);

/** Neighbouring records of one epoch, as plain data for messages: its epoch, first position and last position. */
export type Run = readonly [epoch: number, first: number, last: number];

interface OpenRun {
  readonly epoch: number;
  readonly first: number;
}

export class EpochLog<Item> {
  /** Records behind the base. */
  #items: Item[] = [];
  /** Records up to here are forgotten; 0: none is. */
  #base = 0;
  /**
   * Oldest first. A run ends where the next begins; the newest ends with the log. The one that the base stands in is kept,
   * even when none of its records is.
   */
  readonly #runs: OpenRun[] = [];

  /** The place behind which records are kept. */
  get base(): Point {
    return { epoch: this.epochAt(this.#base), position: this.#base };
  }

  /** The position of the newest record; 0: there never was one. */
  get last(): number {
    return this.#base + this.#items.length;
  }

  get end(): Point {
    return { epoch: this.#runs.at(-1)?.epoch ?? 0, position: this.last };
  }

  /** The epoch of the record at this position; 0 before the first record, −1 behind the last or where it is forgotten. */
  epochAt(position: number): number {
    if (position === 0) return 0;
    if (position < 0 || position > this.last || position < this.#runs[0]!.first) return -1;
    return this.#runs[this.#runIndex(position)]!.epoch;
  }

  /** The record at this position, which must be there. */
  at(position: number): Item {
    if (!(position > this.#base && position <= this.last)) {
      throw new Error(`position ${position} is outside a log of the records ${this.#base + 1} to ${this.last}`);
    }
    return this.#items[position - this.#base - 1] as Item;
  }

  /** Adds one record behind the last and returns its position. Epochs never go backwards along a log. */
  append(epoch: number, item: Item): number {
    const newest = this.#runs.at(-1);
    if (newest === undefined || newest.epoch < epoch) {
      if (!(epoch > 0)) throw new Error(`epoch ${epoch} cannot have records; the first epoch is 1`);
      this.#runs.push({ epoch, first: this.last + 1 });
    } else if (newest.epoch > epoch) {
      throw new Error(`a record of epoch ${epoch} cannot stand behind one of epoch ${newest.epoch}`);
    }
    this.#items.push(item);
    return this.last;
  }

  /** Forgets every record behind this position, which must not stand before the base. */
  cut(position: number): void {
    if (position >= this.last) return;
    if (position < this.#base) {
      throw new Error(`cannot cut at ${position}: the records up to ${this.#base} are forgotten`);
    }
    this.#items.length = position - this.#base;
    while (this.#runs.length > 0 && this.#runs.at(-1)!.first > position) this.#runs.pop();
  }

  /** Forgets every record up to this position: it becomes the base, unless that is there or further on already. */
  trim(position: number): void {
    if (position <= this.#base) return;
    if (position > this.last) throw new Error(`cannot trim up to ${position}: the log ends at ${this.last}`);
    this.#items = this.#items.slice(position - this.#base);
    this.#base = position;
    let stale = 0;
    while (stale + 1 < this.#runs.length && this.#runs[stale + 1]!.first <= position) stale++;
    this.#runs.splice(0, stale);
  }

  /** Forgets everything, for an image of the state at this point: the next record stands behind it. */
  rebase(point: Point): void {
    this.#items = [];
    this.#base = point.position;
    this.#runs.length = 0;
    if (point.position > 0) this.#runs.push({ epoch: point.epoch, first: point.position });
  }

  /**
   * Puts records where they were written: what stands at `first` and behind it is replaced. This is how a life's appended
   * batches are folded, in order, into the log they left: a batch at a lower position replaces all that came after.
   */
  place(epoch: number, first: number, items: readonly Item[]): void {
    if (!(first > this.#base && first <= this.last + 1)) {
      throw new Error(`records from position ${first} do not fit behind a log of ${this.#base + 1} to ${this.last}`);
    }
    this.cut(first - 1);
    for (const item of items) this.append(epoch, item);
  }

  /**
   * How many of a writer's records, of one epoch and from position `first` on, are here already: the rest must be placed,
   * and what stands in their place is of a writer that was overruled. The record before `first` must agree already, and be the base or stand behind it.
   */
  known(epoch: number, first: number, count: number): number {
    let position = first;
    const end = Math.min(first + count - 1, this.last);
    // Along a log epochs only grow, so agreement ends for good at the first difference: ends of runs are all there is to try.
    while (position <= end) {
      const index = this.#runIndex(position);
      if (this.#runs[index]!.epoch !== epoch) break;
      position = Math.min(end, this.#lastOf(index)) + 1;
    }
    return position - first;
  }

  /** Up to `limit` records from `from` on, behind the base, all of one epoch: a piece to ship. Empty behind the last. */
  piece(from: number, limit: number): { readonly epoch: number; readonly items: readonly Item[] } {
    if (from > this.last) return { epoch: 0, items: [] };
    if (from <= this.#base) throw new Error(`record ${from} is forgotten, as all up to ${this.#base} are`);
    const index = this.#runIndex(from);
    const last = Math.min(from + limit - 1, this.#lastOf(index));
    return { epoch: this.#runs[index]!.epoch, items: this.#items.slice(from - this.#base - 1, last - this.#base) };
  }

  /** Up to `limit` records from `from` on, behind the base, whatever their epochs. */
  slice(from: number, limit: number): Item[] {
    if (from <= this.#base) throw new Error(`record ${from} is forgotten, as all up to ${this.#base} are`);
    return this.#items.slice(from - this.#base - 1, from - this.#base - 1 + limit);
  }

  /** The first position, as far as it is known, of the run of one epoch that this one lies in. */
  firstOfRun(position: number): number {
    return this.#runs[this.#runIndex(position)]!.first;
  }

  /** The last position of an epoch; −1 if the log has no record of it, or has forgotten them. */
  lastOfEpoch(epoch: number): number {
    const index = this.#runIndexOfEpoch(epoch);
    return index < 0 ? -1 : this.#lastOf(index);
  }

  /**
   * The newest `limit` runs at or below a position, oldest first: what another log needs to find where the two part. The run
   * that the base stands in is one of them; older ones are forgotten.
   */
  runs(upTo: number, limit: number): Run[] {
    const found: Run[] = [];
    const bound = Math.min(upTo, this.last);
    if (bound < 1 || bound < this.#runs[0]!.first) return found;
    for (let index = this.#runIndex(bound); index >= 0 && found.length < limit; index -= 1) {
      found.push([this.#runs[index]!.epoch, this.#runs[index]!.first, Math.min(bound, this.#lastOf(index))]);
    }
    return found.reverse();
  }

  /**
   * The last point that this log and one with these runs have in common. When they share none of the given epochs the answer
   * is the place before the oldest of them, where the search goes on: `sure` is false, unless that is the very beginning.
   * It may stand before this log's base.
   */
  commonPoint(runs: readonly Run[]): { readonly position: number; readonly sure: boolean } {
    for (let other = runs.length - 1; other >= 0; other -= 1) {
      const [epoch, first, last] = runs[other]!;
      const index = this.#runIndexOfEpoch(epoch);
      if (index < 0) continue;
      const position = Math.min(last, this.#lastOf(index));
      if (position >= first && position >= this.#runs[index]!.first) return { position, sure: true };
    }
    const before = Math.min((runs[0]?.[1] ?? 1) - 1, this.last);
    return { position: before, sure: before === 0 };
  }

  #lastOf(index: number): number {
    const next = this.#runs[index + 1];
    return next === undefined ? this.last : next.first - 1;
  }

  /** The run that holds a position, which must be in the log. Most questions are about the newest run. */
  #runIndex(position: number): number {
    let high = this.#runs.length - 1;
    if (this.#runs[high]!.first <= position) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#runs[middle]!.first <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #runIndexOfEpoch(epoch: number): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#runs[middle]!.epoch;
      if (found === epoch) return middle;
      if (found < epoch) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
