/**
 * The zone checker: linearizability of one key whose written values are all different, by one sort and one scan. Where only
 * some of them are, it still finds what contradicts itself by those alone.
 *
 * A write and the reads of its value make a group. A swap from u to v glues v's group right behind u's; what hangs together
 * so is a block, since nothing else can stand in between. With f the earliest end and s the latest start of a block, block A
 * must stand before block B if f(A) < s(B). So the history is linearizable if inside no block something of a later part ends
 * before something of an earlier part starts, and no two blocks must each stand before the other. That is so when the
 * forward zones [f, s] (f < s) do not overlap and no backward zone [s, f] lies inside a forward one.
 *
 * An unknown write that nobody saw is left out; one that was seen has happened, and ends never. What stood under the key at first is a
 * group written before all time.
 *
 * Values that more than one operation may have put there, absence among them once a key is deleted, tell nothing of their
 * write. They are left out: what saw them, what put them there, and that a swap found them. The rest still needs an order.
 *
 * After Gibbons and Korach (1997) and Golab, Li and Shah (2011); the glue for swaps is ours.
 */
import { ADD, APPEND, CAS, FAIL, GET, OK } from '../history.ts';
import { latestEffectMs, mayWrite, NONE, type Operations, seenValue, UNSEEN } from './columns.ts';
import type { Contradiction } from './verdict.ts';

const NOBODY = -1;
/** Instead of a group: the value may have been put there by more than one operation. */
const LEFT_OUT = -2;

/** Groups by number, in columns; 0 is the initial value's. */
class Groups {
  readonly value: Int32Array;
  /** The row of the write; NOBODY of the initial value's. */
  readonly writer: Int32Array;
  /** 1: the write has happened. */
  readonly happened: Uint8Array;
  /** Of an unknown write that has happened: the row that saw its value, or that of the group whose swap needed it. */
  readonly seer: Int32Array;
  readonly neededBy: Int32Array;
  /** The group glued behind this one, and the place of this one in its block. */
  readonly next: Int32Array;
  readonly part: Int32Array;
  readonly firstReadEnd: Float64Array;
  readonly firstReadEndRow: Int32Array;
  /** Of the whole group; of the whole block, in its first group, once the block is walked. */
  readonly firstEnd: Float64Array;
  readonly firstEndRow: Int32Array;
  readonly lastStart: Float64Array;
  readonly lastStartRow: Int32Array;
  readonly capacity: number;
  count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.value = new Int32Array(capacity);
    this.writer = new Int32Array(capacity);
    this.happened = new Uint8Array(capacity);
    this.seer = new Int32Array(capacity);
    this.neededBy = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.part = new Int32Array(capacity);
    this.firstReadEnd = new Float64Array(capacity);
    this.firstReadEndRow = new Int32Array(capacity);
    this.firstEnd = new Float64Array(capacity);
    this.firstEndRow = new Int32Array(capacity);
    this.lastStart = new Float64Array(capacity);
    this.lastStartRow = new Int32Array(capacity);
  }

  /** Opens a group with nothing but its write. */
  open(value: number, writer: number, happened: boolean, start: number, end: number): number {
    const group = this.count++;
    this.value[group] = value;
    this.writer[group] = writer;
    this.happened[group] = happened ? 1 : 0;
    this.seer[group] = NOBODY;
    this.neededBy[group] = NOBODY;
    this.next[group] = NOBODY;
    this.part[group] = NOBODY;
    this.firstReadEnd[group] = Number.POSITIVE_INFINITY;
    this.firstReadEndRow[group] = NOBODY;
    this.firstEnd[group] = end;
    this.firstEndRow[group] = writer;
    this.lastStart[group] = start;
    this.lastStartRow[group] = writer;
    return group;
  }
}

/** The initial value's write has no row. */
const contradiction = (property: string, rows: readonly number[]): Contradiction => ({
  property,
  rows: [...new Set(rows)].filter((row) => row !== NOBODY),
});

export class ZoneChecker {
  readonly #operations: Operations;
  /** By value + 1, since NONE is −1: its group, or LEFT_OUT; NOBODY between two checks. */
  readonly #groupOf: Int32Array;
  #groups = new Groups(64);

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#groupOf = new Int32Array(operations.valueCount + 1).fill(NOBODY);
  }

  /** What is wrong with the operations of one key, given by their rows; `undecided`: the zones do not tell, the search must. */
  check(rows: Int32Array): Contradiction | 'undecided' | undefined {
    if (this.#groups.capacity <= rows.length) this.#groups = new Groups(rows.length * 2);
    const groups = this.#groups;
    groups.count = 0;
    if (this.#grows(rows)) return 'undecided';
    const isWhole = this.#openGroups(rows) && this.#knowsFailedSwaps(rows);
    const found = this.#addReads(rows) ?? this.#glueSwaps() ?? this.#walkBlocks() ?? this.#compareZones();
    for (let group = 0; group < groups.count; group++) this.#groupOf[groups.value[group]! + 1] = NOBODY;
    this.#groupOf[NONE + 1] = NOBODY;
    return found ?? (isWhole ? undefined : 'undecided');
  }

  /** Whether it is appended or added to. */
  #grows(rows: Int32Array): boolean {
    const { kind } = this.#operations;
    return rows.some((row) => (kind[row] === APPEND || kind[row] === ADD) && mayWrite(this.#operations, row));
  }

  /** One group a value; false if some were left out. A value left out keeps its first group, which counts for nothing. */
  #openGroups(rows: Int32Array): boolean {
    const { value, start, outcome, initial, key } = this.#operations;
    const groups = this.#groups;
    const first = rows.length === 0 ? NONE : initial[key[rows[0]!]!]!;
    const before = Number.NEGATIVE_INFINITY;
    this.#groupOf[first + 1] = groups.open(first, NOBODY, true, before, before);
    let isWhole = true;
    for (const row of rows) {
      if (!mayWrite(this.#operations, row)) continue;
      const written = value[row]!;
      const known = this.#groupOf[written + 1]!;
      if (known === NOBODY && written !== NONE) {
        const end = latestEffectMs(this.#operations, row);
        this.#groupOf[written + 1] = groups.open(written, row, outcome[row] === OK, start[row]!, end);
        continue;
      }
      isWhole = false;
      if (known >= 0) groups.happened[known] = 0;
      this.#groupOf[written + 1] = LEFT_OUT;
    }
    return isWhole;
  }

  /** Whether a group is the first of its block: its write was no swap, or one that says nothing of what stood there before. */
  #startsBlock(group: number): boolean {
    const { kind, expected } = this.#operations;
    const writer = this.#groups.writer[group]!;
    return writer === NOBODY || kind[writer] !== CAS || this.#groupOf[expected[writer]! + 1] === LEFT_OUT;
  }

  /**
   * A swap that failed without telling what it saw says only that the value was another one, which no zone expresses. It may be
   * left out if what it expected was never there. One that saw what it expected contradicts itself.
   */
  #knowsFailedSwaps(rows: Int32Array): boolean {
    const { kind, outcome, swapped, expected, observed } = this.#operations;
    for (const row of rows) {
      if (kind[row] !== CAS || outcome[row] !== OK || swapped[row] === 1) continue;
      if (observed[row] === expected[row]) return false;
      if (observed[row] === UNSEEN && this.#groupOf[expected[row]! + 1] !== NOBODY) return false;
    }
    return true;
  }

  #addReads(rows: Int32Array): Contradiction | undefined {
    const { start, end } = this.#operations;
    const groups = this.#groups;
    for (const row of rows) {
      const value = seenValue(this.#operations, row);
      if (value === UNSEEN) continue;
      const group = this.#groupOf[value + 1]!;
      if (group === LEFT_OUT) continue;
      if (group === NOBODY) return this.#neverThere([row], value, rows);
      const unwritten = this.#markHappened(row, group, rows);
      if (unwritten !== undefined) return unwritten;
      // A successful swap counts here too: it stands between what it saw and what it wrote.
      if (end[row]! < groups.firstReadEnd[group]!) {
        groups.firstReadEnd[group] = end[row]!;
        groups.firstReadEndRow[group] = row;
      }
      if (end[row]! < groups.firstEnd[group]!) {
        groups.firstEnd[group] = end[row]!;
        groups.firstEndRow[group] = row;
      }
      if (start[row]! > groups.lastStart[group]!) {
        groups.lastStart[group] = start[row]!;
        groups.lastStartRow[group] = row;
      }
    }
    return undefined;
  }

  /** Somebody saw this group's value, so it was written; and if by a swap, so was what that swap expected. */
  #markHappened(seer: number, seen: number, rows: Int32Array): Contradiction | undefined {
    const { expected } = this.#operations;
    const groups = this.#groups;
    let group = seen;
    let neededBy = NOBODY;
    while (groups.happened[group] === 0) {
      groups.happened[group] = 1;
      groups.seer[group] = seer;
      groups.neededBy[group] = neededBy;
      const writer = groups.writer[group]!;
      if (this.#startsBlock(group)) break;
      neededBy = group;
      group = this.#groupOf[expected[writer]! + 1]!;
      if (group === NOBODY) return this.#neverThere(this.#proofOf(neededBy), expected[writer]!, rows);
    }
    return undefined;
  }

  #glueSwaps(): Contradiction | undefined {
    const { expected } = this.#operations;
    const groups = this.#groups;
    for (let group = 1; group < groups.count; group++) {
      if (groups.happened[group] === 0 || this.#startsBlock(group)) continue;
      const writer = groups.writer[group]!;
      const previous = this.#groupOf[expected[writer]! + 1]!;
      const rival = groups.next[previous]!;
      if (rival !== NOBODY) {
        return contradiction(
          `two swaps both replaced ${this.#text(groups.value[previous]!)}, so one of them was lost`,
          [previous, rival, group].flatMap((one) => this.#proofOf(one)),
        );
      }
      groups.next[previous] = group;
    }
    return undefined;
  }

  /** From each block's first group to its last: what is wrong inside, and the zone of the whole. */
  #walkBlocks(): Contradiction | undefined {
    const { start } = this.#operations;
    const groups = this.#groups;
    for (let first = 0; first < groups.count; first++) {
      if (groups.happened[first] === 0 || !this.#startsBlock(first)) continue;
      let part = 0;
      for (let group = first; group !== NOBODY; group = groups.next[group]!) {
        groups.part[group] = part++;
        const writer = groups.writer[group]!;
        if (writer !== NOBODY && groups.firstReadEnd[group]! < start[writer]!) {
          return contradiction(`${this.#text(groups.value[group]!)} was seen before its write began`, [
            groups.firstReadEndRow[group]!,
            writer,
          ]);
        }
        if (group === first) continue;
        // The first group's columns hold what the parts so far amount to.
        if (groups.firstEnd[group]! < groups.lastStart[first]!) return this.#outOfPlace(first, group);
        if (groups.firstEnd[group]! < groups.firstEnd[first]!) {
          groups.firstEnd[first] = groups.firstEnd[group]!;
          groups.firstEndRow[first] = groups.firstEndRow[group]!;
        }
        if (groups.lastStart[group]! > groups.lastStart[first]!) {
          groups.lastStart[first] = groups.lastStart[group]!;
          groups.lastStartRow[first] = groups.lastStartRow[group]!;
        }
      }
    }
    return this.#circle();
  }

  /** A swap that no walk has come by hangs on no first value: it is one of a circle, or behind one. */
  #circle(): Contradiction | undefined {
    const groups = this.#groups;
    for (let group = 1; group < groups.count; group++) {
      if (groups.happened[group] === 0 || groups.part[group] !== NOBODY) continue;
      const rows = this.#proofOf(group);
      for (let at = groups.next[group]!; at !== group; at = groups.next[at]!) rows.push(...this.#proofOf(at));
      return contradiction('swaps replaced each other in a circle, so none can have been the first', rows);
    }
    return undefined;
  }

  #compareZones(): Contradiction | undefined {
    const groups = this.#groups;
    const { firstEnd, lastStart, part } = groups;
    const forward: number[] = [];
    for (let first = 0; first < groups.count; first++) {
      if (part[first] === 0 && firstEnd[first]! < lastStart[first]!) forward.push(first);
    }
    forward.sort((a, b) => firstEnd[a]! - firstEnd[b]!);
    for (let i = 1; i < forward.length; i++) {
      const [earlier, later] = [forward[i - 1]!, forward[i]!];
      if (firstEnd[later]! < lastStart[earlier]!) return this.#conflict(earlier, later);
    }
    // The forward zones lie apart now, so only the last that begins before a backward zone can hold it.
    for (let first = 0; first < groups.count; first++) {
      if (part[first] !== 0 || firstEnd[first]! < lastStart[first]!) continue;
      let low = 0;
      let high = forward.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (firstEnd[forward[middle]!]! < lastStart[first]!) low = middle + 1;
        else high = middle;
      }
      const around = forward[low - 1];
      if (around !== undefined && firstEnd[first]! < lastStart[around]!) return this.#conflict(around, first);
    }
    return undefined;
  }

  #neverThere(seers: readonly number[], value: number, rows: Int32Array): Contradiction {
    const { value: written, outcome, kind } = this.#operations;
    const failed = rows.some((other) => outcome[other] === FAIL && kind[other] !== GET && written[other] === value);
    const text = this.#text(value);
    const why = failed ? 'its write had certainly failed' : 'nobody wrote it';
    return contradiction(`${text} was seen, but ${why}`, seers);
  }

  /** Something of this group ended before something of an earlier part of its block began. */
  #outOfPlace(first: number, group: number): Contradiction {
    const groups = this.#groups;
    const earlier = this.#groupSeenBy(groups.lastStartRow[first]!);
    const [from, to] = [earlier, group].map((one) => this.#text(groups.value[one]!));
    return contradiction(`${from} was there after swaps had led from it to ${to}`, [
      groups.firstEndRow[group]!,
      groups.lastStartRow[first]!,
      ...this.#writersBetween(first, earlier, group),
    ]);
  }

  /** Two blocks must each stand before the other. */
  #conflict(a: number, b: number): Contradiction {
    const groups = this.#groups;
    const rows: number[] = [];
    for (const first of [a, b]) {
      const ends = groups.firstEndRow[first]!;
      const starts = groups.lastStartRow[first]!;
      rows.push(ends, starts, ...this.#writersBetween(first, this.#groupSeenBy(ends), this.#groupSeenBy(starts)));
    }
    const [one, other] = [a, b].map((first) =>
      this.#text(groups.value[this.#groupSeenBy(groups.lastStartRow[first]!)]!),
    );
    return contradiction(`${one} and ${other} would each have to come before the other`, rows);
  }

  /** The group that a row of a block belongs to; that of the initial value for NOBODY. */
  #groupSeenBy(row: number): number {
    if (row === NOBODY) return 0;
    const { value } = this.#operations;
    const written = mayWrite(this.#operations, row) ? this.#groupOf[value[row]! + 1]! : LEFT_OUT;
    return written >= 0 ? written : this.#groupOf[seenValue(this.#operations, row) + 1]!;
  }

  /** The row of a group's write, and those that prove that it has happened. */
  #proofOf(group: number): number[] {
    const { writer, seer, neededBy } = this.#groups;
    const rows = [seer[group]!];
    for (let at = group; at !== NOBODY; at = neededBy[at]!) rows.push(writer[at]!);
    return rows;
  }

  /** The writes of the parts from one group to another of the same block, in whichever order they stand. */
  #writersBetween(first: number, one: number, other: number): number[] {
    const groups = this.#groups;
    const from = Math.min(groups.part[one]!, groups.part[other]!);
    const to = Math.max(groups.part[one]!, groups.part[other]!);
    const writers: number[] = [];
    for (
      let group = first;
      group !== NOBODY && groups.part[group]! <= to && groups.part[group]! >= 0;
      group = groups.next[group]!
    ) {
      if (groups.part[group]! >= from) writers.push(...this.#proofOf(group));
    }
    return writers;
  }

  #text(value: number): string {
    const text = this.#operations.valueText(value);
    return text === null ? 'absence' : `the value ${JSON.stringify(text)}`;
  }
}
