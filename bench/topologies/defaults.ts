/**
 * What a topology does not state, the simulation takes from here: nodes and clients as near to each other as threads are,
 * and the disk of the reference run in `results/reference`.
 */
import type { LinkModel, NodeModel } from './links.ts';

/** Waking a thread takes 40 to 50 µs whatever carries the message. */
export const DEFAULT_LINK: LinkModel = {
  delay: {
    kind: 'sum',
    parts: [
      { kind: 'constant', ms: 0.04 },
      { kind: 'exponential', meanMs: 0.01 },
    ],
  },
  lossShare: 0,
  duplicateShare: 0,
  reorderShare: 0,
};

export const DEFAULT_NODE: NodeModel = {
  /** Measured: median 0.28 ms, 99th percentile 0.41 ms; a log-normal distribution of these has this sigma. */
  sync: { kind: 'log-normal', medianMs: 0.28, sigma: 0.16 },
  /** Measured: a write of 400 bytes into the page cache. */
  append: { kind: 'constant', ms: 0.002 },
  perMessageMs: 0,
  perOperationMs: 0,
  perSyncMs: 0,
};
