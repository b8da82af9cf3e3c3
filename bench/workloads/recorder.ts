/** The recorder: one row an operation, in raw columns; nothing is averaged or left out before it is read. */
import { FAIL, GET, type History } from '../history.ts';

const COLUMNS = {
  process: Int32Array,
  zone: Uint8Array,
  kind: Uint8Array,
  key: Int32Array,
  value: Int32Array,
  intended: Float64Array,
  start: Float64Array,
  end: Float64Array,
  outcome: Uint8Array,
  answeredBy: Int16Array,
  answeredAt: Float64Array,
  crossed: Uint8Array,
  accepted: Uint8Array,
  cached: Uint8Array,
  attempts: Uint16Array,
  shed: Uint8Array,
} as const;
type ColumnName = keyof typeof COLUMNS;
type Columns = { [Name in ColumnName]: InstanceType<(typeof COLUMNS)[Name]> };
const NAMES = Object.keys(COLUMNS) as ColumnName[];

function makeColumns<Column>(make: (name: ColumnName) => Column): Columns {
  return Object.fromEntries(NAMES.map((name) => [name, make(name)])) as unknown as Columns;
}

const CHUNK_BITS = 14;
const CHUNK_ROWS = 1 << CHUNK_BITS;

/**
 * Grows by chunks, because a doubling array would copy millions of rows in the midst of a measurement. Rows are handed out
 * in order and may be ended in any order.
 */
export class Recorder {
  readonly #zones: readonly string[];
  readonly #nodes: readonly string[];
  #chunks: Columns[] = [];
  #firstRow = 0;
  #length = 0;

  constructor(zones: readonly string[], nodes: readonly string[]) {
    this.#zones = zones;
    this.#nodes = nodes;
  }

  /** The row that `begin` will hand out next. */
  get nextRow(): number {
    return this.#firstRow + this.#length;
  }

  /** Opens a row, with no answer yet. A `get` has its value set when it ends. */
  begin(
    process: number,
    zone: number,
    kind: number,
    key: number,
    value: number,
    intended: number,
    start: number,
  ): number {
    const index = this.#length++;
    const at = index & (CHUNK_ROWS - 1);
    if (at === 0) this.#chunks.push(makeColumns((name) => new COLUMNS[name](CHUNK_ROWS)));
    const chunk = this.#chunks[index >>> CHUNK_BITS]!;
    chunk.process[at] = process;
    chunk.zone[at] = zone;
    chunk.kind[at] = kind;
    chunk.key[at] = key;
    chunk.value[at] = value;
    chunk.intended[at] = intended;
    chunk.start[at] = start;
    chunk.answeredBy[at] = -1;
    chunk.answeredAt[at] = Number.NaN;
    return this.#firstRow + index;
  }

  end(row: number, outcome: number, end: number, attempts: number): void {
    const index = row - this.#firstRow;
    const chunk = this.#chunks[index >>> CHUNK_BITS]!;
    const at = index & (CHUNK_ROWS - 1);
    chunk.outcome[at] = outcome;
    chunk.end[at] = end;
    chunk.attempts[at] = attempts;
  }

  /** The row's outcome came with an answer. `read`: what a `get` returned, as the `value` column counts it. */
  answered(row: number, node: number, atMs: number, accepted: boolean, read: number, crossed: boolean): void {
    const index = row - this.#firstRow;
    const chunk = this.#chunks[index >>> CHUNK_BITS]!;
    const at = index & (CHUNK_ROWS - 1);
    chunk.answeredBy[at] = node;
    chunk.answeredAt[at] = atMs;
    if (accepted) chunk.accepted[at] = 1;
    if (crossed) chunk.crossed[at] = 1;
    if (chunk.kind[at] === GET) chunk.value[at] = read;
  }

  /** The row's `get` was answered by the cache of its zone and never reached the store. */
  cached(row: number, read: number): void {
    const index = row - this.#firstRow;
    const chunk = this.#chunks[index >>> CHUNK_BITS]!;
    const at = index & (CHUNK_ROWS - 1);
    chunk.cached[at] = 1;
    chunk.value[at] = read;
  }

  /** The row was never sent: too many attempts were in flight. */
  shed(row: number, end: number): void {
    this.end(row, FAIL, end, 0);
    const index = row - this.#firstRow;
    this.#chunks[index >>> CHUNK_BITS]!.shed[index & (CHUNK_ROWS - 1)] = 1;
  }

  /** Hands over all rows so far and goes on counting after them. */
  take(): History {
    const length = this.#length;
    const chunks = this.#chunks;
    const columns = makeColumns((name) => {
      const whole = new COLUMNS[name](length);
      chunks.forEach((chunk, i) => {
        const from = i * CHUNK_ROWS;
        whole.set(chunk[name].subarray(0, Math.min(CHUNK_ROWS, length - from)), from);
      });
      return whole;
    });
    const history = { length, firstRow: this.#firstRow, zones: this.#zones, nodes: this.#nodes, ...columns };
    this.#firstRow += length;
    this.#length = 0;
    this.#chunks = [];
    return history;
  }
}

/** A history as it travels between threads: the columns' buffers, in a fixed order. */
export interface PackedHistory {
  readonly length: number;
  readonly firstRow: number;
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
  readonly columns: readonly ArrayBuffer[];
}

/**
 * The history's columns as buffers, and the list of what to transfer. The buffers are the history's own, which is empty once
 * they are transferred; only columns that share a larger buffer, as slices do, are copied.
 */
export function packHistory(history: History): { packed: PackedHistory; transfer: ArrayBuffer[] } {
  const columns = NAMES.map((name) => {
    const column = history[name];
    const whole = column.byteLength === column.buffer.byteLength ? column : column.slice();
    return whole.buffer as ArrayBuffer;
  });
  const { length, firstRow = 0, zones, nodes } = history;
  return { packed: { length, firstRow, zones, nodes, columns }, transfer: columns };
}

export function unpackHistory(packed: PackedHistory): History {
  const { length, firstRow, zones, nodes } = packed;
  const columns = makeColumns((name) => new COLUMNS[name](packed.columns[NAMES.indexOf(name)]!));
  return { length, firstRow, zones, nodes, ...columns };
}

/** Joins steps of one load, in the order in which they ran and with none left out in between. */
export function concatHistories(histories: readonly History[]): History {
  const first = histories[0];
  if (first === undefined) throw new Error('there is no history to join');
  const { firstRow = 0, zones, nodes } = first;
  let length = 0;
  for (const history of histories) {
    if ((history.firstRow ?? 0) !== firstRow + length) throw new Error('histories to join must follow each other');
    length += history.length;
  }
  const columns = makeColumns((name) => {
    const whole = new COLUMNS[name](length);
    let at = 0;
    for (const history of histories) {
      whole.set(history[name], at);
      at += history.length;
    }
    return whole;
  });
  return { length, firstRow, zones, nodes, ...columns };
}

/** The first index whose intended start is not before `timeMs`. */
function lowerBound(intended: Float64Array, timeMs: number): number {
  let low = 0;
  let high = intended.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (intended[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The operations intended in [fromMs, toMs). The columns are views of the whole history's. */
export function sliceHistory(history: History, fromMs: number, toMs: number): History {
  const from = lowerBound(history.intended, fromMs);
  const to = Math.max(from, lowerBound(history.intended, toMs));
  const { firstRow = 0, zones, nodes } = history;
  const columns = makeColumns((name) => history[name].subarray(from, to));
  return { length: to - from, firstRow: firstRow + from, zones, nodes, ...columns };
}
