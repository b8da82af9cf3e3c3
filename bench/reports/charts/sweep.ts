/** The share of stale reads as a parameter of a fault is varied: a curve a preset, each value as far from the next. */
import { shortened } from '../../short-text.ts';
import { faultTitle } from '../faults.ts';
import { countRange, significant } from '../numbers.ts';
import { valueText } from '../sweeps/sweep-sections.ts';
import { type Sweep, type SweepLine, sweepsOf } from '../sweeps/sweeps.ts';
import type { Tables } from '../tables.ts';
import {
  bareAxis,
  type Chart,
  heading,
  lineAt,
  linearScale,
  type Option,
  renderSvg,
  spreadLabels,
  textAt,
} from './draw.ts';
import { FURTHER, GRID, MUTED, WIDTH } from './theme.ts';

const LEFT = 80;
const RIGHT = WIDTH - 270;
const TOP = 92;
const BOTTOM = TOP + 280;
const HEIGHT = BOTTOM + 64;

export function sweepCharts(tables: Tables): Chart[] {
  const sweeps = sweepsOf(tables);
  return sweeps.map((sweep, i) => sweepChart(sweep, sweeps.length === 1 ? 'sweep' : `sweep-${i + 1}`));
}

const shareAt = (line: SweepLine, value: number): number | undefined => {
  const { staleReads, reads } = line.points.get(value) ?? {};
  return staleReads === undefined || reads === undefined || reads === 0 ? undefined : staleReads / reads;
};

function sweepChart(sweep: Sweep, name: string): Chart {
  const { fault, parameter, values, lines } = sweep;
  const horizontal = linearScale(0, Math.max(1, values.length - 1), LEFT + 20, RIGHT - 20);
  const shares = lines.flatMap((line) => values.flatMap((value) => shareAt(line, value) ?? []));
  const highest = niceAbove(Math.max(...shares, 0.001));
  const vertical = linearScale(0, highest, BOTTOM, TOP);
  const graphics: Option[] = [];
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    const y = vertical.at(part * highest);
    graphics.push(lineAt(LEFT, y, RIGHT, y, GRID));
    const text = `${significant(part * highest * 100, 2)} %`;
    graphics.push(textAt(LEFT - 8, y, text, { size: 11.5, colour: MUTED, align: 'right' }));
  }
  values.forEach((value, i) => {
    graphics.push(
      textAt(horizontal.at(i), BOTTOM + 16, valueText(value), { size: 11.5, colour: MUTED, align: 'center' }),
    );
  });
  graphics.push(textAt((LEFT + RIGHT) / 2, BOTTOM + 42, parameter, { colour: MUTED, align: 'center' }));
  const ends = lines.map((line) => vertical.at(values.map((value) => shareAt(line, value)).findLast(isKnown) ?? 0));
  const places = spreadLabels(ends, 18, TOP, BOTTOM);
  lines.forEach(({ label }, i) => {
    const colour = FURTHER[i % FURTHER.length]!;
    graphics.push(lineAt(RIGHT - 18, ends[i]!, RIGHT + 8, places[i]!, colour, 0.8));
    graphics.push(textAt(RIGHT + 12, places[i]!, shortened(label, 34), { colour }));
  });
  const title = `${faultTitle(fault)}: stale reads`;
  graphics.push(
    ...heading(title, `share of all reads that missed a write acknowledged before they began, by ${parameter}`),
  );
  const counts = lines.flatMap(({ points }) => [...points.values()].map(({ n }) => n));
  const stale = lines
    .filter((line) => values.some((value) => (shareAt(line, value) ?? 0) > 0))
    .map(({ label }) => label);
  const who = stale.length === 0 ? 'none read anything stale' : `stale reads by ${stale.join(', ')}`;
  const caption = `${title} by ${parameter}, from ${valueText(values[0]!)} to ${valueText(values.at(-1)!)}, n = ${countRange(counts)} faults each: ${who}.`;
  return renderSvg(name, caption, HEIGHT, {
    grid: { left: 0, top: 0, width: WIDTH, height: HEIGHT },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: HEIGHT, inverse: true }),
    graphic: graphics,
    series: lines.map((line, i) => ({
      type: 'line',
      silent: true,
      clip: false,
      symbol: 'circle',
      symbolSize: 6,
      itemStyle: { color: FURTHER[i % FURTHER.length] },
      lineStyle: { color: FURTHER[i % FURTHER.length], width: 2.2 },
      data: values.flatMap((value, place) => {
        const share = shareAt(line, value);
        return share === undefined ? [] : [[horizontal.at(place), vertical.at(share)]];
      }),
    })),
  });
}

const isKnown = (share: number | undefined): boolean => share !== undefined;

/** The next of 1, 2, 4 or 8 times a power of ten, for an axis of four even parts. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 8, 10].map((step) => step * power).find((step) => step >= value)!;
}
