/**
 * Detection at a glance, by number of nodes: how soon one that fell silent is found, what watching costs, and who is held dead
 * though alive. A column a share of lost messages, a colour a preset.
 */
import { cellFinder, type Detection, type DetectionCell, detectionOf, faultsWith } from '../detection/detection.ts';
import { lossText } from '../detection/detection-sections.ts';
import { faultTitle } from '../faults.ts';
import { countRange, countText, significant } from '../numbers.ts';
import type { Tables } from '../tables.ts';
import { bareAxis, type Chart, heading, lineAt, logScale, type Option, renderSvg, type Scale, textAt } from './draw.ts';
import { FURTHER, GRID, INK, MUTED, PAPER, WIDTH } from './theme.ts';

const LEFT = 64;
const RIGHT = WIDTH - 18;
const GAP = 22;
const LEGEND = 78;
const LEGEND_LINE = 20;
const ROW = 178;
/** Above a row for its title, and below it for its numbers of nodes. */
const ABOVE = 34;
const BELOW = 26;
/** Under a logarithmic axis the strip on which zero stands. */
const ZERO = 18;
/** Presets stand beside each other, so that none hides another's range. */
const BESIDE = 4;

const COLOURS = ['#0072b2', '#d55e00', '#009e73', ...FURTHER];
const colourOf = (place: number): string => COLOURS[place % COLOURS.length]!;

/** A value with its range, as it is drawn. */
interface Mark {
  readonly low: number;
  readonly value: number;
  readonly high: number;
  /** Only a lower bound. */
  readonly isBound: boolean;
}

/** What one row of panels shows of a cell: up to two curves. */
interface Row {
  readonly title: string;
  readonly fault: string;
  readonly solid: (cell: DetectionCell) => Mark | undefined;
  readonly dashed?: (cell: DetectionCell) => Mark | undefined;
}

export function detectionCharts(tables: Tables): Chart[] {
  const detection = detectionOf(tables);
  if (detection === undefined) return [];
  const rows = rowsOf(detection);
  return rows.length === 0 ? [] : [detectionChart(detection, rows)];
}

const ofDuration = (found: DetectionCell['all']): Mark | undefined =>
  found && {
    low: found.min.ms / 1000,
    value: found.median.ms / 1000,
    high: found.max.ms / 1000,
    isBound: found.median.censored,
  };

const ofSpread = (found: DetectionCell['messagesPerS']): Mark | undefined =>
  found && { low: found.min, value: found.median, high: found.max, isBound: false };

const ofNumber = (value: number | undefined): Mark | undefined =>
  value === undefined ? undefined : { low: value, value, high: value, isBound: false };

/** Of what is drawn dashed no range is shown: two beside each other could not be told apart. */
const withoutRange = (mark: Mark | undefined): Mark | undefined =>
  mark && { ...mark, low: mark.value, high: mark.value };

function rowsOf(detection: Detection): Row[] {
  const [down] = faultsWith(detection, 'all');
  const rows: Row[] = [];
  if (down !== undefined) {
    const title = `${faultTitle(down)}: s until the first node has noted it (dashed) and until all have (solid)`;
    rows.push({
      title,
      fault: down,
      solid: ({ all }) => ofDuration(all),
      dashed: ({ first }) => withoutRange(ofDuration(first)),
    });
  }
  if (detection.faults.includes('none')) {
    const title = 'While nothing happens: messages that a node sends in a second';
    rows.push({ title, fault: 'none', solid: ({ messagesPerS }) => ofSpread(messagesPerS) });
    const wrongly = 'While nothing happens: verdicts that a living node is dead, a node and hour';
    rows.push({ title: wrongly, fault: 'none', solid: ({ falsePerNodeHour }) => ofNumber(falsePerNodeHour) });
  }
  const pause = faultsWith(detection, 'settled').at(-1);
  if (pause !== undefined) {
    const title = `${faultTitle(pause)}: verdicts about others, which are well (solid), and about these (dashed)`;
    const solid: Row['solid'] = ({ falseVerdicts }) => ofNumber(falseVerdicts);
    rows.push({ title, fault: pause, solid, dashed: ({ aboutPaused }) => ofNumber(aboutPaused) });
  }
  return rows;
}

function detectionChart(detection: Detection, rows: readonly Row[]): Chart {
  const { labels, engine, cells, losses } = detection;
  const { options: legend, lines } = legendOf(labels);
  const top = LEGEND + lines * LEGEND_LINE + 24;
  const height = top + rows.length * (ABOVE + ROW + BELOW) + 22;
  const graphics: Option[] = [...legend];
  const series: Option[] = [];
  rows.forEach((row, i) => {
    const rowTop = top + i * (ABOVE + ROW + BELOW) + ABOVE;
    graphics.push(textAt(24, rowTop - 18, row.title, { size: 13, bold: true }));
    const drawn = rowOf(detection, row, rowTop, rowTop + ROW);
    graphics.push(...drawn.graphics);
    series.push(...drawn.series);
  });
  for (const [place, lossShare] of losses.entries()) {
    const { from, to } = panel(place, losses.length);
    graphics.push(textAt((from + to) / 2, top - 8, lossText(lossShare), { colour: MUTED, align: 'center' }));
  }
  graphics.push(textAt((LEFT + RIGHT) / 2, height - 14, 'nodes', { colour: MUTED, align: 'center' }));
  const what = engine === undefined ? 'Who is found dead' : `Who is found dead, by preset of ${engine}`;
  graphics.push(
    ...heading(
      `${what}: how soon, at what cost, and who wrongly`,
      'medians over seeds, solid ones with their ranges, both axes logarithmic; what nodes note of themselves; triangle: not within the time observed',
    ),
  );
  const caption = `${what}, on ${countRange(detection.sizes)} nodes, with ${losses.map(lossText).join(', ')}; n = ${countRange(cells.map(({ n }) => n))} seeds each.`;
  return renderSvg('detection', caption, height, {
    grid: { left: 0, top: 0, width: WIDTH, height },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: height, inverse: true }),
    graphic: graphics,
    series,
  });
}

/** Where the panel of a column stands. */
function panel(place: number, columns: number): { readonly from: number; readonly to: number } {
  const width = (RIGHT - LEFT - (columns - 1) * GAP) / columns;
  const from = LEFT + place * (width + GAP);
  return { from, to: from + width };
}

function legendOf(labels: readonly string[]): { options: Option[]; lines: number } {
  const options: Option[] = [];
  let [x, line] = [24, 0];
  for (const [place, label] of labels.entries()) {
    const width = 34 + label.length * 7.4;
    if (x + width > RIGHT) [x, line] = [24, line + 1];
    const y = LEGEND + line * LEGEND_LINE;
    options.push(lineAt(x, y, x + 20, y, colourOf(place), 3));
    options.push(textAt(x + 26, y, label, { colour: INK }));
    x += width + 10;
  }
  return { options, lines: line + 1 };
}

// ------------------------------------------------------------------------------------------------------------- rows

interface Vertical {
  readonly ticks: readonly number[];
  readonly at: (value: number) => number;
}

/** All panels of a row have one scale. Zero stands below what a logarithm reaches. */
function verticalOf(marks: readonly Mark[], top: number, bottom: number): Vertical {
  const hasZero = marks.some(({ low }) => low <= 0);
  const positive = marks.flatMap(({ low, value, high }) => [low, value, high]).filter((value) => value > 0);
  const end = bottom - (hasZero ? ZERO : 0);
  const scale: (Scale & { readonly ticks: readonly number[] }) | undefined =
    positive.length === 0 ? undefined : logScale(positive, end, top);
  return {
    ticks: [...(hasZero ? [0] : []), ...(scale === undefined ? [] : thinned(scale.ticks))],
    at: (value) => (value <= 0 || scale === undefined ? bottom : scale.at(value)),
  };
}

/** Over several powers of ten, these alone. */
const thinned = (ticks: readonly number[]): readonly number[] =>
  ticks.length <= 7 ? ticks : ticks.filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6));

function rowOf(detection: Detection, row: Row, top: number, bottom: number): { graphics: Option[]; series: Option[] } {
  const { labels, losses, sizes } = detection;
  const find = cellFinder(detection);
  const curves = [row.solid, ...(row.dashed === undefined ? [] : [row.dashed])];
  const markOf = (label: string, nodes: number, lossShare: number, curve: number): Mark | undefined => {
    const found = find(label, nodes, lossShare, row.fault);
    return found && curves[curve]!(found);
  };
  const all = losses.flatMap((loss) =>
    labels.flatMap((label) => sizes.flatMap((nodes) => curves.flatMap((_, i) => markOf(label, nodes, loss, i) ?? []))),
  );
  const vertical = verticalOf(all, top, bottom);
  const graphics: Option[] = [];
  const series: Option[] = [];
  for (const [place, lossShare] of losses.entries()) {
    const { from, to } = panel(place, losses.length);
    const inner = 16;
    const ofSize = sizes.length === 1 ? () => (from + to) / 2 : logSizes(sizes, from + inner, to - inner);
    graphics.push(...ground(vertical, from, to, place === 0));
    for (const nodes of sizes) {
      graphics.push(textAt(ofSize(nodes), bottom + 14, countText(nodes), { size: 11, colour: MUTED, align: 'center' }));
    }
    if (!labels.some((label) => sizes.some((nodes) => markOf(label, nodes, lossShare, 0) !== undefined))) {
      graphics.push(textAt((from + to) / 2, (top + bottom) / 2, 'not measured', { colour: MUTED, align: 'center' }));
    }
    for (const [order, label] of labels.entries()) {
      const beside = (order - (labels.length - 1) / 2) * BESIDE;
      for (const [curve] of curves.entries()) {
        const points = sizes.flatMap((nodes) => {
          const mark = markOf(label, nodes, lossShare, curve);
          return mark === undefined ? [] : [{ x: ofSize(nodes) + beside, mark }];
        });
        const isDashed = curve > 0;
        series.push(lineOf(points, vertical, colourOf(order), isDashed));
        graphics.push(...rangesOf(points, vertical, colourOf(order)));
      }
    }
  }
  return { graphics, series };
}

function logSizes(sizes: readonly number[], from: number, to: number): (nodes: number) => number {
  const [least, most] = [Math.log(sizes[0]!), Math.log(sizes.at(-1)!)];
  return (nodes) => from + ((Math.log(nodes) - least) / (most - least)) * (to - from);
}

function ground({ ticks, at }: Vertical, from: number, to: number, hasNumbers: boolean): Option[] {
  return ticks.flatMap((tick) => {
    const line = lineAt(from, at(tick), to, at(tick), GRID);
    if (!hasNumbers) return [line];
    return [line, textAt(from - 8, at(tick), significant(tick, 1), { size: 11, colour: MUTED, align: 'right' })];
  });
}

interface Point {
  readonly x: number;
  readonly mark: Mark;
}

const rangesOf = (points: readonly Point[], { at }: Vertical, colour: string): Option[] =>
  points.flatMap(({ x, mark: { low, high } }) => (high > low ? [lineAt(x, at(low), x, at(high), colour, 1)] : []));

function lineOf(points: readonly Point[], { at }: Vertical, colour: string, isDashed: boolean): Option {
  return {
    type: 'line',
    silent: true,
    clip: false,
    lineStyle: { color: colour, width: isDashed ? 1.4 : 2, ...(isDashed && { type: [4, 3] }) },
    data: points.map(({ x, mark }) => ({
      value: [x, at(mark.value)],
      symbol: mark.isBound ? 'triangle' : 'circle',
      symbolSize: mark.isBound ? 10 : isDashed ? 4.5 : 6,
      itemStyle: mark.isBound || isDashed ? { color: PAPER, borderColor: colour, borderWidth: 1.5 } : { color: colour },
    })),
  };
}
