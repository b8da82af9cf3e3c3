/**
 * Operations as the checks see them: one row each, in raw columns of 39 bytes a row, so that ten million fit into memory.
 *
 * Keys, values and processes are numbers here; their texts are kept aside for reports. Every written or seen value has one
 * number, whoever wrote it and however often.
 */
import { CAS, GET, KINDS, OK, OUTCOMES, UNKNOWN } from '../history.ts';
import type { HistoryLine } from '../history-line.ts';

/** A value's number: the key was absent (null). */
export const NONE = -1;
/** A value's number: nothing was told. */
export const UNSEEN = -2;

/** Columns hold at least `length` rows. Rows need no order. */
export interface Operations {
  readonly length: number;
  readonly keyCount: number;
  readonly valueCount: number;
  readonly process: Int32Array;
  /** By position in KINDS. */
  readonly kind: Uint8Array;
  readonly key: Int32Array;
  /** What a write wrote, or would have; NONE: a delete. UNSEEN: a `get`. */
  readonly value: Int32Array;
  /** What a `cas` wanted to replace. UNSEEN: no `cas`. */
  readonly expected: Int32Array;
  /** What an ok `get` read, or an ok `cas` saw that did not swap. UNSEEN: not told, or nothing to tell. */
  readonly observed: Int32Array;
  /** By position in OUTCOMES. */
  readonly outcome: Uint8Array;
  /** 1: an ok `cas` that wrote. */
  readonly swapped: Uint8Array;
  readonly start: Float64Array;
  /** When the client had its answer or gave up; Infinity: nothing came back. See `latestEffectMs`. */
  readonly end: Float64Array;
  /** What stood under each key before the first operation. */
  readonly initial: Int32Array;
  keyText(key: number): string;
  /** null: absent. */
  valueText(value: number): string | null;
  processText(process: number): string;
}

const COLUMNS = {
  process: Int32Array,
  kind: Uint8Array,
  key: Int32Array,
  value: Int32Array,
  expected: Int32Array,
  observed: Int32Array,
  outcome: Uint8Array,
  swapped: Uint8Array,
  start: Float64Array,
  end: Float64Array,
} as const;
type ColumnName = keyof typeof COLUMNS;
type Columns = { [Name in ColumnName]: InstanceType<(typeof COLUMNS)[Name]> };

/** Fresh columns of so many rows, begun with those of `old`. */
export function makeColumns(rows: number, old?: Columns): Columns {
  const names = Object.keys(COLUMNS) as ColumnName[];
  return Object.fromEntries(
    names.map((name) => {
      const column = new COLUMNS[name](rows);
      if (old !== undefined) column.set(old[name]);
      return [name, column];
    }),
  ) as unknown as Columns;
}

/** When the operation can have taken effect at the latest: one whose outcome is unknown, at any time after its start. */
export function latestEffectMs(operations: Operations, row: number): number {
  return operations.outcome[row] === UNKNOWN ? Number.POSITIVE_INFINITY : operations.end[row]!;
}

/** Whether the operation may have changed the key. A swap that is known not to have swapped is no write. */
export function mayWrite(operations: Operations, row: number): boolean {
  const kind = operations.kind[row]!;
  const outcome = operations.outcome[row]!;
  if (kind === GET) return false;
  return outcome === UNKNOWN || (outcome === OK && (kind !== CAS || operations.swapped[row] === 1));
}

/** What the operation saw the key's whole value to be; UNSEEN if it saw or told nothing. A swap saw what it replaced. */
export function seenValue(operations: Operations, row: number): number {
  if (operations.outcome[row] !== OK) return UNSEEN;
  return operations.swapped[row] === 1 ? operations.expected[row]! : operations.observed[row]!;
}

/** Gives each text a number, counted from 0. */
class Texts {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.list.length;
      this.#numbers.set(text, number);
      this.list.push(text);
    }
    return number;
  }
}

/** Collects the lines of a history file, whose keys are all absent at first. The reader has checked the lines. */
export class OperationsBuilder {
  readonly #processes = new Texts();
  readonly #keys = new Texts();
  readonly #values = new Texts();
  #columns = makeColumns(1024);
  #length = 0;

  add(line: HistoryLine): void {
    const row = this.#length++;
    if (row === this.#columns.start.length) this.#columns = makeColumns(row * 2, this.#columns);
    const columns = this.#columns;
    const kind = KINDS.indexOf(line.op);
    const ok = line.outcome === 'ok';
    const swapped = kind === CAS && ok && line.swapped === true;
    columns.process[row] = this.#processes.number(String(line.process));
    columns.kind[row] = kind;
    columns.key[row] = this.#keys.number(line.key);
    columns.value[row] = kind === GET ? UNSEEN : this.#value(line.value ?? null);
    columns.expected[row] = kind === CAS ? this.#value(line.expected ?? null) : UNSEEN;
    columns.observed[row] = UNSEEN;
    if (kind === GET && ok) columns.observed[row] = this.#value(line.value);
    if (kind === CAS && ok && !swapped) columns.observed[row] = this.#value(line.observed);
    columns.outcome[row] = OUTCOMES.indexOf(line.outcome);
    columns.swapped[row] = swapped ? 1 : 0;
    columns.start[row] = line.start;
    columns.end[row] = line.end ?? Number.POSITIVE_INFINITY;
  }

  /** The operations so far. The builder is used up. */
  build(): Operations {
    const keys = this.#keys.list;
    const values = this.#values.list;
    const processes = this.#processes.list;
    return {
      ...this.#columns,
      length: this.#length,
      keyCount: keys.length,
      valueCount: values.length,
      initial: new Int32Array(keys.length).fill(NONE),
      keyText: (key) => keys[key]!,
      valueText: (value) => values[value] ?? null,
      processText: (process) => processes[process]!,
    };
  }

  #value(text: string | null | undefined): number {
    if (text === undefined) return UNSEEN;
    return text === null ? NONE : this.#values.number(text);
  }
}
