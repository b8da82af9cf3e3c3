/** What is promised where versions are revision trees. */
import type { Claims, Member } from '../../api.ts';
import { deadlinesOf } from '../../parts/membership-kinds.ts';
import { copiesAwaited } from '../placement.ts';
import type { RevisionOptions } from './options.ts';

/**
 * Of sessions nothing is promised: that a read meets every committed edit does not help where another branch wins, of which the session
 * knows nothing.
 */
export function revisionClaims(options: RevisionOptions, members: readonly Member[]): Claims {
  const { least } = copiesAwaited(options, members);
  return {
    reads: { default: 'eventual', local: 'eventual', versions: 'eventual' },
    sessions: [],
    acknowledged: { lostNodes: least - 1, lostDisks: least - 1, powerLoss: true },
    keepsConcurrent: true,
    // A sum whose branch has lost adds nothing to the winner's.
    keepsAdds: false,
    exactlyOnce: false,
    converges: options.replicatesOnReconnection,
    needs: 'write-quorum',
    // No clock decides anything.
    assumes: { driftPpm: 10_000, skewMs: 10_000 },
    deadlines: deadlinesOf(options),
  };
}
