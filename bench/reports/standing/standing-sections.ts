/** Faults that stand for long, in words: a table a fault. */
import { durationText, significant } from '../numbers.ts';
import { type Cell, cell, dropEmptyColumns, type Section, type SectionColumn } from '../scorecard/section.ts';
import type { StandingFault, StandingFigures } from './standing.ts';

const right = (title: string, rank = 0): SectionColumn => ({ title, align: 'right', rank });

export function standingSections(faults: readonly StandingFault[]): Section[] {
  const hasPlaces = new Set(faults.map(({ topology }) => topology)).size > 1;
  return faults.map((fault) => dropEmptyColumns(sectionOf(fault, hasPlaces)));
}

function sectionOf({ title, topology, forMs, presets }: StandingFault, hasPlaces: boolean): Section {
  return {
    title: `${title}${hasPlaces ? `, ${topology}` : ''}`,
    note: 'served: of the writes meanwhile; elections, changes of who answers: per minute; settled: ms, min/median/max',
    columns: [
      { title: 'engine', align: 'left', rank: 0 },
      right('served'),
      right('elections'),
      right('changes', 1),
      right('settled'),
      right('n'),
    ],
    rows: presets.map(cellsOf),
    footnotes: presets.some(({ settled }) => (settled?.censored ?? 0) > 0)
      ? [`never: not settled within the ${forMs / 1000} s.`]
      : [],
  };
}

/** Below this a service is one in name only. */
const POOR = 0.5;

/** Not rounded up to all: `99.98 %` is not 100. */
export function servedText(share: number): string {
  if (share >= 0.9995 && share < 1) return '> 99.9 %';
  return `${significant(share * 100, share >= 0.1 ? 3 : 2)} %`;
}

export const rateText = (perMinute: number): string => significant(perMinute, perMinute >= 10 ? 2 : 1);

function cellsOf({
  label,
  servedShare,
  electionsPerMinute,
  leaderChangesPerMinute,
  settled,
  n,
}: StandingFigures): Cell[] {
  const rate = (perMinute: number | undefined): Cell => cell(perMinute === undefined ? undefined : rateText(perMinute));
  return [
    cell(label),
    cell(
      servedShare === undefined ? undefined : servedText(servedShare),
      (servedShare ?? 1) < POOR ? 'bad' : undefined,
    ),
    rate(electionsPerMinute),
    rate(leaderChangesPerMinute),
    settledCell(settled),
    cell(`${n}`),
  ];
}

function settledCell(settled: StandingFigures['settled']): Cell {
  if (settled === undefined) return cell(undefined);
  if (settled.min.censored) return cell('never', 'bad');
  const text = [settled.min, settled.median, settled.max].map((one) => (one.censored ? 'never' : durationText(one)));
  return cell(text.join('/'), settled.censored > 0 ? 'bad' : undefined);
}
