/** What a load generator is to do: plain data, so that it can stand in a suite file and travel to another thread. */

/** Shares of the operations by kind; they add up to 1. */
export interface Mix {
  readonly read: number;
  readonly update: number;
  readonly insert: number;
  /** Of adds of 1 or −1. Then the workload's keys are counters, which are only read and added to: the other shares are of reads. */
  readonly add: number;
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

/** A proxy between the clients of a zone and the nodes: see `proxy.ts`. */
export interface ProxyPolicy {
  /** Time between two checks of a node, and how long one waits for its answer. */
  readonly checkMs: number;
  /** So many failed checks in a row take a node out; so many good ones bring it back. */
  readonly downAfter: number;
  readonly upAfter: number;
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
  /** Witnesses are asked as full nodes are: for engines in which a node without data coordinates. Left out: they are not. */
  readonly asksWitnesses?: boolean;
  /** Left out: clients choose their nodes themselves. With a proxy `readFrom` means nothing: reads go where writes go. */
  readonly proxy?: ProxyPolicy;
  /**
   * An operation ends as it stands when so many attempts, or so many rounds that found no node, have brought no success. Left
   * out: it goes on until its time-out.
   */
  readonly attemptsMax?: number;
  /**
   * Writes that met with silence, or with an answer that leaves their effect open, are tried again, as a workload's `retry`
   * asks of every policy. Those whose connection broke are not: a proxy reports that, and sends nothing twice.
   */
  readonly retriesWrites?: boolean;
  /** `conflict` ends a write: the application is told, instead of other nodes being asked. Left out: they are. */
  readonly conflictEnds?: boolean;
  /**
   * What a write is that was acknowledged below the promised number of copies: done, or (`doubt`) `unknown`, since it may not
   * last. Either way the history says that it was accepted. Left out: `success`.
   */
  readonly takesAcceptedFor?: 'success' | 'doubt';
  /** How long entries live in the cache of documents that the clients of a zone share: see `document-cache.ts`. Left out: there is none. */
  readonly cacheMs?: number;
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
