/** Turns what a simulation tells of itself into the lines of a transcript: one event a line, always the same way. */
import type { NodeId, Note, Operation, ReplicaStatus } from '../../../engines/api.ts';
import type { Answer } from '../../runtimes/cluster.ts';
import type { TraceEvent } from '../../runtimes/simulation/trace.ts';

/** A field longer than this is cut off: a transcript shows who says what, not every byte of it. */
const FIELD_LENGTH_MAX = 120;

export class Printer {
  /** Message types, and kinds of events, that are left out. */
  readonly hidden: Set<string>;
  /** Who asked, by node and ticket. */
  readonly #askers = new Map<string, string>();

  constructor(hidden: Iterable<string> = []) {
    this.hidden = new Set(hidden);
  }

  /** The events in the order of their times; those of one instant in the order in which they came. */
  lines(events: readonly TraceEvent[]): string[] {
    return [...events]
      .sort((a, b) => a.atUs - b.atUs)
      .flatMap((event) => {
        const text = this.#describe(event);
        const name = event.kind === 'message' ? event.message.type : event.kind;
        return this.hidden.has(name) || this.hidden.has(event.kind) ? [] : [`${timeOf(event.atUs)} ${text}`];
      });
  }

  #describe(event: TraceEvent): string {
    switch (event.kind) {
      case 'message': {
        const { type, ...fields } = event.message;
        return `${event.from} -> ${event.to} ${type}${fieldsOf(fields)}${event.arrivesUs === undefined ? ' (lost)' : ''}`;
      }
      case 'start':
        return `${event.node} starts (${event.boot})`;
      case 'end':
        return `${event.node} ends (${event.how})`;
      case 'note':
        return `${event.node} ${noteOf(event.note)}`;
      case 'role':
        return `${event.node} is ${roleOf(event)}`;
      case 'fault':
      case 'heal': {
        const { kind, ...fields } = event.fault;
        return `${event.kind}: ${kind}${fieldsOf(fields)}`;
      }
      case 'write':
        return `${event.node} writes ${event.entries.map(show).join(' ')}`;
      case 'durable':
        return `${event.node} is durable up to ${event.position}`;
      case 'request':
        return `${event.node} <= ${this.#asker(event.node, event.ticket, `${event.session}/${event.serial}`)} ${operationOf(event.operation)}`;
      case 'command': {
        const { kind, ...fields } = event.command;
        return `${event.node} <= ${this.#asker(event.node, event.ticket, 'operator')} ${kind}${fieldsOf(fields)}`;
      }
      case 'answer':
        return `${event.node} => ${this.#askers.get(`${event.node} ${event.ticket}`) ?? 'client'} ${answerOf(event.answer)}`;
      case 'violation':
        return `violation: ${event.text}`;
    }
  }

  #asker(node: NodeId, ticket: number, name: string): string {
    this.#askers.set(`${node} ${ticket}`, name);
    return name;
  }
}

const timeOf = (atUs: number): string => (atUs / 1000).toFixed(3).padStart(10);

/** `follower of n1, epoch 2`: what a node says it is, and whom it follows. */
export function roleOf({ role, leader, epoch }: Pick<ReplicaStatus, 'role' | 'leader' | 'epoch'>): string {
  return `${role}${leader === undefined ? '' : ` of ${leader}`}${epoch === undefined ? '' : `, epoch ${epoch}`}`;
}

/** As little as tells values apart: words stand bare, everything else as JSON. */
function show(value: unknown): string {
  const text = typeof value === 'string' && /^[\w.#/-]+$/.test(value) ? value : JSON.stringify(value);
  return text.length > FIELD_LENGTH_MAX ? `${text.slice(0, FIELD_LENGTH_MAX)}…` : text;
}

export const fieldsOf = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => ` ${name}=${show(value)}`)
    .join('');

function operationOf(operation: Operation): string {
  const { kind, key } = operation;
  switch (kind) {
    case 'get':
    case 'delete':
      return `${kind} ${show(key)}`;
    case 'put':
    case 'append':
      return `${kind} ${show(key)} ${show(operation.value)}`;
    case 'cas':
      return `${kind} ${show(key)} ${show(operation.expected)} ${show(operation.value)}`;
  }
}

function answerOf(answer: Answer): string {
  if (answer.outcome === 'ok') return `ok${fieldsOf(answer.result)}`;
  const hint = answer.outcome === 'fail' && answer.leader !== undefined ? `, ask ${answer.leader}` : '';
  return `${answer.outcome}: ${answer.reason}${hint}`;
}

function noteOf(note: Note): string {
  switch (note.kind) {
    case 'suspects':
    case 'trusts':
      return `${note.kind} ${note.node}`;
    case 'leads':
    case 'steps-down':
      return `${note.kind}, epoch ${note.epoch}`;
    case 'trace':
      return `notes: ${note.text}`;
  }
}
