/** What is written beside the nodes' lines: lives, roles and notes on the right, requests and answers on the left. */
import type { NodeId } from '../../../../engines/api.ts';
import { commandText } from '../../../faults/words.ts';
import { shortened } from '../../../short-text.ts';
import type { TraceEvent } from '../trace.ts';
import { answerText, type EventOf, lifeText, noteText, operationText, Questions } from './event-text.ts';
import type { Columns, Sheet } from './sheet.ts';
import { FAILED, HEALED, HIGHLIGHT, INK, isLeading, MUTED, PAPER } from './style.ts';
import { element, textAt, textWidth, tooltip } from './svg.ts';
import type { Label } from './time-scale.ts';

/** One or several lines beside a node at one instant. */
export interface NodeText {
  readonly node: NodeId;
  readonly atUs: number;
  readonly side: 'left' | 'right';
  readonly lines: readonly Line[];
}

interface Line {
  readonly text: string;
  readonly full: string;
  readonly colour: string;
  readonly bold: boolean;
  readonly strong: boolean;
}

export const LINE_PX = 13;
const SIZE = 11;
/** More at one instant are counted. */
const LINES_MAX = 4;
/** From the middle of the node's line to its text. */
const LEFT_PX = 15;
const RIGHT_PX = 10;

export function nodeTexts(
  trace: readonly TraceEvent[],
  events: readonly TraceEvent[],
  columns: Columns,
  isStrong: (event: TraceEvent) => boolean,
): NodeText[] {
  const questions = new Questions(trace);
  const tellsRoles = trace.some(({ kind }) => kind === 'role');
  const texts = new Map<string, { node: NodeId; atUs: number; side: 'left' | 'right'; lines: Line[] }>();
  for (const event of events) {
    if (!('node' in event) || !columns.has(event.node)) continue;
    const said = lineOf(event, questions, tellsRoles);
    if (said === undefined) continue;
    const side = event.kind === 'request' || event.kind === 'answer' || event.kind === 'command' ? 'left' : 'right';
    const place = `${event.node} ${side} ${event.atUs}`;
    const text = texts.get(place) ?? { node: event.node, atUs: event.atUs, side, lines: [] };
    texts.set(place, text);
    const most = Math.floor((columns.sidePx(event.node, side) - LEFT_PX) / textWidth('x', SIZE));
    const strong = isStrong(event);
    text.lines.push({ bold: false, full: said.text, ...said, text: shortened(said.text, most), strong });
  }
  return [...texts.values()].map((text) => ({ ...text, lines: cut(text.lines) }));
}

function cut(lines: readonly Line[]): readonly Line[] {
  if (lines.length <= LINES_MAX) return lines;
  const rest = lines.slice(LINES_MAX - 1);
  const more = {
    text: `… ${rest.length} more`,
    full: rest.map(({ full }) => full).join('\n'),
    colour: MUTED,
    bold: false,
    strong: rest.some(({ strong }) => strong),
  };
  return [...lines.slice(0, LINES_MAX - 1), more];
}

function lineOf(
  event: TraceEvent,
  questions: Questions,
  tellsRoles: boolean,
): { text: string; colour: string; bold?: boolean; full?: string } | undefined {
  switch (event.kind) {
    case 'start':
      return { text: lifeText(event), colour: event.boot === 'found' ? MUTED : HEALED };
    case 'end':
      return { text: lifeText(event), colour: FAILED, bold: true };
    case 'role':
      return { text: roleLabel(event), colour: INK, bold: isLeading(event.role) };
    case 'note':
      // The role that changes with it says it already.
      if (tellsRoles && (event.note.kind === 'leads' || event.note.kind === 'steps-down')) return undefined;
      return { text: noteText(event.note), colour: MUTED };
    case 'request':
      return { text: `${operationText(event.operation)} ▸`, colour: INK };
    case 'command':
      return { text: `${commandText(event.command)} ▸`, colour: INK, bold: true };
    case 'answer': {
      const { outcome } = event.answer;
      const colour = outcome === 'ok' ? HEALED : FAILED;
      const asked = outcome === 'ok' ? ` · ${questions.asked(event)}` : '';
      return { text: `◂ ${answerText(event.answer)}${asked}`, colour, full: questions.answered(event) };
    }
    default:
      return undefined;
  }
}

const roleLabel = ({ role, epoch }: EventOf<'role'>): string => (epoch === undefined ? role : `${role} · ${epoch}`);

export const labelOf = ({ node, atUs, side, lines }: NodeText): Label => ({
  atUs,
  column: `${node} ${side}`,
  heightPx: lines.length * LINE_PX,
});

export function drawNodeText({ node, atUs, side, lines }: NodeText, { columns, scale, room }: Sheet): string {
  const x = side === 'left' ? columns.x(node) - LEFT_PX : columns.x(node) + RIGHT_PX;
  const drawn = lines.map(({ text, full, colour, bold, strong }, i) => {
    const y = scale.y(atUs) + i * LINE_PX;
    const width = textWidth(text, SIZE);
    const left = side === 'left' ? x - width : x;
    room.take({ left, right: left + width, top: y - SIZE / 2, bottom: y + SIZE / 2 });
    const fill = strong ? HIGHLIGHT : PAPER;
    const back = { x: left - 2, y: y - LINE_PX / 2, width: width + 4, height: LINE_PX, rx: 3, fill, opacity: 0.85 };
    const words = textAt(x, y, text, { size: SIZE, colour, bold, anchor: side === 'left' ? 'end' : 'start' });
    return element('g', {}, tooltip(full), element('rect', back), words);
  });
  return drawn.join('');
}
