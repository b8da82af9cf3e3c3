/** What can be set of SWIM, and what is wrong with it. */

export interface SwimOptions {
  /** Time between two probes of a member, in ms. A dead member is found by one other after at most about 2 × (members − 1) × this, by all together after about 1.6 × this. */
  readonly probeMs: number;
  /** Wait for a direct answer before others are asked, in ms; at most half of `probeMs` leaves the others time. */
  readonly probeTimeoutMs: number;
  /** How many others are asked. Raising it costs messages at each loss and saves members behind a bad link. */
  readonly indirectProbes: number;
  /**
   * How long a suspect may contradict once enough others have confirmed, in ms, for up to ten members; × log10(members) above that. Raising it
   * costs detection time and saves slow members from being called dead.
   */
  readonly suspicionMs: number;
  /**
   * Until others confirm, a suspect has so many times as long (Lifeguard). Raising it costs detection time where few are left to
   * confirm, and saves the victims of a slow accuser. 1: always the same time, as in plain SWIM.
   */
  readonly suspicionMaxFactor: number;
  /**
   * How far a member's doubt of itself may go (Lifeguard): it then probes so many times less often, plus one. 0: it never doubts itself,
   * not even after a pause, as in plain SWIM.
   */
  readonly healthMax: number;
  /** Rumours are also sent on their own this often, while there are any, in ms. Lowering it costs messages at each change. */
  readonly gossipMs: number;
  /** To so many members at a time. 0: rumours travel with probes only, as in plain SWIM. */
  readonly gossipNodes: number;
  /**
   * All beliefs are exchanged with a random member this often, in ms; above 32 members less often. 0: never. Lowering it costs messages that
   * grow with the number of members that ever failed, and mends sooner what rumours missed.
   */
  readonly pushPullMs: number;
}

/** What is wrong with these options, in whole sentences; empty: nothing. */
export function validateSwim(options: SwimOptions): string[] {
  const wrong: string[] = [];
  const check = (name: keyof SwimOptions, isRight: (value: number) => boolean, expectation: string): void => {
    const value = options[name];
    if (!isRight(value)) wrong.push(`${name}: expected ${expectation}, got ${value}.`);
  };
  const whole = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 100;
  const time = (value: number): boolean => value > 0 && value < Number.POSITIVE_INFINITY;
  check('probeMs', time, 'a time above 0 ms');
  check('probeTimeoutMs', time, 'a time above 0 ms');
  check('probeTimeoutMs', (value) => !(value >= options.probeMs), `less than probeMs (${options.probeMs} ms)`);
  check('indirectProbes', whole, 'a whole number from 0 to 100');
  check('suspicionMs', time, 'a time above 0 ms');
  check('suspicionMaxFactor', (value) => value >= 1 && value <= 1000, 'a number from 1 to 1000');
  check('healthMax', whole, 'a whole number from 0 to 100');
  check('gossipMs', time, 'a time above 0 ms');
  check('gossipNodes', whole, 'a whole number from 0 to 100');
  check('pushPullMs', (value) => value === 0 || time(value), 'a time of at least 0 ms (0: never)');
  return wrong;
}
