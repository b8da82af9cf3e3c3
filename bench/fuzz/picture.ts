/** A random trial to look at: as a space-time diagram, and as a log to search. */
import { spaceTimeDiagram } from '../runtimes/simulation/diagram/space-time.ts';
import { traceLog } from '../runtimes/simulation/diagram/trace-log.ts';
import type { TraceEvent } from '../runtimes/simulation/trace.ts';
import type { RandomVerdict } from './trial.ts';

export interface Picture {
  readonly svg: string;
  readonly log: string;
}

export function picture(trace: readonly TraceEvent[], verdict: RandomVerdict, title: string): Picture {
  const { members } = verdict.environment;
  const key = verdict.breach?.key;
  const highlight = key === undefined ? undefined : concerning(key, trace);
  return {
    svg: spaceTimeDiagram(trace, { members, title, ...(highlight && { highlight }) }),
    log: traceLog(trace, { members, folded: false }),
  };
}

/** What clients asked of a key, and what they were answered. */
function concerning(key: string, trace: readonly TraceEvent[]): (event: TraceEvent) => boolean {
  const nameOf = ({ node, ticket }: { readonly node: string; readonly ticket: number }): string => `${node} ${ticket}`;
  const asked = new Set(
    trace.flatMap((event) => (event.kind === 'request' && event.operation.key === key ? [nameOf(event)] : [])),
  );
  return (event) => (event.kind === 'request' || event.kind === 'answer') && asked.has(nameOf(event));
}
