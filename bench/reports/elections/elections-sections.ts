/** Elections in words: a table a part of the suite, a line each pair of time-outs. */
import { countText, msText } from '../numbers.ts';
import { type Cell, cell, type Section, type SectionColumn } from '../scorecard/section.ts';
import { mean } from '../statistics.ts';
import type { Elections, ElectionsPart } from './elections.ts';

const right = (title: string, rank = 0): SectionColumn => ({ title, align: 'right', rank });

export const electionsSections = (parts: readonly ElectionsPart[]): Section[] => parts.map(sectionOf);

function sectionOf({ part, topology, lines }: ElectionsPart): Section {
  return {
    title: `Without a leader: ${part === '' ? topology : part}`,
    note: `ms from the leader's death until another says that it leads, on ${topology}; model: the mean in theory, without split votes`,
    columns: [
      { title: 'time-outs, ms', align: 'left', rank: 0 },
      right('min', 1),
      right('median'),
      right('mean'),
      right('model'),
      right('p95'),
      right('max'),
      right('never'),
      right('n'),
    ],
    rows: lines.map(cellsOf),
    footnotes: lines.some(({ sorted }) => sorted.at(-1)!.censored)
      ? ['> x: of some crashes nobody had won an election after x ms; they count as that long. never: so many.']
      : [],
  };
}

function cellsOf({ label, sorted, modelMs }: Elections): Cell[] {
  const never = sorted.filter(({ censored }) => censored).length;
  const at = (share: number): Cell => {
    const { ms, censored } = sorted[Math.ceil(share * sorted.length) - 1]!;
    return cell(`${censored ? '> ' : ''}${msText(ms)}`, censored ? 'bad' : undefined);
  };
  return [
    cell(label),
    cell(msText(sorted[0]!.ms)),
    at(0.5),
    cell(`${never > 0 ? '> ' : ''}${msText(mean(sorted.map(({ ms }) => ms))!)}`, never > 0 ? 'bad' : undefined),
    cell(msText(modelMs)),
    at(0.95),
    at(1),
    cell(countText(never), never > 0 ? 'bad' : undefined),
    cell(countText(sorted.length)),
  ];
}
