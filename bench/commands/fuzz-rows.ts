/** The lines of `fuzz`: one a preset, with what broke, and what was seen without being claimed. */
import type { Counts } from '../fuzz/demands.ts';
import type { Swept } from '../fuzz/sweep.ts';
import { countText } from '../reports/numbers.ts';
import { plain } from '../reports/terminal.ts';

const COLUMNS: readonly (readonly [title: string, width: number, cell: (swept: Swept) => string])[] = [
  ['seeds', 6, ({ seeds }) => countText(seeds)],
  ['acked', 9, ({ counts }) => countText(counts.acknowledged)],
  ['broken', 6, ({ broken }) => countText(broken.length)],
  ['lost', 6, ({ counts }) => perMillion(counts, counts.lost)],
  ['stale', 6, ({ counts }) => perMillion(counts, counts.sessionAnomalies)],
  ['unordered', 9, ({ counts }) => perMillion(counts, counts.unordered)],
  ['diverged', 8, ({ counts }) => perMillion(counts, counts.diverged)],
];

export const LEGEND =
  'Per million operations, whether claimed or not: acknowledged writes that no node held at the end (lost), broken session guarantees (stale), keys whose history has no linear order (unordered), keys whose copies differed when all was quiet (diverged).';

/** Whether anything was seen that the legend explains. */
export const isCounted = ({ counts: { lost, sessionAnomalies, unordered, diverged } }: Swept): boolean =>
  lost + sessionAnomalies + unordered + diverged > 0;

/** A dot where nothing could be counted, as in every table. */
const perMillion = ({ operations }: Counts, count: number): string =>
  operations === 0 ? '·' : countText(Math.round((count / operations) * 1e6));

export class Rows {
  readonly #width: number;

  constructor(labels: readonly string[]) {
    this.#width = Math.max('preset'.length, ...labels.map((label) => label.length));
  }

  get heading(): string {
    return this.#row('preset', ([title]) => title);
  }

  row(label: string, swept: Swept): string {
    return this.#row(plain(label), ([, , cell]) => cell(swept));
  }

  #row(label: string, cell: (column: (typeof COLUMNS)[number]) => string): string {
    return [label.padEnd(this.#width), ...COLUMNS.map((column) => cell(column).padStart(column[1]))].join(' ');
  }
}
