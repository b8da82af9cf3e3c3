/** Draws operations over time for a terminal: a row each, `├──put 5──┤`; what may have taken effect at any later time is open to the right. */
import { latestEffectMs, type Operations } from '../checks/columns.ts';
import { ADD, APPEND, DELETE, FAIL, GET, OK, PUT } from '../history.ts';
import { length, plain } from '../reports/terminal.ts';

const ROWS_MAX = 30;
const VALUE_MAX = 16;
const NAME_MAX = 12;

/**
 * The lines of a timeline, as long as `columns` at most. Times that differ stand in different columns if there is room: the
 * order is what matters, and so the scale is not even.
 */
export function drawTimeline(operations: Operations, rows: readonly number[], columns: number): string[] {
  const { start, process, processText } = operations;
  const shown = rows.toSorted((a, b) => start[a]! - start[b]!).slice(0, ROWS_MAX);
  const names = shown.map((row) => shorten(plain(processText(process[row]!)), NAME_MAX));
  const starts = shown.map((row) => timeText(start[row]!));
  const ends = shown.map((row) => (isOpen(operations, row) ? '…' : timeText(operations.end[row]!)));
  const table = [
    ['process', ...names],
    ['start', ...starts],
    ['end', ...ends],
  ].map(padded);
  const left = table[0]!.map((_, i) => table.map((cells) => cells[i]!).join('  '));
  const scale = makeScale(operations, shown, columns - length(left[0]!) - 2);
  const lines = [
    `${left[0]}  ${scale.edges}`.trimEnd(),
    ...shown.map((row, i) => `${left[i + 1]}  ${bar(operations, row, scale)}`.trimEnd()),
  ];
  if (rows.length > shown.length) lines.push(`… and ${rows.length - shown.length} more`);
  return lines;
}

const isOpen = (operations: Operations, row: number): boolean =>
  latestEffectMs(operations, row) === Number.POSITIVE_INFINITY;

/** To the microsecond, without needless zeros. */
export const timeText = (ms: number): string => String(Math.round(ms * 1000) / 1000);

/** The first column to the left, the others, which are times, to the right. */
function padded(cells: readonly string[], column: number): string[] {
  const width = Math.max(...cells.map(length));
  return cells.map((cell) => {
    const padding = ' '.repeat(width - length(cell));
    return column === 0 ? cell + padding : padding + cell;
  });
}

interface Scale {
  readonly width: number;
  /** The column of a time. */
  readonly at: ReadonlyMap<number, number>;
  /** The first and the last time, at their places. */
  readonly edges: string;
}

function makeScale(operations: Operations, rows: readonly number[], width: number): Scale {
  const { start, end } = operations;
  const known = rows.flatMap((row) => (isOpen(operations, row) ? [start[row]!] : [start[row]!, end[row]!]));
  const distinct = [...new Set(known)].toSorted((a, b) => a - b);
  const first = distinct[0]!;
  const last = distinct.at(-1)!;
  // Behind the last time there is room for what stays open.
  const right = width - 1 - (rows.some((row) => isOpen(operations, row)) ? 4 : 0);
  const gaps = Math.max(1, distinct.length - 1);
  const least = Math.min(4, Math.floor(right / gaps));
  const rest = right - least * gaps;
  const column = (ms: number, i: number): number =>
    least * i + (last === first ? 0 : Math.round((rest * (ms - first)) / (last - first)));
  const at = new Map(distinct.map((ms, i) => [ms, column(ms, i)]));
  const from = `${timeText(first)} ms`;
  const to = last === first ? '' : `${timeText(last)} ms`;
  return { width, at, edges: from + to.padStart(Math.max(length(to) + 2, right + 1 - length(from))) };
}

/** One operation: its bar, with its name inside, or beside it where the bar is too short. */
function bar(operations: Operations, row: number, { width, at }: Scale): string {
  const open = isOpen(operations, row);
  const from = at.get(operations.start[row]!)!;
  const to = open ? width - 1 : Math.max(at.get(operations.end[row]!)!, from);
  const room = to - from - 1;
  const name = nameOf(operations, row);
  const size = length(name);
  if (size + 2 <= room) {
    const before = Math.floor((room - size) / 2);
    const inside = '─'.repeat(before) + name + '─'.repeat(room - size - before);
    return `${' '.repeat(from)}├${inside}${open ? '…' : '┤'}`;
  }
  const line = to === from ? '│' : `├${'─'.repeat(room)}${open ? '…' : '┤'}`;
  if (to + 2 + size <= width) return `${' '.repeat(from)}${line} ${name}`;
  if (size + 1 <= from) return `${' '.repeat(from - size - 1)}${name} ${line}`;
  return `${' '.repeat(from)}${line} ${shorten(name, Math.max(1, width - to - 2))}`.slice(0, width);
}

/** What was done, and what came of it. */
function nameOf(operations: Operations, row: number): string {
  const { kind, outcome, value, expected, observed, swapped } = operations;
  const text = (number: number): string => quote(operations.valueText(number));
  const failed = outcome[row] === FAIL ? ' failed' : '';
  switch (kind[row]) {
    case GET:
      return outcome[row] === OK ? `get ${text(observed[row]!)}` : `get${failed}`;
    case PUT:
      return `put ${text(value[row]!)}${failed}`;
    case DELETE:
      return `delete${failed}`;
    case ADD:
      return `add ${text(value[row]!)}${failed}`;
    case APPEND:
      return `append ${text(value[row]!)}${failed}`;
    default: {
      const what = `cas ${text(expected[row]!)}→${text(value[row]!)}`;
      if (outcome[row] !== OK || swapped[row] === 1) return what + failed;
      return observed[row]! >= -1 ? `${what} saw ${text(observed[row]!)}` : `${what} not swapped`;
    }
  }
}

/** A value as it is shown: short, and in quotes only where it could be misread. */
function quote(text: string | null): string {
  if (text === null) return 'nothing';
  const short = shorten(plain(text), VALUE_MAX);
  return /^[\p{L}\p{N}.,:;_…-]+$/u.test(short) && text !== 'nothing' ? short : `"${short}"`;
}

/** Leaves out the middle: values differ at their beginning, documents at their end. */
function shorten(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = Math.floor((most - 1) / 2);
  const tail = most - 1 - head;
  return `${characters.slice(0, head).join('')}…${tail === 0 ? '' : characters.slice(-tail).join('')}`;
}
