/** What is promised under which options. The engine's README says why. */
import type { Claims, Member, SessionGuarantee } from '../api.ts';
import type { Options } from './options.ts';
import { doReadsMeet, leastCopies } from './placement.ts';

export function claims(options: Options, members: readonly Member[]): Claims {
  const least = leastCopies(options, members);
  const everyNodeHolds = members.filter((member) => member.kind === 'full').length <= options.copies;
  return {
    reads: { default: 'eventual', local: 'eventual' },
    sessions: sessionsOf(options, members),
    acknowledged: {
      lostNodes: least - 1,
      lostDisks: least - 1,
      powerLoss: options.acknowledgesOn === 'durable',
    },
    keepsAppends: options.appends === 'merge',
    exactlyOnce: false,
    // Hints may die with their coordinator, and a read repairs only what somebody reads.
    converges: options.antiEntropyMs > 0,
    needs: least === 1 && everyNodeHolds ? 'any-node' : 'write-quorum',
    // Skew decides which of two writes wins where it is larger than the time between them.
    assumes: { driftPpm: 10_000, skewMs: 10_000 },
    // A node is given up when a probe was not answered and nobody, it least of all, has contradicted since.
    deadlines: { shortestTimeoutMs: options.probeTimeoutMs + options.suspicionMs, heartbeatMs: options.probeMs },
  };
}

/**
 * Reads that meet every write, and each other, see what the session has written, or what has replaced it. That what a session writes comes
 * after what it has seen takes a clock that is never behind the session's. That reads never go back takes repair before the answer.
 */
function sessionsOf(options: Options, members: readonly Member[]): SessionGuarantee[] {
  const { clock, readRepair } = options;
  if (!doReadsMeet(options, members)) return [];
  const isHybrid = clock === 'hybrid';
  if (readRepair !== 'before') return isHybrid ? ['read-your-writes'] : [];
  return isHybrid
    ? ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads']
    : ['monotonic-reads'];
}
