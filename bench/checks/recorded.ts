/** A recorder's history as the checks take it: from column to column, without a line or a text in between. */
import {
  ABSENT,
  APPEND,
  elementText,
  GET,
  type History,
  isDocumentKey,
  keyName,
  OK,
  PRELOADED,
  PUT,
  preloadText,
  UNKNOWN,
  valueText,
} from '../history.ts';
import { makeColumns, NONE, type Operations, UNSEEN } from './columns.ts';

/** A value that was read, of a row that the history does not hold. */
interface Foreign {
  readonly row: number;
  readonly key: number;
}

/**
 * Row r of the operations is index r of the history. Values of rows outside it that were read count as written at any time: an
 * unknown put for each stands behind the history's rows. What a read of a document returned is not recorded, so it
 * tells nothing.
 *
 * `filledKeys`: how many of the workload's own keys had been filled before the history begins.
 */
export function recordedOperations(history: History, filledKeys: number): Operations {
  const { length, firstRow = 0 } = history;
  const foreign = foreignValues(history);
  const rows = length + foreign.length;
  const columns = makeColumns(rows);
  for (const name of ['process', 'kind', 'outcome', 'start', 'end'] as const) columns[name].set(history[name]);

  // A written value has the number of its row; the preloaded one comes behind all of them.
  const foreignNumbers = new Map(foreign.map(({ row }, i) => [row, length + i]));
  const numberOf = (value: number): number => {
    if (value === ABSENT) return NONE;
    if (value === PRELOADED) return rows;
    return foreignNumbers.get(value) ?? value - firstRow;
  };
  const keys = new Map<number, number>();
  const keyNumber = (key: number): number => {
    const number = keys.get(key) ?? keys.size;
    keys.set(key, number);
    return number;
  };
  for (let row = 0; row < length; row++) {
    const key = history.key[row]!;
    const told = history.kind[row] === GET && history.outcome[row] === OK && !isDocumentKey(key);
    columns.key[row] = keyNumber(key);
    columns.value[row] = history.kind[row] === GET ? UNSEEN : numberOf(history.value[row]!);
    columns.observed[row] = told ? numberOf(history.value[row]!) : UNSEEN;
    columns.expected[row] = UNSEEN;
  }
  foreign.forEach(({ key }, i) => {
    const row = length + i;
    columns.process[row] = -1;
    columns.kind[row] = PUT;
    columns.key[row] = keyNumber(key);
    columns.value[row] = row;
    columns.observed[row] = UNSEEN;
    columns.expected[row] = UNSEEN;
    columns.outcome[row] = UNKNOWN;
    columns.start[row] = Number.NEGATIVE_INFINITY;
    columns.end[row] = Number.POSITIVE_INFINITY;
  });

  const names = [...keys.keys()];
  const textOf = (value: number): string => {
    if (value === rows) return preloadText(0);
    const row = value < length ? firstRow + value : foreign[value - length]!.row;
    return columns.kind[value] === APPEND ? elementText(row) : valueText(row, 0);
  };
  return {
    ...columns,
    length: rows,
    keyCount: names.length,
    valueCount: rows + 1,
    initial: Int32Array.from(names, (key) => (key < filledKeys ? rows : NONE)),
    keyText: (key) => keyName(names[key]!),
    valueText: (value) => (value === NONE ? null : textOf(value)),
    processText: String,
  };
}

/** Rows before or behind the history's whose values were read, each with the key it was read from. */
function foreignValues(history: History): Foreign[] {
  const { length, firstRow = 0, kind, outcome, key, value } = history;
  const found = new Map<number, Foreign>();
  for (let index = 0; index < length; index++) {
    const row = value[index]!;
    const isRow = kind[index] === GET && outcome[index] === OK && row >= 0 && !isDocumentKey(key[index]!);
    if (isRow && (row < firstRow || row >= firstRow + length)) found.set(row, { row, key: key[index]! });
  }
  return [...found.values()];
}
