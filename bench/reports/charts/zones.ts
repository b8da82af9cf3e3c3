/**
 * One picture of zones that are hit: a block a topology, in it a line a preset, a column a fault. Two bars say what share of the
 * writes was served meanwhile, one for the zones that survive and one for the zone that was hit; a number says what was lost.
 */
import { shortened } from '../../short-text.ts';
import { countRange, countText } from '../numbers.ts';
import type { Tables } from '../tables.ts';
import {
  type ZoneFault,
  type Zones,
  type ZonesColumn,
  type ZonesPreset,
  type ZonesTopology,
  zonesOf,
} from '../zones/zones.ts';
import { labelLines, percent } from '../zones/zones-sections.ts';
import { bareAxis, type Chart, heading, lineAt, type Option, renderSvg, textAt } from './draw.ts';
import { FAILED, GRID, MUTED, OUTAGE, WIDTH } from './theme.ts';

const LEFT = 274;
const RIGHT = 20;
const TOP = 138;
/** Of a preset's line, of a topology's name above its lines, and of the gap below them. */
const LINE = 32;
const NAME = 30;
const GAP = 10;
const BAR = 10;
/** In a column, at the right of its bars: their numbers, and what was lost. */
const NUMBER = 28;
const LOST = 62;
const SURVIVING = '#0072b2';
const HIT = '#e69f00';

export function zonesCharts(tables: Tables): Chart[] {
  const zones = zonesOf(tables);
  return zones === undefined ? [] : [zonesChart(zones)];
}

function zonesChart(zones: Zones): Chart {
  const { columns, topologies } = zones;
  const width = (WIDTH - LEFT - RIGHT) / columns.length;
  const linesOf = ({ presets, refusals }: ZonesTopology): number => presets.length + refusals.length;
  const height = TOP + topologies.reduce((total, one) => total + NAME + linesOf(one) * LINE + GAP, 0) + 8;
  const graphics: Option[] = columns.flatMap((column, i) => head(column, LEFT + i * width));
  let y = TOP;
  for (const one of topologies) {
    graphics.push(lineAt(24, y, WIDTH - RIGHT, y, GRID));
    graphics.push(textAt(24, y + NAME / 2 + 2, one.topology === '' ? 'all' : one.topology, { size: 13, bold: true }));
    y += NAME;
    for (const preset of one.presets) {
      graphics.push(...lineOf(preset, columns, y + LINE / 2, width));
      y += LINE;
    }
    for (const { label, reason } of one.refusals) {
      graphics.push(...nameAt(label, y + LINE / 2));
      const text = shortened(`cannot run: ${reason}`, 110);
      graphics.push(textAt(LEFT, y + LINE / 2, text, { size: 11, colour: MUTED }));
      y += LINE;
    }
    y += GAP;
  }
  graphics.push(
    ...heading(
      'A zone is lost, cut off or far away: who is served, and what is lost',
      `${zones.engine === undefined ? '' : `presets of ${zones.engine}: `}share of the writes served while the fault stands, in %, means over faults and zones`,
    ),
    ...legend(zones),
  );
  return renderSvg('zones', captionOf(zones), height, {
    grid: { left: 0, top: 0, width: WIDTH, height },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: height, inverse: true }),
    graphic: graphics,
    series: [],
  });
}

const figuresOf = ({ topologies }: Zones): ZoneFault[] =>
  topologies.flatMap(({ presets }) => presets.flatMap(({ faults }) => [...faults.values()]));

function captionOf(zones: Zones): string {
  const figures = figuresOf(zones);
  const losers = zones.topologies.flatMap(({ topology, presets }) =>
    presets
      .filter(({ faults }) => [...faults.values()].some(({ lost }) => lost > 0))
      .map(({ label }) => (topology === '' ? label : `${label} on ${topology}`)),
  );
  const loss =
    losers.length === 0 ? 'none lost an acknowledged write' : `acknowledged writes were lost by ${losers.join(', ')}`;
  return `Share of writes served in the zones that survive a fault and in the zone that it hits, for ${countText(figures.length)} combinations of preset, topology and fault; ${loss}.`;
}

function legend(zones: Zones): Option[] {
  const y = 80;
  const n = countRange(figuresOf(zones).map(({ n }) => n));
  return [
    rect(24, y, 22, SURVIVING),
    textAt(54, y, 'clients in the zones that survive', { size: 12 }),
    rect(270, y, 22, HIT),
    textAt(300, y, 'clients in the zone that is hit', { size: 12 }),
    rect(498, y, 22, OUTAGE),
    textAt(528, y, 'not served', { size: 12 }),
    textAt(620, y, '−7', { size: 12.5, bold: true, colour: FAILED }),
    textAt(644, y, `acknowledged writes lost; n = ${n} faults each`, { size: 12 }),
  ];
}

function head({ words, forMs }: ZonesColumn, x: number): Option[] {
  const length = forMs === undefined ? '' : `for ${forMs / 1000} s`;
  return [
    textAt(x, TOP - 28, shortened(words, 22), { size: 12.5, bold: true }),
    textAt(x, TOP - 12, length, { size: 11, colour: MUTED }),
  ];
}

/** Of a line of it, in characters. */
const NAME_MAX = 38;

function nameAt(label: string, y: number): Option[] {
  const lines = labelLines(label);
  return lines.map((line, i) =>
    textAt(LEFT - 14, y + (i - (lines.length - 1) / 2) * 13, shortened(line, NAME_MAX), { size: 11, align: 'right' }),
  );
}

function lineOf({ label, faults }: ZonesPreset, columns: readonly ZonesColumn[], y: number, width: number): Option[] {
  const cells = columns.flatMap(({ key }, i) => {
    const found = faults.get(key);
    return found === undefined ? [] : cellOf(found, LEFT + i * width, y, width);
  });
  return [...nameAt(label, y), ...cells];
}

function cellOf({ others, hit, lost }: ZoneFault, x: number, y: number, width: number): Option[] {
  const room = width - NUMBER - LOST;
  const bars = [
    { share: others.servedShare, colour: SURVIVING, at: y - BAR / 2 - 1 },
    { share: hit.servedShare, colour: HIT, at: y + BAR / 2 + 1 },
  ].flatMap(({ share, colour, at }) => {
    if (share === undefined) return [];
    return [
      rect(x, at, room, OUTAGE),
      rect(x, at, room * share, colour),
      textAt(x + room + 5, at, percent(share), { size: 10 }),
    ];
  });
  if (lost === 0) return bars;
  const number = { size: 11, bold: true, colour: FAILED };
  return [...bars, textAt(x + room + NUMBER, y, `−${countText(lost)}`, number)];
}

const rect = (x: number, y: number, width: number, fill: string): Option => ({
  type: 'rect',
  silent: true,
  shape: { x, y: y - BAR / 2, width, height: BAR },
  style: { fill },
});
