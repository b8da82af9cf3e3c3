/** Whole numbers as texts, which is how counters are stored: of any size, and exact. */

const WHOLE_NUMBER = /^-?[0-9]+$/;

/** The number that a text writes out, such as "3" or "-2"; undefined: it is none. */
export function wholeNumber(text: string): bigint | undefined {
  return WHOLE_NUMBER.test(text) ? BigInt(text) : undefined;
}

/** What stands under a key once `amount` has been added to what stood there (null: nothing). What is no whole number counts as 0. */
export function sumText(text: string | null, amount: string): string {
  return String((wholeNumber(text ?? '') ?? 0n) + (wholeNumber(amount) ?? 0n));
}
