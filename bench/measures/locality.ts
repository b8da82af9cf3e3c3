/**
 * Locality: how much is done without a word from another zone.
 *
 * An operation stayed local if the node that answered stands in the client's zone, and gave the answer while it handled an
 * input from within that zone: the request itself, a timer, a report that its log is durable, or a message of a node of the
 * same zone. An answer that was given while a message of a node in another zone was handled left the zone. The hosts put
 * this on every answer; engines know nothing of it.
 *
 * What it does not see:
 * - It goes by the last input before the answer. A read that waits for two answers is counted by the later one, so that it
 *   stayed local if the far one came first; over links that differ as much as zones do, that is rare.
 * - What an engine puts out at a turn's end may follow from any input of that turn, and crosses if one of them did.
 * - It says on what the client waited, not what was sent: copies that go to other zones afterwards cost bytes, not locality.
 * - What a cache in front of the store answered is left out: no node did. `cachedShare` counts it.
 * - An attempt elsewhere before the one that was answered is not looked at.
 */
import type { Member } from '../../engines/api.ts';
import { type History, OK } from '../history.ts';
import { type Selection, selectRows } from './selection.ts';

/** Of the selected operations that ended ok, the share that stayed in their clients' zones; undefined: none ended ok. */
export function localShare(history: History, members: readonly Member[], selection: Selection): number | undefined {
  const zones = history.nodes.map((node) => history.zones.indexOf(members.find(({ id }) => id === node)?.zone ?? ''));
  let done = 0;
  let local = 0;
  for (const row of selectRows(history, selection)) {
    if (history.outcome[row] !== OK || history.answeredBy[row]! < 0) continue;
    done++;
    if (history.crossed[row] === 0 && zones[history.answeredBy[row]!] === history.zone[row]) local++;
  }
  return done === 0 ? undefined : local / done;
}
