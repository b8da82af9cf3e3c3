/** Small traces for tests of diagrams and logs: every kind of event once, and heartbeats as many as wanted. */
import type { Member } from '../../../../../engines/api.ts';
import type { TraceEvent } from '../../trace.ts';

export const members: readonly Member[] = ['n1', 'n2', 'n3'].map((id) => ({ id, zone: 'a', kind: 'full' }));

/** A leader, a write, a cut that loses a message, a pause, a drift, a kill and a restart, and a violation: all within 30 ms. */
export const eventful: readonly TraceEvent[] = [
  ...members.map(({ id }): TraceEvent => ({ kind: 'start', atUs: 0, node: id, boot: 'found' })),
  { kind: 'role', atUs: 1000, node: 'n1', role: 'leader', epoch: 2 },
  { kind: 'note', atUs: 1000, node: 'n1', note: { kind: 'leads', epoch: 2 } },
  {
    kind: 'request',
    atUs: 2000,
    node: 'n1',
    session: 's1',
    serial: 4,
    ticket: 9,
    operation: { kind: 'put', key: 'k', value: 'v' },
  },
  { kind: 'write', atUs: 2000, node: 'n1', entries: [[1, 2, 'k', 'v']] },
  message(2000, 'n1', 'n2', 2600, { type: 'append', term: 2, entries: [[1, 2, 'k', 'v']] }),
  message(2000, 'n1', 'n3', undefined, { type: 'append', term: 2, entries: [[1, 2, 'k', 'v']] }),
  { kind: 'durable', atUs: 2300, node: 'n1', position: 1 },
  message(2700, 'n2', 'n1', 3100, { type: 'acked', granted: true }),
  { kind: 'answer', atUs: 3100, node: 'n1', ticket: 9, answer: { outcome: 'ok', result: {} } },
  { kind: 'fault', atUs: 4000, fault: { kind: 'cut', from: { node: 'n1' }, to: { node: 'n2' } } },
  { kind: 'fault', atUs: 5000, fault: { kind: 'pause', node: 'n3' } },
  { kind: 'fault', atUs: 6000, fault: { kind: 'drift', node: 'n3', ppm: 200 } },
  { kind: 'heal', atUs: 8000, fault: { kind: 'pause', node: 'n3' } },
  { kind: 'fault', atUs: 9000, fault: { kind: 'kill', node: 'n1' } },
  { kind: 'end', atUs: 9000, node: 'n1', how: 'kill' },
  { kind: 'note', atUs: 12_000, node: 'n2', note: { kind: 'suspects', node: 'n1' } },
  { kind: 'command', atUs: 13_000, node: 'n2', ticket: 1, command: { kind: 'transfer', to: 'n3' } },
  {
    kind: 'answer',
    atUs: 13_100,
    node: 'n2',
    ticket: 1,
    answer: { outcome: 'fail', reason: 'not-leader', leader: 'n3' },
  },
  { kind: 'heal', atUs: 20_000, fault: { kind: 'kill', node: 'n1' } },
  { kind: 'start', atUs: 20_000, node: 'n1', boot: 'restart' },
  { kind: 'violation', atUs: 30_000, text: 'k was read as "w", which nobody wrote.' },
];

export function message(
  atUs: number,
  from: string,
  to: string,
  arrivesUs: number | undefined,
  content: { readonly type: string; readonly [field: string]: unknown },
): TraceEvent {
  return { kind: 'message', atUs, from, to, arrivesUs, message: content };
}

/** From n1 to the others and back, every 10 ms. */
export function heartbeats(fromUs: number, rounds: number): TraceEvent[] {
  return Array.from({ length: rounds }, (_, round) => fromUs + round * 10_000).flatMap((atUs) => [
    message(atUs, 'n1', 'n2', atUs + 500, { type: 'beat', round: atUs }),
    message(atUs, 'n1', 'n3', atUs + 600, { type: 'beat', round: atUs }),
    message(atUs + 500, 'n2', 'n1', atUs + 1000, { type: 'pulse', round: atUs }),
    message(atUs + 600, 'n3', 'n1', atUs + 1300, { type: 'pulse', round: atUs }),
  ]);
}
