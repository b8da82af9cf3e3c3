/**
 * Faults of a whole zone, as the clients of that zone and those of the zones that survive saw them, and what became of the
 * copies: a block a topology, in it a preset, in it a fault.
 */
import { faultRows, faultWithoutLength } from '../faults.ts';
import { groupBy } from '../grouping.ts';
import { groupByPreset, type PresetName, presetLabel } from '../presets.ts';
import { type Duration, type DurationSpread, durationSpread, mean, sum } from '../statistics.ts';
import { CANNOT_RUN, type TableRow, type Tables } from '../tables.ts';

type Row = TableRow<'failovers'>;

/** What the clients on one side of a fault had. Shares are means over faults and zones. */
export interface Side {
  /** Of the writes intended while the fault stood. */
  readonly servedShare: number | undefined;
  /** The longest time without an ok write, of the zone worst off; and how exactly that can be known. */
  readonly outage: DurationSpread | undefined;
  readonly resolutionMs: number | undefined;
  readonly putLocalShare: number | undefined;
  readonly getLocalShare: number | undefined;
}

export interface ZoneFault {
  readonly n: number;
  /** The zone that was hit, and those that survive. */
  readonly hit: Side;
  readonly others: Side;
  /** Sums over all faults and zones. */
  readonly lost: number;
  readonly shadowed: number;
  readonly accepted: number;
  readonly acceptedLost: number;
  /** From the heal; one that never did is censored. */
  readonly converged: DurationSpread | undefined;
  readonly disagreement: number | undefined;
  /** Of all clients, before the fault. */
  readonly putLocalBefore: number | undefined;
  readonly getLocalBefore: number | undefined;
}

export interface ZonesPreset {
  /** Without the engine's name where all have the same one. */
  readonly label: string;
  /** By the fault's key. */
  readonly faults: ReadonlyMap<string, ZoneFault>;
}

export interface ZonesTopology {
  readonly topology: string;
  readonly presets: readonly ZonesPreset[];
  /** Presets that cannot run there, and why, in the engine's words. */
  readonly refusals: readonly { readonly label: string; readonly reason: string }[];
}

/** A fault of any topology. */
export interface ZonesColumn {
  readonly key: string;
  /** In a few words. */
  readonly words: string;
  readonly forMs: number | undefined;
}

export interface Zones {
  /** Kinds of faults in the order in which they came, and of one kind the shortest first. */
  readonly columns: readonly ZonesColumn[];
  readonly topologies: readonly ZonesTopology[];
  /** The engine of all rows, if they have the same one. */
  readonly engine: string | undefined;
}

const WORDS: { readonly [fault: string]: string } = {
  'kill-random-zone': 'zone killed',
  'kill-leader-zone': "leader's zone killed",
  'vanish-leader-zone': "leader's zone lost",
  'cut-random-zone': 'zone cut off',
  'cut-leader-zone': "leader's zone cut off",
  'slow-random-zone': 'zone far away',
};

export function zonesOf(tables: Tables): Zones | undefined {
  const faults = faultRows(tables)
    .filter(({ valid }) => valid)
    .map(({ rows }) => rows);
  if (faults.length === 0) return undefined;
  const kinds = [...new Set(faults.map(([row]) => baseOf(row!)))];
  const columns = groupBy(faults, ([row]) => keyOf(row!)).map(([rows]) => columnOf(rows![0]!));
  const kindOf = ({ key }: ZonesColumn): number => kinds.indexOf(key.split('/')[0]!);
  columns.sort((a, b) => kindOf(a) - kindOf(b) || (a.forMs ?? 0) - (b.forMs ?? 0));
  const engines = new Set(faults.map(([row]) => row!.engine ?? ''));
  const engine = engines.size === 1 ? [...engines][0] : undefined;
  const labelOf = (name: PresetName): string => (engine === undefined ? presetLabel(name) : name.preset);
  const topologies = groupBy(faults, ([row]) => row!.topology ?? '').map((ofTopology): ZonesTopology => {
    const named = ofTopology.map((rows) => ({ engine: rows[0]!.engine, preset: rows[0]!.preset, rows }));
    const presets = groupByPreset(named).map(({ name, rows: ofPreset }): ZonesPreset => {
      const byFault = groupBy(ofPreset, ({ rows }) => keyOf(rows[0]!));
      const figures = byFault.map((group) => figuresOf(group.map(({ rows }) => rows)));
      return {
        label: labelOf(name),
        faults: new Map(byFault.map((group, i) => [keyOf(group[0]!.rows[0]!), figures[i]!])),
      };
    });
    const topology = ofTopology[0]![0]!.topology ?? '';
    const refusals = groupByPreset((tables.trials ?? []).filter((trial) => isRefusal(trial, topology)));
    return {
      topology,
      presets,
      refusals: refusals.map(({ name, rows }) => ({
        label: labelOf(name),
        reason: rows[0]!.void_reason!.slice(CANNOT_RUN.length),
      })),
    };
  });
  return { columns, topologies, engine };
}

const isRefusal = (trial: TableRow<'trials'>, topology: string): boolean =>
  trial.topology === topology && trial.void_reason?.startsWith(CANNOT_RUN) === true;

const baseOf = ({ fault = '', fault_for_ms }: Row): string => faultWithoutLength(fault, fault_for_ms);
const keyOf = (row: Row): string => `${baseOf(row)}/${row.fault_for_ms ?? ''}`;
const columnOf = (row: Row): ZonesColumn => ({
  key: keyOf(row),
  words: WORDS[baseOf(row)] ?? baseOf(row),
  forMs: row.fault_for_ms,
});

function figuresOf(faults: readonly (readonly Row[])[]): ZoneFault {
  const firsts = faults.map((rows) => rows[0]!);
  const all = faults.flat();
  const total = (name: 'acked_lost' | 'shadowed' | 'accepted' | 'accepted_lost'): number =>
    sum(all.map((row) => row[name])) ?? 0;
  return {
    n: faults.length,
    hit: sideOf(faults, true),
    others: sideOf(faults, false),
    lost: total('acked_lost'),
    shadowed: total('shadowed'),
    accepted: total('accepted'),
    acceptedLost: total('accepted_lost'),
    converged: durationSpread(firsts.flatMap((row) => convergedOf(row) ?? [])),
    disagreement: mean(firsts.map((row) => row.disagreement_share)),
    putLocalBefore: mean(all.map((row) => row.put_local_before_share)),
    getLocalBefore: mean(all.map((row) => row.get_local_before_share)),
  };
}

function sideOf(faults: readonly (readonly Row[])[], isHit: boolean): Side {
  const sides = faults.map((rows) => rows.filter(({ zone_hit }) => zone_hit === isHit));
  const rows = sides.flat();
  return {
    servedShare: mean(rows.map((row) => row.served_share)),
    outage: durationSpread(sides.flatMap((side) => worstOf(side) ?? [])),
    resolutionMs: mean(rows.map((row) => row.resolution_ms)),
    putLocalShare: mean(rows.map((row) => row.put_local_share)),
    getLocalShare: mean(rows.map((row) => row.get_local_share)),
  };
}

function worstOf(rows: readonly Row[]): Duration | undefined {
  const outages = rows.flatMap(({ outage_ms, censored = false }) =>
    outage_ms === undefined ? [] : [{ ms: outage_ms, censored }],
  );
  return durationSpread(outages)?.max;
}

function convergedOf({ converged_ms, unconverged_share }: Row): Duration | undefined {
  if (converged_ms !== undefined) return { ms: converged_ms, censored: false };
  return unconverged_share === undefined ? undefined : { ms: 0, censored: true };
}
