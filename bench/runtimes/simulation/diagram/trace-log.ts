/**
 * One simulated trial as text: a line an event, times in ms. A sign before each line says what it is; a message has none,
 * and its line stands where it leaves and says when it arrives.
 */
import type { Member } from '../../../../engines/api.ts';
import type { TraceEvent } from '../trace.ts';
import { eventText, msText, Questions } from './event-text.ts';
import { type Fold, foldText, foldTrace } from './fold.ts';

export interface TraceLogOptions {
  readonly members: readonly Member[];
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Leaves out what only repeats itself; `false` shows every event. */
  readonly folded?: boolean;
}

const SIGNS: { readonly [Kind in TraceEvent['kind']]: string } = {
  message: ' ',
  start: '*',
  end: '*',
  note: '*',
  role: '*',
  fault: '!',
  heal: '!',
  write: '=',
  durable: '=',
  request: '>',
  command: '>',
  answer: '<',
  violation: 'X',
};

const LEGEND = '! fault or heal   * life, role, note   > request   < answer   = log   X violation';

/** So far the fields of a message may reach before its arrival moves to the right. */
const TEXT_WIDTH = 84;
const TIME_WIDTH = 12;

/** The trace has to be in order of time. */
export function traceLog(trace: readonly TraceEvent[], options: TraceLogOptions): string {
  const { fromMs = 0, toMs = Number.POSITIVE_INFINITY, folded = true } = options;
  const shown = trace.filter(({ atUs }) => atUs >= fromMs * 1000 && atUs <= toMs * 1000);
  const questions = new Questions(trace);
  const idWidth = Math.max(2, ...options.members.map(({ id }) => id.length));
  const lines = (folded ? foldTrace(shown) : shown).map((piece) =>
    piece.kind === 'fold' ? foldLine(piece) : eventLine(piece, questions, idWidth),
  );
  return [`${'ms'.padStart(TIME_WIDTH)} ${LEGEND}`, ...lines, ''].join('\n');
}

const foldLine = (fold: Fold): string => `${'…'.padStart(TIME_WIDTH)}   ${foldText(fold)}`;

function eventLine(event: TraceEvent, questions: Questions, idWidth: number): string {
  const head = `${msText(event.atUs).padStart(TIME_WIDTH)} ${SIGNS[event.kind]} `;
  // Notes and violations may have any text.
  const text = eventText(event, questions).replace(/\s*\n\s*/g, ' ');
  switch (event.kind) {
    case 'message': {
      const route = `${event.from.padEnd(idWidth)} → ${event.to.padEnd(idWidth)}`;
      const arrival = event.arrivesUs === undefined ? 'lost' : `arrives ${msText(event.arrivesUs)}`;
      return `${head}${route}  ${text.padEnd(TEXT_WIDTH)}  ${arrival}`;
    }
    case 'fault':
    case 'heal':
      return `${head}${event.kind.toUpperCase().padEnd(5)} ${text}`;
    case 'violation':
      return `${head}VIOLATION ${text}`;
    default:
      return `${head}${event.node.padEnd(2 * idWidth + 3)}  ${text}`;
  }
}
