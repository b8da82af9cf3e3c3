/** What becomes of a service as one parameter of a fault is varied: a line a preset, a column a value. */
import { type Fault, validFaults } from '../faults.ts';
import { groupBy } from '../grouping.ts';
import { groupByPreset } from '../presets.ts';
import { type DurationSpread, durationSpread, sum } from '../statistics.ts';
import type { Tables } from '../tables.ts';

export interface SweepFigures {
  readonly n: number;
  /** Over all faults of this value. */
  readonly reads: number | undefined;
  readonly staleReads: number | undefined;
  readonly ackedLost: number | undefined;
  readonly falseFailovers: number | undefined;
  readonly outage: DurationSpread | undefined;
}

export interface SweepLine {
  readonly label: string;
  /** By value, in the order of the sweep; one that was not measured is missing. */
  readonly points: ReadonlyMap<number, SweepFigures>;
}

export interface Sweep {
  /** The fault without what is varied. */
  readonly fault: string;
  readonly parameter: string;
  readonly topology: string;
  /** In the order in which they came. */
  readonly values: readonly number[];
  readonly lines: readonly SweepLine[];
}

export function sweepsOf(tables: Tables): Sweep[] {
  const faults = validFaults(tables).flatMap((fault) =>
    fault.varied === undefined ? [] : [{ ...fault, base: baseOf(fault), varied: fault.varied }],
  );
  return groupBy(faults, ({ base, topology, varied }) => `${topology}/${base}/${varied.parameter}`).map((mine) => {
    const { base, topology, varied } = mine[0]!;
    const values = [...new Set(mine.map((fault) => fault.varied.value))];
    const lines = groupByPreset(mine).map(({ label, rows }): SweepLine => {
      const groups = groupBy(rows, (fault) => `${fault.varied.value}`);
      return {
        label,
        points: new Map(groups.map((group) => [group[0]!.varied.value, figuresOf(group)])),
      };
    });
    return { fault: base, parameter: varied.parameter, topology, values, lines };
  });
}

/** The fault's name without the value that it was given. */
function baseOf({ fault, varied }: Fault): string {
  return fault.replace(`-${varied!.parameter}=${varied!.value}`, '');
}

function figuresOf(faults: readonly Fault[]): SweepFigures {
  return {
    n: faults.length,
    reads: sum(faults.map(({ reads }) => reads)),
    staleReads: sum(faults.map(({ staleReads }) => staleReads)),
    ackedLost: sum(faults.map(({ ackedLost }) => ackedLost)),
    falseFailovers: sum(faults.map(({ falseFailovers }) => falseFailovers)),
    outage: durationSpread(faults.flatMap(({ outage }) => outage ?? [])),
  };
}
