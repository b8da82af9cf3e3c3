/** The systems that the presets are modelled on. */
import { type MembershipOptions, QUICK_MEMBERSHIP } from '../parts/membership-options.ts';

/**
 * `DefaultLANConfig` of HashiCorp's memberlist: 4 × max(1, log10 n) × 1 s of suspicion, up to 6 times that. Its `AwarenessMaxMultiplier` of 8 is
 * the largest stretch, that is a score of 7.
 */
const memberlistLan: MembershipOptions = {
  ...QUICK_MEMBERSHIP,
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
  default: QUICK_MEMBERSHIP,
  /** SWIM with Lifeguard as memberlist, Serf and Consul run it on a local network. */
  'memberlist-lan': memberlistLan,
  /** The same without Lifeguard: no self-distrust, and the same time for every suspect. */
  swim: { ...memberlistLan, suspicionMaxFactor: 1, healthMax: 0 },
  /** Heartbeats from everyone to everyone, each second; a silence of 5 s is a death. */
  'fixed-heartbeats': { ...QUICK_MEMBERSHIP, detector: 'heartbeats' },
  /**
   * The same heartbeats, judged by a φ accrual detector with a normal distribution, as in Akka (threshold 8, deviation at least 100 ms;
   * but without the pause of 3 s that Akka bears besides, recalled).
   */
  'phi-heartbeats': { ...QUICK_MEMBERSHIP, detector: 'phi' },
  /** Cassandra: a round each second, φ 8 of an exponential distribution: dead after about 18 s. */
  'cassandra-gossip': { ...QUICK_MEMBERSHIP, detector: 'gossip-phi' },
} as const satisfies { readonly [name: string]: MembershipOptions };
