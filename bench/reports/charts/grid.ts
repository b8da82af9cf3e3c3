/**
 * One picture of many faults on many topologies: a block a preset, in it a line a topology, and a small logarithmic axis a
 * fault. A mark says how long nothing was written and whether anything acknowledged was lost; at the right edge: never.
 */
import { shortened } from '../../short-text.ts';
import { type Grid, type GridCell, type GridColumn, type GridRow, gridOf, lengthsText } from '../grid/grid.ts';
import { groupBy } from '../grouping.ts';
import { countRange, countText, significant } from '../numbers.ts';
import type { Duration } from '../statistics.ts';
import type { Tables } from '../tables.ts';
import { bareAxis, type Chart, heading, lineAt, type Option, renderSvg, textAt } from './draw.ts';
import { FAILED, GRID, INK, MUTED, OUTAGE, PAPER, WIDTH } from './theme.ts';

const LEFT = 196;
const TOP = 168;
/** Of a line, of a preset's name above its lines, and of the gap below them. */
const LINE = 14;
const NAME = 19;
const GAP = 7;
const RADIUS = 4.2;
/** The strip at the right of an axis where what never came back stands, and the room for words beside an axis that sums up. */
const NEVER = 26;
const WORDS = 44;
const EDGE = 6;
const SAFE = '#0072b2';

const TICKS_S = [0.1, 1, 10, 100];
const MIN_S = 0.03;

interface Axis {
  readonly column: GridColumn;
  readonly left: number;
  readonly right: number;
  readonly never: number;
  readonly at: (duration: Duration) => number;
}

export function gridCharts(tables: Tables): Chart[] {
  const grid = gridOf(tables);
  return grid === undefined ? [] : [gridChart(grid)];
}

function axesOf(grid: Grid): Axis[] {
  const columns = grid.columns.filter(({ isPart }) => !isPart);
  const longestS = Math.max(
    ...grid.rows.flatMap(({ cells }) => [...cells.values()].map(({ outage }) => (outage?.max.ms ?? 0) / 1000)),
  );
  const maxS = Math.max(10, longestS * 1.15);
  const sums = columns.filter(({ lengthsS }) => lengthsS.length > 0).length;
  const width = (WIDTH - LEFT - 16 - sums * WORDS) / columns.length;
  let left = LEFT;
  return columns.map((column) => {
    const from = left + EDGE;
    left += width + (column.lengthsS.length > 0 ? WORDS : 0);
    const right = from + width - 2 * EDGE;
    const to = right - NEVER;
    const at = ({ ms, censored }: Duration): number => {
      if (censored) return right - NEVER / 2;
      const share = Math.log(Math.max(ms / 1000, MIN_S) / MIN_S) / Math.log(maxS / MIN_S);
      return from + RADIUS + share * (to - from - 2 * RADIUS);
    };
    return { column, left: from, right, never: to, at };
  });
}

function gridChart(grid: Grid): Chart {
  const axes = axesOf(grid);
  const blocks = groupBy(grid.rows, ({ engine, preset }) => `${engine}:${preset}`);
  const height = TOP + blocks.reduce((sum, rows) => sum + NAME + rows.length * LINE + GAP, 0) + 34;
  const behind: Option[] = [];
  const front: Option[] = [];
  let y = TOP;
  for (const rows of blocks) {
    behind.push(lineAt(24, y, WIDTH - 16, y, GRID));
    front.push(textAt(24, y + NAME / 2 + 2, shortened(rows[0]!.label, 40), { size: 13, bold: true }));
    const top = y + NAME;
    for (const axis of axes) behind.push(...ground(axis, y + 4, top + rows.length * LINE + 2));
    for (const [i, row] of rows.entries()) front.push(...lineOf(row, top + (i + 0.5) * LINE, axes));
    y = top + rows.length * LINE + GAP;
  }
  for (const axis of axes) front.push(...head(axis), ...scale(axis, TOP - 12), ...scale(axis, y + 10));
  front.push(
    ...heading(
      titleOf(grid),
      'median time in which no write ended ok, for the clients worst off, in s (logarithmic); the line goes from the shortest to the longest',
    ),
  );
  front.push(...legend(grid));
  return renderSvg('faults', captionOf(grid), height, {
    grid: { left: 0, top: 0, width: WIDTH, height },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: height, inverse: true }),
    graphic: [...behind.map((one) => ({ ...one, z: -1, zlevel: 0 })), ...front],
    series: [],
  });
}

const titleOf = ({ engine }: Grid): string =>
  `${engine === undefined ? 'Every preset' : `Every preset of ${engine}`}: how long nothing could be written, and what was lost`;

function captionOf(grid: Grid): string {
  const cells = grid.rows.flatMap((row) => [...row.cells.values()]);
  const lost = grid.rows.filter((row) => [...row.cells.values()].some(({ ackedLost }) => (ackedLost ?? 0) > 0));
  const losers = [...new Set(lost.map(({ label }) => label))];
  const loss =
    losers.length === 0 ? 'none lost an acknowledged write' : `acknowledged writes were lost by ${losers.join(', ')}`;
  return `${titleOf(grid)}: ${cells.length} cells of presets, topologies and faults; ${loss}.`;
}

// ------------------------------------------------------------------------------------------------------------ heads

/** What the marks mean, with those marks. */
function legend(grid: Grid): Option[] {
  const y = 76;
  const counts = grid.rows.flatMap(({ cells }) =>
    grid.columns.flatMap(({ key, lengthsS }) => (lengthsS.length > 0 ? [] : (cells.get(key)?.n ?? []))),
  );
  const n = counts.length === 0 ? '' : `, in ${countRange(counts)} faults`;
  const hasSums = grid.columns.some(({ lengthsS }) => lengthsS.length > 0);
  return [
    mark(30, y, false),
    textAt(42, y, 'nothing acknowledged was lost', { size: 12 }),
    mark(256, y, true),
    textAt(268, y, `acknowledged writes were lost: so many${n}`, { size: 12 }),
    { type: 'rect', silent: true, shape: { x: 622, y: y - 7, width: 18, height: 14 }, style: { fill: OUTAGE } },
    textAt(648, y, 'never: not over when observation ended', { size: 12 }),
    ...(hasSums
      ? [
          textAt(
            24,
            97,
            'paused: the longest outage of all lengths; beside it from which pause on the lead moved, though nothing had failed',
            { size: 12, colour: MUTED },
          ),
        ]
      : []),
  ];
}

function head({ column, left }: Axis): Option[] {
  const side = column.clients === 'all' ? '' : `clients ${column.clients}`;
  const below = [lengthsText(column), side].filter((text) => text !== '').join(', ');
  return [
    textAt(left, TOP - 44, shortened(column.words, 15), { size: 12.5, bold: true }),
    textAt(left, TOP - 29, below, { size: 9.5, colour: MUTED }),
  ];
}

/** The numbers of an axis. */
function scale({ at, right, column }: Axis, y: number): Option[] {
  const numbers = TICKS_S.map((tick) =>
    textAt(at({ ms: tick * 1000, censored: false }), y, significant(tick, 1), {
      size: 8.5,
      colour: MUTED,
      align: 'center',
    }),
  );
  const words = column.lengthsS.length === 0 ? [] : [textAt(right + 6, y, 'from', { size: 8.5, colour: MUTED })];
  return [...numbers, textAt(right - NEVER / 2, y, 'never', { size: 8.5, colour: FAILED, align: 'center' }), ...words];
}

function ground({ at, never, right }: Axis, top: number, bottom: number): Option[] {
  return [
    {
      type: 'rect',
      silent: true,
      shape: { x: never + 2, y: top, width: right - never - 2, height: bottom - top },
      style: { fill: OUTAGE, opacity: 0.55 },
    },
    ...TICKS_S.map((tick) => {
      const x = at({ ms: tick * 1000, censored: false });
      return lineAt(x, top, x, bottom, GRID);
    }),
  ];
}

// ------------------------------------------------------------------------------------------------------------ lines

function lineOf(row: GridRow, y: number, axes: readonly Axis[]): Option[] {
  const name = textAt(LEFT - 8, y, shortened(row.topology, 36), { size: 9, colour: MUTED, align: 'right' });
  if (row.refusal !== undefined) {
    return [
      name,
      textAt(LEFT + EDGE, y, shortened(`cannot run: ${row.refusal}`, 130), { size: 10.5, colour: MUTED, halo: true }),
    ];
  }
  return [name, ...axes.flatMap((axis) => cellMarks(row.cells.get(axis.column.key), y, axis))];
}

function cellMarks(found: GridCell | undefined, y: number, { at, never, right, column }: Axis): Option[] {
  const outage = found?.outage;
  if (found === undefined || outage === undefined) return [];
  const x = at(outage.median);
  const lost = found.ackedLost ?? 0;
  const colour = lost > 0 ? FAILED : SAFE;
  const [low, high] = [at(outage.min), at(outage.max)];
  const marks: Option[] = [];
  if (high - low > 1) marks.push(lineAt(low, y, high, y, colour, 1.2));
  marks.push(mark(x, y, lost > 0));
  if (lost > 0) {
    const text = countText(lost);
    // On the side where there is room; the line's end counts, since text on a line is hard to read.
    const isRight = Math.max(x, high) + RADIUS + 3 + text.length * 6 < never;
    const place = isRight ? Math.max(x, high) + RADIUS + 2 : Math.min(x, low) - RADIUS - 2;
    marks.push(
      textAt(place, y, text, { size: 10.5, bold: true, colour: FAILED, align: isRight ? 'left' : 'right', halo: true }),
    );
  }
  if (column.lengthsS.length > 0 && found.falseFromS !== undefined) {
    marks.push(textAt(right + 6, y, `≥ ${found.falseFromS} s`, { size: 10.5, colour: INK }));
  }
  return marks;
}

const mark = (cx: number, cy: number, isLost: boolean): Option => ({
  type: 'circle',
  silent: true,
  z: 50,
  shape: { cx, cy, r: RADIUS },
  style: isLost ? { fill: FAILED, stroke: FAILED, lineWidth: 1.2 } : { fill: PAPER, stroke: SAFE, lineWidth: 1.8 },
});
