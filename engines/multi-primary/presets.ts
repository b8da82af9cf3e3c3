/** Named sets of options, each with what it is modelled on. */
import { QUICK_MEMBERSHIP } from '../parts/membership-options.ts';
import type { Options } from './options.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The white paper's three primaries, sound: three copies, one a zone; two acknowledge, two answer; every way of repair. The times are
 * chosen for benchmarks that look at seconds.
 */
const sound: Options = {
  versions: 'last-writer',
  copies: 3,
  zoneAware: true,
  writeQuorum: 2,
  readQuorum: 2,
  answers: 'strict',
  acknowledgesOn: 'durable',
  writeTimeoutMs: 1000,
  readTimeoutMs: 1000,
  readsAsk: 'quorum',
  localFirst: true,
  spareReadMs: 40,
  clock: 'hybrid',
  appends: 'merge',
  counters: 'merge',
  missingCopies: 'hints',
  retransmitMs: 100,
  hintAfterMs: 300,
  hintWindowMs: 3 * HOUR_MS,
  readRepair: 'before',
  antiEntropyMs: 1000,
  tombstoneGraceMs: DAY_MS,
  tombstonesConfirmed: true,
  checkpointVersions: 100_000,
  ...QUICK_MEMBERSHIP,
};

/**
 * Apache Cassandra 4 and 5 by their defaults: the coordinator sends to all copies; versions are ordered by wall clock, value by value, so
 * that editing a document is reading and rewriting it; a write that is not acknowledged within `write_request_timeout` (2 s) becomes a hint,
 * for nodes that have not been down for longer than `max_hint_window` (3 h; here each hint is kept for that long); reads wait for 5 s, and read repair comes before the answer; the commit
 * log is synced every 10 s (`commitlog_sync: periodic`), not before an answer; deletions are kept for `gc_grace_seconds` (10 days); nobody
 * repairs by hash trees unless an operator says so; nodes gossip each second and are down from φ 8 on (`phi_convict_threshold`), about
 * 18 s of silence, however they went silent. What is not modelled: the 10 s (here the log is synced at once, and no answer waits for it),
 * a spare read after the 99th percentile of the table's latency (here after 50 ms), and the bounded rate at which hints are delivered.
 */
const cassandra: Options = {
  ...sound,
  writeQuorum: 'majority',
  readQuorum: 'majority',
  acknowledgesOn: 'receipt',
  writeTimeoutMs: 2000,
  readTimeoutMs: 5000,
  spareReadMs: 50,
  clock: 'wall',
  appends: 'rewrite',
  retransmitMs: 2000,
  hintAfterMs: 2000,
  hintWindowMs: 3 * HOUR_MS,
  antiEntropyMs: 0,
  tombstoneGraceMs: 10 * DAY_MS,
  tombstonesConfirmed: false,
  detector: 'gossip-phi',
};

/**
 * Riak KV 2 and 3 by their defaults for typed buckets: `n_val` 3, `r` and `w` a quorum, `pr` and `pw` 0, so that stand-ins count (sloppy quorum
 * and hinted hand-off); `allow_mult` and `dvv_enabled` true: siblings under dotted version vectors; all copies are asked for a read, and those
 * behind are repaired after the answer; reads and writes wait for 60 s; hash trees are exchanged each 15 s (`anti_entropy.tick`). `dw` is a quorum
 * too, but the default backend syncs when the operating system does (`bitcask.sync.strategy` none): copies acknowledge on receipt. A node is
 * down once its connections close, or after `net_ticktime` (60 s) without a sign, four signs in that time.
 *
 * The application beside it reads before it writes, unless it has a context, unites what was appended to siblings, and of other siblings takes
 * the newest. What is not modelled: partitions that one node may hold two of (here a node counts once, and where fewer nodes than copies are up a
 * copy's place stays empty); the removal of a deletion 3 s after it (`delete_mode`), after which old values are known to come back: deletions are
 * kept for ten days, and until all copies have confirmed; pruning of clocks beyond 50 actors, which makes siblings of what was none (here they
 * grow by an actor for each life of a node that writes the key); a winner by the time of day (here by hybrid time). That a copy which is
 * up and silent gets a hint after 2 s is this engine's; Riak leaves that to repair.
 */
const riak: Options = {
  ...sound,
  zoneAware: false,
  writeQuorum: 'majority',
  readQuorum: 'majority',
  acknowledgesOn: 'receipt',
  writeTimeoutMs: 60_000,
  readTimeoutMs: 60_000,
  readsAsk: 'all',
  localFirst: false,
  versions: 'siblings',
  missingCopies: 'stand-ins',
  retransmitMs: 1000,
  hintAfterMs: 2000,
  hintWindowMs: 10 * DAY_MS,
  readRepair: 'behind',
  antiEntropyMs: 15_000,
  tombstoneGraceMs: 10 * DAY_MS,
  detector: 'heartbeats',
  heartbeatMs: 15_000,
  timeoutMs: 60_000,
};

export const presets = {
  default: sound,
  /** One copy is enough for a write and for a read: fast, and an acknowledged write may die with its node. */
  one: { ...sound, writeQuorum: 1, readQuorum: 1 },
  /** Consistency level QUORUM for reads and writes. */
  'cassandra-quorum': cassandra,
  /** Consistency level ONE, the drivers' old default. */
  'cassandra-one': { ...cassandra, writeQuorum: 1, readQuorum: 1 },
  /** Consistency level LOCAL_QUORUM, what several data centres are advised to use: nobody waits for another zone. */
  'cassandra-local-quorum': { ...cassandra, writeQuorum: 'local-majority', readQuorum: 'local-majority' },
  /** Siblings, and stand-ins for copies that are down. */
  riak,
} as const satisfies { readonly [preset: string]: Options };
