/**
 * Many faults on many topologies, side by side: a row a preset and topology, a column a kind of fault. A fault that was
 * tried for several lengths of time has a column that sums them up, and one for each.
 */
import { type Clients, type Fault, faultWithoutLength, validFaults } from '../faults.ts';
import { groupBy } from '../grouping.ts';
import { comparePresets, type PresetName, presetLabel, presetOf } from '../presets.ts';
import { type FailoverFigures, failoverFigures } from '../scorecard/figures.ts';
import { compareDurations, durationSpread } from '../statistics.ts';
import { CANNOT_RUN, type Tables } from '../tables.ts';

export interface GridColumn {
  readonly key: string;
  /** In a word or two, for the head of a table. */
  readonly title: string;
  /** What is done to the primary, or to whom else; two columns may tell of one thing. */
  readonly words: string;
  readonly clients: Clients;
  /** How long the fault stood, in seconds, if that was one time. */
  readonly forS: number | undefined;
  /** One length of several: the column before it sums them up. */
  readonly isPart: boolean;
  /** The lengths that the column sums up, in seconds, shortest first; empty: it sums up nothing. */
  readonly lengthsS: readonly number[];
}

export interface GridCell extends FailoverFigures {
  /** Of a column that sums up: the shortest length after which a lead changed without a cause, in seconds. */
  readonly falseFromS?: number | undefined;
}

export interface GridRow extends PresetName {
  /** Without the engine's name where all rows have the same one. */
  readonly label: string;
  readonly topology: string;
  /** By the column's key; one that was not measured is missing. */
  readonly cells: ReadonlyMap<string, GridCell>;
  /** Why it cannot run there, in the engine's words; undefined: it can. */
  readonly refusal: string | undefined;
}

export interface Grid {
  readonly columns: readonly GridColumn[];
  /** By preset, and then by topology. */
  readonly rows: readonly GridRow[];
  /** In the order in which they came. */
  readonly topologies: readonly string[];
  /** The engine of all rows, if they have the same one. */
  readonly engine: string | undefined;
}

/** Up to so many kinds of faults, or topologies with one, a table and a chart each are more to the point. */
const KINDS_MAX = 4;

/** A run that has too many kinds of faults and topologies to be read one by one; undefined: it has not. */
export function gridOf(tables: Tables): Grid | undefined {
  const faults = validFaults(tables);
  if (new Set(faults.map(({ topology, fault }) => `${topology}/${fault}`)).size <= KINDS_MAX) return undefined;
  const columns = columnsOf(faults);
  const rows = rowsOf(tables, columns);
  const engines = new Set(rows.map(({ engine }) => engine));
  const engine = engines.size === 1 ? [...engines][0] : undefined;
  return {
    columns: columns.map(({ column }) => column).filter(({ key }) => rows.some(({ cells }) => cells.has(key))),
    rows: rows.map((row) => ({ ...row, label: engine === undefined ? presetLabel(row) : row.preset })),
    topologies: [...new Set(rows.map(({ topology }) => topology))],
    engine,
  };
}

// ----------------------------------------------------------------------------------------------------------- columns

interface Source {
  readonly column: GridColumn;
  readonly isMine: (fault: Fault) => boolean;
}

const baseOf = ({ fault, forMs }: Fault): string => faultWithoutLength(fault, forMs);

type View = readonly [clients: Clients, title: string, words: string];

const VIEWS: { readonly [fault: string]: readonly View[] } = {
  'kill-leader': [['all', 'killed', 'killed']],
  'vanish-leader': [['all', 'vanished', 'vanished']],
  'kill-leader-zone': [['all', 'zone killed', 'zone killed']],
  'vanish-leader-zone': [['all', 'zone lost', 'zone lost']],
  // Under a cut both sides live on, and see different things.
  'cut-leader-zone': [
    ['inside', 'cut in', 'zone cut'],
    ['outside', 'cut out', 'zone cut'],
  ],
  'pause-leader': [['all', 'paused', 'paused']],
  'slow-leader': [['all', 'slow', 'slow']],
  'slow-handler-follower': [['all', 'slow', 'replica slow']],
};

function columnsOf(faults: readonly Fault[]): Source[] {
  return groupBy(faults, baseOf).flatMap((group): Source[] => {
    const base = baseOf(group[0]!);
    const lengthsS = [...new Set(group.flatMap(({ forMs }) => (forMs === undefined ? [] : [forMs / 1000])))];
    lengthsS.sort((a, b) => a - b);
    const isOfBase = (fault: Fault): boolean => baseOf(fault) === base;
    const views = VIEWS[base] ?? [['all', base, base] as const];
    return views.flatMap(([clients, title, words]): Source[] => {
      const common = { clients, words, isPart: false, lengthsS: [] };
      const key = `${base}/${clients}`;
      if (lengthsS.length < 2) {
        const forS = lengthsS.length === 1 ? lengthsS[0] : undefined;
        return [{ column: { ...common, key, title, forS }, isMine: isOfBase }];
      }
      const parts = lengthsS.map((forS): Source => {
        const column = { ...common, key: `${key}/${forS}`, title: `${forS} s`, forS, isPart: true };
        return { column, isMine: (fault) => isOfBase(fault) && fault.forMs === forS * 1000 };
      });
      return [{ column: { ...common, key, title, forS: undefined, lengthsS }, isMine: isOfBase }, ...parts];
    });
  });
}

// -------------------------------------------------------------------------------------------------------------- rows

function rowsOf(tables: Tables, sources: readonly Source[]): Omit<GridRow, 'label'>[] {
  const views = new Map<Clients, Fault[]>();
  for (const { column } of sources) {
    if (!views.has(column.clients)) views.set(column.clients, validFaults(tables, column.clients));
  }
  const names = [...(tables.trials ?? []), ...(tables.failovers ?? [])].map((row) => {
    return { ...presetOf(row), topology: row.topology ?? '' };
  });
  const topologies = [...new Set(names.map(({ topology }) => topology))];
  const rows = groupBy(names, ({ engine, preset, topology }) => `${engine}/${preset}/${topology}`).map(
    (group) => group[0]!,
  );
  rows.sort((a, b) => comparePresets(a, b) || topologies.indexOf(a.topology) - topologies.indexOf(b.topology));
  const isOf = (
    row: PresetName & { readonly topology: string },
    fault: PresetName & { readonly topology: string },
  ): boolean => fault.topology === row.topology && fault.engine === row.engine && fault.preset === row.preset;
  return rows.map((row) => {
    const mine = new Map([...views].map(([clients, faults]) => [clients, faults.filter((fault) => isOf(row, fault))]));
    const cells = new Map<string, GridCell>();
    for (const { column, isMine } of sources) {
      const found = mine.get(column.clients)!.filter(isMine);
      if (found.length > 0) cells.set(column.key, cellOf(column, found));
    }
    const refused = (tables.trials ?? []).find(
      ({ void_reason, topology = '', ...trial }) =>
        void_reason?.startsWith(CANNOT_RUN) === true && isOf(row, { ...presetOf(trial), topology }),
    );
    return { ...row, cells, refusal: refused?.void_reason?.slice(CANNOT_RUN.length) };
  });
}

function cellOf({ lengthsS }: GridColumn, faults: readonly Fault[]): GridCell {
  const figures = failoverFigures(faults);
  if (lengthsS.length === 0) return figures;
  const byLength = groupBy(faults, ({ forMs }) => `${forMs}`);
  // Of lengths that differ by hundreds no median would mean anything: each has its own, and the longest of these counts.
  const medians = byLength.flatMap((group) => failoverFigures(group).outage?.median ?? []).sort(compareDurations);
  const spread = durationSpread(medians);
  const isFalse = faults.filter(({ falseFailovers }) => (falseFailovers ?? 0) > 0).map(({ forMs }) => forMs! / 1000);
  return {
    ...figures,
    outage: spread && { ...spread, median: spread.max },
    falseFromS: isFalse.length === 0 ? undefined : Math.min(...isFalse),
  };
}

/** `120 s`, or `0.1 to 60 s`; empty: until it was healed at the end. */
export function lengthsText({ forS, lengthsS }: GridColumn): string {
  if (lengthsS.length > 0) return `${lengthsS[0]} to ${lengthsS.at(-1)} s`;
  return forS === undefined ? '' : `${forS} s`;
}
