/** What was served while faults stood, and how often the lead moved: for faults that stand for long. */
import { type Fault, faultTitle, validFaults } from '../faults.ts';
import { groupBy } from '../grouping.ts';
import { groupByPreset } from '../presets.ts';
import { type Duration, type DurationSpread, durationSpread, mean } from '../statistics.ts';
import type { Tables } from '../tables.ts';

export interface StandingFigures {
  readonly label: string;
  readonly n: number;
  /** Of the writes intended while the fault stood: the mean over the faults. */
  readonly servedShare: number | undefined;
  /** Means over the faults, per minute that the fault stood. */
  readonly electionsPerMinute: number | undefined;
  readonly leaderChangesPerMinute: number | undefined;
  /** From the fault until nobody else was elected any more and writes were served for good. */
  readonly settled: DurationSpread | undefined;
}

export interface StandingFault {
  readonly title: string;
  readonly topology: string;
  readonly forMs: number;
  readonly presets: readonly StandingFigures[];
}

export function standingOf(tables: Tables): StandingFault[] {
  return groupBy(validFaults(tables), ({ fault, topology }) => `${topology}/${fault}`).map((faults) => {
    const { fault, topology, forMs = 0 } = faults[0]!;
    const presets = groupByPreset(faults).map(({ label, rows }) => figuresOf(label, rows, forMs));
    return { title: faultTitle(fault), topology, forMs, presets };
  });
}

function figuresOf(label: string, faults: readonly Fault[], forMs: number): StandingFigures {
  const perMinute = (count: number | undefined): number | undefined =>
    count === undefined ? undefined : (count * 60_000) / forMs;
  return {
    label,
    n: faults.length,
    servedShare: mean(faults.map(({ servedShare }) => servedShare)),
    electionsPerMinute: perMinute(mean(faults.map(({ elections }) => elections))),
    leaderChangesPerMinute: perMinute(mean(faults.map(({ leaderChanges }) => leaderChanges))),
    settled: durationSpread(faults.flatMap((fault) => settledOf(fault, forMs) ?? [])),
  };
}

/** What moves as late as in the last tenth would have moved again. */
const SETTLED_BY = 0.9;

/** What came only after the fault's end did not come while it stood. */
function settledOf({ rto, lastElectionMs = 0 }: Fault, forMs: number): Duration | undefined {
  if (rto === undefined) return undefined;
  const ms = Math.max(rto.ms, lastElectionMs);
  return rto.censored || ms >= forMs * SETTLED_BY ? { ms: forMs, censored: true } : { ms, censored: false };
}
