/** What happened, in a few plain words: the texts that the diagram and the log of a trial have in common. */
import type { Command, NodeId, Note, Operation } from '../../../../engines/api.ts';
import { faultText } from '../../../faults/fault-text.ts';
import { shortened, shortMessage, shortText } from '../../../short-text.ts';
import type { Answer } from '../../cluster.ts';
import type { TraceEvent } from '../trace.ts';

export type EventOf<Kind extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: Kind }>;

/** To the microsecond. */
export const msText = (us: number): string => (us / 1000).toFixed(3);

/** A value as it is, but short, on one line, and with `absent` for none. */
const valueText = (value: string | null): string =>
  value === null ? 'absent' : JSON.stringify(shortened(value, 20)).slice(1, -1);

/** `put k=v`, `get k`, `cas k a→b`, `append k+=v`. */
export function operationText(operation: Operation): string {
  const key = valueText(operation.key);
  switch (operation.kind) {
    case 'put':
      return `put ${key}=${valueText(operation.value)}`;
    case 'append':
      return `append ${key}+=${valueText(operation.value)}`;
    case 'cas':
      return `cas ${key} ${valueText(operation.expected)}→${valueText(operation.value)}`;
    default:
      return `${operation.kind} ${key}`;
  }
}

/** `add n4`, `replace n1 by n4`, `transfer to n2`, `drain`. */
export function commandText(command: Command): string {
  if ('by' in command) return `${command.kind} ${command.node} by ${command.by}`;
  if ('node' in command) return `${command.kind} ${command.node}`;
  return 'to' in command && command.to !== undefined ? `${command.kind} to ${command.to}` : command.kind;
}

/** `ok`, `ok red`, `ok, not swapped`, `fail not-leader`, `unknown broken`. */
export function answerText(answer: Answer): string {
  if (answer.outcome !== 'ok') return `${answer.outcome} ${answer.reason}`;
  const { value, swapped, observed, ack, versions } = answer.result;
  const parts = [value === undefined ? 'ok' : `ok ${valueText(value)}`];
  if (swapped !== undefined) parts.push(swapped ? 'swapped' : 'not swapped');
  if (observed !== undefined) parts.push(`saw ${valueText(observed)}`);
  if (ack === 'accepted') parts.push('accepted');
  if (versions !== undefined && versions.length > 1) parts.push(`${versions.length} versions`);
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
    case 'trace':
      return note.text;
  }
}

const roleText = ({ role, epoch }: EventOf<'role'>): string => (epoch === undefined ? role : `${role}, epoch ${epoch}`);

const BEGINS = { found: 'starts', join: 'joins, empty', restart: 'restarts' } as const;
const ENDS = { kill: 'killed', vanish: 'vanished', stop: 'stopped' } as const;

export const lifeText = (event: EventOf<'start' | 'end'>): string =>
  event.kind === 'start' ? BEGINS[event.boot] : ENDS[event.how];

/** What was asked of each node, by its ticket, so that answers can say what they answer. */
export class Questions {
  readonly #asked = new Map<string, string>();

  constructor(trace: readonly TraceEvent[]) {
    for (const event of trace) {
      if (event.kind === 'request') this.#add(event.node, event.ticket, operationText(event.operation));
      if (event.kind === 'command') this.#add(event.node, event.ticket, commandText(event.command));
    }
  }

  #add(node: NodeId, ticket: number, text: string): void {
    this.#asked.set(`${node} ${ticket}`, text);
  }

  /** What the answer is to. */
  asked({ node, ticket }: EventOf<'answer'>): string {
    return this.#asked.get(`${node} ${ticket}`) ?? `ticket ${ticket}`;
  }

  /** `put k=v: ok`, `get k: fail not-leader (ask n2)`. */
  answered(event: EventOf<'answer'>): string {
    const { answer } = event;
    const ask = answer.outcome === 'fail' && answer.leader !== undefined ? ` (ask ${answer.leader})` : '';
    return `${this.asked(event)}: ${answerText(answer)}${ask}`;
  }
}

/** The event without its time and its node. */
export function eventText(event: TraceEvent, questions: Questions): string {
  switch (event.kind) {
    case 'message':
      return shortMessage(event.message);
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
      return `writes ${shortText(event.entries)}`;
    case 'durable':
      return `durable up to ${event.position}`;
    case 'request':
      return `${operationText(event.operation)}  ${event.session} #${event.serial}`;
    case 'command':
      return commandText(event.command);
    case 'answer':
      return questions.answered(event);
    case 'violation':
      return event.text;
  }
}
