/**
 * How long a cluster is without a leader after its leader died, in theory: for engines that elect one by waits of random length
 * and rounds of votes. Split votes come on top, each with about one more wait and round.
 */
import type { Claims } from '../../engines/api.ts';

export type ElectionTimes = NonNullable<Claims['election']>;

export interface Surroundings {
  /** How many could win. */
  readonly candidates: number;
  /** Of a message between two nodes, in the mean. */
  readonly oneWayMs: number;
  /** Of a sync, in the mean; 0 where there are none. */
  readonly syncMs: number;
}

/**
 * The mean, ms from death to lead: T + R/(s+1) − h/2 + L + 2L · round trips + W · syncs.
 *
 * The waits of `s` candidates begin with the leader's last sign of life, on the way for one L, and sent h/2 before its death
 * in the mean; the first of them is over after T, the shortest, and R/(s+1), the mean of the lowest of s numbers drawn
 * evenly from [0, R]. (Ongaro's thesis, chapter 9, has the waits and the rounds.)
 */
export function leaderlessMs(times: ElectionTimes, { candidates, oneWayMs, syncMs }: Surroundings): number {
  const { timeoutMinMs, timeoutMaxMs, heartbeatMs, roundTrips, syncs } = times;
  const waitMs = timeoutMinMs + (timeoutMaxMs - timeoutMinMs) / (candidates + 1);
  return waitMs - heartbeatMs / 2 + oneWayMs + 2 * oneWayMs * roundTrips + syncMs * syncs;
}
