/** What random clients are like: how many, how patient, what they ask for. */
import type { Claims } from '../../engines/api.ts';
import type { Random } from '../random.ts';

export interface ClientHabits {
  readonly clients: number;
  /** Pause between two operations of a client: between this and three times as much. */
  readonly pauseMs: number;
  readonly attemptTimeoutMs: number;
  readonly attemptsMax: number;
  /** Shares of the operations; what is left of 1 are puts to the ledger. */
  readonly reads: number;
  readonly puts: number;
  readonly swaps: number;
  readonly appends: number;
  readonly deletes: number;
  readonly registers: number;
  readonly documents: number;
  /** How often a client turns to a counter instead, to add to it or to read it; 0 in most trials. */
  readonly counting: number;
  /** How often a client reads the key that is put and deleted, to do either next: 0 where it makes no difference to read first. */
  readonly revising: number;
  /** How often a client goes to another node without need. */
  readonly roams: number;
  /** Stretches in which nothing is written, or nothing is asked at all; each is as long as one time-out or some. */
  readonly readOnlyShare: number;
  readonly idleShare: number;
  readonly stretchMs: number;
}

/** Nobody rests, roams, deletes or swaps. */
export const PLAIN_HABITS = {
  swaps: 0,
  deletes: 0,
  registers: 1,
  counting: 0,
  revising: 0,
  roams: 0,
  readOnlyShare: 0,
  idleShare: 0,
} as const;

export function drawHabits(
  clients: number | undefined,
  timeoutMs: number,
  { replacesOnlyRead }: Claims,
  random: Random,
): ClientHabits {
  const drawn = random.pick([2, 4, 4, 6]);
  return {
    clients: clients ?? drawn,
    pauseMs: random.pick([3, 8, 8, 20]),
    attemptTimeoutMs: random.pick([0.3, 1, 2]) * Math.min(timeoutMs, 500),
    attemptsMax: random.pick([2, 4, 6]),
    reads: 0.3,
    puts: 0.2,
    swaps: random.pick([0, 0.1]),
    appends: random.pick([0.1, 0.2]),
    deletes: random.pick([0, 0, 0.05]),
    registers: random.pick([1, 3, 3]),
    documents: 2,
    counting: random.fork('counting').pick([0, 0, 0, 0.3]),
    revising: replacesOnlyRead === true ? random.fork('revising').pick([0, 0.1, 0.4]) : 0,
    roams: random.pick([0, 0.05, 0.5]),
    readOnlyShare: random.pick([0, 0, 0.3, 0.6]),
    idleShare: random.pick([0, 0, 0.2]),
    stretchMs: random.pick([1, 1, 4]) * timeoutMs,
  };
}
