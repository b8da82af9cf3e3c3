/** The latency distribution of every engine preset at one rate: latency against percentile, the tail drawn out. */
import { shortened } from '../../short-text.ts';
import { countRange, msText, significant } from '../numbers.ts';
import { groupByPreset } from '../presets.ts';
import { presetFigures } from '../scorecard/figures.ts';
import { middleRate } from '../scorecard/sections.ts';
import type { TableRow, Tables } from '../tables.ts';
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
import { GRID, MUTED, presetStyles, WIDTH } from './theme.ts';

const TOP = 104;
const PLOT_HEIGHT = 360;
const HEIGHT = TOP + PLOT_HEIGHT + 56;
const LEFT = 62;
const LABELS = 158;
const GAP = 26;
/** A percentile is drawn only where at least so many operations lie beyond it. */
const BEYOND_MIN = 10;

export interface CurvePoint {
  readonly percentile: number;
  readonly ms: number;
}

/** Latency by percentile from merged histogram buckets: each point is a bucket's upper bound. */
export function percentileCurve(buckets: readonly TableRow<'latency'>[]): { points: CurvePoint[]; count: number } {
  const counts = new Map<number, number>();
  let lowest = Number.POSITIVE_INFINITY;
  let total = 0;
  for (const bucket of buckets) {
    const number = bucket.count ?? 0;
    if (number === 0) continue;
    const upper = bucket.to_ms ?? Number.POSITIVE_INFINITY;
    counts.set(upper, (counts.get(upper) ?? 0) + number);
    lowest = Math.min(lowest, bucket.from_ms ?? upper);
    total += number;
  }
  if (total === 0) return { points: [], count: 0 };
  const points: CurvePoint[] = lowest > 0 ? [{ percentile: 0, ms: lowest }] : [];
  let below = 0;
  for (const [upper, number] of [...counts].sort((a, b) => a[0] - b[0])) {
    below += number;
    if (total - below < BEYOND_MIN || upper === Number.POSITIVE_INFINITY) break;
    points.push({ percentile: below / total, ms: upper });
  }
  return { points, count: total };
}

/** The position of a percentile: each further nine takes the same room. */
const nines = (percentile: number): number => -Math.log10(1 - percentile);
const PERCENTILES = [0, 0.5, 0.9, 0.99, 0.999, 0.9999];

interface Curve {
  readonly kind: string;
  readonly label: string;
  readonly points: readonly CurvePoint[];
  readonly count: number;
}

function curvesOf(tables: Tables, rate: number): Curve[] {
  const trials = (tables.trials ?? []).filter(
    (row) => row.measure === 'latency' && row.valid !== false && row.offered_per_s === rate,
  );
  const key = (row: { trial?: string | undefined; step?: number | undefined }): string =>
    `${row.trial}/${row.step ?? 1}`;
  return groupByPreset(trials).flatMap(({ label, rows }) => {
    const keys = new Set(rows.map(key));
    const own = (tables.latency ?? []).filter((bucket) => keys.has(key(bucket)));
    return ['put', 'get'].flatMap((kind) => {
      const { points, count } = percentileCurve(own.filter((bucket) => bucket.kind === kind));
      return points.length < 2 ? [] : [{ kind, label, points, count }];
    });
  });
}

/** Undefined when no valid latency trial left a histogram. */
export function latencyChart(tables: Tables): Chart | undefined {
  const presets = presetFigures(tables);
  const rate = middleRate(presets);
  if (rate === undefined) return undefined;
  const curves = curvesOf(tables, rate);
  if (curves.length === 0) return undefined;
  const styles = presetStyles(presets);
  const kinds = ['put', 'get'].filter((kind) => curves.some((curve) => curve.kind === kind));
  const panelWidth = (WIDTH - LEFT - kinds.length * LABELS - (kinds.length - 1) * GAP) / kinds.length;
  const points = curves.flatMap((curve) => curve.points);
  const vertical = logScale(
    points.map((point) => point.ms),
    TOP + PLOT_HEIGHT,
    TOP,
  );
  const furthest = Math.max(1, ...points.map((point) => nines(point.percentile)));
  const ticks = PERCENTILES.filter((percentile) => nines(percentile) <= furthest + 0.05);

  const graphics: Option[] = [];
  const series: Option[] = [];
  kinds.forEach((kind, panel) => {
    const left = LEFT + panel * (panelWidth + LABELS + GAP);
    const horizontal = linearScale(0, furthest, left, left + panelWidth);
    const own = curves.filter((curve) => curve.kind === kind);
    graphics.push(textAt(left, TOP - 20, kind === 'put' ? 'Writes, ms' : 'Reads, ms', { size: 13, bold: true }));
    for (const tick of vertical.ticks) {
      const y = vertical.at(tick);
      graphics.push(lineAt(left, y, left + panelWidth, y, GRID));
      if (panel === 0)
        graphics.push(textAt(left - 8, y, significant(tick, 1), { size: 11.5, colour: MUTED, align: 'right' }));
    }
    for (const tick of ticks) {
      const x = horizontal.at(nines(tick));
      graphics.push(lineAt(x, TOP, x, TOP + PLOT_HEIGHT, GRID));
      graphics.push(
        textAt(x, TOP + PLOT_HEIGHT + 14, String(Number((tick * 100).toFixed(2))), {
          size: 11.5,
          colour: MUTED,
          align: 'center',
        }),
      );
    }
    graphics.push(
      textAt(left + panelWidth / 2, TOP + PLOT_HEIGHT + 36, 'percentile', { size: 12, colour: MUTED, align: 'center' }),
    );
    const ends = own.map((curve) => curve.points.at(-1)!);
    const heights = spreadLabels(
      ends.map((end) => vertical.at(end.ms)),
      17,
      TOP,
      TOP + PLOT_HEIGHT,
    );
    own.forEach((curve, index) => {
      const { colour, dash } = styles.get(curve.label)!;
      const end = ends[index]!;
      const x = horizontal.at(nines(end.percentile));
      series.push({
        type: 'line',
        silent: true,
        clip: false,
        symbol: 'none',
        data: curve.points.map((point) => [horizontal.at(nines(point.percentile)), vertical.at(point.ms)]),
        lineStyle: { color: colour, width: 2, type: dash ?? 'solid' },
      });
      graphics.push(lineAt(x + 2, vertical.at(end.ms), left + panelWidth + 8, heights[index]!, colour, 0.7));
      graphics.push(textAt(left + panelWidth + 12, heights[index]!, shortened(curve.label), { colour, size: 12 }));
    });
  });
  const n = countRange(
    curves.map((curve) => curve.count),
    (count) => significant(count, 2),
  );
  const caption = `Latency by percentile of each engine preset under the same open loop at ${significant(rate, 3)} operations per second; the slowest shown is ${msText(Math.max(...points.map((point) => point.ms)))} ms.`;
  graphics.push(
    ...heading(
      `Latency at ${significant(rate, 3)} operations/s, open loop`,
      `from intended start to end; n = ${n} operations a curve, drawn as far as ${BEYOND_MIN} of them lie beyond; both axes logarithmic`,
    ),
  );
  return renderSvg('latency', caption, HEIGHT, {
    grid: { left: 0, top: 0, width: WIDTH, height: HEIGHT },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: HEIGHT, inverse: true }),
    graphic: graphics,
    series,
  });
}
