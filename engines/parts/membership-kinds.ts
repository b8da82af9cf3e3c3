/** Which kind of membership the options mean, and how long a silence it takes at least to call a node dead. */
import type { NodeId } from '../api.ts';
import { FixedTimeout } from './detectors/fixed-timeout.ts';
import { tailQuantile } from './detectors/normal-tail.ts';
import { PhiAccrual, type PhiAccrualOptions } from './detectors/phi-accrual.ts';
import { AllToAllHeartbeats } from './heartbeats/all-to-all.ts';
import { GossipedHeartbeats } from './heartbeats/gossiped.ts';
import type { HeartbeatGossipMessage, HeartbeatMessage } from './heartbeats/messages.ts';
import type { Watching } from './heartbeats/watch.ts';
import type { Membership, MembershipWorld } from './membership.ts';
import type { MembershipOptions } from './membership-options.ts';
import type { SwimMessage } from './swim/messages.ts';
import { Swim } from './swim/swim.ts';

/** What the nodes of any kind say to each other. */
export type MembershipMessage = SwimMessage | HeartbeatMessage | HeartbeatGossipMessage;

/** Incarnations of one life: contradictions within it stay below the next life's. */
const INCARNATIONS_PER_LIFE = 2 ** 16;

/** The membership of one life of a node; `life` counts from 1, and is above those of all former lives. */
export function createMembership(
  options: MembershipOptions,
  self: NodeId,
  nodes: readonly NodeId[],
  life: number,
  world: MembershipWorld<MembershipMessage>,
): Membership<MembershipMessage> {
  switch (options.detector) {
    case 'swim':
      return new Swim(self, nodes, (life - 1) * INCARNATIONS_PER_LIFE, options, world);
    case 'heartbeats': {
      const detector: Watching = (nowMs) => new FixedTimeout(options.timeoutMs, nowMs);
      return new AllToAllHeartbeats(self, nodes, life, options.heartbeatMs, detector, world);
    }
    case 'phi': {
      const accrual = { ...phi(options), expectedMs: options.heartbeatMs, distribution: 'normal' } as const;
      const detector: Watching = (nowMs) => new PhiAccrual(accrual, nowMs);
      return new AllToAllHeartbeats(self, nodes, life, options.heartbeatMs, detector, world);
    }
    case 'gossip-phi': {
      // Cassandra expects two rounds until it knows better, and remembers no interval longer than that.
      const expectedMs = 2 * options.gossipRoundMs;
      const accrual = {
        ...phi(options),
        expectedMs,
        intervalMaxMs: expectedMs,
        distribution: 'exponential',
      } as const;
      const detector: Watching = (nowMs) => new PhiAccrual(accrual, nowMs);
      return new GossipedHeartbeats(self, nodes, life, options.gossipRoundMs, detector, world);
    }
  }
}

const phi = ({ phiThreshold, phiDeviationMs, phiSamples }: MembershipOptions) =>
  ({
    threshold: phiThreshold,
    minDeviationMs: phiDeviationMs,
    samplesMax: phiSamples,
  }) satisfies Partial<PhiAccrualOptions>;

/** The shortest silence that is called a death, and the interval of the signs of life that prevent it; ms. */
export function deadlinesOf(options: MembershipOptions): { shortestTimeoutMs: number; heartbeatMs: number } {
  const { detector, heartbeatMs, gossipRoundMs } = options;
  switch (detector) {
    case 'swim':
      return { shortestTimeoutMs: options.probeMs + options.suspicionMs, heartbeatMs: options.probeMs };
    case 'heartbeats':
      return { shortestTimeoutMs: options.timeoutMs, heartbeatMs };
    case 'phi': {
      // Of heartbeats without any jitter.
      const deviations = Math.max(0.1, tailQuantile(options.phiThreshold));
      return { shortestTimeoutMs: heartbeatMs + deviations * options.phiDeviationMs, heartbeatMs };
    }
    case 'gossip-phi':
      // News of a node comes once a round or a little less often.
      return { shortestTimeoutMs: options.phiThreshold * Math.LN10 * gossipRoundMs, heartbeatMs: gossipRoundMs };
  }
}
