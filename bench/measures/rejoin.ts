/** How long nodes that were down take until they have everything again, from what they note: self-reported. */
import { heldDown } from '../faults/standing-faults.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { faultIntervals } from './fault-intervals.ts';
import type { Between } from './selection.ts';

/**
 * The longest time from a restart in the stretch to that node's own note that it has caught up; undefined if no node was
 * restarted there, or one of them never said so.
 */
export function rejoinMs(events: readonly ClusterEvent[], { fromMs, toMs }: Between): number | undefined {
  let longestMs: number | undefined;
  for (const down of faultIntervals(events)) {
    const node = heldDown(down.fault);
    if (node === undefined || down.toMs < fromMs || down.toMs >= toMs) continue;
    const caughtUp = events.find(
      (event) =>
        event.kind === 'note' && event.note.kind === 'caught-up' && event.node === node && event.atMs >= down.fromMs,
    );
    if (caughtUp === undefined) return undefined;
    // With threads the node may have said so before whoever restarted it hears that it is up.
    longestMs = Math.max(longestMs ?? 0, caughtUp.atMs - down.toMs);
  }
  return longestMs;
}
