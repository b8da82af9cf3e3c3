/** Above the diagram: what it shows, what was found to be wrong, and what lines, marks and colours mean. */
import type { Member } from '../../../../engines/api.ts';
import { cross } from './messages.ts';
import type { Columns } from './sheet.ts';
import { FAILED, HEALED, INK, MUTED, PAPER, roleStyle, type TypeStyle } from './style.ts';
import { element, lineAt, textAt, textWidth } from './svg.ts';

export interface Heading {
  readonly title: string;
  readonly extent: string;
  /** In sentences. */
  readonly violations: readonly string[];
  /** Of the types of message that are shown. */
  readonly styles: readonly (readonly [type: string, TypeStyle])[];
  readonly members: readonly Member[];
}

const MARGIN_PX = 24;
const ROW_PX = 19;
const NODE_PX = 46;

/** The drawing and the height that it takes. */
export function drawHeading(heading: Heading, columns: Columns): { readonly svg: string[]; readonly heightPx: number } {
  const right = columns.widthPx - MARGIN_PX;
  const svg = [textAt(MARGIN_PX, 26, heading.title, { size: 17, bold: true, colour: INK })];
  svg.push(
    textAt(
      MARGIN_PX,
      48,
      `${heading.extent}. Time flows down, not evenly: grey bands leave time out. “leader · 2”: in epoch 2. “[2]”: carries 2 records.`,
      {
        size: 12,
        colour: MUTED,
      },
    ),
  );
  let y = 72;
  for (const line of heading.violations.flatMap((text) => wrapped(text, right - MARGIN_PX - 12, 13))) {
    svg.push(textAt(MARGIN_PX + 12, y, line, { size: 13, bold: true, colour: FAILED }));
    y += ROW_PX;
  }
  if (y > 72) {
    const bar = { x: MARGIN_PX, y: 72 - ROW_PX / 2, width: 4, height: y - 72, fill: FAILED };
    svg.push(element('rect', bar));
    y += 6;
  }
  for (const entries of [typeEntries(heading.styles), MARKS]) {
    let x = MARGIN_PX;
    for (const { text, draw } of entries) {
      const width = 34 + textWidth(text) + 8;
      if (x + width > right && x > MARGIN_PX) {
        x = MARGIN_PX;
        y += ROW_PX;
      }
      svg.push(draw(x, y), textAt(x + 34, y, text, { colour: INK }));
      x += width;
    }
    y += ROW_PX + 3;
  }
  for (const { id, zone, kind } of heading.members) {
    const x = columns.x(id);
    const place = kind === 'full' ? zone : `${zone}, ${kind}`;
    svg.push(textAt(x, y + 8, id, { size: 14, bold: true, anchor: 'middle', colour: INK }));
    svg.push(textAt(x, y + 24, place, { size: 10.5, anchor: 'middle', colour: MUTED }));
  }
  svg.push(textAt(columns.left - 10, y + 8, 'ms', { size: 10.5, anchor: 'end', colour: MUTED }));
  svg.push(textAt(columns.right + 12, y + 8, 'faults', { size: 10.5, colour: MUTED }));
  return { svg, heightPx: y + NODE_PX };
}

interface Entry {
  readonly text: string;
  /** A sample, up to 28 px wide. */
  readonly draw: (x: number, y: number) => string;
}

const typeEntries = (styles: Heading['styles']): Entry[] =>
  styles.map(([text, { colour, dash }]) => ({
    text,
    draw: (x, y) =>
      lineAt(x, y, x + 24, y, { stroke: colour, 'stroke-width': 2, 'stroke-dasharray': dash }) +
      element('path', { d: `M${x + 28} ${y}l-7 3.5v-7z`, fill: colour }),
  }));

const upright = (x: number, y: number, colour: string, width: number, dash?: string): string =>
  lineAt(x + 14, y - 8, x + 14, y + 8, { stroke: colour, 'stroke-width': width, 'stroke-dasharray': dash });

const roleSample =
  (role: string) =>
  (x: number, y: number): string =>
    upright(x, y, roleStyle(role).colour, roleStyle(role).width);

const MARKS: readonly Entry[] = [
  { text: 'leads', draw: roleSample('leader') },
  { text: 'wants to', draw: roleSample('candidate') },
  { text: 'neither', draw: roleSample('') },
  { text: 'paused', draw: (x, y) => upright(x, y, roleStyle('').colour, 5, '2 3') },
  { text: 'down', draw: (x, y) => upright(x, y, MUTED, 1.2, '3 5') },
  {
    text: 'begins',
    draw: (x, y) => element('circle', { cx: x + 14, cy: y, r: 4.5, fill: PAPER, stroke: INK, 'stroke-width': 2 }),
  },
  { text: 'ends, is lost', draw: (x, y) => cross(x + 14, y, 5) },
  {
    text: 'log written, then durable',
    draw: (x, y) =>
      lineAt(x + 4, y, x + 14, y, { stroke: INK, 'stroke-width': 1.6 }) +
      element('circle', { cx: x + 22, cy: y, r: 2.4, fill: INK }),
  },
  {
    text: 'client asks, is answered',
    draw: (x, y) =>
      textAt(x + 8, y, '▸', { anchor: 'middle', colour: INK }) +
      textAt(x + 22, y, '◂', { anchor: 'middle', colour: HEALED }),
  },
];

/** A text in lines of so many pixels, broken at spaces. */
function wrapped(text: string, widthPx: number, size: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > widthPx) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
