import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventQueue } from './events.ts';

test('events happen in the order of their times, ties in the order of scheduling, and the clock follows', () => {
  const events = new EventQueue();
  const seen: string[] = [];
  for (const [name, atUs] of [
    ['c', 30],
    ['a', 10],
    ['b1', 20],
    ['b2', 20],
  ] as const) {
    events.at(atUs, () => seen.push(`${name}@${events.nowUs}`));
  }
  events.runUntil(25);
  assert.deepEqual(seen, ['a@10', 'b1@20', 'b2@20']);
  assert.equal(events.nowUs, 25);
  events.runUntil(30);
  assert.deepEqual(seen.slice(3), ['c@30'], 'up to and including the time');
});

test('what is scheduled for the past happens now, and time never goes back', () => {
  const events = new EventQueue();
  events.runUntil(100);
  let atUs = -1;
  events.at(5, () => {
    atUs = events.nowUs;
  });
  events.after(-7, () => assert.equal(events.nowUs, 100));
  events.runUntil(50);
  assert.equal(events.nowUs, 100);
  events.runUntil(100);
  assert.equal(atUs, 100);
});

test('an event may schedule others, also for the same instant', () => {
  const events = new EventQueue();
  const seen: number[] = [];
  const again = (left: number): void => {
    seen.push(events.nowUs);
    if (left > 0) events.after(left % 2, () => again(left - 1));
  };
  events.after(0, () => again(4));
  events.runUntil(10);
  assert.deepEqual(seen, [0, 0, 1, 1, 2]);
});

test('times are whole microseconds', () => {
  const events = new EventQueue();
  events.after(1.4, () => assert.equal(events.nowUs, 1));
  events.after(1.6, () => assert.equal(events.nowUs, 2));
  events.runUntil(3);
});

test('events that make events without end at one instant throw instead of hanging', () => {
  const events = new EventQueue();
  const again = (): void => events.after(0, again);
  events.at(7, again);
  assert.throws(() => events.runUntil(10), /time stands still at 7 µs/);
});

test('a crowd of events at one instant is no such thing', () => {
  const events = new EventQueue();
  let seen = 0;
  for (let i = 0; i < 50_000; i++) events.at(7, () => seen++);
  events.runUntil(10);
  assert.equal(seen, 50_000);
});

test('any events happen as a stable sort would have them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (times) => {
      const events = new EventQueue();
      const seen: number[] = [];
      for (const [i, atUs] of times.entries()) events.at(atUs, () => seen.push(i));
      events.runUntil(50);
      const sorted = times.map((atUs, i) => ({ atUs, i })).sort((a, b) => a.atUs - b.atUs);
      assert.deepEqual(
        seen,
        sorted.map(({ i }) => i),
      );
    }),
    { numRuns: 200, seed: 1 },
  );
});
