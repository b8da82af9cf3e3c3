/** For tests: histories of a line an operation, written by hand. */
import type { HistoryLine } from '../../history-line.ts';
import { type Operations, OperationsBuilder } from '../columns.ts';

/** What matters of an operation. Left out: process 0, key `k`, outcome `ok`. */
export type Told = Pick<HistoryLine, 'op' | 'start' | 'end'> & Partial<HistoryLine>;

export function operationsOf(...lines: readonly Told[]): Operations {
  const builder = new OperationsBuilder();
  for (const line of lines) builder.add({ process: 0, key: 'k', outcome: 'ok', ...line });
  return builder.build();
}

type Rest = Partial<HistoryLine>;

/** Operations from `start` to `end`. */
export const put = (start: number, end: number | null, value: string, rest: Rest = {}): Told => ({
  op: 'put',
  start,
  end,
  value,
  ...rest,
});
export const get = (start: number, end: number, value: string | null, rest: Rest = {}): Told => ({
  op: 'get',
  start,
  end,
  value,
  ...rest,
});
export const append = (start: number, end: number | null, value: string, rest: Rest = {}): Told => ({
  op: 'append',
  start,
  end,
  value,
  ...rest,
});
export const add = (start: number, end: number | null, amount: number, rest: Rest = {}): Told => ({
  op: 'add',
  start,
  end,
  value: String(amount),
  ...rest,
});
export const swap = (
  start: number,
  end: number | null,
  expected: string | null,
  value: string,
  rest: Rest = {},
): Told => ({
  op: 'cas',
  start,
  end,
  expected,
  value,
  swapped: true,
  ...rest,
});
/** A swap that did not swap; `observed` if the store told. */
export const missed = (start: number, end: number, expected: string | null, rest: Rest = {}): Told => ({
  op: 'cas',
  start,
  end,
  expected,
  value: 'never',
  swapped: false,
  ...rest,
});
export const remove = (start: number, end: number | null, rest: Rest = {}): Told => ({
  op: 'delete',
  start,
  end,
  ...rest,
});
/** Nothing came back. */
export const UNKNOWN = { outcome: 'unknown' } as const;
export const FAILED = { outcome: 'fail' } as const;
