/** When which fault stood, from the cluster's events. */
import { type Fault, takesDown } from '../faults/vocabulary.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';

/** A stretch of time with something wrong in it, both ends included. */
export interface FaultInterval {
  readonly fromMs: number;
  /** Infinity: never healed. */
  readonly toMs: number;
}

export interface StandingFault extends FaultInterval {
  readonly fault: Fault;
}

/** The same fault, however its properties are ordered. */
function faultText(fault: Fault): string {
  return JSON.stringify(Object.entries(fault).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Pairs each fault with the first heal of the same fault that follows it. A heal without a fault is passed over. */
export function faultIntervals(events: readonly ClusterEvent[]): StandingFault[] {
  const intervals: StandingFault[] = [];
  const standing = new Map<string, number[]>();
  for (const event of [...events].sort((a, b) => a.atMs - b.atMs)) {
    if (event.kind === 'note' || event.kind === 'command') continue;
    const text = faultText(event.fault);
    if (event.kind === 'fault') {
      const positions = standing.get(text) ?? [];
      standing.set(text, positions);
      positions.push(intervals.length);
      intervals.push({ fromMs: event.atMs, toMs: Number.POSITIVE_INFINITY, fault: event.fault });
    } else {
      const position = standing.get(text)?.shift();
      if (position !== undefined) intervals[position] = { ...intervals[position]!, toMs: event.atMs };
    }
  }
  return intervals;
}

/**
 * When a change of leader was a true failover, or asked for: a node was dead or cut off, or a command was under way that
 * moves the lead or the membership.
 */
export function excuses(events: readonly ClusterEvent[]): FaultInterval[] {
  const commanded = events.flatMap((event) => {
    if (event.kind !== 'command' || event.command.kind === 'snapshot') return [];
    return [{ fromMs: event.atMs, toMs: event.answeredMs }];
  });
  return [...faultIntervals(events).filter(({ fault }) => excusesFailover(fault)), ...commanded];
}

/**
 * Whether a change of leader under this fault is a true failover: a node is dead or cut off. Under a pause, a delay, or
 * whatever else only makes a node or link worse it is not, since nothing has failed: how long a pause an engine mistakes for a
 * death is what false failovers measure.
 */
export function excusesFailover(fault: Fault): boolean {
  return fault.kind === 'cut' || fault.kind === 'cut-zone' || takesDown(fault);
}

export function isInside(intervals: readonly FaultInterval[], atMs: number): boolean {
  return intervals.some((interval) => atMs >= interval.fromMs && atMs <= interval.toMs);
}
