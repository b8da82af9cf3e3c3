import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NOW, type Output, Outputs } from './outputs.ts';

const reply = (ticket: number): Output => ({ kind: 'reply', ticket, result: {}, crossed: false });
const released = (outputs: Outputs, durable: number): number[] => {
  const tickets: number[] = [];
  outputs.release(durable, (output) => tickets.push(output.kind === 'message' ? -1 : output.ticket));
  return tickets;
};

test('what waits for nothing leaves although nothing is durable', () => {
  const outputs = new Outputs();
  outputs.put(reply(1), NOW);
  outputs.put(reply(2), 0);
  assert.deepEqual(released(outputs, 0), [1, 2]);
});

test('each output leaves once its gate is durable, and once only', () => {
  const outputs = new Outputs();
  outputs.put(reply(1), 3);
  outputs.put(reply(2), 5);
  assert.deepEqual(released(outputs, 2), []);
  assert.deepEqual(released(outputs, 4), [1]);
  assert.deepEqual(released(outputs, 5), [2]);
  assert.deepEqual(released(outputs, 9), []);
});

test('a lower gate does not wait behind a higher one', () => {
  const outputs = new Outputs();
  outputs.put(reply(1), 9);
  outputs.put(reply(2), 4);
  released(outputs, 0);
  assert.deepEqual(released(outputs, 4), [2]);
});

test('what was held longest leaves before what this turn put out', () => {
  const outputs = new Outputs();
  outputs.put(reply(1), 2);
  released(outputs, 0);
  outputs.put(reply(2), 2);
  outputs.put(reply(3), NOW);
  assert.deepEqual(released(outputs, 2), [1, 2, 3]);
});

const turns = fc.array(
  fc.record({ gates: fc.array(fc.integer({ min: -1, max: 40 }), { maxLength: 6 }), durableMore: fc.nat(4) }),
  { maxLength: 30 },
);

test('over any turns everything leaves at the first turn end at which its gate is durable, ties in order', () => {
  fc.assert(
    fc.property(turns, (steps) => {
      const outputs = new Outputs();
      const waiting: { ticket: number; gate: number }[] = [];
      let durable = 0;
      let tickets = 0;
      for (const { gates, durableMore } of steps) {
        for (const gate of gates) {
          waiting.push({ ticket: ++tickets, gate });
          outputs.put(reply(tickets), gate);
        }
        durable += durableMore;
        const left = released(outputs, durable);
        const due = waiting.filter(({ gate }) => gate <= durable);
        assert.deepEqual(new Set(left), new Set(due.map(({ ticket }) => ticket)));
        assert.equal(left.length, due.length);
        for (const gate of new Set(due.map((held) => held.gate))) {
          const ofGate = due.filter((held) => held.gate === gate).map(({ ticket }) => ticket);
          assert.deepEqual(
            left.filter((ticket) => ofGate.includes(ticket)),
            ofGate,
          );
        }
        for (const held of due) waiting.splice(waiting.indexOf(held), 1);
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('thousands held and released keep their order', () => {
  const outputs = new Outputs();
  const left: number[] = [];
  for (let i = 1; i <= 5000; i++) {
    outputs.put(reply(i), i);
    if (i > 100) left.push(...released(outputs, i - 100));
  }
  left.push(...released(outputs, 5000));
  assert.deepEqual(
    left,
    Array.from({ length: 5000 }, (_, i) => i + 1),
  );
});
