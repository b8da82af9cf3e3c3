/** What is promised under which options. The engine's README says why. */
import type { Claims, Member, SessionGuarantee } from '../api.ts';
import { deadlinesOf } from '../parts/membership-kinds.ts';
import type { Options } from './options.ts';
import { copiesAwaited, doReadsMeet } from './placement.ts';

export function claims(options: Options, members: readonly Member[]): Claims {
  const { least, most } = copiesAwaited(options, members);
  const everyNodeHolds = members.filter((member) => member.kind === 'full').length <= options.copies;
  return {
    reads: { default: 'eventual', local: 'eventual', ...(options.versions === 'siblings' && { versions: 'eventual' }) },
    sessions: sessionsOf(options, members),
    acknowledged: {
      lostNodes: least - 1,
      lostDisks: least - 1,
      powerLoss: options.acknowledgesOn === 'durable',
    },
    keepsAppends: options.appends === 'merge',
    keepsAdds: options.counters === 'merge',
    keepsConcurrent: options.versions === 'siblings',
    replacesOnlyRead: options.versions === 'siblings',
    exactlyOnce: false,
    // Hints may die with their coordinator, and a read repairs only what somebody reads.
    converges: options.antiEntropyMs > 0,
    needs: most === 1 && (everyNodeHolds || options.missingCopies === 'stand-ins') ? 'any-node' : 'write-quorum',
    // Skew decides which of two writes wins where it is larger than the time between them.
    assumes: { driftPpm: 10_000, skewMs: 10_000 },
    deadlines: deadlinesOf(options),
  };
}

/**
 * Reads that meet every write, and each other, see what the session has written, or what has replaced it; that what it writes comes after
 * what it has seen takes a clock that is never behind the session's. That reads never go back takes repair before the answer. Both
 * take copies that do not forget in a crash what they have said that they hold.
 *
 * The guarantees of writes are not promised: a session's later write of a key does replace its earlier one, but of elements
 * that merge a read may find the later one without the earlier, where copies answered it at different times.
 */
function sessionsOf(options: Options, members: readonly Member[]): SessionGuarantee[] {
  if (options.acknowledgesOn === 'receipt' || !doReadsMeet(options, members)) return [];
  return [
    ...(options.clock === 'hybrid' ? (['read-your-writes'] as const) : []),
    ...(options.readRepair === 'before' ? (['monotonic-reads'] as const) : []),
  ];
}
