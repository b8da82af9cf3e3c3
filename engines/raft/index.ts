/** Raft: one elected leader orders all operations in a log, and a majority's disks make them last. */
import type { Claims, EngineDefinition, Member } from '../api.ts';
import { tolerated } from '../parts/quorum.ts';
import { invariants } from './invariants.ts';
import type { LogRecord, Message } from './messages.ts';
import { presets, type RaftOptions, validate } from './options.ts';
import { RaftReplica } from './replica.ts';

export type { RaftOptions } from './options.ts';

/** What Raft promises with these options on these members. */
export function claims(options: RaftOptions, members: readonly Member[]): Claims {
  const voters = members.filter((member) => member.kind !== 'spare');
  const mayBeLost = tolerated(voters.length);
  const linearizable = options.reads !== 'local';
  return {
    reads: { default: linearizable ? 'linearizable' : 'eventual', local: 'eventual' },
    sessions: linearizable
      ? ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads']
      : ['monotonic-writes'],
    acknowledged: { lostNodes: mayBeLost, lostDisks: mayBeLost, powerLoss: true },
    exactlyOnce: false,
    converges: true,
    // A witness may be the only one left with the newest entries, and cannot lead: then the others wait for a full member.
    needs: voters.some((member) => member.kind === 'witness') ? 'all' : 'majority',
    // No promise rests on a clock: drift only shifts when elections come, and the time of day is never read.
    assumes: { driftPpm: 100_000, skewMs: Number.MAX_SAFE_INTEGER },
    deadlines: {
      shortestTimeoutMs: Math.min(
        options.electionTimeoutMinMs,
        options.checkQuorum ? options.quorumTimeoutMs : Number.POSITIVE_INFINITY,
      ),
      heartbeatMs: options.heartbeatMs,
    },
  };
}

const definition: EngineDefinition<Message, LogRecord, RaftOptions> = {
  name: 'raft',
  presets,
  claims,
  validate,
  create: (host, options) => new RaftReplica(host, options),
  invariants,
};

export default definition;
