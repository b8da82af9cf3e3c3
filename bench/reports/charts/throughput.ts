/** Throughput of every engine preset at each number of clients, a panel for each workload and durability. */
import { shortened } from '../../short-text.ts';
import { groupBy } from '../grouping.ts';
import { countRange, countText, medianText, shareText, significant } from '../numbers.ts';
import type { PresetName } from '../presets.ts';
import { comparePresets, presetLabel } from '../presets.ts';
import { type PresetFigures, presetFigures, type ThroughputFigures } from '../scorecard/figures.ts';
import { spread } from '../statistics.ts';
import type { Tables } from '../tables.ts';
import { bareAxis, type Chart, heading, lineAt, logScale, type Option, renderSvg, textAt } from './draw.ts';
import { GRID, INK, MUTED, PAPER, presetStyles, WIDTH } from './theme.ts';

const LEFT = 200;
const RIGHT = WIDTH - 150;
const ROW = 27;
const PANEL_HEAD = 42;
const PANEL_GAP = 22;
const TOP = 70;

interface Panel {
  readonly workload: string;
  readonly durability: string;
  readonly presets: readonly { readonly name: PresetName; readonly figures: readonly ThroughputFigures[] }[];
}

function panelsOf(presets: readonly PresetFigures[]): Panel[] {
  const entries = presets.flatMap((preset) => preset.throughput.map((figures) => ({ preset, figures })));
  const measured = entries.filter(({ figures }) => figures.perS !== undefined && figures.perS.min > 0);
  return groupBy(measured, ({ figures }) => `${figures.workload}/${figures.durability}`)
    .map((group) => ({
      workload: group[0]!.figures.workload,
      durability: group[0]!.figures.durability,
      presets: groupBy(group, ({ preset }) => preset.label)
        .map((own) => ({ name: own[0]!.preset, figures: own.map(({ figures }) => figures) }))
        .sort((a, b) => comparePresets(a.name, b.name)),
    }))
    .sort((a, b) => (a.workload + a.durability < b.workload + b.durability ? -1 : 1));
}

/** Undefined when no valid trial measured throughput. */
export function throughputChart(tables: Tables): Chart | undefined {
  const presets = presetFigures(tables);
  const panels = panelsOf(presets);
  if (panels.length === 0) return undefined;
  const styles = presetStyles(presets);
  const all = panels.flatMap((panel) => panel.presets.flatMap((preset) => preset.figures));
  const clients = [...new Set(all.map((one) => one.clients))].sort((a, b) => a - b);
  const most = clients.at(-1)!;
  const floor = spread(
    (tables.floor ?? []).filter((row) => row.mode === 'batch' && row.clients === most).map((row) => row.ops_per_s),
  );
  const extremes = all.flatMap((one) => [one.perS!.min * 0.9, one.perS!.max]);
  const scale = logScale(floor === undefined ? extremes : [...extremes, floor.max], LEFT, RIGHT);

  const graphics: Option[] = [];
  const dots: Option[] = [];
  let top = TOP;
  for (const panel of panels) {
    const plotTop = top + PANEL_HEAD;
    const plotBottom = plotTop + panel.presets.length * ROW;
    const what =
      panel.durability === 'fsync'
        ? 'logs synced (fsync)'
        : panel.durability === 'none'
          ? 'logs never synced (none)'
          : panel.durability;
    graphics.push(textAt(24, top + 14, `${panel.workload}, ${what}`, { size: 13, bold: true }));
    for (const tick of scale.ticks) {
      const x = scale.at(tick);
      graphics.push(lineAt(x, plotTop, x, plotBottom, GRID));
      graphics.push(textAt(x, plotBottom + 11, countText(tick), { size: 11, colour: MUTED, align: 'center' }));
    }
    if (floor !== undefined) {
      const x = scale.at(floor.median);
      graphics.push(lineAt(x, plotTop - 6, x, plotBottom, MUTED, 1.5));
      graphics.push(
        textAt(x, plotTop - 14, `floor ${significant(floor.median, 2)}`, { size: 11, colour: MUTED, align: 'center' }),
      );
    }
    panel.presets.forEach(({ name, figures }, row) => {
      const y = plotTop + (row + 0.5) * ROW;
      const { colour } = styles.get(presetLabel(name))!;
      graphics.push(textAt(LEFT - 14, y, shortened(presetLabel(name)), { align: 'right' }));
      for (const one of figures) {
        const perS = one.perS!;
        graphics.push(lineAt(scale.at(perS.min), y, scale.at(perS.max), y, colour, 3));
        dots.push({
          value: [scale.at(perS.median), y],
          symbolSize: one.clients === most ? 11 : 9,
          itemStyle:
            one.clients === most
              ? { color: colour, opacity: 1 }
              : { color: PAPER, borderColor: colour, borderWidth: 2, opacity: 1 },
        });
        const share = one.floorShare === undefined ? '' : `, ${shareText(one.floorShare.median)}`;
        const text = one.clients === most ? `${medianText(perS)}${share}` : medianText(perS);
        graphics.push(
          textAt(scale.at(perS.max) + 12, y, text, { colour: one.clients === most ? INK : MUTED, halo: true }),
        );
      }
    });
    top = plotBottom + 20 + PANEL_GAP;
  }
  const height = top;
  const n = countRange(all.map((one) => one.perS!.n));
  const filled = `filled dot: ${countText(most)} clients`;
  const hollow = clients.length > 1 ? `, hollow: ${clients.slice(0, -1).map(countText).join(', ')}` : '';
  const share = all.some((one) => one.floorShare !== undefined) ? '; %: share of the floor' : '';
  const measured = presets.filter((preset) => preset.throughput.length > 0).length;
  const caption = `Operations per second of ${measured} engine presets in a closed loop of ${clients.map(countText).join(' and ')} clients, n = ${n} trials each.`;
  graphics.push(
    ...heading(
      'Throughput: operations per second, closed loop',
      `${filled}${hollow}; median of n = ${n} trials, bar: min to max${share}; logarithmic axis`,
    ),
  );
  return renderSvg('throughput', caption, height, {
    grid: { left: 0, top: 0, width: WIDTH, height },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: height, inverse: true }),
    graphic: graphics,
    series: [{ type: 'scatter', silent: true, z: 50, data: dots }],
  });
}
