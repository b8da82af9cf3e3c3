/**
 * The presets: a well-run cluster, the white paper's hot standby, and what well-known products do by default.
 *
 * The time-outs are the products' published defaults. Where a product does something that no option stands for, the preset
 * says so. All keep the primary's own copy on disk before they answer, under the trial's durability policy.
 */
import type { Options } from './options.ts';

const wellRun: Options = {
  answer: 'sync',
  copies: 1,
  copyCounts: 'durable',
  fallBackMs: 10_000,
  minReplicas: 0,
  replicaSilenceMs: 10_000,
  detection: 'fixed',
  heartbeatMs: 100,
  detectionMs: 1000,
  phiThreshold: 8,
  observersQuorum: 0,
  linkHint: false,
  authority: 'majority',
  voters: 'members',
  spreadMs: 150,
  retryMs: 150,
  candidacyMs: 150,
  promotionDelayMs: 0,
  choice: 'complete',
  lagRecordsMost: 0,
  fencing: 'lease',
  leaseMs: 800,
  driftPpm: 1000,
  isolationMs: 1800,
  reads: 'primary',
  forwards: false,
  recordsPerMessage: 512,
  windowRecords: 8192,
  waitingMax: 16384,
  logRecordsMax: 100_000,
};

const sentinel: Options = {
  ...wellRun,
  answer: 'async',
  detection: 'observers',
  heartbeatMs: 1000,
  detectionMs: 30_000,
  voters: 'witnesses',
  spreadMs: 1000,
  retryMs: 1000,
  candidacyMs: 360_000,
  choice: 'highest',
  fencing: 'epochs',
  isolationMs: 0,
};

const patroni: Options = {
  ...wellRun,
  heartbeatMs: 10_000,
  detectionMs: 30_000,
  voters: 'witnesses',
  spreadMs: 10_000,
  retryMs: 10_000,
  candidacyMs: 10_000,
  leaseMs: 30_000,
  isolationMs: 30_000,
};

const mongo: Options = {
  ...wellRun,
  copies: 0,
  heartbeatMs: 2000,
  detectionMs: 10_000,
  spreadMs: 1500,
  retryMs: 2000,
  candidacyMs: 10_000,
  fencing: 'epochs',
  isolationMs: 10_000,
};

export const presets = {
  /** A well-run cluster: complete copies only are promoted, epochs and a lease fence the old primary; detection 1 s. */
  default: wellRun,
  /** The same, but clients are told yes before any copy exists: a failover may lose the newest writes. */
  async: { ...wellRun, answer: 'async', choice: 'highest' },
  /** The white paper's hot standby: copies are kept, and nobody promotes them. */
  manual: { ...wellRun, answer: 'async', choice: 'any', authority: 'manual', fencing: 'epochs' },
  /**
   * A keepalived pair (VRRP, RFC 9568): adverts every 1 s, the standby takes over after three of them are missed and a skew time of
   * (256 − priority)/256 s, about 3.6 s, and asks nobody. The first member has the highest priority; it does not preempt a
   * standby that has taken over (keepalived's `nopreempt`, usual with databases), unless both lead at once.
   */
  vrrp: {
    ...wellRun,
    answer: 'async',
    heartbeatMs: 1000,
    detectionMs: 3000,
    authority: 'standby',
    spreadMs: 1000,
    retryMs: 1000,
    candidacyMs: 1000,
    choice: 'any',
    fencing: 'none',
    isolationMs: 0,
  },
  /**
   * Redis 7 with Sentinel (redis.io, "High availability with Redis Sentinel"; sentinel.conf): a ping every second,
   * down-after-milliseconds 30,000, a quorum of the Sentinels, failover-timeout 180,000 (twice that before a failed failover
   * is tried again). The Sentinels are the witness nodes, or run beside the data if there are none.
   */
  'redis-sentinel': sentinel,
  /** The same with min-replicas-to-write 1 and min-replicas-max-lag 10 s: a primary without a replica refuses writes. */
  'redis-sentinel-min-replicas': { ...sentinel, minReplicas: 1 },
  /**
   * PostgreSQL with Patroni, asynchronous (patroni.readthedocs.io, "Dynamic configuration settings"): ttl 30 s, loop_wait 10 s,
   * retry_timeout 10 s; a replica more than maximum_lag_on_failover (1 MiB, here about 10,000 records) behind is not promoted.
   * The lease store is on the witness nodes. A Patroni primary gives up within its ttl; here at its end.
   */
  'patroni-async': { ...patroni, answer: 'async', choice: 'highest', lagRecordsMost: 10_000 },
  /** The same with synchronous_mode_strict: only a replica that holds every acknowledged write is promoted. */
  'patroni-sync': patroni,
  /**
   * pg_auto_failover (pg-auto-failover.readthedocs.io, "Configuring"): the monitor checks every 5 s, a node is unhealthy after 20 s, a
   * primary that reaches neither monitor nor replica stops itself after 20 s, and the promotion waits 30 s for it. The first replica's
   * copy is waited for until the monitor drops that replica; here until 20 s have passed. The monitor is the witness node.
   */
  'pg-auto-failover': {
    ...wellRun,
    answer: 'semi-sync',
    fallBackMs: 20_000,
    heartbeatMs: 5000,
    detectionMs: 20_000,
    voters: 'witnesses',
    spreadMs: 1000,
    retryMs: 5000,
    candidacyMs: 5000,
    promotionDelayMs: 30_000,
    choice: 'highest',
    leaseMs: 20_000,
    isolationMs: 20_000,
  },
  /**
   * MySQL with semi-synchronous replication (dev.mysql.com: rpl_semi_sync_source_timeout 10 s, one replica, which acknowledges on
   * receipt) under an orchestrator that asks the replicas whether they have lost the source too (GitHub, "MySQL High Availability at
   * GitHub", 2018: outages of 10 to 13 s). The orchestrators are the witness nodes. Nothing stops the old source.
   */
  'mysql-semi-sync': {
    ...wellRun,
    answer: 'semi-sync',
    copyCounts: 'received',
    detection: 'observers',
    heartbeatMs: 1000,
    detectionMs: 10_000,
    voters: 'witnesses',
    spreadMs: 3000,
    retryMs: 1000,
    candidacyMs: 5000,
    choice: 'highest',
    fencing: 'epochs',
    isolationMs: 0,
  },
  /**
   * A MongoDB replica set (mongodb.com, "Replica Set Elections"), write concern 1: heartbeats every 2 s, electionTimeoutMillis 10 s; a
   * primary that does not see a majority for that long steps down.
   */
  'mongodb-w1': { ...mongo, answer: 'async', choice: 'highest' },
  /** The same with write concern majority, journaled. Reads at the primary (read concern local) have no lease to rest on. */
  'mongodb-majority': mongo,
} as const satisfies Record<string, Options>;
