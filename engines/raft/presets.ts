/** Settings as published systems have them, each with its source. Times are in ms. */
import type { RaftOptions } from './options.ts';

const defaults: RaftOptions = {
  electionTimeoutMinMs: 300,
  electionTimeoutMaxMs: 600,
  heartbeatMs: 50,
  preVote: true,
  stickiness: true,
  checkQuorum: true,
  quorumTimeoutMs: 300,
  diskStallMs: 1000,
  linkHint: false,
  reads: 'read-index',
  followerReads: false,
  leaseMs: 300,
  driftPpm: 10_000,
  entriesPerAppend: 512,
  inFlightAppendsMax: 32,
  inFlightBytesMax: 4 * 1024 * 1024,
  commitNoticeMs: 1,
  leaderDiskParallel: true,
  lazySync: false,
  snapshotEntries: 10_000,
  trailingEntries: 5000,
  pairsPerPart: 512,
  sessions: true,
  readmission: 'automatic',
};

/**
 * etcd's defaults: `--election-timeout` 1000 with waits of one to two of it, `--heartbeat-interval` 100, 512 appends in flight, commits told
 * at once, `--snapshot-count` 10,000 (3.6) with 5,000 entries kept behind it. It neither recognises retries nor readmits members by itself, and
 * a leader with a hung disk goes on.
 */
const etcd: RaftOptions = {
  ...defaults,
  electionTimeoutMinMs: 1000,
  electionTimeoutMaxMs: 2000,
  heartbeatMs: 100,
  quorumTimeoutMs: 1000,
  leaseMs: 1000,
  diskStallMs: 0,
  inFlightAppendsMax: 512,
  commitNoticeMs: 0,
  sessions: false,
  readmission: 'operator',
};

export const presets = {
  default: defaults,
  /** The paper's own example: waits of 150–300 ms (its section 9.3), none of the later remedies, and commits told with the next append or heartbeat. */
  paper: {
    ...defaults,
    electionTimeoutMinMs: 150,
    electionTimeoutMaxMs: 300,
    heartbeatMs: 75,
    preVote: false,
    stickiness: false,
    checkQuorum: false,
    quorumTimeoutMs: 150,
    diskStallMs: 0,
    leaseMs: 150,
    commitNoticeMs: 75,
    readmission: 'operator',
  },
  etcd,
  /** etcd 3.4, which had pre-vote switched off, and a snapshot every 100,000 entries. */
  'etcd-3.4': { ...etcd, preVote: false, snapshotEntries: 100_000 },
  /**
   * HashiCorp's library: `HeartbeatTimeout` and `ElectionTimeout` 1000, each wait one to two of it; the leader's lease of
   * 500 is a check-quorum, not a lease for reads; 64 entries an append (`MaxAppendEntries`), 2 appends in flight; own disk first;
   * `CommitTimeout` 50, after which followers are told a commit without an append to tell it by the way; `SnapshotThreshold` 8192 and
   * `TrailingLogs` 10,240.
   */
  hashicorp: {
    ...defaults,
    electionTimeoutMinMs: 1000,
    electionTimeoutMaxMs: 2000,
    heartbeatMs: 100,
    quorumTimeoutMs: 500,
    leaseMs: 1000,
    diskStallMs: 0,
    entriesPerAppend: 64,
    inFlightAppendsMax: 2,
    commitNoticeMs: 50,
    leaderDiskParallel: false,
    snapshotEntries: 8192,
    trailingEntries: 10_240,
    sessions: false,
    readmission: 'operator',
  },
  /**
   * openraft: `election_timeout` 150–300, counted once the leader's lease, `election_timeout_max`, is out: 450–600 of silence in all;
   * `heartbeat_interval` 50, `max_payload_entries` 300, a snapshot every 5,000 entries with 1,000 kept behind it. No pre-vote, and
   * votes are refused under the lease.
   */
  openraft: {
    ...defaults,
    electionTimeoutMinMs: 450,
    electionTimeoutMaxMs: 600,
    preVote: false,
    checkQuorum: false,
    quorumTimeoutMs: 450,
    leaseMs: 300,
    diskStallMs: 0,
    entriesPerAppend: 300,
    snapshotEntries: 5000,
    trailingEntries: 1000,
    sessions: false,
    readmission: 'operator',
  },
  /**
   * NATS JetStream: election time-outs of 4–9 s and heartbeats of 1 s, no pre-vote, a leader that has lost its quorum for 10 s steps down,
   * and files that are synced every two minutes, by when entries have long been acknowledged.
   */
  nats: {
    ...defaults,
    electionTimeoutMinMs: 4000,
    electionTimeoutMaxMs: 9000,
    heartbeatMs: 1000,
    preVote: false,
    stickiness: false,
    quorumTimeoutMs: 10_000,
    leaseMs: 4000,
    diskStallMs: 0,
    lazySync: true,
    sessions: false,
    readmission: 'operator',
  },
  /**
   * CockroachDB: ticks of 500, elections after 2–4 s, heartbeats of 1 s, pre-vote and check-quorum, reads under a lease of 5 s, and a store whose
   * disk stands still for 20 s (`storage.max_sync_duration`) is given up.
   */
  cockroach: {
    ...defaults,
    electionTimeoutMinMs: 2000,
    electionTimeoutMaxMs: 4000,
    heartbeatMs: 1000,
    quorumTimeoutMs: 2000,
    reads: 'lease',
    leaseMs: 5000,
    diskStallMs: 20_000,
    readmission: 'operator',
  },
  /** For zones oceans apart: several round trips of 200–300 ms fit into the minimum. */
  wan: {
    ...defaults,
    electionTimeoutMinMs: 1500,
    electionTimeoutMaxMs: 3000,
    heartbeatMs: 300,
    quorumTimeoutMs: 1500,
    leaseMs: 1500,
  },
} satisfies { default: RaftOptions; [preset: string]: RaftOptions };
