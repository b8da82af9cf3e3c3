/**
 * Folds what a node's former lives appended into the log that they meant.
 *
 * A durable log only grows, so an entry that takes another's place is appended with the index of the one it replaces:
 * it and all that came after are then void. Once a snapshot holds a beginning of the log, a record says so (`cover`), and
 * the records before may be discarded. What is replayed may then begin in the midst of entries and snapshots that are
 * stale by now: entries whose predecessors are gone, until a lower index or a newer snapshot's record sweeps them away.
 * So gaps are judged at the end, not on the way.
 */
export class RecoveredLog<Entry> {
  /** All up to this index is in a snapshot and not in `entries`. */
  base = 0;
  /** The entries that stand, without gaps, and the position of the record that wrote each. */
  entries: Entry[] = [];
  positions: number[] = [];
  /** The index of `entries[0]`; without entries, the one after `base`. */
  first = 1;

  /** The last index that is in `entries` or in the snapshot. */
  get last(): number {
    return this.first + this.entries.length - 1;
  }

  /** The entry at an index of 1 or more, found at this position. Throws if a snapshot seen before holds that index. */
  put(index: number, entry: Entry, position: number): void {
    if (index <= this.base) {
      throw new Error(`recovered log: entry ${index} lies at or below the snapshot's last index ${this.base}`);
    }
    // Without its predecessors here, it begins anew; whether that was right shows when all is read.
    if (index < this.first || index > this.last + 1) this.first = index;
    this.entries.length = this.positions.length = index - this.first;
    this.entries.push(entry);
    this.positions.push(position);
  }

  /**
   * A snapshot holds all up to `index`. `keepTail`: the entries behind it continue it, as after taking a snapshot; without,
   * they are void, as after installing one that contradicts them. Throws if a snapshot seen before went further.
   */
  cover(index: number, keepTail: boolean): void {
    if (index < this.base) {
      throw new Error(`recovered log: a snapshot up to ${index} follows one up to ${this.base}`);
    }
    this.base = index;
    const covered = index + 1 - this.first;
    // Entries that begin further on continue a later snapshot, for which those between were discarded; or they are stale, and swept away.
    if (keepTail && covered < 0) return;
    this.entries = keepTail ? this.entries.slice(covered) : [];
    this.positions = keepTail ? this.positions.slice(covered) : [];
    this.first = index + 1;
  }

  /** To be called after the last record. Throws if the entries do not reach back to the snapshot, or to index 1 without one. */
  finish(): void {
    if (this.first !== this.base + 1) {
      throw new Error(`recovered log: it begins at entry ${this.first}, but nothing holds those after ${this.base}`);
    }
  }
}
