/** What a link, a disk and a processor cost in the simulation: plain data, as topology files state it. Times in ms. */

/** A time, drawn anew for each message or sync. Draws below 0 count as 0. */
export type Delay =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly sdMs: number }
  /** `medianMs` · e^(`sigma` · N(0, 1)). */
  | { readonly kind: 'log-normal'; readonly medianMs: number; readonly sigma: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** P(X > x) = (`scaleMs` / x)^`shape` for x ≥ `scaleMs`. */
  | { readonly kind: 'pareto'; readonly scaleMs: number; readonly shape: number }
  /** The sum of its parts: a fixed distance and a random queue, say. */
  | { readonly kind: 'sum'; readonly parts: readonly Delay[] }
  /** One of its parts, chosen by weight. */
  | { readonly kind: 'mixture'; readonly parts: readonly { readonly weight: number; readonly delay: Delay }[] };

/** One direction of one link. */
export interface LinkModel {
  /** One way. */
  readonly delay: Delay;
  /** Delays of message types that differ from that, by the engine's own name of the type. */
  readonly byType?: { readonly [type: string]: Delay };
  /** Of each message: the probability that it is lost, and that it arrives twice. */
  readonly lossShare: number;
  readonly duplicateShare: number;
  /** The share of messages that travel on their own and may be overtaken. The others stay in order, as on one connection. */
  readonly reorderShare: number;
}

/** What nodes are made of. */
export interface NodeModel {
  /** One sync of the log, and one write without a sync. */
  readonly sync: Delay;
  readonly append: Delay;
  /** Processor time by message, by client operation and by sync. 0: a node is infinitely fast. */
  readonly perMessageMs: number;
  readonly perOperationMs: number;
  readonly perSyncMs: number;
  /** How long after the first instant a node begins; left out: all begin at once. */
  readonly start?: Delay;
}

/** A node that is infinitely fast. */
export const NO_SERVICE_TIME = { perMessageMs: 0, perOperationMs: 0, perSyncMs: 0 } as const;

/** A link whose messages each take their own way, within these times: they overtake each other. */
export function evenLink(lowMs: number, highMs: number, lossShare = 0, duplicateShare = 0): LinkModel {
  return { delay: { kind: 'uniform', lowMs, highMs }, lossShare, duplicateShare, reorderShare: 1 };
}
