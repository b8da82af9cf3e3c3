/** How long clusters were without a leader, by the time-outs of their elections, for runs that put a model beside it. */
import { type Fault, validFaults } from '../faults.ts';
import { groupBy } from '../grouping.ts';
import { presetLabel } from '../presets.ts';
import { compareDurations, type Duration } from '../statistics.ts';
import type { Tables } from '../tables.ts';

export interface Elections {
  readonly label: string;
  readonly timeoutMinMs: number;
  readonly timeoutMaxMs: number;
  /** Shortest first; those that nobody had won by the end of observation at last. */
  readonly sorted: readonly Duration[];
  /** The mean in theory, without split votes. */
  readonly modelMs: number;
}

/** What one part of a suite says of elections. */
export interface ElectionsPart {
  /** Empty: the suite has no parts. */
  readonly part: string;
  readonly topology: string;
  /** By time-outs, and by fault where they differ. */
  readonly lines: readonly Elections[];
}

/** Nothing of faults for which nobody asked for a model. */
export function electionsOf(tables: Tables): ElectionsPart[] {
  const faults = validFaults(tables).filter(({ model, leaderless }) => model !== undefined && leaderless !== undefined);
  const parts = groupBy(faults, ({ part, topology }) => `${part}/${topology}`);
  return parts.map((mine) => {
    const { part, topology } = mine[0]!;
    const kinds = new Set(mine.map(({ fault }) => fault));
    const timeoutsOf = ({ model }: Fault): string => `${model!.timeoutMinMs}–${model!.timeoutMaxMs}`;
    const presets = new Map(
      groupBy(mine, timeoutsOf).map((group) => [timeoutsOf(group[0]!), new Set(group.map(presetLabel))]),
    );
    const labelOf = (fault: Fault): string => {
      const timeouts = timeoutsOf(fault);
      const preset = presets.get(timeouts)!.size > 1 ? [presetLabel(fault)] : [];
      return [timeouts, ...preset, ...(kinds.size > 1 ? [fault.fault] : [])].join(', ');
    };
    const lines = groupBy(mine, labelOf).map((group): Elections => {
      const { timeoutMinMs, timeoutMaxMs, leaderlessMs } = group[0]!.model!;
      const sorted = group.map(({ leaderless }) => leaderless!).sort(compareDurations);
      return { label: labelOf(group[0]!), timeoutMinMs, timeoutMaxMs, sorted, modelMs: leaderlessMs };
    });
    lines.sort((a, b) => a.timeoutMinMs - b.timeoutMinMs || a.timeoutMaxMs - b.timeoutMaxMs);
    return { part, topology, lines };
  });
}
