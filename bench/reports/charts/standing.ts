/** What was served while faults stood: a block a fault, a bar a preset, and beside it how often the lead moved. */
import { shortened } from '../../short-text.ts';
import { countRange } from '../numbers.ts';
import { type StandingFault, type StandingFigures, standingOf } from '../standing/standing.ts';
import { rateText, servedText } from '../standing/standing-sections.ts';
import type { Tables } from '../tables.ts';
import { bareAxis, type Chart, heading, lineAt, linearScale, type Option, renderSvg, textAt } from './draw.ts';
import { FAILED, GRID, INK, MUTED, OUTAGE, WIDTH } from './theme.ts';

const LEFT = 330;
const RIGHT = WIDTH - 270;
const TOP = 92;
/** Of a bar's line, of a fault's name above its bars, and of the gap below them. */
const LINE = 20;
const NAME = 24;
const GAP = 14;
const SERVED = '#0072b2';

export function standingCharts(tables: Tables): Chart[] {
  const faults = standingOf(tables);
  return faults.length === 0 ? [] : [standingChart(faults)];
}

function standingChart(faults: readonly StandingFault[]): Chart {
  const height = TOP + faults.reduce((sum, { presets }) => sum + NAME + presets.length * LINE + GAP, 0) + 24;
  const share = linearScale(0, 1, LEFT, RIGHT);
  const graphics: Option[] = [];
  const hasPlaces = new Set(faults.map(({ topology }) => topology)).size > 1;
  graphics.push(textAt(RIGHT + 92, TOP - 14, 'elections/min', { size: 11.5, colour: MUTED, align: 'right' }));
  graphics.push(textAt(RIGHT + 116, TOP - 14, 'settled', { size: 11.5, colour: MUTED }));
  let y = TOP;
  for (const { title, topology, presets } of faults) {
    const place = hasPlaces ? `, ${topology}` : '';
    graphics.push(textAt(24, y + NAME / 2, `${title}${place}`, { size: 13, bold: true }));
    const top = y + NAME;
    for (const part of [0, 0.5, 1])
      graphics.push(lineAt(share.at(part), top, share.at(part), top + presets.length * LINE, GRID));
    presets.forEach((preset, i) => {
      graphics.push(...barOf(preset, top + (i + 0.5) * LINE, share));
    });
    y = top + presets.length * LINE + GAP;
  }
  for (const part of [0, 0.5, 1]) {
    graphics.push(textAt(share.at(part), y, `${part * 100} %`, { size: 11.5, colour: MUTED, align: 'center' }));
  }
  graphics.push(
    ...heading(
      'While the fault stands: what is served, and how often the lead moves',
      'share of writes served, means; elections won per minute; settled: median time until no more were and service was back for good',
    ),
  );
  const counts = faults.flatMap(({ presets }) => presets.map(({ n }) => n));
  const caption = `Share of writes served while each of ${faults.length} faults stood, elections per minute, and time to settle, by preset; n = ${countRange(counts)} faults each.`;
  return renderSvg('standing', caption, height, {
    grid: { left: 0, top: 0, width: WIDTH, height },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: height, inverse: true }),
    graphic: graphics,
    series: [],
  });
}

function barOf(preset: StandingFigures, y: number, share: ReturnType<typeof linearScale>): Option[] {
  const { label, servedShare = 0, electionsPerMinute, settled } = preset;
  const from = share.at(0);
  const settledText =
    settled === undefined ? '·' : settled.median.censored ? 'never' : `${(settled.median.ms / 1000).toFixed(2)} s`;
  return [
    rect(from, y, share.at(1) - from, OUTAGE),
    rect(from, y, share.at(servedShare) - from, SERVED),
    textAt(LEFT - 10, y, shortened(label, 48), { size: 11.5, align: 'right' }),
    textAt(RIGHT + 8, y, servedText(servedShare), { size: 11.5 }),
    textAt(RIGHT + 92, y, electionsPerMinute === undefined ? '·' : rateText(electionsPerMinute), {
      size: 11.5,
      align: 'right',
    }),
    textAt(RIGHT + 116, y, settledText, { size: 11.5, colour: settled?.median.censored === true ? FAILED : INK }),
  ];
}

const rect = (x: number, y: number, width: number, fill: string): Option => ({
  type: 'rect',
  silent: true,
  shape: { x, y: y - 6, width, height: 12 },
  style: { fill },
});
