/** A scorecard in words, before it is laid out: what the terminal, the page and nothing else print. */

export interface Cell {
  readonly text: string;
  /** `bad`: lost data, or a service that never came back. */
  readonly tone?: 'bad' | 'dim';
}

export interface SectionColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** In a narrow window columns of the highest rank go first; rank 0 always stays. */
  readonly rank: number;
}

export interface Section {
  readonly title: string;
  /** What the figures are, with their unit. */
  readonly note: string;
  readonly columns: readonly SectionColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly footnotes: readonly string[];
}

export interface VoidReason {
  readonly reason: string;
  readonly count: number;
}

/** What was left out, and why. */
export interface VoidSummary {
  readonly total: number;
  readonly voided: number;
  readonly reasons: readonly VoidReason[];
}

/** "Not measured", as a cell. */
export const NOTHING: Cell = { text: '·', tone: 'dim' };

export const cell = (text: string | undefined, tone?: Cell['tone']): Cell =>
  text === undefined ? NOTHING : tone === undefined ? { text } : { text, tone };

/** Leaves out columns in which no row has anything. */
export function dropEmptyColumns(section: Section): Section {
  const kept = section.columns.map(
    (column, index) =>
      column.rank === 0 || section.rows.some((row) => row[index] !== NOTHING && row[index]!.text !== ''),
  );
  return {
    ...section,
    columns: section.columns.filter((_, index) => kept[index]),
    rows: section.rows.map((row) => row.filter((_, index) => kept[index])),
  };
}
