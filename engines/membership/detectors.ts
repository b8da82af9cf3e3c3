/** Which membership the options mean, and how long a silence it takes at least to call a node dead. */
import type { NodeId } from '../api.ts';
import { FixedTimeout } from '../parts/detectors/fixed-timeout.ts';
import { tailQuantile } from '../parts/detectors/normal-tail.ts';
import { PhiAccrual, type PhiAccrualOptions } from '../parts/detectors/phi-accrual.ts';
import { AllToAllHeartbeats } from '../parts/heartbeats/all-to-all.ts';
import { GossipedHeartbeats } from '../parts/heartbeats/gossiped.ts';
import type { Watching } from '../parts/heartbeats/watch.ts';
import type { Membership, MembershipWorld } from '../parts/membership.ts';
import { Swim } from '../parts/swim/swim.ts';
import type { Message } from './messages.ts';
import type { Options } from './options.ts';

/** Incarnations of one life: contradictions within it stay below the next life's. */
const INCARNATIONS_PER_LIFE = 2 ** 16;

/** `life` counts from 1. */
export function createMembership(
  options: Options,
  self: NodeId,
  nodes: readonly NodeId[],
  life: number,
  world: MembershipWorld<Message>,
): Membership<Message> {
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

const phi = ({ phiThreshold, phiDeviationMs, phiSamples }: Options) =>
  ({
    threshold: phiThreshold,
    minDeviationMs: phiDeviationMs,
    samplesMax: phiSamples,
  }) satisfies Partial<PhiAccrualOptions>;

/** The shortest silence that is called a death, and the interval of the signs of life that prevent it; ms. */
export function deadlinesOf(options: Options): { shortestTimeoutMs: number; heartbeatMs: number } {
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
