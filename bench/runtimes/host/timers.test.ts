import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Timers } from './timers.ts';

const all = (timers: Timers, nowUs: number): string[] => {
  const names: string[] = [];
  for (let due = timers.takeDue(nowUs); due !== undefined; due = timers.takeDue(nowUs)) names.push(due.name);
  return names;
};

test('timers come in the order of their times, and none before its time', () => {
  const timers = new Timers();
  timers.set('late', 30);
  timers.set('early', 10);
  timers.set('middle', 20);
  assert.equal(timers.nextUs(), 10);
  assert.equal(timers.takeDue(9), undefined);
  assert.deepEqual(all(timers, 20), ['early', 'middle']);
  assert.deepEqual(all(timers, 1e9), ['late']);
  assert.equal(timers.nextUs(), Number.POSITIVE_INFINITY);
});

test('timers due at the same time come in the order in which they were set', () => {
  const timers = new Timers();
  for (const name of ['c', 'a', 'b']) timers.set(name, 5);
  timers.set('c', 5);
  assert.deepEqual(all(timers, 5), ['a', 'b', 'c'], 'setting again is setting anew');
});

test('setting a timer again replaces it, later or earlier', () => {
  const timers = new Timers();
  timers.set('a', 10);
  timers.set('a', 50);
  assert.deepEqual(all(timers, 49), []);
  timers.set('a', 20);
  assert.deepEqual(all(timers, 20), ['a']);
  assert.deepEqual(all(timers, 100), [], 'it fires once');
});

test('a cleared timer does not fire, and clearing what is not set is no mistake', () => {
  const timers = new Timers();
  timers.set('a', 10);
  timers.set('b', 11);
  timers.clear('a');
  timers.clear('never');
  assert.equal(timers.nextUs(), 11);
  assert.deepEqual(all(timers, 100), ['b']);
});

test('a timer tells when it was due, however late it is taken', () => {
  const timers = new Timers();
  timers.set('a', 10);
  assert.deepEqual(timers.takeDue(500)?.dueUs, 10);
});

const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), name: fc.nat(9), inUs: fc.nat(100) }),
  fc.record({ do: fc.constant('clear' as const), name: fc.nat(9) }),
  fc.record({ do: fc.constant('pass' as const), us: fc.nat(60) }),
);

test('any setting, clearing and passing of time fires what a plain list would', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const timers = new Timers();
      let model: { name: string; dueUs: number }[] = [];
      let nowUs = 0;
      for (const step of steps) {
        if (step.do === 'pass') {
          nowUs += step.us;
          // Sorting is stable: ties stay in the order of setting.
          const due = model.filter(({ dueUs }) => dueUs <= nowUs).sort((a, b) => a.dueUs - b.dueUs);
          model = model.filter(({ dueUs }) => dueUs > nowUs);
          assert.deepEqual(
            all(timers, nowUs),
            due.map(({ name }) => name),
          );
          continue;
        }
        const name = `t${step.name}`;
        model = model.filter((armed) => armed.name !== name);
        if (step.do === 'clear') timers.clear(name);
        else {
          timers.set(name, nowUs + step.inUs);
          model.push({ name, dueUs: nowUs + step.inUs });
        }
        assert.equal(timers.nextUs(), Math.min(...model.map(({ dueUs }) => dueUs)));
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});
