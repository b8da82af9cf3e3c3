/** Faults of whole zones in words: a table a topology, in it a block a fault, a line a preset. */
import { countRange, countText, durationSecondsText, significant } from '../numbers.ts';
import { type Cell, cell, dropEmptyColumns, NOTHING, type Section, type SectionColumn } from '../scorecard/section.ts';
import type { DurationSpread } from '../statistics.ts';
import type { Side, ZoneFault, Zones, ZonesColumn, ZonesTopology } from './zones.ts';

const right = (title: string, rank = 0): SectionColumn => ({ title, align: 'right', rank });

export function zonesSections(zones: Zones | undefined): Section[] {
  if (zones === undefined) return [];
  return zones.topologies.map((topology) => dropEmptyColumns(sectionOf(zones, topology)));
}

function sectionOf({ columns, engine }: Zones, { topology, presets, refusals }: ZonesTopology): Section {
  const counts = presets.flatMap(({ faults }) => [...faults.values()].map(({ n }) => n));
  return {
    title: topology === '' ? 'A zone is hit' : `A zone is hit, on ${topology}`,
    note: `writes served while the fault stands, and the longest time without one: in the zones that survive / in the zone that is hit; n = ${countRange(counts)} faults each`,
    columns: [
      { title: engine ?? 'engine', align: 'left', rank: 0 },
      right('served %'),
      right('gap s', 2),
      right('lost'),
      right('shadowed', 3),
      right('accepted', 4),
      right('equal s', 1),
      right('differ %', 5),
      right('local %', 6),
    ],
    rows: columns.flatMap((column) => blockOf(column, presets)),
    footnotes: refusals.map(({ label, reason }) => `${label} cannot run: ${reason}`),
  };
}

/** Cells after the first. */
const CELLS = 8;

function blockOf(column: ZonesColumn, presets: ZonesTopology['presets']): Cell[][] {
  const lines = presets.flatMap(({ label, faults }) => {
    const found = faults.get(column.key);
    if (found === undefined) return [];
    const [first, ...more] = labelLines(label);
    if (more.length === 0) return [[cell(`  ${first}`), ...cellsOf(found)]];
    return [bare(cell(`  ${first}`)), [cell(`    ${more[0]}`), ...cellsOf(found)]];
  });
  return lines.length === 0 ? [] : [bare(cell(faultWords(column), 'dim')), ...lines];
}

/** A line without figures. */
const bare = (first: Cell): Cell[] => [first, ...Array.from({ length: CELLS }, (): Cell => ({ text: '' }))];

/** What is longer takes two lines: lists of options are told apart by their ends. */
const LABEL_MAX = 36;

export function labelLines(label: string): [string] | [string, string] {
  const end = label.length > LABEL_MAX ? label.lastIndexOf(',', LABEL_MAX - 1) + 1 : 0;
  return end === 0 ? [label] : [label.slice(0, end), label.slice(end)];
}

/** `zone cut off 60 s`. */
export const faultWords = ({ words, forMs }: ZonesColumn): string =>
  forMs === undefined ? words : `${words} ${forMs / 1000} s`;

/** Below this a service is one in name only. */
const POOR = 0.5;

function cellsOf(found: ZoneFault): Cell[] {
  const { hit, others, lost, acceptedLost, shadowed, accepted, converged, disagreement } = found;
  const isPoor = [hit, others].some(({ servedShare = 1 }) => servedShare < POOR);
  return [
    cell(pairText(others.servedShare, hit.servedShare), isPoor ? 'bad' : undefined),
    cell(gapsText(others, hit)),
    cell(countText(lost), lost > 0 ? 'bad' : undefined),
    some(shadowed, 'bad'),
    accepted > 0
      ? cell(`${countText(accepted)}${acceptedLost > 0 ? `, ${countText(acceptedLost)} lost` : ''}`)
      : NOTHING,
    convergedCell(converged),
    cell(disagreement === undefined ? undefined : percent(disagreement)),
    cell(pairText(found.putLocalBefore, found.getLocalBefore)),
  ];
}

const some = (count: number, tone: Cell['tone']): Cell => (count > 0 ? cell(countText(count), tone) : NOTHING);

/** Whole percents, but what is not all is not called all, nor what is not nothing nothing. */
export function percent(share: number): string {
  if (share > 0.99 && share < 1) return '>99';
  if (share > 0 && share < 0.01) return '<1';
  return `${Math.round(share * 100)}`;
}

const shareOr = (share: number | undefined): string => (share === undefined ? '·' : percent(share));

/** `100 / 2`; nothing if neither was measured. */
function pairText(first: number | undefined, second: number | undefined): string | undefined {
  return first === undefined && second === undefined ? undefined : `${shareOr(first)} / ${shareOr(second)}`;
}

function gapsText(others: Side, hit: Side): string | undefined {
  const text = ({ outage }: Side): string => (outage === undefined ? '·' : secondsOf(outage));
  return others.outage === undefined && hit.outage === undefined ? undefined : `${text(others)} / ${text(hit)}`;
}

/** The median; what never came is known to have taken longer. */
const secondsOf = ({ median }: DurationSpread): string => durationSecondsText(median);

function convergedCell(converged: DurationSpread | undefined): Cell {
  if (converged === undefined) return NOTHING;
  if (converged.median.censored) return cell('never', 'bad');
  return cell(
    `${secondsOf(converged)}${converged.censored > 0 ? '*' : ''}`,
    converged.censored > 0 ? 'bad' : undefined,
  );
}

/** How the tables are to be read: whole sentences. */
export function zonesWords(zones: Zones | undefined): string[] {
  if (zones === undefined) return [];
  const figures = zones.topologies.flatMap(({ presets }) => presets.flatMap(({ faults }) => [...faults.values()]));
  const resolutions = figures.flatMap(({ others }) => others.resolutionMs ?? []);
  const words = [
    'cut off: silently, and with the clients of that zone. killed: they live, and turn to other zones.',
    'equal: s from the heal until all that differed then had been equal at all its owners. never, *: in half or more of the faults, in fewer, some of it was not.',
    'served, differ and local: means. differ: how often two owners of a key would have answered differently at one instant while the fault stood.',
    'local: writes / reads that did not leave their zone, before the fault. lost: acknowledged, and held by no node after the heal.',
  ];
  if (resolutions.length > 0) {
    words.push(
      `gap: a zone asked for a write every ${countRange(resolutions, seconds)} s in the mean, at random: gaps of a few times that are no outage.`,
    );
  }
  return words;
}

const seconds = (ms: number): string => significant(ms / 1000, 1);
