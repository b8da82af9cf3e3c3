/**
 * What becomes of a hundred edits: a line a preset, a column a fault, and in each a bar for each number of documents that share the
 * edits. From the ground up: what survives, what is kept out of sight, what is lost, and what was not acknowledged at all.
 */
import { shortened } from '../../short-text.ts';
import { type ConflictsPlace, conflictsOf, type Tally } from '../conflicts/conflicts.ts';
import { faultWords, ofHundred } from '../conflicts/conflicts-sections.ts';
import { countRange, countText } from '../numbers.ts';
import type { Tables } from '../tables.ts';
import { bareAxis, type Chart, heading, lineAt, type Option, renderSvg, textAt } from './draw.ts';
import { FAILED, GRID, INK, MUTED, WIDTH } from './theme.ts';

/** A part of the edits, in the order in which parts are stacked. */
interface Part {
  readonly words: string;
  readonly colour: string;
  /** Of numbers on it. */
  readonly ink: string;
  readonly of: (tally: Tally) => number;
}

/** On bars, whose colours a dark page leaves as they are: these are none that it replaces. */
const LIGHT = '#fefefe';
const DARK = '#1b2530';

const PARTS: readonly Part[] = [
  { words: 'survives', colour: '#009e73', ink: LIGHT, of: ({ surviving }) => surviving },
  {
    words: 'acknowledged, kept only as a losing version',
    colour: '#e69f00',
    ink: DARK,
    of: ({ stored }) => stored,
  },
  { words: 'acknowledged and lost', colour: FAILED, ink: LIGHT, of: ({ lost }) => lost },
  { words: 'refused as a conflict', colour: '#56b4e9', ink: DARK, of: ({ refusedConflict }) => refusedConflict },
  {
    words: 'refused otherwise, or unknown',
    colour: '#c3ccd5',
    ink: DARK,
    of: ({ refusedOther, unknown }) => refusedOther + unknown,
  },
];
/** Not found where a node did not answer: too rare for a name of its own until it happens. */
const UNREAD: Part = {
  words: 'acknowledged, not known',
  colour: '#7b8591',
  ink: LIGHT,
  of: ({ unread }) => unread,
};

const partsOf = (tallies: readonly Tally[]): readonly Part[] =>
  tallies.some(({ unread }) => unread > 0) ? [...PARTS, UNREAD] : PARTS;

export function conflictsCharts(tables: Tables): Chart[] {
  const places = conflictsOf(tables).filter(({ cells }) => cells.length > 0);
  const name = (what: string, { topology }: ConflictsPlace): string =>
    places.length === 1 ? what : `${what}-${topology.replaceAll(/[^a-z0-9-]/gi, '-').toLowerCase()}`;
  return places.flatMap((place) => [
    barsChart(name('conflicts', place), place),
    ...sidesCharts(name('conflicts-sides', place), place),
  ]);
}

const LEFT = 196;
const RIGHT = 18;
const LEGEND = 78;
const LEGEND_LINE = 20;
const PANEL_GAP = 18;
const BARS = 88;
const ROW = BARS + 26;
/** Of a stack, the least height in which its number is readable. */
const NUMBER_MIN = 11;

function barsChart(name: string, place: ConflictsPlace): Chart {
  const { topology, labels, faults, documents, cells } = place;
  const parts = partsOf(cells.map(({ judged }) => judged));
  const shown = faults.filter(({ key }) => cells.some(({ fault }) => fault === key));
  const rows = labels.filter((label) => cells.some((one) => one.label === label));
  const top = LEGEND + legendLines(parts) * LEGEND_LINE + 44;
  const width = (WIDTH - LEFT - RIGHT - PANEL_GAP * (shown.length - 1)) / shown.length;
  const height = top + rows.length * ROW + 22;
  const graphics: Option[] = [...legend(parts)];
  shown.forEach((fault, i) => {
    graphics.push(textAt(LEFT + i * (width + PANEL_GAP), top - 24, faultWords(fault), { size: 13, bold: true }));
  });
  rows.forEach((label, i) => {
    const bottom = top + i * ROW + BARS;
    graphics.push(...nameAt(label, bottom - BARS / 2));
    for (const [place, fault] of shown.entries()) {
      const left = LEFT + place * (width + PANEL_GAP);
      const slot = width / documents.length;
      graphics.push(
        lineAt(left, bottom, left + width, bottom, MUTED),
        lineAt(left, bottom - BARS, left + width, bottom - BARS, GRID),
      );
      documents.forEach((count, at) => {
        const found = cells.find((one) => one.label === label && one.fault === fault.key && one.documents === count);
        const x = left + at * slot;
        graphics.push(
          textAt(x + slot / 2, bottom + 9, countText(count), { size: 9.5, colour: MUTED, align: 'center' }),
        );
        if (found !== undefined) graphics.push(...stackOf(found.judged, parts, x + 1.5, slot - 3, bottom));
      });
    }
  });
  graphics.push(
    textAt(
      LEFT + (WIDTH - LEFT - RIGHT) / 2,
      height - 12,
      'documents that share the edits: the fewer, the more edits meet',
      { size: 11, colour: MUTED, align: 'center' },
    ),
  );
  const n = countRange(cells.map((one) => one.n));
  return drawn(name, captionOf(place), height, [
    ...graphics,
    ...heading(
      'What becomes of a hundred edits',
      `on ${topology}: edits offered while the fault stands, of all clients; where there is none, all; n = ${n} trials a bar`,
    ),
  ]);
}

function captionOf({ topology, cells }: ConflictsPlace): string {
  const losers = [...new Set(cells.filter(({ judged }) => judged.lost > 0).map(({ label }) => label))];
  const keepers = [...new Set(cells.filter(({ judged }) => judged.stored > 0).map(({ label }) => label))];
  const listed = (who: readonly string[]): string => (who.length === 0 ? 'nobody' : who.join(', '));
  return `What became of edits to shared documents on ${topology}, by fault and number of documents. Acknowledged edits were lost by ${listed(losers)}; kept only as a losing version by ${listed(keepers)}.`;
}

/** A bar of all parts, a hundred edits high. */
function stackOf(tally: Tally, parts: readonly Part[], x: number, width: number, bottom: number): Option[] {
  let y = bottom;
  return parts.flatMap(({ of, colour, ink }) => {
    const height = tally.edits === 0 ? 0 : (of(tally) / tally.edits) * BARS;
    if (height === 0) return [];
    y -= height;
    const box = rect(x, y, width, height, colour);
    if (height < NUMBER_MIN) return [box];
    const text = textAt(x + width / 2, y + height / 2, ofHundred(of(tally), tally.edits), {
      size: 10,
      colour: ink,
      align: 'center',
    });
    return [box, text];
  });
}

// ------------------------------------------------------------------------------------------------------------- sides

const SIDE_LEFT = 330;
const SIDE_BAR = 17;
/** At the right of a bar: how many were told yes, and in which words. */
const YES = 74;
const SIDE_LINE = 2 * SIDE_BAR + 16;

/** The same for the clients on either side of the fault, at one contention: who says yes to whom, and what that is worth. */
function sidesCharts(name: string, place: ConflictsPlace): Chart[] {
  const { topology, labels, faults } = place;
  const cells = place.cells.filter(({ hit, others }) => hit !== undefined && others !== undefined);
  const counts = [...new Set(cells.map(({ documents }) => documents))].sort((a, b) => a - b);
  const documents = counts[Math.floor(counts.length / 2)];
  if (documents === undefined) return [];
  const shown = faults.filter(({ key }) => cells.some(({ fault }) => fault === key));
  const mine = cells.filter((one) => one.documents === documents);
  const parts = partsOf(mine.flatMap(({ hit, others }) => [hit!, others!]));
  const rows = labels.filter((label) => mine.some((one) => one.label === label));
  const top = LEGEND + legendLines(parts) * LEGEND_LINE + 44;
  const width = (WIDTH - SIDE_LEFT - RIGHT - PANEL_GAP * (shown.length - 1)) / shown.length;
  const height = top + rows.length * SIDE_LINE + 12;
  const graphics: Option[] = [...legend(parts)];
  shown.forEach((fault, i) => {
    const left = SIDE_LEFT + i * (width + PANEL_GAP);
    graphics.push(textAt(left, top - 30, faultWords(fault), { size: 13, bold: true }));
    graphics.push(textAt(left + width, top - 12, 'committed + accepted', { size: 10, colour: MUTED, align: 'right' }));
  });
  rows.forEach((label, i) => {
    const y = top + i * SIDE_LINE;
    graphics.push(...nameAt(label, y + SIDE_BAR + 2));
    for (const [at, words] of ['in the other zones', 'in the zone that is hit'].entries()) {
      const barTop = y + at * (SIDE_BAR + 3);
      graphics.push(textAt(SIDE_LEFT - 12, barTop + SIDE_BAR / 2, words, { size: 11, colour: MUTED, align: 'right' }));
      for (const [place, fault] of shown.entries()) {
        const found = mine.find((one) => one.label === label && one.fault === fault.key);
        if (found === undefined) continue;
        const side = (at === 0 ? found.others : found.hit)!;
        const left = SIDE_LEFT + place * (width + PANEL_GAP);
        const yes = [side.committed, side.accepted].map((part) => ofHundred(part, side.edits)).join(' + ');
        graphics.push(...lyingStackOf(side, parts, left, width - YES, barTop));
        graphics.push(textAt(left + width, barTop + SIDE_BAR / 2, yes, { size: 11.5, bold: true, align: 'right' }));
      }
    }
  });
  const n = countRange(mine.map((one) => one.n));
  const caption = `What became of a hundred edits on either side of a fault on ${topology}, with ${countText(documents)} documents.`;
  return [
    drawn(name, caption, height, [
      ...graphics,
      ...heading(
        'Who says yes on either side of a fault, and what it is worth',
        `on ${topology}: of a hundred edits offered while the fault stands, to ${countText(documents)} ${documents === 1 ? 'document' : 'documents'}; n = ${n} trials a bar`,
      ),
    ]),
  ];
}

function lyingStackOf(tally: Tally, parts: readonly Part[], left: number, width: number, top: number): Option[] {
  let x = left;
  return parts.flatMap(({ of, colour, ink }) => {
    const length = tally.edits === 0 ? 0 : (of(tally) / tally.edits) * width;
    if (length === 0) return [];
    const box = rect(x, top, length, SIDE_BAR, colour);
    const text = textAt(x + length / 2, top + SIDE_BAR / 2, ofHundred(of(tally), tally.edits), {
      size: 10,
      colour: ink,
      align: 'center',
    });
    x += length;
    return length < 20 ? [box] : [box, text];
  });
}

// ------------------------------------------------------------------------------------------------------------ pieces

function drawn(name: string, caption: string, height: number, graphic: readonly Option[]): Chart {
  return renderSvg(name, caption, height, {
    grid: { left: 0, top: 0, width: WIDTH, height },
    xAxis: bareAxis({ type: 'value', min: 0, max: WIDTH }),
    yAxis: bareAxis({ type: 'value', min: 0, max: height, inverse: true }),
    graphic,
    series: [],
  });
}

const LEGEND_COLUMNS = [24, 118, 414, 590, 756] as const;
const legendLines = (parts: readonly Part[]): number => Math.ceil(parts.length / LEGEND_COLUMNS.length);

const legend = (parts: readonly Part[]): Option[] =>
  parts.flatMap(({ words, colour }, i) => {
    const x = LEGEND_COLUMNS[i % LEGEND_COLUMNS.length]!;
    const y = LEGEND + Math.floor(i / LEGEND_COLUMNS.length) * LEGEND_LINE;
    return [rect(x, y - 6, 14, 12, colour), textAt(x + 20, y, words, { size: 12 })];
  });

/** Presets of one engine are told apart by what comes behind it: two lines. */
function nameAt(label: string, y: number): Option[] {
  const [engine, ...preset] = label.split(':');
  if (preset.length === 0) return [textAt(24, y, engine!, { size: 12.5, bold: true, colour: INK })];
  return [
    textAt(24, y - 8, engine!, { size: 11, colour: MUTED }),
    textAt(24, y + 8, shortened(preset.join(':'), 26), { size: 12.5, bold: true }),
  ];
}

const rect = (x: number, y: number, width: number, height: number, fill: string): Option => ({
  type: 'rect',
  silent: true,
  shape: { x, y, width, height },
  style: { fill },
});
