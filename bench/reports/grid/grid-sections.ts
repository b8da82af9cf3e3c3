/** The grid in words: a table a topology, and in it up to a few lines a preset. */
import { countRange, countText, secondsText } from '../numbers.ts';
import { type Cell, cell, NOTHING, type Section, type SectionColumn } from '../scorecard/section.ts';
import { type Grid, type GridCell, type GridColumn, type GridRow, lengthsText } from './grid.ts';

/** One line of a preset: what it says of a cell; undefined: nothing. */
interface Line {
  readonly label: string;
  readonly isBad: boolean;
  readonly say: (cell: GridCell, column: GridColumn) => string | undefined;
}

const some = (count: number | undefined): string | undefined =>
  count === undefined || count === 0 ? undefined : countText(count);

/** Lines that have nothing to say in any cell are left out. */
const LINES: readonly Line[] = [
  { label: 'lost', isBad: true, say: ({ ackedLost }) => some(ackedLost) },
  { label: 'shadowed', isBad: true, say: ({ shadowed }) => some(shadowed) },
  { label: 'accepted', isBad: false, say: ({ accepted }) => some(accepted) },
  {
    label: 'false failovers',
    isBad: false,
    say: ({ falseFailovers, falseFromS }, { lengthsS }) => {
      const count = some(falseFailovers);
      return count === undefined || lengthsS.length === 0 ? count : `≥ ${falseFromS} s`;
    },
  },
  {
    label: 'two primaries, s',
    isBad: false,
    say: ({ dualPrimaryMs, n }) => {
      const meanMs = (dualPrimaryMs ?? 0) / n;
      return meanMs < DUAL_MIN_MS ? undefined : secondsText(meanMs);
    },
  },
];

/** Two primaries for a shorter time, in the mean of a cell's faults, are an answer under way. */
const DUAL_MIN_MS = 10;

export function gridSections(grid: Grid): Section[] {
  return grid.topologies.map((topology) => topologySection(grid, topology));
}

function topologySection(grid: Grid, topology: string): Section {
  const rows = grid.rows.filter((row) => row.topology === topology);
  const parts = grid.columns.filter(({ isPart }) => isPart);
  const shown = grid.columns.filter(({ key }) => rows.some(({ cells }) => cells.has(key)));
  return {
    title: topology === '' ? 'All faults' : `On ${topology}`,
    note: noteOf(rows, shown),
    columns: [
      { title: grid.engine ?? 'engine', align: 'left', rank: 0 },
      ...shown.map((column): SectionColumn => {
        return { title: column.title, align: 'right', rank: column.isPart ? parts.indexOf(column) + 1 : 0 };
      }),
    ],
    rows: rows.flatMap((row) => linesOf(row, shown)),
    footnotes: rows.flatMap(({ label, refusal }) => (refusal === undefined ? [] : [`${label} cannot run: ${refusal}`])),
  };
}

function noteOf(rows: readonly GridRow[], columns: readonly GridColumn[]): string {
  const counts = rows.flatMap(({ cells }) =>
    columns.flatMap(({ key, lengthsS }) => (lengthsS.length > 0 ? [] : (cells.get(key)?.n ?? []))),
  );
  const n = counts.length === 0 ? '' : `, n = ${countRange(counts)} faults each`;
  const stood = columns.flatMap((column) =>
    column.isPart || lengthsText(column) === '' ? [] : [`${column.words} ${lengthsText(column)}`],
  );
  const lengths = stood.length === 0 ? '' : `; ${[...new Set(stood)].join(', ')}`;
  return `s without an ok write for the clients worst off, medians${n}${lengths}`;
}

function linesOf(row: GridRow, columns: readonly GridColumn[]): Cell[][] {
  if (row.refusal !== undefined) return [[cell(row.label), ...columns.map(() => cell('–', 'dim'))]];
  const outages = columns.map(({ key }) => outageCell(row.cells.get(key)));
  const more = LINES.flatMap(({ label, isBad, say }) => {
    const cells = columns.map((column): Cell => {
      const found = row.cells.get(column.key);
      const text = found && say(found, column);
      return text === undefined ? { text: '' } : cell(text, isBad ? 'bad' : 'dim');
    });
    return cells.some(({ text }) => text !== '') ? [[cell(`  ${label}`, 'dim'), ...cells]] : [];
  });
  return [[cell(row.label), ...outages], ...more];
}

/** `1.2`; `never` where half of the faults or more were not over within the observation; `1.2*` where a few were not. */
function outageCell(found: GridCell | undefined): Cell {
  const outage = found?.outage;
  if (outage === undefined) return NOTHING;
  if (outage.median.censored) return cell('never', 'bad');
  return cell(
    `${secondsText(outage.median.ms)}${outage.censored > 0 ? '*' : ''}`,
    outage.censored > 0 ? 'bad' : undefined,
  );
}

/** How a grid is to be read: whole sentences. */
export function gridWords({ rows, columns }: Grid): string[] {
  const cells = rows.flatMap((row) => [...row.cells.values()]);
  const waited = cells.flatMap(({ outage }) => (outage !== undefined && outage.censored > 0 ? [outage.max.ms] : []));
  const words = [
    'lost: acknowledged ledger writes that no node held after heal, over all faults of a cell. two primaries: mean.',
  ];
  if (waited.length > 0) {
    words.push(`never: half or more were not over within the ${countRange(waited, secondsText)} s observed; *: fewer.`);
  }
  if (columns.some(({ clients }) => clients !== 'all')) {
    words.push('cut in, cut out: as the clients in the zone that was cut off saw it, and those in the others.');
  }
  if (columns.some(({ lengthsS }) => lengthsS.length > 0)) {
    words.push(
      'paused: the longest outage of all lengths, their losses together, and from which on a failover was false; lengths beside it: each alone.',
    );
  }
  return words;
}
