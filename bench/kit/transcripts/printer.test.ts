import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceEvent } from '../../runtimes/simulation/trace.ts';
import { Printer } from './printer.ts';

const lines = (...events: TraceEvent[]): string[] => new Printer().lines(events).map((line) => line.trim());

test('each kind of event is one line', () => {
  const at = { atUs: 1500, node: 'n1' };
  const message = { type: 'append', term: 2, from: 'n1', entries: [['k', null]] };
  assert.deepEqual(
    lines(
      { ...at, kind: 'start', boot: 'found' },
      { kind: 'message', atUs: 1500, from: 'n1', to: 'n2', arrivesUs: 2000, message },
      { kind: 'message', atUs: 1500, from: 'n1', to: 'n3', arrivesUs: undefined, message: { type: 'beat' } },
      { ...at, kind: 'note', note: { kind: 'suspects', node: 'n2' } },
      { ...at, kind: 'note', note: { kind: 'steps-down', epoch: 3 } },
      { ...at, kind: 'note', note: { kind: 'trace', text: 'two words' } },
      { ...at, kind: 'role', role: 'leader', epoch: 4 },
      { kind: 'fault', atUs: 1500, fault: { kind: 'vanish', node: 'n2' } },
      { kind: 'heal', atUs: 1500, fault: { kind: 'power-cut' } },
      { ...at, kind: 'write', entries: [['k', 1], { a: 'b' }] },
      { ...at, kind: 'durable', position: 7 },
      { ...at, kind: 'end', how: 'kill' },
      { kind: 'violation', atUs: 1500, text: 'two leaders of epoch 4' },
    ),
    [
      '1.500 n1 starts (found)',
      '1.500 n1 -> n2 append term=2 from=n1 entries=[["k",null]]',
      '1.500 n1 -> n3 beat (lost)',
      '1.500 n1 suspects n2',
      '1.500 n1 steps-down, epoch 3',
      '1.500 n1 notes: two words',
      '1.500 n1 is leader, epoch 4',
      '1.500 fault: vanish node=n2',
      '1.500 heal: power-cut',
      '1.500 n1 writes ["k",1] {"a":"b"}',
      '1.500 n1 is durable up to 7',
      '1.500 n1 ends (kill)',
      '1.500 violation: two leaders of epoch 4',
    ],
  );
});

test('an answer names who asked, whichever node and life the ticket is of', () => {
  const asked = {
    kind: 'request',
    atUs: 0,
    session: 'c1',
    operation: { kind: 'cas', key: 'k', expected: null, value: 'a b' },
  } as const;
  assert.deepEqual(
    lines(
      { ...asked, node: 'n1', serial: 1, ticket: 5 },
      { ...asked, node: 'n2', serial: 2, ticket: 5 },
      { kind: 'command', atUs: 0, node: 'n1', ticket: 6, command: { kind: 'transfer', to: 'n2' } },
      { kind: 'answer', atUs: 0, node: 'n2', ticket: 5, answer: { outcome: 'ok', result: { swapped: true } } },
      {
        kind: 'answer',
        atUs: 0,
        node: 'n1',
        ticket: 5,
        answer: { outcome: 'fail', reason: 'not-leader', leader: 'n2' },
      },
      { kind: 'answer', atUs: 0, node: 'n1', ticket: 6, answer: { outcome: 'unknown', reason: 'lost' } },
    ),
    [
      '0.000 n1 <= c1/1 cas k null "a b"',
      '0.000 n2 <= c1/2 cas k null "a b"',
      '0.000 n1 <= operator transfer to=n2',
      '0.000 n2 => c1/2 ok swapped=true',
      '0.000 n1 => c1/1 fail: not-leader, ask n2',
      '0.000 n1 => operator unknown: lost',
    ],
  );
});

test('events stand in the order of their times, those of one instant as they came', () => {
  const durable = (atUs: number, position: number): TraceEvent => ({ kind: 'durable', atUs, node: 'n1', position });
  assert.deepEqual(lines(durable(2000, 1), durable(1000, 2), durable(2000, 3)), [
    '1.000 n1 is durable up to 2',
    '2.000 n1 is durable up to 1',
    '2.000 n1 is durable up to 3',
  ]);
});

test('what is hidden by its type or by its kind is left out', () => {
  const events: TraceEvent[] = [
    { kind: 'message', atUs: 0, from: 'n1', to: 'n2', arrivesUs: 1, message: { type: 'beat' } },
    { kind: 'message', atUs: 0, from: 'n1', to: 'n2', arrivesUs: 1, message: { type: 'vote' } },
    { kind: 'durable', atUs: 0, node: 'n1', position: 1 },
  ];
  const kept = (...hidden: string[]): number => new Printer(hidden).lines(events).length;
  assert.deepEqual([kept(), kept('beat'), kept('beat', 'durable'), kept('message')], [3, 2, 1, 1]);
});

test('a long field is cut off', () => {
  const [line] = lines({ kind: 'write', atUs: 0, node: 'n1', entries: ['x'.repeat(1000)] });
  assert.match(line!, /^0\.000 n1 writes x{120}…$/);
});
