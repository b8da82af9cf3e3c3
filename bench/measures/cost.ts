/** What an acknowledged operation cost the cluster: the growth of the nodes' counters, over the ok operations. */
import type { NodeSample } from '../runtimes/cluster.ts';

export interface CostFigures {
  /** Messages between nodes per ok operation. All four are undefined when no operation ended ok. */
  readonly messagesPerOp: number | undefined;
  /** Estimated bytes between nodes. */
  readonly bytesPerOp: number | undefined;
  readonly syncsPerOp: number | undefined;
  /** CPU time of the node threads; undefined also if the runtime cannot know it of every node. */
  readonly cpuMsPerOp: number | undefined;
}

/**
 * @param before samples taken as the measured window began. A node that is missing counts from zero: it joined later.
 * @param after samples taken as it ended, of every node in `before`.
 * @param okOperations the operations that ended ok in between.
 * @throws if a counter went backwards, or a node disappeared: then the figures would be lies.
 */
export function cost(before: readonly NodeSample[], after: readonly NodeSample[], okOperations: number): CostFigures {
  const atStart = new Map(before.map((sample) => [sample.node, sample]));
  for (const { node } of before) {
    if (!after.some((sample) => sample.node === node)) throw new Error(`node ${node} is missing in the later samples`);
  }
  const growth = (counter: 'messages' | 'bytes' | 'syncs' | 'cpuMs'): number | undefined => {
    let sum = 0;
    for (const sample of after) {
      const earlier = atStart.get(sample.node);
      const from = earlier === undefined ? 0 : earlier[counter];
      const to = sample[counter];
      if (from === undefined || to === undefined) return undefined;
      if (to < from) throw new Error(`the counter ${counter} of node ${sample.node} went back from ${from} to ${to}`);
      sum += to - from;
    }
    return okOperations > 0 ? sum / okOperations : undefined;
  };
  return {
    messagesPerOp: growth('messages'),
    bytesPerOp: growth('bytes'),
    syncsPerOp: growth('syncs'),
    cpuMsPerOp: growth('cpuMs'),
  };
}
