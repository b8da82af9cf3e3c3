/** Detection and election, from what the surviving nodes say of themselves: figures to be labelled self-reported. */
import type { NodeId } from '../../engines/api.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';

export interface FailoverSplits {
  /** T0 to the first survivor's note that it suspects a failed node; undefined if none says so. */
  readonly detectMs: number | undefined;
  /** From there to the first survivor's note that it leads; undefined without detection, or if none says so. */
  readonly electMs: number | undefined;
}

export interface SplitOptions {
  readonly t0Ms: number;
  /** The nodes that the fault took away: the suspected ones, whose own notes do not count. */
  readonly failed: readonly NodeId[];
  /** End of observation. Left out: the last event. */
  readonly untilMs?: number;
}

/** A lead taken before anyone suspected the failed node is another election's: only one from the detection on counts. */
export function failoverSplits(events: readonly ClusterEvent[], options: SplitOptions): FailoverSplits {
  const { t0Ms, failed, untilMs = Number.POSITIVE_INFINITY } = options;
  const survivorsNotes = events.flatMap((event) =>
    event.kind === 'note' && event.atMs >= t0Ms && event.atMs <= untilMs && !failed.includes(event.node) ? [event] : [],
  );
  let detectedMs = Number.POSITIVE_INFINITY;
  for (const { atMs, note } of survivorsNotes) {
    if (note.kind === 'suspects' && failed.includes(note.node)) detectedMs = Math.min(detectedMs, atMs);
  }
  if (detectedMs === Number.POSITIVE_INFINITY) return { detectMs: undefined, electMs: undefined };
  let electedMs = Number.POSITIVE_INFINITY;
  for (const { atMs, note } of survivorsNotes) {
    if (note.kind === 'leads' && atMs >= detectedMs) electedMs = Math.min(electedMs, atMs);
  }
  return {
    detectMs: detectedMs - t0Ms,
    electMs: electedMs === Number.POSITIVE_INFINITY ? undefined : electedMs - detectedMs,
  };
}
