/**
 * A history: every operation of a trial, one row each, kept as raw columns so that nothing is averaged before it is read.
 *
 * All times are milliseconds since the cluster's start, on one clock. A key is a number (`keyName` gives its text), and a
 * written value is known by the row that wrote it: every written value is unique, but for amounts that are added to counters.
 */
import { wholeNumber } from './whole-number.ts';

/** Codes of the `kind` column, by position. */
export const KINDS = ['get', 'put', 'delete', 'cas', 'append', 'add'] as const;
export type Kind = (typeof KINDS)[number];
export const GET = 0;
export const PUT = 1;
export const DELETE = 2;
export const CAS = 3;
export const APPEND = 4;
export const ADD = 5;

/** Codes of the `outcome` column. `unknown`: the operation may have taken effect. */
export const OUTCOMES = ['ok', 'fail', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const OK = 0;
export const FAIL = 1;
export const UNKNOWN = 2;

/** In the `value` column of a `get`: what was read is no value that this history wrote. */
export const ABSENT = -1;
/** …a value that was loaded before the history began. */
export const PRELOADED = -2;
/** …of a counter: what was read is no whole number that the column has room for. */
export const NO_NUMBER = -(2 ** 31);

/**
 * Rows are numbered over all steps of a trial, in order of intended start. A history holds a stretch of them without gaps:
 * one step, several in succession, or a slice. Row r stands at index r − `firstRow`; a `get` may have returned the value
 * of a row before the stretch, whose index is then negative.
 */
export interface History {
  readonly length: number;
  /** The row at index 0. Left out: 0. */
  readonly firstRow?: number;
  /** Names of the zones that the `zone` column counts, and of the nodes that `answeredBy` counts. */
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
  /** The client, numbered from 0. One client has one operation under way at a time. */
  readonly process: Int32Array;
  readonly zone: Uint8Array;
  readonly kind: Uint8Array;
  readonly key: Int32Array;
  /**
   * Of a write: its own row, or PRELOADED. Of an ok `get`: the row whose value it returned, or ABSENT, or PRELOADED. Of a
   * document: see `documentRows`. Of a counter: the amount that was added, or the sum that was read, or NO_NUMBER.
   */
  readonly value: Int32Array;
  /** When the operation should have started by its schedule; in a closed loop the same as `start`. */
  readonly intended: Float64Array;
  readonly start: Float64Array;
  /** When the client stopped waiting: the answer's arrival or the time-out. */
  readonly end: Float64Array;
  readonly outcome: Uint8Array;
  /** The node whose host stamped the answer; −1: no answer. */
  readonly answeredBy: Int16Array;
  /** When that host let the answer leave; NaN: no answer. */
  readonly answeredAt: Float64Array;
  /** 1: the node answered while it handled an input that came from a node of another zone. */
  readonly crossed: Uint8Array;
  /** 1: acknowledged as `accepted`, below the promised number of copies. */
  readonly accepted: Uint8Array;
  /** 1: refused for certain, because of a conflict with another write. Its outcome is `fail`. */
  readonly conflict: Uint8Array;
  /** 1: a `get` that the document cache of the client's zone answered. No node was asked: there are no attempts, and no `answeredBy`. */
  readonly cached: Uint8Array;
  readonly attempts: Uint16Array;
  /** 1: never sent, because too many attempts were in flight already. Its outcome is `fail`. */
  readonly shed: Uint8Array;
}

/** Keys are numbers in four ranges: the workload's own, its counters, ledger keys written once, and ledger documents appended to. */
const LEDGER_BASE = 1 << 30;
const DOCUMENT_BASE = 1 << 29;
const COUNTER_BASE = 1 << 28;

export const ledgerKey = (row: number): number => LEDGER_BASE + row;
export const documentKey = (number: number): number => DOCUMENT_BASE + number;
export const counterKey = (number: number): number => COUNTER_BASE + number;
export const isLedgerKey = (key: number): boolean => key >= LEDGER_BASE;
export const isCounterKey = (key: number): boolean => key >= COUNTER_BASE && key < DOCUMENT_BASE;
export const isDocumentKey = (key: number): boolean => key >= DOCUMENT_BASE && key < LEDGER_BASE;

/** The key's text, as engines see it. */
export function keyName(key: number): string {
  if (isLedgerKey(key)) return `ledger-${key - LEDGER_BASE}`;
  if (isDocumentKey(key)) return `document-${key - DOCUMENT_BASE}`;
  if (isCounterKey(key)) return `counter-${key - COUNTER_BASE}`;
  return `k${key}`;
}

/** The text that the write in `row` puts: its row, a dot, and padding up to `bytes` characters. */
export function valueText(row: number, bytes: number): string {
  return `${row}.`.padEnd(bytes, 'x');
}

/** The row that wrote this text, or PRELOADED for what `preloadText` made, or ABSENT for null. */
export function valueRow(text: string | null): number {
  if (text === null) return ABSENT;
  const row = Number.parseInt(text, 10);
  return Number.isNaN(row) ? PRELOADED : row;
}

/** What stands under every key before the measured load begins. */
export const preloadText = (bytes: number): string => 'p.'.padEnd(bytes, 'x');

/** The text that the append in `row` adds to a document, and back: the rows whose elements a document holds, in order. */
export const elementText = (row: number): string => `${row};`;
export function documentRows(text: string | null): number[] {
  if (text === null || text === '') return [];
  return text
    .split(';')
    .slice(0, -1)
    .map((element) => Number.parseInt(element, 10));
}

/** The sum that a counter's text tells, null being 0, or NO_NUMBER. */
export function counterSum(text: string | null): number {
  const sum = Number(wholeNumber(text ?? '0') ?? NO_NUMBER);
  return Math.abs(sum) < 2 ** 31 ? sum : NO_NUMBER;
}

/** Milliseconds from intended start to end. */
export const latencyMs = (history: History, row: number): number => history.end[row]! - history.intended[row]!;
