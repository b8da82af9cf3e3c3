/** What can be set of the engine, and the systems that its presets are modelled on. */
import type { Member } from '../api.ts';
import { type SwimOptions, validateSwim } from '../parts/swim/options.ts';

export const DETECTORS = ['swim', 'heartbeats', 'phi', 'gossip-phi'] as const;

export interface Options extends SwimOptions {
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

/** SWIM as in multi-primary's presets; of the rest what the presets below share. */
const lifeguard: Options = {
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

/** `DefaultLANConfig` of HashiCorp's memberlist: 4 × log10 n × 1 s of suspicion, up to 6 times that. */
const memberlistLan: Options = {
  ...lifeguard,
  probeMs: 1000,
  probeTimeoutMs: 500,
  indirectProbes: 3,
  suspicionMs: 4000,
  suspicionMaxFactor: 6,
  healthMax: 8,
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
  /** The same heartbeats, judged by a φ accrual detector with a normal distribution, as in Akka (threshold 8, deviation at least 100 ms). */
  'phi-heartbeats': { ...lifeguard, detector: 'phi' },
  /** Cassandra: a round each second, φ 8 of an exponential distribution: dead after about 18 s. */
  'cassandra-gossip': { ...lifeguard, detector: 'gossip-phi' },
} as const satisfies { readonly [name: string]: Options };

export function validate(options: Options, _members: readonly Member[]): readonly string[] {
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
