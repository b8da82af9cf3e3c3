/**
 * What a topology does not state, the simulation takes from here: nodes and clients as near to each other as threads are, with
 * the disk and at the pace of the reference run. `npm run bench -- calibrate --from results/reference` has found the figures,
 * given here in two digits. The run had two cores for all of its nodes and clients; a simulated node has one of its own.
 */
import type { LinkModel, NodeModel } from './links.ts';

/** Half of the way of a read on an idle cluster; one message in a hundred comes upon a thread that has no core. */
export const DEFAULT_LINK: LinkModel = {
  delay: {
    kind: 'sum',
    parts: [
      { kind: 'constant', ms: 0.022 },
      { kind: 'exponential', meanMs: 0.0054 },
      {
        kind: 'mixture',
        parts: [
          { weight: 0.99, delay: { kind: 'constant', ms: 0 } },
          { weight: 0.01, delay: { kind: 'exponential', meanMs: 0.53 } },
        ],
      },
    ],
  },
  lossShare: 0,
  duplicateShare: 0,
  reorderShare: 0,
};

export const DEFAULT_NODE: NodeModel = {
  /** Measured: median 0.22 ms, 99th percentile 0.32 ms; a log-normal distribution of these has this sigma. */
  sync: { kind: 'log-normal', medianMs: 0.22, sigma: 0.16 },
  /** Measured: a write of 400 bytes into the page cache. */
  append: { kind: 'constant', ms: 0.002 },
  /** Most of it is waking the thread that gets it. */
  perMessageMs: 0.063,
  perOperationMs: 0.003,
  perSyncMs: 0.14,
};
