/** The multi-primary engine: every node takes every operation; last writer wins by hybrid clock. See README.md. */
import type { Claims, EngineDefinition, Member } from '../api.ts';
import { invariants } from './inspection.ts';
import type { Entry, Message } from './messages.ts';
import { type Options, presets, readsMeet, validate } from './options.ts';
import { MultiPrimary } from './replica.ts';

const engine: EngineDefinition<Message, Entry, Options> = {
  name: 'multi-primary',
  presets,
  claims,
  validate,
  create: (host, options) => new MultiPrimary(host, options),
  invariants,
};

export default engine;

/**
 * Monotonic reads are claimed only where read quorums meet each other and every write quorum, and even there not that
 * a session reads its own writes: another client's write may carry a later stamp although it ended earlier, and then the
 * session's own write is overwritten the moment it is acknowledged.
 */
function claims(options: Options, members: readonly Member[]): Claims {
  const { copies, writeQuorum } = options;
  const everyNodeHolds = members.filter((member) => member.kind === 'full').length <= copies;
  return {
    reads: { default: 'eventual', local: 'eventual' },
    sessions: readsMeet(options) ? ['monotonic-reads'] : [],
    acknowledged: { lostNodes: writeQuorum - 1, lostDisks: writeQuorum - 1, powerLoss: true },
    exactlyOnce: false,
    converges: true,
    needs: writeQuorum === 1 && everyNodeHolds ? 'any-node' : 'write-quorum',
    // Nothing promised here rests on clocks: these bounds are only wide. Skew decides which of two concurrent writes wins.
    assumes: { driftPpm: 10_000, skewMs: 10_000 },
    // A node is given up when a probe was not answered and nobody, it least of all, has contradicted since.
    deadlines: { shortestTimeoutMs: options.probeTimeoutMs + options.suspicionMs, heartbeatMs: options.probeMs },
  };
}
