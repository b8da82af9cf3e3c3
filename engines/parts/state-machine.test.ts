import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MemoryStore } from '../../bench/runtimes/host/store.ts';
import type { Operation, Result } from '../api.ts';
import { type Identity, isEmptyPart, StateMachine, type StatePart, type StateReader } from './state-machine.ts';

const by = (session: string, serial: number, settled = 0) => ({ session, serial, settled });
const append = (key: string, value: string): Operation => ({ kind: 'append', key, value });

function stateOf(sessionsMax = 100): { state: StateMachine; store: MemoryStore } {
  const store = new MemoryStore();
  return { state: new StateMachine(store, sessionsMax), store };
}

function partsOf(reader: StateReader): StatePart[] {
  const parts: StatePart[] = [];
  for (let part = reader.next(); !isEmptyPart(part); part = reader.next()) parts.push(part);
  return parts;
}

test('a retry is answered with the result that it had, and takes effect once', () => {
  const { state, store } = stateOf();
  const swap: Operation = { kind: 'cas', key: 'k', expected: null, value: 'a' };
  assert.deepEqual(state.apply(by('s', 1), swap), { swapped: true });
  assert.deepEqual(state.apply(by('s', 1), swap), { swapped: true });
  state.apply(by('s', 2), append('k', 'b'));
  state.apply(by('s', 2), append('k', 'b'));
  assert.equal(store.get('k'), 'ab');
});

test('a retry whose result is forgotten takes no effect, and nobody claims to know its result', () => {
  const { state, store } = stateOf();
  state.apply(by('s', 1), append('k', 'a'));
  state.apply(by('s', 2, 1), append('k', 'b'));
  assert.equal(state.apply(by('s', 1), append('k', 'a')), undefined);
  assert.equal(store.get('k'), 'ab');
});

test('it is read as of one instant, however long that takes and whatever is applied meanwhile', () => {
  const { state } = stateOf();
  for (let i = 0; i < 10; i++) state.apply(by(`s${i}`, 1), append(`k${i}`, 'a'));
  const reader = state.read(3);
  const first = reader.next();
  for (let i = 0; i < 10; i++) state.apply(by(`s${i}`, 2), append(`k${i}`, 'b'));
  const parts = [first, ...partsOf(reader)];
  reader.close();
  assert.ok(parts.every(({ sessions, pairs }) => sessions.length + pairs.length <= 3));
  const values = parts.flatMap(({ pairs }) => pairs);
  assert.deepEqual([values.length, new Set(values.map(([, value]) => value))], [10, new Set(['a'])]);
  const copy = stateOf();
  copy.state.load(parts);
  while (copy.state.isLoading) copy.state.loadSome(2);
  assert.deepEqual(copy.state.apply(by('s3', 1), append('k3', 'x')), {});
  assert.equal(copy.store.get('k3'), 'a');
  copy.state.apply(by('s3', 2), append('k3', 'y'));
  assert.equal(copy.store.get('k3'), 'ay');
});

test('a state made from its parts is the same, and goes on in the same way', () => {
  const request = fc.record({
    session: fc.constantFrom('s', 't', 'u'),
    serial: fc.integer({ min: 1, max: 6 }),
    settled: fc.integer({ min: 0, max: 3 }),
    key: fc.constantFrom('k', 'l', 'm'),
    value: fc.constantFrom('a', 'b'),
  });
  interface Asked extends Identity {
    readonly key: string;
    readonly value: string;
  }
  const run = (state: StateMachine, requests: readonly Asked[]): (Result | undefined)[] =>
    requests.map(({ key, value, ...identity }) => state.apply(identity, { kind: 'append', key, value }));
  fc.assert(
    fc.property(
      fc.array(request),
      fc.array(request),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      (before, after, limit, used) => {
        const original = stateOf(2);
        run(original.state, before);
        const copy = stateOf(2);
        // What was there is gone.
        if (used) run(copy.state, after);
        copy.state.load(partsOf(original.state.read(limit)));
        for (let turns = 0; copy.state.isLoading; turns++) {
          assert.ok(turns < 100);
          copy.state.loadSome(limit);
        }
        assert.equal(copy.state.size, original.state.size);
        assert.deepEqual(run(copy.state, after), run(original.state, after));
        assert.deepEqual(new Map(copy.store.entries()), new Map(original.store.entries()));
      },
    ),
    { seed: 11 },
  );
});
