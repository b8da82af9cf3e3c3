/** What a load generator is to do: plain data, so that it can stand in a suite file and travel to another thread. */

/** Shares of the operations by kind; they add up to 1. */
export interface Mix {
  readonly read: number;
  readonly update: number;
  readonly insert: number;
  /** A read and then an update of the same key: two operations, the second intended when the first has ended. */
  readonly readModifyWrite: number;
  /** Of a new element to a document, which need not be there yet. Documents are drawn uniformly. */
  readonly append: number;
  /** Of a document. */
  readonly delete: number;
}

export interface Workload {
  readonly name: string;
  readonly mix: Mix;
  /** `zipfian`: scrambled; `latest`: zipfian from the newest insert backwards. */
  readonly keys: 'zipfian' | 'uniform' | 'latest';
  /** Skew of the zipfian distributions. */
  readonly theta: number;
  /** Keys that exist before the load begins. */
  readonly keyCount: number;
  readonly valueBytes: number;
  /** Share of the writes that go to the ledger: half of them puts to fresh keys, half appends to documents. */
  readonly ledgerShare: number;
  /** How many documents are appended to, by the ledger and by the mix. */
  readonly documents: number;
  /** Writes that met with silence are tried again, with the same session and serial, instead of ending `unknown`. */
  readonly retry?: boolean;
}

/** How a client finds a node and when it gives up. All times in ms. */
export interface ClientPolicy {
  readonly name: string;
  readonly operationTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  /** Whom reads are sent to first: whoever answered last, as writes are, or the nearest node that is not known to be gone. */
  readonly readFrom: 'last-good' | 'nearest';
  /** Writes too are sent to the nearest node first, as through a proxy that stands beside the client. Left out: whoever answered last. */
  readonly writesNear?: boolean;
  /**
   * A refusal because of a conflict ends the operation, as it does for a person who has to look at the document again. Left out:
   * it is tried elsewhere, as any refusal.
   */
  readonly endsOnConflict?: boolean;
  /** Witnesses are asked as full nodes are: for engines in which a node without data coordinates. Left out: they are not. */
  readonly asksWitnesses?: boolean;
  /** Wait after a whole round of nodes without success: first, doubling up to the last, with jitter. */
  readonly backoffFirstMs: number;
  readonly backoffLastMs: number;
  /** Attempts under way in one generator; operations beyond are shed. */
  readonly inFlightMax: number;
}

export interface GeneratorPlan {
  readonly seed: number;
  readonly workload: Workload;
  readonly policy: ClientPolicy;
  /** Zones that clients live in, in turn: client i in zone i mod length. */
  readonly zones: readonly string[];
}

/** One stretch of load with one shape. */
export interface LoadStep {
  readonly arrival:
    | { readonly mode: 'closed'; readonly clients: number }
    | { readonly mode: 'open'; readonly ratePerS: number; readonly spacing: 'fixed' | 'poisson' };
  /** The step ends after this time, or after so many operations: whichever stands, one must. */
  readonly durationMs?: number;
  readonly operations?: number;
  /** Writes each key once, in order, with `preloadText`: how a store is filled before the measured load. */
  readonly preload?: boolean;
}
