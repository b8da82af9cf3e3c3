/** P(a read sees the write before it) by the time since the write: a panel a topology, a colour a preset, the model as a line. */
import { shortened } from '../../short-text.ts';
import { groupBy } from '../grouping.ts';
import { countRange, countText, msText } from '../numbers.ts';
import { type StalenessBin, type StalenessCurve, seenFromMs, shareOf, stalenessOf } from '../staleness/staleness.ts';
import type { Tables } from '../tables.ts';
import {
  bareAxis,
  type Chart,
  heading,
  lineAt,
  linearScale,
  type Option,
  renderSvg,
  type Scale,
  textAt,
} from './draw.ts';
import { FURTHER, GRID, MUTED, WIDTH } from './theme.ts';

const LEGEND_TOP = 78;
const LEGEND_LINE = 19;
const PANEL_WIDTH = 262;
const PANEL_HEIGHT = 170;
const LEFT = 66;
const RIGHT = 24;
/** From one panel's top to the next one's: its title above it, its axis below it. */
const ROW = PANEL_HEIGHT + 84;
const COLUMNS = 3;
const COLUMN = (WIDTH - LEFT - RIGHT - PANEL_WIDTH) / (COLUMNS - 1);
const LEVEL = 0.999;

/** The youngest bin begins at 0, for which a logarithmic scale has no place: it is drawn as if it began here. */
const beginOf = ({ fromMs, toMs }: StalenessBin): number => (fromMs > 0 ? fromMs : toMs / 4);
const middleOf = (bin: StalenessBin): number => Math.sqrt(beginOf(bin) * bin.toMs);

interface Panel {
  readonly curves: readonly StalenessCurve[];
  readonly left: number;
  readonly top: number;
  readonly horizontal: Scale;
  readonly vertical: Scale;
}

export function stalenessCharts(tables: Tables): Chart[] {
  const curves = stalenessOf(tables);
  return curves.length === 0 ? [] : [stalenessChart(curves)];
}

function stalenessChart(curves: readonly StalenessCurve[]): Chart {
  const labels = [...new Set(curves.map(({ label }) => label))];
  const colourOf = (label: string): string => FURTHER[labels.indexOf(label) % FURTHER.length]!;
  const top = LEGEND_TOP + labels.length * LEGEND_LINE + 40;
  const bins = curves.flatMap((curve) => curve.bins);
  const [minMs, maxMs] = [Math.min(...bins.map(beginOf)), Math.max(...bins.map(({ toMs }) => toMs))];
  const panels = groupBy(curves, ({ topology }) => topology).map((mine, i): Panel => {
    const left = LEFT + (i % COLUMNS) * COLUMN;
    const panelTop = top + Math.floor(i / COLUMNS) * ROW;
    const powers = linearScale(Math.log10(minMs), Math.log10(maxMs), left, left + PANEL_WIDTH);
    return {
      curves: mine,
      left,
      top: panelTop,
      horizontal: { min: minMs, max: maxMs, at: (ms) => powers.at(Math.log10(ms)) },
      vertical: linearScale(0, 1, panelTop + PANEL_HEIGHT, panelTop),
    };
  });
  const height = top + Math.ceil(panels.length / COLUMNS) * ROW - 20;
  const reads = curves.map((curve) => curve.bins.reduce((sum, bin) => sum + bin.reads, 0));
  const caption = `Share of reads that see the write before them, by the ms between the write's acknowledgement and the read, for ${labels.join('; ')} on ${panels.length} topologies, with the model WARS as a line; n = ${countRange(reads)} reads each.`;
  return renderSvg('staleness', caption, height, {
    grid: { left: 0, top: 0, width: WIDTH, height },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: height, inverse: true }),
    graphic: [
      ...heading(
        'How soon a write is seen',
        'share of reads that see the write before them, by ms since its acknowledgement; points: measured, with 95 % intervals; lines: the model WARS',
      ),
      ...labels.flatMap((label, i) => legendOf(label, colourOf(label), LEGEND_TOP + i * LEGEND_LINE)),
      ...panels.flatMap((panel) => frameOf(panel, colourOf)),
    ],
    series: panels.flatMap((panel) => panel.curves.flatMap((curve) => seriesOf(panel, curve, colourOf(curve.label)))),
  });
}

const legendOf = (label: string, colour: string, y: number): Option[] => [
  lineAt(24, y, 48, y, colour, 2),
  { type: 'circle', silent: true, shape: { cx: 36, cy: y, r: 3.5 }, style: { fill: colour } },
  textAt(56, y, shortened(label, 140), { size: 11.5 }),
];

function frameOf({ curves, left, top, horizontal, vertical }: Panel, colourOf: (label: string) => string): Option[] {
  const bottom = top + PANEL_HEIGHT;
  const graphics: Option[] = [textAt(left, top - 18, curves[0]!.topology, { size: 13, bold: true })];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const y = vertical.at(share);
    graphics.push(lineAt(left, y, left + PANEL_WIDTH, y, GRID));
    graphics.push(textAt(left - 6, y, `${share * 100} %`, { size: 11, colour: MUTED, align: 'right' }));
  }
  for (let power = Math.ceil(Math.log10(horizontal.min)); 10 ** power <= horizontal.max; power++) {
    const x = horizontal.at(10 ** power);
    graphics.push(lineAt(x, top, x, bottom, GRID));
    graphics.push(
      textAt(x, bottom + 14, power < 0 ? String(10 ** power) : countText(10 ** power), {
        size: 11,
        colour: MUTED,
        align: 'center',
      }),
    );
  }
  graphics.push(
    textAt(left + PANEL_WIDTH / 2, bottom + 34, 'ms since the acknowledgement', {
      size: 11,
      colour: MUTED,
      align: 'center',
    }),
  );
  // Said once a panel, of the preset that takes longest.
  const late = curves
    .map((curve) => ({ label: curve.label, fromMs: seenFromMs(curve, LEVEL) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => b.fromMs - a.fromMs)[0]!;
  if (late.fromMs > 0) {
    const text = Number.isFinite(late.fromMs) ? `from ${msText(late.fromMs)} ms` : 'never while measured';
    graphics.push(
      textAt(left + PANEL_WIDTH, top - 18, `99.9 % ${text}`, {
        size: 11.5,
        colour: colourOf(late.label),
        align: 'right',
      }),
    );
  }
  for (const { label, bins } of curves) {
    for (const bin of bins) {
      const x = horizontal.at(middleOf(bin));
      graphics.push(lineAt(x, vertical.at(bin.low), x, vertical.at(bin.high), colourOf(label), 1.4));
    }
  }
  return graphics;
}

function seriesOf({ horizontal, vertical }: Panel, { bins }: StalenessCurve, colour: string): Option[] {
  const model = bins.flatMap((bin) =>
    bin.modelShare === undefined ? [] : [[horizontal.at(middleOf(bin)), vertical.at(bin.modelShare)]],
  );
  return [
    { type: 'line', silent: true, clip: false, symbol: 'none', lineStyle: { color: colour, width: 1.6 }, data: model },
    {
      type: 'scatter',
      silent: true,
      clip: false,
      symbolSize: 5,
      itemStyle: { color: colour },
      data: bins.map((bin) => [horizontal.at(middleOf(bin)), vertical.at(shareOf(bin))]),
    },
  ];
}
