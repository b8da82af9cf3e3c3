/**
 * How much was answered by the caches in front of the store. Such reads count as reads everywhere, since they are what clients
 * got, and may be stale like any other; this says how many of them there are. Locality leaves them out: no node answered.
 */
import { type History, OK } from '../history.ts';
import { type Selection, selectRows } from './selection.ts';

/** Of the selected reads that ended ok, the share that a cache answered; undefined: none ended ok. */
export function cachedShare(history: History, selection: Omit<Selection, 'group'> = {}): number | undefined {
  let done = 0;
  let cached = 0;
  for (const row of selectRows(history, { ...selection, group: 'get' })) {
    if (history.outcome[row] !== OK) continue;
    done++;
    cached += history.cached[row]!;
  }
  return done === 0 ? undefined : cached / done;
}
