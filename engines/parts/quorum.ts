/**
 * Majority arithmetic as pure functions.
 *
 * An empty configuration agrees with everything: it is what one half of a joint configuration is outside a change, and
 * then it must not stand in the other half's way. Whoever asks about a single configuration has to make sure that it is
 * not empty.
 */

/** How many of `size` voters are more than half of them. 0 of 0. */
export function majority(size: number): number {
  return size === 0 ? 0 : Math.floor(size / 2) + 1;
}

/** How many of `size` voters may be missing while a majority remains. */
export function tolerated(size: number): number {
  return size - majority(size);
}

/**
 * The highest value that a majority has reached, one value per voter: with match indexes it is what may be committed, with
 * times last heard it is when a majority was last heard. No voters: `Infinity`, no limit.
 */
export function reachedByMajority(values: readonly number[]): number {
  return kthHighest(values, majority(values.length));
}

/** The `k`-th highest of the values, counted from 1. `k` 0 asks nobody: `Infinity`; more than there are: `-Infinity`. */
export function kthHighest(values: readonly number[], k: number): number {
  if (k <= 0) return Number.POSITIVE_INFINITY;
  if (k > values.length) return Number.NEGATIVE_INFINITY;
  // Asked in nearly every turn of a leader, of a handful of values: counting them beats sorting them.
  for (const value of values) {
    let higher = 0;
    let equal = 0;
    for (const other of values) {
      if (other > value) higher++;
      else if (other === value) equal++;
    }
    if (higher < k && k <= higher + equal) return value;
  }
  throw new Error(`no ${k}-th highest of ${values.join(', ')}`);
}

export type Tally = 'won' | 'lost' | 'pending';

/** Where a vote stands: each voter has granted (`true`), refused (`false`) or not answered; other voices do not count. */
export function tally(voters: readonly string[], answers: ReadonlyMap<string, boolean>): Tally {
  const needed = majority(voters.length);
  let granted = 0;
  let refused = 0;
  for (const voter of voters) {
    const answer = answers.get(voter);
    if (answer === true) granted++;
    else if (answer === false) refused++;
  }
  if (granted >= needed) return 'won';
  return voters.length - refused < needed ? 'lost' : 'pending';
}
