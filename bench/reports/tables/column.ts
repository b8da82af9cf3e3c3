/** How the columns of a table are described: as data, from which row types, CSV, data package and page are all derived. */

export type ColumnType = 'string' | 'integer' | 'number' | 'boolean';

/**
 * Units of columns, as text in results. `''`: no unit (names, verdicts). `1/s` counts operations per second; `share` is a
 * fraction of 1; `1/op` is per acknowledged operation.
 */
export type Unit =
  | ''
  | 'ms'
  | 's'
  | '1/s'
  | 'share'
  | 'bytes'
  | 'MB'
  | 'operations'
  | '1/op'
  | 'ms/op'
  | 'bytes/op'
  | 'bytes/s'
  | 'count';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly unit: Unit;
  /** One sentence: what a cell holds, and where it matters, what an empty one means. */
  readonly description: string;
}

export interface TableSchema {
  /** One sentence: what a row is. */
  readonly description: string;
  readonly columns: readonly Column[];
}

export const text = <const Name extends string>(name: Name, description: string) =>
  ({ name, type: 'string', unit: '', description }) as const;

export const flag = <const Name extends string>(name: Name, description: string) =>
  ({ name, type: 'boolean', unit: '', description }) as const;

export const count = <const Name extends string>(name: Name, unit: Unit, description: string) =>
  ({ name, type: 'integer', unit, description }) as const;

export const figure = <const Name extends string>(name: Name, unit: Unit, description: string) =>
  ({ name, type: 'number', unit, description }) as const;

interface ValueTypes {
  string: string;
  integer: number;
  number: number;
  boolean: boolean;
}

/** The row that a list of columns describes. A cell that is left out, or undefined, was not measured. */
export type RowOf<Columns extends readonly { readonly name: string; readonly type: ColumnType }[]> = {
  readonly [C in Columns[number] as C['name']]?: ValueTypes[C['type']] | undefined;
};
