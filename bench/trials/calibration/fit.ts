/** Fits what the simulation is made of to what threads have shown, so that both carry the same load at the same pace. */
import type { Durability } from '../../runtimes/cluster.ts';
import { DEFAULT_NODE } from '../../topologies/defaults.ts';
import type { Delay, NodeModel } from '../../topologies/links.ts';

/** The figures do not suffice, or a preset cannot be simulated. Its message is one sentence. */
export class CannotFit extends Error {}

/** Closed-loop throughput of one engine preset, in operations per second, on threads. */
export interface Pace {
  readonly label: string;
  /** The baseline sends nothing between nodes. */
  readonly isBaseline: boolean;
  readonly durability: Durability;
  readonly clients: number;
  /** No trial had more clients: a node has no rest. */
  readonly isFull: boolean;
  readonly perS: number;
}

/** What the fit goes by. */
export interface Evidence {
  /** A write of 4 KiB and its sync. */
  readonly sync: { readonly p50Ms: number; readonly p99Ms: number };
  /** A read of the baseline on an idle cluster: to the node and back. */
  readonly idleRead: { readonly p50Ms: number; readonly p99Ms: number };
  readonly paces: readonly Pace[];
}

/** What links and nodes are made of, all alike. */
export interface Fitted {
  readonly delay: Delay;
  readonly node: NodeModel;
}

/** The throughput that a preset has in a simulation so made, in operations per second. */
export type Simulate = (pace: Pace, made: Fitted) => Promise<number>;

/** Standard deviations from the median of a normal distribution to its 99th percentile. */
const SIGMAS_TO_P99 = 2.326;
/** So many of a link's messages find their receiver's thread without a core, or in the middle of a collection of garbage. */
const LATE_SHARE = 0.01;
/** Of the way without that, this share is drawn anew for each message. */
const JITTER_SHARE = 0.2;
/** The median of the sum of two draws from exponential distributions with a mean of 1. */
const MEDIAN_OF_TWO = 1.678;

/**
 * The costs are found one after the other, each by bisection on the simulation itself, by the figures that it decides and the
 * later ones do not enter:
 * - a sync: log-normal through the two measured percentiles;
 * - an operation: throughput of the baseline without syncs, at the most clients;
 * - the link's delay: half of what the baseline's idle read takes besides; of a hundred messages one is late, so that the
 *   99th percentile of the same read comes out right;
 * - a message: throughput of the other engines without syncs at the most clients, their geometric mean;
 * - what a sync costs the processor: throughput with syncs, the geometric mean over all engines and numbers of clients.
 *
 * What no figure tells keeps its default. The same figures give the same fit.
 */
export async function fit({ sync, idleRead, paces }: Evidence, simulate: Simulate): Promise<Fitted> {
  const sigma = Math.log(Math.max(1, sync.p99Ms / sync.p50Ms)) / SIGMAS_TO_P99;
  const unfitted: Fitted = {
    delay: linkDelay(idleRead),
    node: { ...DEFAULT_NODE, sync: { kind: 'log-normal', medianMs: rounded(sync.p50Ms), sigma: rounded(sigma) } },
  };
  const fitCost = async (cost: Cost, made: Fitted, decides: (pace: Pace) => boolean): Promise<Fitted> => {
    const deciding = paces.filter(decides);
    if (deciding.length === 0) return made;
    const withCost = (ms: number): Fitted => ({ ...made, node: { ...made.node, [cost]: ms } });
    const found = await bisect(async (ms) => {
      const simulated = await Promise.all(deciding.map((pace) => simulate(pace, withCost(ms))));
      return geometricMean(simulated.map((perS, i) => perS / deciding[i]!.perS));
    });
    return withCost(rounded(found));
  };
  const isFullNone = ({ isFull, durability }: Pace): boolean => isFull && durability === 'none';
  const operation = await fitCost('perOperationMs', unfitted, (pace) => pace.isBaseline && isFullNone(pace));
  const link = { ...operation, delay: linkDelay(less(idleRead, operation.node.perOperationMs)) };
  const message = await fitCost('perMessageMs', link, (pace) => !pace.isBaseline && isFullNone(pace));
  return fitCost('perSyncMs', message, ({ durability }) => durability === 'fsync');
}

type Cost = 'perOperationMs' | 'perMessageMs' | 'perSyncMs';

const less = ({ p50Ms, p99Ms }: Evidence['idleRead'], costMs: number): Evidence['idleRead'] => ({
  p50Ms: Math.max(0, p50Ms - costMs),
  p99Ms: p99Ms - costMs,
});

/**
 * A way of which a round trip has these percentiles. A round trip that takes d longer than usual had a late message on one
 * of its two ways, which happens with probability 2 · `LATE_SHARE` · e^(−d / mean); for 1 % that is d = mean · ln 2.
 */
export function linkDelay({ p50Ms, p99Ms }: Evidence['idleRead']): Delay {
  const wayMs = p50Ms / (2 * (1 - JITTER_SHARE) + MEDIAN_OF_TWO * JITTER_SHARE);
  const lateMs = Math.max(0, p99Ms - p50Ms) / Math.log((2 * LATE_SHARE) / 0.01);
  return {
    kind: 'sum',
    parts: [
      { kind: 'constant', ms: rounded(wayMs * (1 - JITTER_SHARE)) },
      { kind: 'exponential', meanMs: rounded(wayMs * JITTER_SHARE) },
      {
        kind: 'mixture',
        parts: [
          { weight: 1 - LATE_SHARE, delay: { kind: 'constant', ms: 0 } },
          { weight: LATE_SHARE, delay: { kind: 'exponential', meanMs: rounded(lateMs) } },
        ],
      },
    ],
  };
}

/** Bounds of a cost: what is less counts as nothing. */
const COST_MIN_MS = 0.0001;
const COST_MAX_MS = 100;
const FIRST_GUESS_MS = 0.016;
/** After these the cost is known within 1 %. */
const HALVINGS = 6;

/** The cost at which the pace is 1; 0 if without any it is no more than that. The pace falls as the cost rises. */
export async function bisect(paceAt: (ms: number) => Promise<number>): Promise<number> {
  const isTooFast = async (ms: number): Promise<boolean> => (await paceAt(ms)) > 1;
  let low = FIRST_GUESS_MS;
  let high = FIRST_GUESS_MS;
  if (await isTooFast(FIRST_GUESS_MS)) {
    do {
      low = high;
      high *= 2;
    } while (high < COST_MAX_MS && (await isTooFast(high)));
  } else {
    do {
      high = low;
      low /= 2;
      if (low < COST_MIN_MS) return 0;
    } while (!(await isTooFast(low)));
  }
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (await isTooFast(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** No figure here is known more exactly. */
const rounded = (ms: number): number => Number(ms.toPrecision(3));

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
