/**
 * What happens in a simulation as text: a line an event, times in ms. A sign before each line says what it is; a message has
 * none, and its line stands where it leaves and says when it arrives. Whole trials are told in this way, and transcripts.
 */
import type { Member } from '../../../../engines/api.ts';
import type { ShortTextLimits } from '../../../short-text.ts';
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

export const TIME_WIDTH = 12;
const ARRIVAL_WIDTH = 10;

/** The trace has to be in order of time. */
export function traceLog(trace: readonly TraceEvent[], options: TraceLogOptions): string {
  const { fromMs = 0, toMs = Number.POSITIVE_INFINITY, folded = true } = options;
  const shown = trace.filter(({ atUs }) => atUs >= fromMs * 1000 && atUs <= toMs * 1000);
  const write = lineWriter(trace, options.members);
  const lines = (folded ? foldTrace(shown) : shown).map((piece) =>
    piece.kind === 'fold' ? foldLine(piece) : write(piece),
  );
  return [`${'ms'.padStart(TIME_WIDTH)} ${LEGEND}`, ...lines, ''].join('\n');
}

const foldLine = (fold: Fold): string => `${'…'.padStart(TIME_WIDTH)}   ${foldText(fold)}`;

/** What writes an event of the trace as a line; the whole trace tells it what answers are to. */
export function lineWriter(
  trace: readonly TraceEvent[],
  members: readonly Member[],
  limits: Partial<ShortTextLimits> = {},
): (event: TraceEvent) => string {
  const questions = new Questions(trace);
  const idWidth = Math.max(2, ...members.map(({ id }) => id.length));
  return (event) => {
    // Notes and violations may have any text.
    const text = eventText(event, questions, limits).replace(/\s*\n\s*/g, ' ');
    return `${msText(event.atUs).padStart(TIME_WIDTH)} ${SIGNS[event.kind]} ${placeText(event, idWidth)} ${text}`;
  };
}

/** Where it happens. */
function placeText(event: TraceEvent, idWidth: number): string {
  switch (event.kind) {
    case 'message': {
      const arrival = event.arrivesUs === undefined ? 'lost' : `at ${msText(event.arrivesUs)}`;
      return `${event.from.padEnd(idWidth)} → ${event.to.padEnd(idWidth)}  ${arrival.padEnd(ARRIVAL_WIDTH)} `;
    }
    case 'fault':
    case 'heal':
      return event.kind.toUpperCase().padEnd(5);
    case 'violation':
      return 'VIOLATION';
    default:
      return `${event.node.padEnd(2 * idWidth + 3)} `;
  }
}
