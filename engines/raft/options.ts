/** What can be set on Raft: each option is a decision whose effect can be measured. Times are in ms. */

export interface RaftOptions {
  // ----------------------------------------------------------------------------------------------------- elections

  /**
   * The shortest silence after which a follower stands for election; each wait is drawn uniformly between this and the
   * maximum. Raising it delays every failover by as much; lowering it towards the heartbeat makes a slow leader look dead.
   * Default 300: six heartbeats.
   */
  readonly electionTimeoutMinMs: number;
  /**
   * The longest wait. A wider range costs recovery time, (max − min) / (survivors + 1) on average; a narrower one makes
   * split votes more likely. Default: twice the minimum, as the Raft paper has it.
   */
  readonly electionTimeoutMaxMs: number;
  /** The leader sends each follower something at least this often. Raising it saves messages and leaves fewer chances before a time-out. */
  readonly heartbeatMs: number;
  /**
   * Ask whether an election could be won before raising the term (Ongaro's thesis, 9.6). Costs one round trip at each
   * election; without it a node that was cut off deposes the leader when it returns.
   */
  readonly preVote: boolean;
  /** Refuse votes while a leader was heard within the minimum election time-out (thesis, 4.2.3). */
  readonly stickiness: boolean;
  /** The leader steps down when it has heard from no majority for `quorumTimeoutMs` (thesis, 6.2). */
  readonly checkQuorum: boolean;
  /** See `checkQuorum`. Lower: a cut-off leader refuses sooner, and more easily without need. Default: the minimum election time-out. */
  readonly quorumTimeoutMs: number;
  /**
   * The leader steps down when its own disk has owed entries for so long; 0: never. Lower: a slow disk costs its leader the lead
   * sooner. Default 1000: longer than any healthy disk takes, and well below what people wait.
   */
  readonly diskStallMs: number;
  /**
   * Take the closing of the leader's connection for its death: the wait for an election shrinks to the random part of the
   * time-out. Off by default, so that presets detect as slowly as the systems they model.
   */
  readonly linkHint: boolean;

  // --------------------------------------------------------------------------------------------------------- reads

  /**
   * How `get` is served. `read-index`: by the leader once a majority confirms it, one round trip and no disk; `lease`: by the leader
   * at once, while a majority has given its word to elect nobody else; `log`: as an entry of the log, at the cost of a write;
   * `local`: by the node that is asked, as stale as it is.
   */
  readonly reads: 'read-index' | 'lease' | 'log' | 'local';
  /** Followers answer reads too, once they have asked the leader how far they must have applied the log. It spreads the load, and costs them a round trip. */
  readonly followerReads: boolean;
  /**
   * With `lease` reads: for how long who has heard the leader votes for nobody else. Raising it lets the lease outlive more lost
   * heartbeats, and delays failovers beyond the election time-out. Default: the minimum election time-out, which costs nothing.
   */
  readonly leaseMs: number;
  /**
   * With `lease` reads: by how much any clock may run too fast or too slow, parts in a million. Raising it shortens the lease at the leader. Default
   * 10,000, one per cent: a hundred times what a common quartz is off.
   */
  readonly driftPpm: number;

  // --------------------------------------------------------------------------------------------------- replication

  /** Entries in one append. Raising it helps catching up and makes single messages longer, which delays heartbeats behind them; 1 is no batching. */
  readonly entriesPerAppend: number;
  /** Appends on their way to one follower. 1 is no pipelining; deep pipelines hide the round trip and queue at the slowest part. */
  readonly inFlightAppendsMax: number;
  /** Bytes on their way to one follower, beyond which no append follows. Raising it helps on long fat links, and lets a slow follower hold more memory. Default 4 MiB: a long link of 1 Gbit/s and 30 ms. */
  readonly inFlightBytesMax: number;
  /**
   * How long the leader waits, after a commit, for another message to tell a follower by the way before it sends one for the
   * purpose; 0: it never waits. Raising it saves up to half of the messages, and local reads on followers lag so much more.
   * The default, 1 ms, is below what a client would notice, and above the pause between two turns under load.
   */
  readonly commitNoticeMs: number;
  /** Send entries while they are still on their way to the leader's own disk; false: only once they are durable there (thesis, 10.2.1). */
  readonly leaderDiskParallel: boolean;
  /** Entries, and votes, count once they are written and before they are synced. Faster, and a power loss takes what was acknowledged. */
  readonly lazySync: boolean;

  // --------------------------------------------------------------------------------------- snapshots and membership

  /**
   * Entries applied, since the last snapshot, after which another is taken; and no fewer than half of the pairs in the state. Raising it makes snapshots
   * rarer, and recovery, log and memory longer.
   */
  readonly snapshotEntries: number;
  /** Entries kept in memory behind a snapshot: who was away for no longer catches up from the log. Raising it costs memory. */
  readonly trailingEntries: number;
  /** Pairs or sessions in a part of a snapshot, on disk and on links. Raising it makes snapshots faster, and each pause they cause longer. */
  readonly pairsPerPart: number;
  /** Whether the retry of a write that took effect is answered with the result that it had, and not carried out again (thesis, 6.3). Costs some bytes an entry. */
  readonly sessions: boolean;
  /**
   * What becomes of a voter that lost its disk: `automatic`: the leader makes it a learner, and admits it anew once it has caught up;
   * `operator`: it stays without a voice until it is removed, added and promoted.
   */
  readonly readmission: 'automatic' | 'operator';
}
