/**
 * Who wrote what, for the checks of weaker promises: they judge keys whose values tell which write they came from.
 *
 * A key is a *register* if nothing is ever appended or added to it, a *document* if nothing but appends changes it, and a *counter* if
 * nothing but adds does. A register whose values repeat, a document whose elements repeat or cannot be told apart, and a key
 * of which more than one is true are not judged.
 */
import { ADD, APPEND, DELETE, GET, OK } from '../history.ts';
import { mayWrite, NONE, type Operations, seenValue, UNSEEN } from './columns.ts';

/** Instead of a write's row, and the greatest of its substitutes: what stood under the key at first. If keys are deleted, an absent value may be a delete's too. */
export const FIRST = -1;
/** …a value that no write of this key can have written. */
export const FOREIGN = -2;
/** …nothing was seen, or nothing that can be judged. */
export const UNTOLD = -3;

/** What the checks know of each key. */
export const REGISTER = 0;
export const DOCUMENT = 1;
export const COUNTER = 2;
export const UNJUDGED = 3;

/** How a key was changed, in bits. */
const BY_APPENDS = 1;
const BY_ADDS = 2;
const OTHERWISE = 4;

export class WriteIndex {
  readonly #operations: Operations;
  /** For each value the row of its first writer; where another key has a value of the same text, by key and value. */
  readonly #writers: Int32Array;
  readonly #namesakes = new Map<number, number>();
  /** For each key REGISTER, DOCUMENT, COUNTER or UNJUDGED. */
  readonly shape: Uint8Array;
  /** For each write of a register: when it had certainly taken effect, by its own ok end or because somebody had seen it. Infinity: never. */
  readonly settledMs: Float64Array;
  /** For each register the deletes that may have taken effect, by start. */
  readonly deletes: ReadonlyMap<number, readonly number[]>;

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#writers = new Int32Array(operations.valueCount).fill(FOREIGN);
    this.shape = new Uint8Array(operations.keyCount);
    this.settledMs = new Float64Array(operations.length).fill(Number.POSITIVE_INFINITY);
    this.deletes = this.#readWrites();
    for (let row = 0; row < operations.length; row++) {
      if (operations.outcome[row] !== OK) continue;
      if (mayWrite(operations, row)) this.#settle(row, operations.end[row]!);
      const seen = this.seen(row);
      if (seen >= 0) this.#settle(seen, operations.end[row]!);
    }
  }

  /** The row of the write that wrote this value under this key, or FIRST or FOREIGN. */
  writerOf(key: number, value: number): number {
    const { initial, key: keys } = this.#operations;
    if (value >= 0) {
      const row = this.#writers[value]!;
      if (row >= 0 && keys[row] === key) return row;
      const namesake = this.#namesakes.get(this.#pair(key, value));
      if (namesake !== undefined) return namesake;
    }
    if (value === initial[key] || (value === NONE && this.deletes.has(key))) return FIRST;
    return FOREIGN;
  }

  /** The write whose value the operation saw under a register: its row, or FIRST, FOREIGN or UNTOLD. */
  seen(row: number): number {
    const key = this.#operations.key[row]!;
    if (this.shape[key] !== REGISTER) return UNTOLD;
    const value = seenValue(this.#operations, row);
    return value === UNSEEN ? UNTOLD : this.writerOf(key, value);
  }

  /**
   * Whether what was seen is certainly older than a write that started at `sinceMs`. Writes that did not overlap are taken to
   * be ordered by time, if more than `skewMs` lay between them.
   * @param byMs when it was seen at the latest: deletes that started later explain nothing.
   */
  isOlder(key: number, seen: number, sinceMs: number, byMs: number, skewMs: number): boolean {
    if (seen >= 0) return this.settledMs[seen]! + skewMs < sinceMs;
    if (seen !== FIRST) return false;
    const { start } = this.#operations;
    const deletes = this.deletes.get(key) ?? [];
    // From the end: it is nearly always a late one that explains.
    return !deletes.some((_, i) => {
      const row = deletes[deletes.length - 1 - i]!;
      return start[row]! <= byMs && !(this.settledMs[row]! + skewMs < sinceMs);
    });
  }

  #settle(row: number, atMs: number): void {
    if (atMs < this.settledMs[row]!) this.settledMs[row] = atMs;
  }

  #pair(key: number, value: number): number {
    return key * this.#operations.valueCount + value;
  }

  #readWrites(): Map<number, number[]> {
    const { length, kind, key: keys, value: values } = this.#operations;
    const deletes = new Map<number, number[]>();
    const asked = new Uint8Array(this.shape.length);
    const changed = new Uint8Array(this.shape.length);
    for (let row = 0; row < length; row++) {
      if (kind[row] === GET) continue;
      const key = keys[row]!;
      const way = kind[row] === APPEND ? BY_APPENDS : kind[row] === ADD ? BY_ADDS : OTHERWISE;
      asked[key]! |= way;
      if (!mayWrite(this.#operations, row)) continue;
      changed[key]! |= way;
      if (kind[row] === DELETE) {
        const rows = deletes.get(key);
        if (rows === undefined) deletes.set(key, [row]);
        else rows.push(row);
      } else if (way !== BY_ADDS && !this.#addWriter(row, key, values[row]!)) this.shape[key] = UNJUDGED;
    }
    for (let key = 0; key < this.shape.length; key++) {
      if (this.shape[key] !== UNJUDGED) this.shape[key] = shapeOf(asked[key]!, changed[key]!);
    }
    return deletes;
  }

  /** False: the value has been written under this key before, or stood there at first. */
  #addWriter(row: number, key: number, value: number): boolean {
    if (this.writerOf(key, value) !== FOREIGN) return false;
    if (this.#writers[value] === FOREIGN) this.#writers[value] = row;
    else this.#namesakes.set(this.#pair(key, value), row);
    return true;
  }
}

/** By the ways in which a key was asked to change, and those in which it may have changed. */
function shapeOf(asked: number, changed: number): number {
  // Appends and adds that certainly failed make no document or counter of a key that other writes have changed.
  const ways = (changed & OTHERWISE) > 0 ? changed : asked & ~OTHERWISE;
  if (ways === BY_APPENDS) return DOCUMENT;
  if (ways === BY_ADDS) return COUNTER;
  return ways === 0 || ways === OTHERWISE ? REGISTER : UNJUDGED;
}
