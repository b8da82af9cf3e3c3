/** What happened, in a few plain words: the texts that the diagram and the log of a trial have in common. */
import type { Note, Operation, ReplicaStatus } from '../../../../engines/api.ts';
import { commandText, faultText } from '../../../faults/words.ts';
import { type ShortTextLimits, shortened, shortMessage, shortText } from '../../../short-text.ts';
import type { Answer } from '../../cluster.ts';
import type { TraceEvent } from '../trace.ts';

export type EventOf<Kind extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: Kind }>;

/** To the microsecond. */
export const msText = (us: number): string => (us / 1000).toFixed(3);

/** A value as it is, but short, on one line, and with `absent` for none. */
const valueText = (value: string | null): string =>
  value === null ? 'absent' : JSON.stringify(shortened(value, 20)).slice(1, -1);

/** `put k=v`, `get k`, `cas k a→b`, `append k+=v`, `add k+1`. */
export function operationText(operation: Operation): string {
  const key = valueText(operation.key);
  switch (operation.kind) {
    case 'put':
      return `put ${key}=${valueText(operation.value)}`;
    case 'append':
      return `append ${key}+=${valueText(operation.value)}`;
    case 'add':
      return `add ${key}${operation.value.startsWith('-') ? '' : '+'}${valueText(operation.value)}`;
    case 'cas':
      return `cas ${key} ${valueText(operation.expected)}→${valueText(operation.value)}`;
    default:
      return `${operation.kind} ${key}`;
  }
}

/** `ok`, `ok red, also blue`, `ok, not swapped`, `unknown (broken)`, `fail (not-leader)`. */
export function answerText(answer: Answer): string {
  if (answer.outcome !== 'ok') return `${answer.outcome} (${answer.reason})`;
  const { value, swapped, observed, ack, versions = [], context } = answer.result;
  const parts = [value === undefined ? 'ok' : `ok ${valueText(value)}`];
  if (swapped !== undefined) parts.push(swapped ? 'swapped' : 'not swapped');
  if (observed !== undefined) parts.push(`saw ${valueText(observed)}`);
  if (ack === 'accepted') parts.push('accepted');
  for (const other of versions.filter((version) => version !== value)) parts.push(`also ${valueText(other)}`);
  if (context !== undefined) parts.push(`context ${valueText(context)}`);
  return parts.join(', ');
}

export function noteText(note: Note): string {
  switch (note.kind) {
    case 'suspects':
    case 'trusts':
      return `${note.kind} ${note.node}`;
    case 'leads':
      return `leads, epoch ${note.epoch}`;
    case 'steps-down':
      return `steps down, epoch ${note.epoch}`;
    case 'caught-up':
      return 'caught up';
    case 'trace':
      return note.text;
  }
}

/** `leader, epoch 2`, or, where it is known, `follower of n1, epoch 2`. */
export function roleText({ role, leader, epoch }: ReplicaStatus): string {
  return `${role}${leader === undefined ? '' : ` of ${leader}`}${epoch === undefined ? '' : `, epoch ${epoch}`}`;
}

const BEGINS = { found: 'starts', join: 'joins, empty', restart: 'restarts' } as const;
const ENDS = { kill: 'killed', vanish: 'vanished', stop: 'stopped' } as const;

export const lifeText = (event: EventOf<'start' | 'end'>): string =>
  event.kind === 'start' ? BEGINS[event.boot] : ENDS[event.how];

/** What was asked of each node, by its ticket, and by whom, so that answers can say what they answer. */
export class Questions {
  readonly #asked = new Map<string, { readonly text: string; readonly asker: string }>();

  constructor(trace: readonly TraceEvent[]) {
    for (const event of trace) {
      if (event.kind === 'request') this.#add(event, operationText(event.operation), `  ${askerText(event)}`);
      if (event.kind === 'command') this.#add(event, commandText(event.command), '');
    }
  }

  #add({ node, ticket }: EventOf<'request' | 'command'>, text: string, asker: string): void {
    this.#asked.set(`${node} ${ticket}`, { text, asker });
  }

  /** What the answer is to. */
  asked({ node, ticket }: EventOf<'answer'>): string {
    return this.#asked.get(`${node} ${ticket}`)?.text ?? `ticket ${ticket}`;
  }

  /** `put k=v: ok  c1 #2`, `get k: fail (not-leader), ask n2  c1 #3`. */
  answered(event: EventOf<'answer'>): string {
    const { answer, node, ticket } = event;
    const ask = answer.outcome === 'fail' && answer.leader !== undefined ? `, ask ${answer.leader}` : '';
    const asker = this.#asked.get(`${node} ${ticket}`)?.asker ?? '';
    return `${this.asked(event)}: ${answerText(answer)}${ask}${asker}`;
  }
}

const askerText = ({ session, serial }: EventOf<'request'>): string => `${session} #${serial}`;

/** The event without its time and its node. */
export function eventText(event: TraceEvent, questions: Questions, limits: Partial<ShortTextLimits> = {}): string {
  switch (event.kind) {
    case 'message':
      return shortMessage(event.message, limits);
    case 'start':
    case 'end':
      return lifeText(event);
    case 'note':
      return noteText(event.note);
    case 'role':
      return `is ${roleText(event)}`;
    case 'fault':
    case 'heal':
      return faultText(event.fault);
    case 'write':
      return `writes ${shortText(event.entries, limits)}`;
    case 'durable':
      return `durable up to ${event.position}`;
    case 'request':
      return `${operationText(event.operation)}  ${askerText(event)}`;
    case 'command':
      return commandText(event.command);
    case 'answer':
      return questions.answered(event);
    case 'violation':
      return event.text;
  }
}
