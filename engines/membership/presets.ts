/** The systems that the presets are modelled on. */
import type { MembershipOptions } from '../parts/membership-options.ts';

/** SWIM as in multi-primary's presets; of the rest what the presets below share. */
const lifeguard: MembershipOptions = {
  detector: 'swim',
  probeMs: 250,
  probeTimeoutMs: 120,
  indirectProbes: 3,
  suspicionMs: 1000,
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

/**
 * `DefaultLANConfig` of HashiCorp's memberlist: 4 × max(1, log10 n) × 1 s of suspicion, up to 6 times that. Its `AwarenessMaxMultiplier` of 8 is
 * the largest stretch, that is a score of 7.
 */
const memberlistLan: MembershipOptions = {
  ...lifeguard,
  probeMs: 1000,
  probeTimeoutMs: 500,
  indirectProbes: 3,
  suspicionMs: 4000,
  suspicionMaxFactor: 6,
  healthMax: 7,
  gossipMs: 200,
  gossipNodes: 3,
  pushPullMs: 30_000,
};

export const presets = {
  /** SWIM with Lifeguard, quick, for a small cluster: what multi-primary runs. */
  default: lifeguard,
  /** SWIM with Lifeguard as memberlist, Serf and Consul run it on a local network. */
  'memberlist-lan': memberlistLan,
  /** The same without Lifeguard: no self-distrust, and the same time for every suspect. */
  swim: { ...memberlistLan, suspicionMaxFactor: 1, healthMax: 0 },
  /** Heartbeats from everyone to everyone, each second; a silence of 5 s is a death. */
  'fixed-heartbeats': { ...lifeguard, detector: 'heartbeats' },
  /**
   * The same heartbeats, judged by a φ accrual detector with a normal distribution, as in Akka (threshold 8, deviation at least 100 ms;
   * but without the pause of 3 s that Akka bears besides, recalled).
   */
  'phi-heartbeats': { ...lifeguard, detector: 'phi' },
  /** Cassandra: a round each second, φ 8 of an exponential distribution: dead after about 18 s. */
  'cassandra-gossip': { ...lifeguard, detector: 'gossip-phi' },
} as const satisfies { readonly [name: string]: MembershipOptions };
