/** The scorecard as text for a terminal or a pipe. */

import type { Cell, Section } from './scorecard/section.ts';
import { type Scorecard, voidLines } from './scorecard.ts';

export interface TextStyle {
  /** Width of the window in characters; nothing is laid out narrower than 80. */
  readonly columns: number;
  readonly colour: boolean;
}

const COLUMNS_MIN = 80;
const GAP = 2;

/** As wide as the window, plain when piped. Colours only on a terminal, and never with `NO_COLOR` set to anything. */
export function textStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: { readonly [name: string]: string | undefined } = process.env,
): TextStyle {
  const colour = stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return { columns: stream.isTTY === true ? (stream.columns ?? COLUMNS_MIN) : COLUMNS_MIN, colour };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is control characters that are to be found
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
/** Text from plugins and files must not steer the terminal. */
export const plain = (text: string): string => text.replace(CONTROL, ' ');

const CODES = { bold: '1', dim: '2', bad: '31', warning: '33' } as const;
export type Paint = (text: string, style: keyof typeof CODES | undefined) => string;
/** Colours text, or leaves it alone. */
export const painter =
  (colour: boolean): Paint =>
  (text, style) =>
    colour && style !== undefined ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;

/** Length in characters, not in UTF-16 units. */
export const length = (text: string): number => [...text].length;

const cut = (text: string, width: number): string =>
  length(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}…`;

/** Breaks text at spaces; lines after the first are indented by `indent`. A word longer than a line is left whole. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  const lead = /^ */.exec(text)![0];
  let line = '';
  for (const word of text.trim().split(/ +/)) {
    const prefix = lines.length === 0 ? lead : indent;
    if (line === '') line = prefix + word;
    else if (length(line) + 1 + length(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

/** Which columns fit: those of the highest rank go first, then the first column is cut short. */
function layOut(section: Section, width: number): { kept: number[]; widths: number[] } {
  const widths = section.columns.map((column, index) =>
    Math.max(length(column.title), ...section.rows.map((row) => length(plain(row[index]!.text)))),
  );
  let kept = section.columns.map((_, index) => index);
  const total = (): number => kept.reduce((sum, index) => sum + widths[index]! + GAP, -GAP);
  while (total() > width) {
    const highest = Math.max(...kept.map((index) => section.columns[index]!.rank));
    if (highest === 0) break;
    const last = kept.findLast((index) => section.columns[index]!.rank === highest);
    kept = kept.filter((index) => index !== last);
  }
  if (total() > width) widths[0] = Math.max(8, widths[0]! - (total() - width));
  return { kept, widths };
}

export function sectionLines(section: Section, width: number, paint: Paint): string[] {
  const { kept, widths } = layOut(section, width);
  const line = (cells: readonly Cell[], style?: 'dim'): string =>
    kept
      .map((index) => {
        const { text, tone } = cells[index]!;
        const shown = cut(plain(text), widths[index]!);
        const padding = ' '.repeat(Math.max(0, widths[index]! - length(shown)));
        const painted = paint(shown, style ?? tone);
        return section.columns[index]!.align === 'left' ? painted + padding : padding + painted;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [
    paint(section.title, 'bold'),
    ...wrap(plain(section.note), width).map((text) => paint(text, 'dim')),
    line(
      section.columns.map((column) => ({ text: column.title })),
      'dim',
    ),
    ...section.rows.map((row) => line(row)),
    ...section.footnotes.flatMap((note) => wrap(plain(note), width, '  ')),
  ];
}

/** One page of text, ending with a line break; no line is wider than the window, or than 80 characters in a pipe. */
export function renderScorecard(scorecard: Scorecard, style: TextStyle): string {
  const width = Math.max(COLUMNS_MIN, style.columns);
  const paint = painter(style.colour);
  const paragraphs: string[][] = [
    [
      paint(plain(scorecard.title), 'bold'),
      ...scorecard.heading.flatMap((line) => wrap(plain(line), width, '  ')).map((line) => paint(line, 'dim')),
    ],
    ...scorecard.sections.map((section) => sectionLines(section, width, paint)),
  ];
  if (scorecard.sections.length === 0) paragraphs.push(['Nothing was measured.']);
  const voids = voidLines(scorecard.voids).flatMap((line) => wrap(plain(line), width, '      '));
  if (voids.length > 0) paragraphs.push(voids.map((line) => paint(line, 'warning')));
  if (scorecard.warnings.length > 0) {
    paragraphs.push(
      scorecard.warnings.flatMap((warning) => wrap(plain(warning), width, '  ')).map((line) => paint(line, 'warning')),
    );
  }
  if (scorecard.sections.length > 0) {
    paragraphs.push(scorecard.howToRead.flatMap((line) => wrap(line, width, '  ')).map((line) => paint(line, 'dim')));
  }
  paragraphs.push([`Tables, charts and page: ${plain(scorecard.directory)}`]);
  return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
