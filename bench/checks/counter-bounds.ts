/**
 * What a counter can show: between which numbers its value lies, given which adds must count and which may.
 *
 * Amounts have either sign, so the least value is that in which, of the adds that need not count, exactly the negative ones do, and
 * the greatest that in which exactly the positive ones do.
 */
import { ADD, OK } from '../history.ts';
import { lowerBound, orderBy, upperBound } from '../measures/selection.ts';
import { wholeNumber } from '../whole-number.ts';
import { mayWrite, type Operations } from './columns.ts';
import { COUNTER, type WriteIndex } from './write-index.ts';

/** The positive amounts of some adds together, and the negative ones. */
export interface Share {
  readonly up: bigint;
  readonly down: bigint;
}

export const NO_SHARE: Share = { up: 0n, down: 0n };

/** The share with one more amount. */
export const joined = (one: Share, amount: bigint): Share =>
  amount > 0n ? { up: one.up + amount, down: one.down } : { up: one.up, down: one.down + amount };

/** The least that must have been added, or taken away, to make this sum. */
export const shareBehind = (sum: bigint): Share => joined(NO_SHARE, sum);

/** Sums of adds in the order of some time. */
class Sums {
  readonly #times: Float64Array;
  /** Of the first so many adds. */
  readonly #shares: Share[] = [NO_SHARE];

  constructor(rows: Int32Array, times: Float64Array, amountOf: (row: number) => bigint) {
    const ordered = orderBy(rows, times);
    this.#times = Float64Array.from(ordered, (row) => times[row]!);
    for (const row of ordered) this.#shares.push(joined(this.#shares.at(-1)!, amountOf(row)));
  }

  /** Of those whose time is this or an earlier one. */
  until(ms: number): Share {
    return this.#shares[upperBound(this.#times, ms)]!;
  }

  /** Of those whose time is earlier. */
  before(ms: number): Share {
    return this.#shares[lowerBound(this.#times, ms)]!;
  }
}

export class CounterBounds {
  readonly #operations: Operations;
  /** What stood under the key at first, and as a number. */
  readonly #initial: string | null;
  readonly #base: bigint;
  /** All adds that may have taken effect, by start; those of them that certainly have, by end. */
  readonly #started: Sums;
  readonly #ended: Sums;
  /** The add that started last, whatever came of it. */
  readonly lastAdd: number;

  constructor(operations: Operations, key: number, adds: readonly number[]) {
    const { start, end, outcome, initial } = operations;
    this.#operations = operations;
    this.#initial = operations.valueText(initial[key]!);
    this.#base = wholeNumber(this.#initial ?? '') ?? 0n;
    const effective = Int32Array.from(adds.filter((row) => mayWrite(operations, row)));
    const amountOf = (row: number): bigint => this.amount(row);
    this.#started = new Sums(effective, start, amountOf);
    this.#ended = new Sums(
      effective.filter((row) => outcome[row] === OK),
      end,
      amountOf,
    );
    this.lastAdd = adds.reduce((last, row) => (start[row]! > start[last]! ? row : last), adds[0]!);
  }

  /** What the add in this row adds. */
  amount(row: number): bigint {
    return wholeNumber(this.#operations.valueText(this.#operations.value[row]!)!) ?? 0n;
  }

  /** How much a text says has been added in all; undefined: no adds leave it behind. */
  sumIn(text: string | null): bigint | undefined {
    if (text === this.#initial) return 0n;
    const number = wholeNumber(text ?? '0');
    return number === undefined ? undefined : number - this.#base;
  }

  /** What had been acknowledged before this time. */
  acknowledged(beforeMs: number): Share {
    return this.#ended.before(beforeMs);
  }

  /** Whether adds that had started by then, all of which may count and these of which must, can have made this sum. */
  allows(sum: bigint, startedByMs: number, must: Share = NO_SHARE): boolean {
    const { up, down } = this.#started.until(startedByMs);
    return must.up + down <= sum && sum <= up + must.down;
  }
}

/** The counters of a history, by key. */
export function countersOf(operations: Operations, index: WriteIndex): ReadonlyMap<number, CounterBounds> {
  const adds = new Map<number, number[]>();
  for (let row = 0; row < operations.length; row++) {
    const key = operations.key[row]!;
    if (operations.kind[row] !== ADD || index.shape[key] !== COUNTER) continue;
    const rows = adds.get(key);
    if (rows === undefined) adds.set(key, [row]);
    else rows.push(row);
  }
  return new Map([...adds].map(([key, rows]) => [key, new CounterBounds(operations, key, rows)]));
}
