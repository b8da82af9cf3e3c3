/**
 * A record: a write as its session asked for it, flat, since most of what a cluster does is to send and log these. By session and
 * serial a retry is known again, wherever it stands in the log.
 */
import type { Operation } from '../api.ts';
import type { Asked } from './asked.ts';

/** Of `cas`: what it expects stands behind the value. */
export type Write = readonly [
  session: string,
  serial: number,
  settled: number,
  kind: 'put' | 'append' | 'add' | 'delete' | 'cas',
  key: string,
  value?: string,
  expected?: string | null,
];

/** What a record holds: a write, or null where it opens an epoch and changes nothing. */
export type Content = Write | null;

export function writeOf({
  operation,
  session,
  serial,
  settled,
}: Pick<Asked, 'operation' | 'session' | 'serial' | 'settled'>): Write {
  const { kind, key } = operation;
  switch (operation.kind) {
    case 'cas':
      return [session, serial, settled, 'cas', key, operation.value, operation.expected];
    case 'put':
    case 'append':
    case 'add':
      return [session, serial, settled, operation.kind, key, operation.value];
    case 'delete':
      return [session, serial, settled, 'delete', key];
    case 'get':
      throw new Error(`a ${kind} is no write`);
  }
}

export function operationOf([, , , kind, key, value, expected]: Write): Operation {
  if (kind === 'delete') return { kind, key };
  return kind === 'cas' ? { kind, key, expected: expected!, value: value! } : { kind, key, value: value! };
}
