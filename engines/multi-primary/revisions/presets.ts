/** Named sets of options for revision trees, each with what it is modelled on. */
import { QUICK_MEMBERSHIP } from '../../parts/membership-options.ts';
import type { RevisionOptions } from './options.ts';

/**
 * Apache CouchDB 3 by its defaults: three copies, W and R each more than half of them, an edit sent to all copies at once; requests to
 * copies end after 60 s (`request_timeout`); 1,000 revisions of history (`revs_limit`); internal replication 5 s after a change
 * (`sync_delay`), in steps of 0.5 s (`sync_frequency`), tried again after 5 s, and whenever a node is seen again. Nodes are connected by Erlang's
 * distribution: a closed connection is a death at once, silence one after 45 to 75 s (`net_ticktime` 60 s, four ticks). An edit is on the disk
 * before a copy answers (`delayed_commits` is gone). What is not modelled: shards that move, views, attachments, and that a new life goes on from
 * stored checkpoints of internal replication; here it compares from the beginning.
 */
const couchdb: RevisionOptions = {
  versions: 'revision-trees',
  copies: 3,
  zoneAware: true,
  writeQuorum: 'majority',
  readQuorum: 'majority',
  start: 'parallel',
  requestTimeoutMs: 60_000,
  resendMs: 500,
  historyLimit: 1000,
  replicateAfterMs: 5000,
  replicateStepMs: 500,
  replicateRetryMs: 5000,
  replicatesOnReconnection: true,
  checkpointBranches: 100_000,
  ...QUICK_MEMBERSHIP,
  detector: 'heartbeats',
  heartbeatMs: 15_000,
  timeoutMs: 60_000,
};

export const revisionPresets = {
  couchdb,
  /** What CouchDB's main branch does since 2026 (`serialize_worker_startup`). */
  'couchdb-serial': { ...couchdb, start: 'serial' },
  /** The recipe that 2600Hz publishes for KAZOO: two zones with two copies each, and W = R = 2, so that R + W = N. */
  kazoo: { ...couchdb, copies: 4, writeQuorum: 2, readQuorum: 2 },
} as const satisfies { readonly [preset: string]: RevisionOptions };
