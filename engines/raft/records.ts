/** What stands in the replicated log, and what a node writes to its durable log. */
import type { NodeId, Operation, Request } from '../api.ts';
import type { StatePart } from '../parts/state-machine.ts';
import type { Configuration } from './configuration.ts';

/** A place in the log: an index, and the term of the entry there. 0 and 0 before the first. */
export interface Place {
  readonly index: number;
  readonly term: number;
}

/** The leader's first entry, which does nothing. */
type Noop = readonly [index: number, term: number, code: 0];

/** An operation, and whose it is: a session of '' asks for no protection of its retries. `expected` is that of a `cas`. */
type OperationEntry = readonly [
  index: number,
  term: number,
  code: 1 | 2 | 3 | 4 | 5 | 7,
  session: string,
  serial: number,
  settled: number,
  key: string,
  value?: string,
  expected?: string | null,
];

type ConfigurationEntry = readonly [index: number, term: number, code: 6, configuration: Configuration];

/**
 * One entry of the replicated log, as it stands in memory, on disk and in messages: a flat array, for it is most of what
 * is written and sent.
 */
export type LogEntry = Noop | OperationEntry | ConfigurationEntry;

/** The latest term this node has seen and whom it voted for in it: durable before anything that depends on it leaves. */
export interface HardState {
  readonly term: number;
  readonly vote: NodeId | null;
  /** The mark of this disk: 0 for the first that a node has, drawn at random for one that took its place. */
  readonly disk: number;
}

/** A snapshot begins here, with all that the records before it still mean. One that was not whole by now never will be. */
export interface SnapshotBegun extends HardState {
  readonly snapshot: Place;
  readonly configuration: Configuration;
  /** Whose it is: the term and number that its sender gave it; left out for one of this node's own state. */
  readonly from?: readonly [term: number, id: number];
}

/** The snapshot begun last is whole. `keepTail`: the entries behind its place go on from it. */
export interface SnapshotWhole {
  readonly keepTail: boolean;
}

/** A record of the node's own durable log. An entry with a lower index replaces the one before it and all behind that. */
export type LogRecord = LogEntry | HardState | SnapshotBegun | { readonly part: StatePart } | SnapshotWhole;

export const noopEntry = (index: number, term: number): LogEntry => [index, term, 0];

export const configurationEntry = (index: number, term: number, configuration: Configuration): LogEntry => [
  index,
  term,
  6,
  configuration,
];

/** `protects`: whether the entry names its session, so that a retry is recognised. */
export function operationEntry(index: number, term: number, request: Request, protects: boolean): LogEntry {
  const { operation } = request;
  const session = protects ? request.session : '';
  const serial = protects ? request.serial : 0;
  const settled = protects ? request.settled : 0;
  const { key } = operation;
  switch (operation.kind) {
    case 'get':
      return [index, term, 1, '', 0, 0, key];
    case 'put':
      return [index, term, 2, session, serial, settled, key, operation.value];
    case 'delete':
      return [index, term, 3, session, serial, settled, key];
    case 'cas':
      return [index, term, 4, session, serial, settled, key, operation.value, operation.expected];
    case 'append':
      return [index, term, 5, session, serial, settled, key, operation.value];
    case 'add':
      return [index, term, 7, session, serial, settled, key, operation.value];
  }
}

export const isConfiguration = (entry: LogEntry): entry is ConfigurationEntry => entry[2] === 6;

export const isOperation = (entry: LogEntry): entry is OperationEntry => entry[2] !== 0 && entry[2] !== 6;

/** The operation that an entry carries. */
export function operationOf([, , code, , , , key, value, expected]: OperationEntry): Operation {
  switch (code) {
    case 1:
      return { kind: 'get', key };
    case 2:
      return { kind: 'put', key, value: value! };
    case 3:
      return { kind: 'delete', key };
    case 4:
      return { kind: 'cas', key, value: value!, expected: expected ?? null };
    case 5:
      return { kind: 'append', key, value: value! };
    case 7:
      return { kind: 'add', key, value: value! };
  }
}

/** About how many bytes an entry takes on a link: what limits by bytes go by. */
export function sizeOf(entry: LogEntry): number {
  return isOperation(entry) ? 48 + entry[3].length + entry[6].length + (entry[7]?.length ?? 0) : 64;
}

export function isEntry(record: LogRecord): record is LogEntry {
  return Array.isArray(record);
}
