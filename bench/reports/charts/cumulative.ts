/** Cumulative distributions of times on a logarithmic axis: what share was over within a time. */
import { shortened } from '../../short-text.ts';
import { countText, msText, significant } from '../numbers.ts';
import type { Duration } from '../statistics.ts';
import {
  bareAxis,
  type Chart,
  heading,
  lineAt,
  linearScale,
  logScale,
  type Option,
  renderSvg,
  spreadLabels,
  textAt,
} from './draw.ts';
import { GRID, MUTED, type PresetStyle, WIDTH } from './theme.ts';

const LEFT = 70;
const RIGHT = WIDTH - 250;
const TOP = 200;
const PLOT_HEIGHT = 300;
const BOTTOM = TOP + PLOT_HEIGHT;
const HEIGHT = BOTTOM + 60;

export interface Curve {
  readonly label: string;
  readonly style: PresetStyle;
  /** Shortest first, those that were not over at last. */
  readonly sorted: readonly Duration[];
  /** What theory says of the mean: a mark below the curves; undefined: it says nothing. */
  readonly modelMs?: number | undefined;
}

export interface CumulativeChart {
  readonly name: string;
  readonly caption: string;
  readonly title: string;
  readonly subtitle: string;
  /** What the times are. */
  readonly axis: string;
  readonly curves: readonly Curve[];
}

/** How many of a curve's times were over within the observation. */
export const overIn = ({ sorted }: Pick<Curve, 'sorted'>): number => sorted.filter(({ censored }) => !censored).length;

/** A time of zero is one below the clock's resolution: a logarithmic axis needs some length for it. */
const shownMs = ({ ms }: Duration): number => Math.max(ms, 0.1);

type Axis = ReturnType<typeof logScale>;

export function cumulativeChart(chart: CumulativeChart): Chart {
  const { curves } = chart;
  const times = curves.flatMap(({ sorted, modelMs = shownMs(sorted[0]!) }) => [modelMs, ...sorted.map(shownMs)]);
  const horizontal = logScale([Math.min(...times) * 0.8, Math.max(...times)], LEFT, RIGHT);
  return renderSvg(chart.name, chart.caption, HEIGHT, {
    grid: { left: 0, top: 0, width: WIDTH, height: HEIGHT },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: HEIGHT, inverse: true }),
    graphic: [
      ...ground(horizontal, chart.axis),
      ...curves.flatMap((curve) => modelMark(curve, horizontal)),
      ...namesAbove(curves, horizontal),
      ...namesBeside(curves),
      ...heading(chart.title, chart.subtitle),
    ],
    series: curves.map((curve) => steps(curve, horizontal)),
  });
}

const vertical = linearScale(0, 1, BOTTOM, TOP);

function ground(horizontal: Axis, axis: string): Option[] {
  const ticks = horizontal.ticks.flatMap((tick) => {
    const x = horizontal.at(tick);
    return [
      lineAt(x, TOP, x, BOTTOM, GRID),
      textAt(x, BOTTOM + 14, significant(tick, 1), { size: 11.5, colour: MUTED, align: 'center' }),
    ];
  });
  const shares = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const y = vertical.at(share);
    return [
      lineAt(LEFT, y, RIGHT, y, GRID),
      textAt(LEFT - 8, y, `${share * 100} %`, { size: 11.5, colour: MUTED, align: 'right' }),
    ];
  });
  const name = textAt((LEFT + RIGHT) / 2, BOTTOM + 38, `${axis} (logarithmic)`, { colour: MUTED, align: 'center' });
  return [...ticks, ...shares, name];
}

function modelMark({ modelMs, style }: Curve, horizontal: Axis): Option[] {
  if (modelMs === undefined) return [];
  const x = horizontal.at(modelMs);
  return [
    {
      type: 'polygon',
      silent: true,
      shape: {
        points: [
          [x, BOTTOM - 9],
          [x - 5, BOTTOM],
          [x + 5, BOTTOM],
        ],
      },
      style: { fill: style.colour },
    },
  ];
}

function steps(curve: Curve, horizontal: Axis): Option {
  const { sorted, style } = curve;
  const back = overIn(curve);
  const points = sorted
    .slice(0, back)
    .map((time, index) => [horizontal.at(shownMs(time)), vertical.at((index + 1) / sorted.length)]);
  const first = points[0];
  const start = first === undefined ? [[LEFT, BOTTOM]] : [[first[0], BOTTOM]];
  const end = back < sorted.length ? [[RIGHT, vertical.at(back / sorted.length)]] : [];
  return {
    type: 'line',
    silent: true,
    clip: false,
    step: 'end',
    symbol: 'none',
    data: [...start, ...points, ...end],
    lineStyle: { color: style.colour, width: 2.2, type: style.dash ?? 'solid' },
  };
}

const nameOf = ({ label, sorted }: Curve): string => `${shortened(label)} (n = ${countText(sorted.length)})`;

/** Curves that reach the top are named above it. */
function namesAbove(curves: readonly Curve[], horizontal: Axis): Option[] {
  const complete = curves.filter((curve) => overIn(curve) === curve.sorted.length);
  const tops = complete.map((curve) => horizontal.at(shownMs(curve.sorted.at(-1)!)));
  const places = spreadLabels(tops, 26, LEFT, RIGHT);
  return complete.flatMap((curve, index) => {
    const { colour } = curve.style;
    return [
      lineAt(tops[index]!, TOP - 2, places[index]!, TOP - 16, colour, 0.8),
      textAt(places[index]! + 2, TOP - 22, nameOf(curve), { colour, turn: 35 }),
    ];
  });
}

/** Those that never do, at the right edge. */
function namesBeside(curves: readonly Curve[]): Option[] {
  const never = curves.filter((curve) => overIn(curve) < curve.sorted.length);
  const heights = never.map((curve) => vertical.at(overIn(curve) / curve.sorted.length));
  const spots = spreadLabels(heights, 38, TOP + 10, BOTTOM - 12);
  return never.flatMap((curve, index) => {
    const { colour } = curve.style;
    const n = curve.sorted.length;
    const back = overIn(curve);
    const share = back === 0 ? '' : `${n - back} of ${n}: `;
    const longest = curve.sorted.at(-1)!;
    return [
      lineAt(RIGHT + 2, heights[index]!, RIGHT + 12, spots[index]!, colour, 0.8),
      textAt(RIGHT + 16, spots[index]! - 8, nameOf(curve), { colour }),
      textAt(RIGHT + 16, spots[index]! + 8, `${share}never within ${msText(longest.ms)} ms`, {
        size: 11,
        colour: MUTED,
      }),
    ];
  });
}
