/** The options: six decisions, and the limits of what may queue. Flat, so that each can be set from the command line. */

export interface Options {
  // ------------------------------------------------------------------------------------ 1. when the client is told yes

  /**
   * `async`: once the primary itself has the write on its disk. `sync`: once `copies` replicas have it too; it never falls
   * back, so without enough replicas writes wait. `semi-sync`: as sync, but after `fallBackMs` as async, until the replicas
   * have caught up; what is answered meanwhile is `accepted` and not `committed`.
   */
  readonly answer: 'async' | 'semi-sync' | 'sync';
  /**
   * k, the copies besides the primary's own that a write waits for; `async` does not look at it. 0: as many as make a majority
   * together with the primary's. Raising it makes writes as slow as the k-th nearest replica, and promotion easier.
   */
  readonly copies: number;
  /**
   * When a replica's copy counts: as soon as the replica has it in memory, when it is on its disk, or when that replica also
   * shows it to readers. The primary's own copy counts once it is on disk.
   */
  readonly copyCounts: 'received' | 'durable' | 'applied';
  /** `semi-sync`: how long a write waits for its copies before the primary goes on without them, ms. */
  readonly fallBackMs: number;
  /** Replicas that must have been heard of within `replicaSilenceMs`, or writes are refused. 0: none has to. */
  readonly minReplicas: number;
  readonly replicaSilenceMs: number;

  // ------------------------------------------------------------------------- 2. how a dead primary is told from a slow one

  /**
   * `fixed`: after `detectionMs` of silence. `phi`: when the silence has become as unlikely as `phiThreshold` says, judged by the
   * heartbeats before. `observers`: a fixed silence, and then the others are asked; the primary is dead only if `observersQuorum`
   * voters have lost it too and no replica that answers still hears it.
   */
  readonly detection: 'fixed' | 'phi' | 'observers';
  /** Between heartbeats, ms. Raising it saves messages and makes leases and detection coarser. */
  readonly heartbeatMs: number;
  /** Silence of the primary after which a replica suspects it, ms. Raising it lengthens outages and spares false failovers. */
  readonly detectionMs: number;
  /** `phi`: −log10 of the probability that a healthy primary is silent for so long. Raising it has the effect of a longer time-out. */
  readonly phiThreshold: number;
  /** `observers`: voters that must have lost the primary. 0: a majority of them. */
  readonly observersQuorum: number;
  /** Whether the end of the primary's process, where the host reports it, cuts detection short. A lease is still waited out. */
  readonly linkHint: boolean;

  // -------------------------------------------------------------------------------------------------- 3. who may promote

  /**
   * `majority`: promises of a new epoch from a majority of the voters. `standby`: the replica decides by itself, the first member
   * before the second. `manual`: nobody; the first member leads until an operator says otherwise.
   */
  readonly authority: 'majority' | 'standby' | 'manual';
  /**
   * Who votes: all members, or only the witness nodes (observers, a lease store, a monitor), if there are any: without, the full
   * members do that work too.
   */
  readonly voters: 'members' | 'witnesses';
  /** A candidate waits a random part of this beyond detection, ms. Raising it avoids split candidacies and costs half of it. */
  readonly spreadMs: number;
  /** Between asking for promotion and asking again, ms. Should exceed two round trips. */
  readonly retryMs: number;
  /** A candidacy that led to nothing is followed by another after this and a random part of the spread, ms. */
  readonly candidacyMs: number;
  /** Between suspecting the primary and seeking its place, ms: for a primary that stops itself meanwhile. */
  readonly promotionDelayMs: number;

  // ------------------------------------------------------------------------------------------------ 4. who is promoted

  /**
   * `any`: whoever asks first. `highest`: who has the highest (epoch, position) of those that answered. `complete`: who is known
   * to hold every acknowledged write: promises of N − k full members are needed besides.
   */
  readonly choice: 'any' | 'highest' | 'complete';
  /** A replica so many records behind what was last heard of the primary is not promoted. 0: however far it is behind. */
  readonly lagRecordsMost: number;

  // --------------------------------------------------------------------------------------- 5. how the old primary is stopped

  /**
   * `lease`: it stops itself before anyone can be promoted. `epochs`: it goes on until it hears of a later epoch. `none`: when two
   * primaries meet, the one that stands first among the members goes on, whatever was written at the other.
   */
  readonly fencing: 'lease' | 'epochs' | 'none';
  /**
   * How long a heartbeat's answer binds its sender not to promise a new epoch, ms. Without fresh answers the primary stops
   * answering that long after the last one. Raising it rides out longer pauses; it must stay below detection.
   */
  readonly leaseMs: number;
  /** How far a clock's rate may be off, parts per million: shortens the lease at the primary. */
  readonly driftPpm: number;
  /** A primary that has not heard for so long from enough nodes to prevent a promotion steps down, ms. 0: never. */
  readonly isolationMs: number;

  // ---------------------------------------------------------------------------------------------------------- 6. reads

  /** `primary`: only there. `replicas`: each node answers from what it has, and says how far behind it may be. */
  readonly reads: 'primary' | 'replicas';
  /** Whether a replica hands what it cannot answer on to the primary, instead of telling the client where that is. */
  readonly forwards: boolean;

  // ----------------------------------------------------------------------------------------------------------- limits

  /** Records, or pairs of a full copy, in one message at most. Raising it speeds catch-up and makes the receiver's turns longer. */
  readonly recordsPerMessage: number;
  /** Records sent to one replica and not yet acknowledged at most. Raising it fills longer links, and queues. */
  readonly windowRecords: number;
  /** Operations that may wait for copies at the primary; more are refused. Raising it costs memory. */
  readonly waitingMax: number;
  /**
   * Applied records after which a node writes an image of its state to its log and forgets older ones; the newest half stays for
   * replicas that were away. Raising it costs memory, disk and recovery time, and saves images and full copies.
   */
  readonly logRecordsMax: number;
}
