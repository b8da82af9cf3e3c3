/**
 * Tables as CSV text: one header, UTF-8, `\n` after every row, an empty cell for what was not measured.
 *
 * Spreadsheets run a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula. Text that does, or
 * that does so after apostrophes, is written with one more apostrophe before it, and loses it again on reading. Numbers are
 * never touched, so that `-3.5` stays a number.
 */
import { type CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { InputError } from '../input.ts';
import type { Column } from './tables/column.ts';
import { TABLES, type TableName, type TableRow } from './tables.ts';

type Cell = string | number | boolean | undefined;

const FORMULA = /^'*[=+\-@\t\r]/;
const GUARDED = /^''*[=+\-@\t\r]/;

export const guardFormula = (value: string): string => (FORMULA.test(value) ? `'${value}` : value);
export const unguardFormula = (cell: string): string => (GUARDED.test(cell) ? cell.slice(1) : cell);

/** Six significant digits, but never fewer than the whole number: no clock or counter here supports more. */
export function roundNumber(value: number): number {
  return Math.abs(value) >= 1e5 ? Math.round(value) : Number(value.toPrecision(6));
}

function formatCell(column: Column, value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return '';
    return String(column.type === 'integer' ? Math.round(value) : roundNumber(value));
  }
  return typeof value === 'string' ? guardFormula(value) : String(value);
}

export function csvHeader(name: TableName): string {
  return stringify([TABLES[name].columns.map((column) => column.name)]);
}

/** The rows as CSV lines without a header, ready to be appended. */
export function csvRows<Name extends TableName>(name: Name, rows: readonly TableRow<Name>[]): string {
  const columns: readonly Column[] = TABLES[name].columns;
  const records = rows.map((row) => {
    const cells = row as { readonly [column: string]: Cell };
    return columns.map((column) => formatCell(column, cells[column.name]));
  });
  return stringify(records, { quoted_match: /[\r\n]/ });
}

function parseCell(column: Column, cell: string, where: string): Cell {
  if (cell === '') return undefined;
  if (column.type === 'string') return unguardFormula(cell);
  if (column.type === 'boolean') {
    if (cell === 'true' || cell === 'false') return cell === 'true';
    throw new InputError(`${where}: expected true or false, but "${cell}" came`);
  }
  const value = Number(cell);
  if (cell.trim() === '' || !Number.isFinite(value))
    throw new InputError(`${where}: expected a number, but "${cell}" came`);
  if (column.type === 'integer' && !Number.isInteger(value)) {
    throw new InputError(`${where}: expected a whole number, but "${cell}" came`);
  }
  return value;
}

/**
 * Reads a table back. Columns that the file lacks count as not measured and columns that the schema does not know are left
 * out. A last line without its end is dropped: it is what a killed run was writing.
 *
 * @throws {InputError} naming file, row (the header is row 1), column, what was expected and what came.
 */
export function parseCsv<Name extends TableName>(name: Name, source: string, file: string): TableRow<Name>[] {
  const complete = source.slice(0, source.lastIndexOf('\n') + 1);
  let records: string[][];
  try {
    records = parse(complete, { bom: true, record_delimiter: ['\n', '\r\n'], skip_empty_lines: true });
  } catch (error) {
    const { message } = error as CsvError;
    throw new InputError(`${file}: expected rows of comma-separated cells, but came upon: ${message}`);
  }
  const header = records[0];
  if (header === undefined) return [];
  const schema: readonly Column[] = TABLES[name].columns;
  const columns = header.map((title) => schema.find((column) => column.name === title));
  if (!columns.some((column) => column !== undefined)) {
    throw new InputError(
      `${file}, row 1: expected a header with columns such as "${schema[0]!.name}", but "${header.join(',')}" came`,
    );
  }
  return records.slice(1).map((record, index) => {
    const row: { [column: string]: Cell } = {};
    record.forEach((cell, position) => {
      const column = columns[position];
      if (column === undefined) return;
      const value = parseCell(column, cell, `${file}, row ${index + 2}, column ${column.name}`);
      if (value !== undefined) row[column.name] = value;
    });
    return row as TableRow<Name>;
  });
}
