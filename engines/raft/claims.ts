/** What Raft promises with given options on given members. */
import type { Claims, Member } from '../api.ts';
import { tolerated } from '../parts/quorum.ts';
import type { RaftOptions } from './options.ts';

export function claims(options: RaftOptions, members: readonly Member[]): Claims {
  const voters = members.filter((member) => member.kind !== 'spare');
  const mayBeLost = tolerated(voters.length);
  const { lazySync } = options;
  // What counts before it is on disk can be taken back by a power loss, and with it what reads have shown.
  const linearizable = options.reads !== 'local' && !lazySync;
  const leases = options.reads === 'lease';
  return {
    reads: { default: linearizable ? 'linearizable' : 'eventual', local: 'eventual' },
    sessions: linearizable
      ? ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads']
      : lazySync
        ? []
        : ['monotonic-writes'],
    acknowledged: { lostNodes: mayBeLost, lostDisks: lazySync ? 0 : mayBeLost, powerLoss: !lazySync },
    exactlyOnce: options.sessions && !lazySync,
    converges: true,
    // A witness may be the only one left with the newest entries, and cannot lead: then the others wait for a full member.
    needs: voters.some((member) => member.kind === 'witness') ? 'all' : 'majority',
    // Only leases rest on clocks, and on how fast they run: the time of day is never read.
    assumes: { driftPpm: leases ? options.driftPpm : 100_000, skewMs: Number.MAX_SAFE_INTEGER },
    deadlines: {
      shortestTimeoutMs: Math.min(
        options.electionTimeoutMinMs,
        options.checkQuorum ? options.quorumTimeoutMs : Number.POSITIVE_INFINITY,
      ),
      heartbeatMs: options.heartbeatMs,
    },
    ...(!options.linkHint && {
      election: {
        timeoutMinMs: options.electionTimeoutMinMs,
        timeoutMaxMs: options.electionTimeoutMaxMs,
        heartbeatMs: options.heartbeatMs,
        roundTrips: options.preVote ? 2 : 1,
        // That of the others' votes; the candidate's own goes on meanwhile.
        syncs: options.lazySync ? 0 : 1,
      },
    }),
  };
}
