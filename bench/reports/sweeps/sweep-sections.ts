/** Sweeps in words: a table a fault and parameter, up to a few lines a preset. */
import { faultTitle } from '../faults.ts';
import { countRange, countText, msText, significant } from '../numbers.ts';
import { type Cell, cell, type Section, type SectionColumn } from '../scorecard/section.ts';
import type { Sweep, SweepFigures, SweepLine } from './sweeps.ts';

export function sweepSections(sweeps: readonly Sweep[]): Section[] {
  const hasPlaces = new Set(sweeps.map(({ topology }) => topology)).size > 1;
  return sweeps.map((sweep) => sectionOf(sweep, hasPlaces));
}

function sectionOf({ fault, parameter, topology, values, lines }: Sweep, hasPlaces: boolean): Section {
  const counts = lines.flatMap(({ points }) => [...points.values()].map(({ n }) => n));
  return {
    title: `${faultTitle(fault)}${hasPlaces ? `, ${topology}` : ''}: ${parameter}`,
    note: `stale reads, of all reads; below them medians of the time without an ok write; n = ${countRange(counts)} faults each`,
    columns: [
      { title: 'engine', align: 'left', rank: 0 },
      // In a narrow window the mildest go first, but for the one to compare with.
      ...values.map(
        (value, i): SectionColumn => ({
          title: valueText(value),
          align: 'right',
          rank: i === 0 ? 0 : values.length - i,
        }),
      ),
    ],
    rows: lines.flatMap((line) => linesOf(line, values)),
    footnotes: [],
  };
}

/** `−20,000`. */
export const valueText = (value: number): string => (value < 0 ? `−${countText(-value)}` : countText(value));

/** None, or the share of them: `0.02 %`. */
export function staleText({ staleReads, reads }: SweepFigures): string | undefined {
  if (staleReads === undefined || reads === undefined || reads === 0) return undefined;
  return staleReads === 0 ? '0' : `${significant((staleReads / reads) * 100, 2)} %`;
}

const LINES: readonly {
  readonly label: string;
  readonly isBad: boolean;
  say(figures: SweepFigures): string | undefined;
}[] = [
  {
    label: 'outage, ms',
    isBad: false,
    say: ({ outage }) => outage && (outage.median.censored ? 'never' : msText(outage.median.ms)),
  },
  { label: 'lost', isBad: true, say: ({ ackedLost = 0 }) => (ackedLost === 0 ? undefined : countText(ackedLost)) },
  {
    label: 'false failovers',
    isBad: false,
    say: ({ falseFailovers = 0 }) => (falseFailovers === 0 ? undefined : countText(falseFailovers)),
  },
];

/** Further lines that have nothing to say are left out. */
function linesOf({ label, points }: SweepLine, values: readonly number[]): Cell[][] {
  const stale = values.map((value) => {
    const figures = points.get(value);
    return cell(figures && staleText(figures), (figures?.staleReads ?? 0) > 0 ? 'bad' : undefined);
  });
  const more = LINES.flatMap((line) => {
    const texts = values.map((value) => {
      const figures = points.get(value);
      return figures && line.say(figures);
    });
    if (texts.every((text) => text === undefined)) return [];
    const cells = texts.map((text) => (text === undefined ? { text: '' } : cell(text, line.isBad ? 'bad' : 'dim')));
    return [[cell(`  ${line.label}`, 'dim'), ...cells]];
  });
  return [[cell(label), ...stale], ...more];
}
