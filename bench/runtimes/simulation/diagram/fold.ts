/**
 * Folds the quiet stretches of a trace. What happens for the third time since something changed tells nothing new: heartbeats,
 * a steady load, refusals during an outage. Long runs of such events become one piece that says how long and how many.
 */
import { countText } from '../../../reports/numbers.ts';
import type { TraceEvent } from '../trace.ts';

/** Consecutive events that are left out. */
export interface Fold {
  readonly kind: 'fold';
  readonly fromUs: number;
  readonly toUs: number;
  readonly events: number;
  /** How many of each: of messages by their type, of everything else by its kind; the most frequent first. */
  readonly counts: readonly (readonly [name: string, count: number])[];
}

export type Piece = TraceEvent | Fold;

/** How often the same happens before it is no news, counted from the last change: on one link or node, and on all together. */
const REPEATS = 2;
const REPEATS_ANYWHERE = 8;
/** What led to a change is shown however often it was seen: so many events before, and messages under way. */
const BEFORE_CHANGE = 6;
const BEFORE_VIOLATION = 40;
/** Fewer are not worth a gap. */
const FOLD_MIN = 8;

const CHANGES: ReadonlySet<TraceEvent['kind']> = new Set([
  'start',
  'end',
  'role',
  'fault',
  'heal',
  'command',
  'violation',
]);

/** Whether it changes what the cluster does: lives, roles, faults, commands, and what nodes think of each other. */
const isChange = (event: TraceEvent): boolean =>
  CHANGES.has(event.kind) || (event.kind === 'note' && event.note.kind !== 'trace');

/** Two messages are alike if they have the same fields with the same flags, and lists in the same places. */
function shapeOf(message: { readonly type: string }): string {
  const fields = Object.entries(message).map(([name, value]) => {
    if (typeof value === 'boolean') return `${name}=${value}`;
    return Array.isArray(value) ? `${name}${value.length === 0 ? '[]' : '[…]'}` : name;
  });
  return `${message.type} ${fields.join(' ')}`;
}

/** Events with the same pattern are repetitions of each other, all the more so at one place. */
function patternOf(event: TraceEvent): string {
  switch (event.kind) {
    case 'message':
      return `${event.arrivesUs === undefined} ${shapeOf(event.message)}`;
    case 'request':
      return event.operation.kind;
    case 'answer':
      return `${event.answer.outcome} ${'reason' in event.answer ? event.answer.reason : ''}`;
    case 'note':
      return event.note.kind === 'trace' ? event.note.text : event.note.kind;
    default:
      return '';
  }
}

function placeOf(event: TraceEvent): string {
  if (event.kind === 'message') return `${event.from}>${event.to}`;
  return 'node' in event ? event.node : '';
}

const COUNTED: { readonly [Kind in TraceEvent['kind']]?: string } = {
  request: 'requests',
  answer: 'answers',
  write: 'log writes',
  durable: 'syncs',
  note: 'notes',
};

const countedAs = (event: TraceEvent): string =>
  event.kind === 'message' ? event.message.type : (COUNTED[event.kind] ?? event.kind);

/** The trace, in order of time, with its quiet stretches folded, but for what `keep` wants to see in any case. */
export function foldTrace(trace: readonly TraceEvent[], keep?: (event: TraceEvent) => boolean): Piece[] {
  const news = newsOf(trace);
  const kept = trace.map((event, i) => news[i]! || (keep?.(event) ?? false));
  const pieces: Piece[] = [];
  for (let from = 0; from < trace.length; ) {
    let to = from;
    while (to < trace.length && kept[to] === kept[from]) to++;
    const run = trace.slice(from, to);
    if (kept[from] || run.length < FOLD_MIN) for (const event of run) pieces.push(event);
    else pieces.push(fold(run));
    from = to;
  }
  return pieces;
}

/** For each event, whether it has to be shown. */
function newsOf(trace: readonly TraceEvent[]): boolean[] {
  const seen = new Map<string, number>();
  const news: boolean[] = [];
  /** Messages since the last change, and their arrivals. */
  let sent: (readonly [at: number, arrivesUs: number])[] = [];
  trace.forEach((event, i) => {
    if (event.kind === 'message' && event.arrivesUs !== undefined) sent.push([i, event.arrivesUs]);
    if (isChange(event)) {
      const before = event.kind === 'violation' ? BEFORE_VIOLATION : BEFORE_CHANGE;
      for (let at = Math.max(0, i - before); at < i; at++) news[at] = true;
      for (const [at, arrivesUs] of sent) if (arrivesUs >= event.atUs) news[at] = true;
      sent = [];
      seen.clear();
      news.push(true);
      return;
    }
    const pattern = `${event.kind} ${patternOf(event)}`;
    const anywhere = count(seen, pattern);
    const here = count(seen, `${placeOf(event)} ${pattern}`);
    news.push(here <= REPEATS && anywhere <= REPEATS_ANYWHERE);
  });
  return news;
}

function count(counts: Map<string, number>, name: string): number {
  const times = (counts.get(name) ?? 0) + 1;
  counts.set(name, times);
  return times;
}

function fold(run: readonly TraceEvent[]): Fold {
  const counts = new Map<string, number>();
  for (const event of run) count(counts, countedAs(event));
  return {
    kind: 'fold',
    fromUs: run[0]!.atUs,
    toUs: run.at(-1)!.atUs,
    events: run.length,
    counts: [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)),
  };
}

/** `120.3 ms, 96 events: 48 append, 48 acked`. */
export function foldText({ fromUs, toUs, events, counts }: Fold, mostNames = 5): string {
  const names = counts.slice(0, mostNames).map(([name, count]) => `${countText(count)} ${name}`);
  const more = counts.length > mostNames ? ', …' : '';
  return `${((toUs - fromUs) / 1000).toFixed(1)} ms, ${countText(events)} events: ${names.join(', ')}${more}`;
}
