/** A random trial to look at: as a space-time diagram, and as a log to search. */
import type { HistoryLine } from '../history-line.ts';
import { spaceTimeDiagram } from '../runtimes/simulation/diagram/space-time.ts';
import { traceLog } from '../runtimes/simulation/diagram/trace-log.ts';
import type { TraceEvent } from '../runtimes/simulation/trace.ts';
import type { RandomVerdict } from './trial.ts';

export interface Picture {
  readonly svg: string;
  readonly log: string;
}

/** More cannot be looked at. */
const EVENTS_MAX = 400;
/** Behind the last thing that matters. */
const MARGIN_MS = 20;

export function picture(trace: readonly TraceEvent[], { breach, environment }: RandomVerdict, title: string): Picture {
  const { members } = environment;
  const operations = breach?.operations ?? [];
  const focus = operations.length > 0 && {
    toMs: lastMs(operations, trace) + MARGIN_MS,
    eventsMax: EVENTS_MAX,
    highlight: concerning(operations, trace),
  };
  return {
    svg: spaceTimeDiagram(trace, { members, title, ...focus }),
    log: traceLog(trace, { members, folded: false }),
  };
}

/** A breach that shows at operations is seen only when all is over; by then it has long come about. */
function lastMs(operations: readonly HistoryLine[], trace: readonly TraceEvent[]): number {
  const faultUs = trace.findLast(({ kind }) => kind === 'fault')?.atUs ?? 0;
  return Math.max(faultUs / 1000, ...operations.map(({ start, end }) => end ?? start));
}

/** What the clients asked for these operations, and what they were answered. */
function concerning(operations: readonly HistoryLine[], trace: readonly TraceEvent[]): (event: TraceEvent) => boolean {
  const nameOf = ({ node, ticket }: { readonly node: string; readonly ticket: number }): string => `${node} ${ticket}`;
  const isAsked = (event: Extract<TraceEvent, { kind: 'request' }>): boolean =>
    operations.some(({ process, start, end }) => {
      const atMs = event.atUs / 1000;
      return event.session === process && atMs >= start && atMs <= (end ?? Number.POSITIVE_INFINITY);
    });
  const asked = new Set(trace.flatMap((event) => (event.kind === 'request' && isAsked(event) ? [nameOf(event)] : [])));
  return (event) => (event.kind === 'request' || event.kind === 'answer') && asked.has(nameOf(event));
}
