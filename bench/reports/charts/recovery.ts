/** The cumulative distribution of the time without writes after a fault, one curve an engine preset. */
import { shortened } from '../../short-text.ts';
import { type Fault, faultKinds, faultTitle, validFaults } from '../faults.ts';
import { countRange, msText, significant } from '../numbers.ts';
import { groupByPreset } from '../presets.ts';
import { compareDurations, type Duration } from '../statistics.ts';
import type { Tables } from '../tables.ts';
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

const LEFT = 70;
const RIGHT = WIDTH - 250;
const TOP = 200;
const PLOT_HEIGHT = 300;
const BOTTOM = TOP + PLOT_HEIGHT;
const HEIGHT = BOTTOM + 60;

interface Curve {
  readonly label: string;
  readonly sorted: readonly Duration[];
  /** Faults after which service came back within the observation. */
  readonly back: number;
}

function curvesOf(faults: readonly Fault[]): Curve[] {
  return groupByPreset(faults).flatMap(({ label, rows }) => {
    const sorted = rows.flatMap((fault) => (fault.outage === undefined ? [] : [fault.outage])).sort(compareDurations);
    const back = sorted.filter((outage) => !outage.censored).length;
    return sorted.length === 0 ? [] : [{ label, sorted, back }];
  });
}

/** One chart a kind of fault; none when no valid fault was measured. */
export function recoveryCharts(tables: Tables): Chart[] {
  const faults = validFaults(tables);
  const styles = presetStyles(
    [...(tables.trials ?? []), ...faults].map((row) => ({ engine: row.engine ?? '', preset: row.preset ?? 'default' })),
  );
  const kinds = faultKinds(faults);
  return kinds.flatMap((kind) => {
    const curves = curvesOf(faults.filter((fault) => fault.fault === kind));
    if (curves.length === 0) return [];
    const name = kinds.length === 1 ? 'recovery' : `recovery-${kind.replace(/[^a-z0-9]+/gi, '-')}`;
    return [recoveryChart(name, faultTitle(kind), curves, styles)];
  });
}

function recoveryChart(
  name: string,
  title: string,
  curves: readonly Curve[],
  styles: ReturnType<typeof presetStyles>,
): Chart {
  // An outage of zero is one below the clock's resolution: a logarithmic axis needs some length for it.
  const shownMs = (duration: Duration): number => Math.max(duration.ms, 0.1);
  const times = curves.flatMap((curve) => curve.sorted.map(shownMs));
  const horizontal = logScale([Math.min(...times) * 0.8, Math.max(...times)], LEFT, RIGHT);
  const vertical = linearScale(0, 1, BOTTOM, TOP);
  const graphics: Option[] = [];
  for (const tick of horizontal.ticks) {
    const x = horizontal.at(tick);
    graphics.push(lineAt(x, TOP, x, BOTTOM, GRID));
    graphics.push(textAt(x, BOTTOM + 14, significant(tick, 1), { size: 11.5, colour: MUTED, align: 'center' }));
  }
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    graphics.push(lineAt(LEFT, vertical.at(share), RIGHT, vertical.at(share), GRID));
    graphics.push(
      textAt(LEFT - 8, vertical.at(share), `${share * 100} %`, { size: 11.5, colour: MUTED, align: 'right' }),
    );
  }
  graphics.push(
    textAt((LEFT + RIGHT) / 2, BOTTOM + 38, 'outage, ms (logarithmic)', { colour: MUTED, align: 'center' }),
  );

  const series: Option[] = curves.map((curve) => {
    const { colour, dash } = styles.get(curve.label)!;
    const steps = curve.sorted
      .slice(0, curve.back)
      .map((outage, index) => [horizontal.at(shownMs(outage)), vertical.at((index + 1) / curve.sorted.length)]);
    const first = steps[0];
    const start = first === undefined ? [[LEFT, BOTTOM]] : [[first[0], BOTTOM]];
    const end = curve.back < curve.sorted.length ? [[RIGHT, vertical.at(curve.back / curve.sorted.length)]] : [];
    return {
      type: 'line',
      silent: true,
      clip: false,
      step: 'end',
      symbol: 'none',
      data: [...start, ...steps, ...end],
      lineStyle: { color: colour, width: 2.2, type: dash ?? 'solid' },
    };
  });

  // Curves that reach the top are named above it; those that never do, at the right edge.
  const complete = curves.filter((curve) => curve.back === curve.sorted.length);
  const tops = complete.map((curve) => horizontal.at(shownMs(curve.sorted.at(-1)!)));
  const places = spreadLabels(tops, 26, LEFT, RIGHT);
  complete.forEach((curve, index) => {
    const { colour } = styles.get(curve.label)!;
    const n = curve.sorted.length;
    graphics.push(lineAt(tops[index]!, TOP - 2, places[index]!, TOP - 16, colour, 0.8));
    graphics.push(textAt(places[index]! + 2, TOP - 22, `${shortened(curve.label)} (n = ${n})`, { colour, turn: 35 }));
  });
  const never = curves.filter((curve) => curve.back < curve.sorted.length);
  const heights = never.map((curve) => vertical.at(curve.back / curve.sorted.length));
  const spots = spreadLabels(heights, 38, TOP + 10, BOTTOM - 12);
  never.forEach((curve, index) => {
    const { colour } = styles.get(curve.label)!;
    const n = curve.sorted.length;
    const longest = curve.sorted.at(-1)!;
    graphics.push(lineAt(RIGHT + 2, heights[index]!, RIGHT + 12, spots[index]!, colour, 0.8));
    graphics.push(textAt(RIGHT + 16, spots[index]! - 8, `${shortened(curve.label)} (n = ${n})`, { colour }));
    const share = curve.back === 0 ? '' : `${n - curve.back} of ${n}: `;
    graphics.push(
      textAt(RIGHT + 16, spots[index]! + 8, `${share}> ${msText(longest.ms)} ms, never within observation`, {
        size: 11,
        colour: MUTED,
      }),
    );
  });
  const counts = curves.map((curve) => curve.sorted.length);
  const caption = `${title}: share of faults after which writes were back within a time, for ${curves.length} engine presets, n = ${countRange(counts)} faults each; ${never.length} did not always come back within the observation.`;
  graphics.push(
    ...heading(
      `${title}: how long until writes were back`,
      'share of faults with an outage of at most so long, for the clients worst off; a curve that stays below 100 % did not always come back',
    ),
  );
  return renderSvg(name, caption, HEIGHT, {
    grid: { left: 0, top: 0, width: WIDTH, height: HEIGHT },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: HEIGHT, inverse: true }),
    graphic: graphics,
    series,
  });
}
