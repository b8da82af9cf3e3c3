/** How soon a write is seen, in words: a table a preset, a line a topology. */
import { groupBy } from '../grouping.ts';
import { countText, msText, shareText } from '../numbers.ts';
import { type Cell, cell, type Section, type SectionColumn } from '../scorecard/section.ts';
import { modelFit, modelSeenFromMs, type StalenessCurve, seenFromMs, shareOf } from './staleness.ts';

const right = (title: string, rank = 0): SectionColumn => ({ title, align: 'right', rank });
const LEVELS = [0.99, 0.999] as const;

export const stalenessSections = (curves: readonly StalenessCurve[]): Section[] =>
  groupBy(curves, ({ label }) => label).map(sectionOf);

function sectionOf(curves: readonly StalenessCurve[]): Section {
  return {
    title: 'Reads that see the write before them',
    // With room to break the line.
    note: `${curves[0]!.label.replaceAll(',', ', ')}; at once: of reads right after the write; then: where the first bin of time begins in which so many see it, in ms after the write; model: WARS; fit: share of bins of time whose 95 % interval holds it`,
    columns: [
      { title: 'topology', align: 'left', rank: 0 },
      right('at once'),
      right('model', 1),
      ...LEVELS.flatMap((level) => [right(shareText(level)), right('model', 1)]),
      right('fit', 2),
      right('reads'),
    ],
    rows: curves.map(cellsOf),
    footnotes: [],
  };
}

function cellsOf(curve: StalenessCurve): Cell[] {
  const { topology, bins } = curve;
  const [first] = bins;
  const hasModel = first!.modelShare !== undefined;
  const longest = bins.at(-1)!.toMs;
  const fit = modelFit(curve);
  const from = (ms: number | undefined): Cell => {
    if (ms === undefined) return cell(`> ${msText(longest)}`, 'bad');
    return cell(ms === 0 ? 'at once' : msText(ms));
  };
  return [
    cell(topology),
    cell(shareText(shareOf(first!))),
    cell(hasModel ? shareText(first!.modelShare!) : undefined),
    ...LEVELS.flatMap((level) => [
      from(seenFromMs(curve, level)),
      hasModel ? from(modelSeenFromMs(curve, level)) : cell(undefined),
    ]),
    cell(fit === undefined ? undefined : shareText(fit)),
    cell(countText(bins.reduce((sum, { reads }) => sum + reads, 0))),
  ];
}
