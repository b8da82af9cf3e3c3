/** What can be set of membership, whichever kind it is, and what is wrong with it. */
import { type SwimOptions, validateSwim } from './swim/options.ts';

export const DETECTORS = ['swim', 'heartbeats', 'phi', 'gossip-phi'] as const;

export interface MembershipOptions extends SwimOptions {
  /**
   * Who watches whom, and how. `swim`: probes, suspicions and rumours (all options of SWIM count). `heartbeats`: everyone sends a
   * heartbeat to everyone, and so long a silence is a death (`heartbeatMs`, `timeoutMs`). `phi`: the same heartbeats with a φ accrual detector
   * (`heartbeatMs`, `phi…`). `gossip-phi`: heartbeats travel by gossip, as in Cassandra (`gossipRoundMs`, `phi…`).
   */
  readonly detector: (typeof DETECTORS)[number];
  /** Time between two heartbeats of a node, in ms. Lowering it costs messages: as many as there are other nodes each time. */
  readonly heartbeatMs: number;
  /** A silence of this length is a death, in ms. Raising it costs detection time and saves slow nodes. */
  readonly timeoutMs: number;
  /** The φ from which on a silence is a death. Raising it costs detection time and saves slow nodes. */
  readonly phiThreshold: number;
  /** Of the intervals between heartbeats a deviation of at least this is assumed, in ms. Raising it does as raising the threshold. */
  readonly phiDeviationMs: number;
  /** How many intervals are remembered of each other node. Raising it costs memory for every pair of nodes. */
  readonly phiSamples: number;
  /** Time between two rounds of gossip of a node, in ms. */
  readonly gossipRoundMs: number;
}

/** SWIM with Lifeguard for a small cluster in which a second counts. Of the other detectors, if one of them is chosen, round values. */
export const QUICK_MEMBERSHIP: MembershipOptions = {
  detector: 'swim',
  // About a quarter of the times that memberlist uses on a local network.
  probeMs: 250,
  probeTimeoutMs: 120,
  indirectProbes: 3,
  suspicionMs: 1000,
  // A node that is cut off alone has no one to confirm: with memberlist's 6 it would try for 6 s what it cannot do.
  suspicionMaxFactor: 3,
  healthMax: 8,
  gossipMs: 50,
  gossipNodes: 3,
  pushPullMs: 7500,
  heartbeatMs: 1000,
  timeoutMs: 5000,
  phiThreshold: 8,
  phiDeviationMs: 100,
  phiSamples: 1000,
  gossipRoundMs: 1000,
};

/** What is wrong with these options, in whole sentences; empty: nothing. */
export function validateMembership(options: MembershipOptions): string[] {
  const wrong = validateSwim(options);
  const { detector, heartbeatMs, timeoutMs, phiThreshold, phiSamples } = options;
  if (!DETECTORS.includes(detector)) {
    wrong.push(`detector: expected one of ${DETECTORS.join(', ')}, got ${detector}.`);
  }
  for (const name of ['heartbeatMs', 'timeoutMs', 'phiDeviationMs', 'gossipRoundMs'] as const) {
    if (!(options[name] > 0 && options[name] < Number.POSITIVE_INFINITY)) {
      wrong.push(`${name}: expected a time above 0 ms, got ${options[name]}.`);
    }
  }
  if (timeoutMs <= heartbeatMs) {
    wrong.push(`timeoutMs: expected more than heartbeatMs (${heartbeatMs} ms), got ${timeoutMs}.`);
  }
  if (!(phiThreshold >= 1 && phiThreshold <= 100)) {
    wrong.push(`phiThreshold: expected a number from 1 to 100, got ${phiThreshold}.`);
  }
  if (!(Number.isInteger(phiSamples) && phiSamples >= 2 && phiSamples <= 10_000)) {
    wrong.push(`phiSamples: expected a whole number from 2 to 10000, got ${phiSamples}.`);
  }
  return wrong;
}
