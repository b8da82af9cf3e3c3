import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type SessionEntry, Sessions } from './sessions.ts';

/** A copy as another node makes it of the pieces that it was sent. */
function copyOf(sessions: Sessions<string>, sessionsMax: number): Sessions<string> {
  const copy = new Sessions<string>(sessionsMax);
  copy.record('what was there before', 1, 0, 'goes');
  copy.clear();
  for (const entry of sessions.entries()) copy.load(JSON.parse(JSON.stringify(entry)) as SessionEntry<string>);
  return copy;
}

test('a request is new until it is recorded, then known with its result, and forgotten once it is settled', () => {
  const sessions = new Sessions<string>(10);
  assert.deepEqual(sessions.lookUp('c1', 1), { kind: 'new' });
  sessions.record('c1', 1, 0, 'one');
  assert.deepEqual(sessions.lookUp('c1', 1), { kind: 'known', result: 'one' });
  assert.deepEqual(sessions.lookUp('c1', 2), { kind: 'new' });
  assert.deepEqual(sessions.lookUp('c2', 1), { kind: 'new' });
  sessions.record('c1', 2, 1, 'two');
  assert.deepEqual(sessions.lookUp('c1', 1), { kind: 'forgotten' });
  assert.deepEqual(sessions.lookUp('c1', 2), { kind: 'known', result: 'two' });
});

test('requests of one session may be under way together and take effect in any order', () => {
  const sessions = new Sessions<string>(10);
  for (const serial of [4, 2, 5, 3]) sessions.record('c1', serial, 1, `r${serial}`);
  for (const serial of [2, 3, 4, 5]) {
    assert.deepEqual(sessions.lookUp('c1', serial), { kind: 'known', result: `r${serial}` });
  }
  sessions.record('c1', 6, 3, 'r6');
  const kinds = [1, 2, 3, 4, 5, 6, 7].map((serial) => sessions.lookUp('c1', serial).kind);
  assert.deepEqual(kinds, ['forgotten', 'forgotten', 'forgotten', 'known', 'known', 'known', 'new']);
});

test('a serial that was settled before it is recorded keeps no result', () => {
  const sessions = new Sessions<string>(10);
  sessions.record('c1', 3, 5, 'late');
  assert.deepEqual(sessions.lookUp('c1', 3), { kind: 'forgotten' });
  assert.deepEqual(sessions.entries(), [['c1', 5, []]]);
});

test('what takes effect twice is a broken state machine', () => {
  const sessions = new Sessions<string>(10);
  sessions.record('c1', 1, 0, 'one');
  assert.throws(() => sessions.record('c1', 1, 0, 'again'), /session c1: serial 1 has taken effect twice/);
});

test('of too many sessions the one longest not recorded to is dropped, and asking does not keep it', () => {
  const sessions = new Sessions<string>(2);
  sessions.record('a', 7, 0, 'A');
  sessions.record('b', 1, 0, 'B');
  sessions.record('a', 8, 0, 'A');
  sessions.lookUp('b', 1);
  sessions.record('c', 1, 0, 'C');
  assert.equal(sessions.size, 2);
  assert.equal(sessions.lookUp('a', 8).kind, 'known');
  assert.equal(sessions.lookUp('c', 1).kind, 'known');
  assert.equal(sessions.lookUp('b', 1).kind, 'forgotten', 'its result is gone, not that it took effect');
  assert.equal(sessions.lookUp('b', 2).kind, 'new');
});

test('a dropped session that comes back still forgets what it had before', () => {
  const sessions = new Sessions<string>(1);
  sessions.record('a', 7, 0, 'A');
  sessions.record('b', 1, 0, 'B');
  sessions.record('a', 8, 5, 'A');
  assert.deepEqual(
    [6, 7, 8, 9].map((serial) => sessions.lookUp('a', serial).kind),
    ['forgotten', 'forgotten', 'known', 'new'],
  );
});

test('memory is bounded: of long gone sessions nothing is left', () => {
  const sessions = new Sessions<string>(3);
  for (let i = 0; i < 1000; i++) sessions.record(`c${i}`, 1, 0, 'done');
  assert.equal(sessions.size, 3);
  assert.equal(sessions.entries().length, 3 + 45);
  assert.equal(sessions.lookUp('c0', 1).kind, 'new');
  assert.equal(sessions.lookUp('c990', 1).kind, 'forgotten');
});

test('after clear nothing is known', () => {
  const sessions = new Sessions<string>(1);
  sessions.record('a', 1, 0, 'A');
  sessions.record('b', 1, 0, 'B');
  sessions.clear();
  assert.deepEqual([sessions.size, sessions.entries()], [0, []]);
  assert.equal(sessions.lookUp('a', 1).kind, 'new');
});

test('room for less than one session is refused', () => {
  assert.throws(() => new Sessions(0), /sessionsMax: expected a number of at least 1, but 0 came/);
});

const CLIENTS = 4;
/** A client asks something new, sends something again that it may have had an answer to, or learns an answer. */
const step = fc.record({
  client: fc.nat({ max: CLIENTS - 1 }),
  kind: fc.constantFrom('ask', 'ask', 'repeat', 'repeat', 'answer', 'copy'),
  choice: fc.nat(),
});

test('requests and retries in any order, through copies, take effect once each and are answered as by a model that forgets nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let sessions = new Sessions<string>(CLIENTS);
      const clients = Array.from({ length: CLIENTS }, () => ({ asked: 0, settled: 0, answered: new Set<number>() }));
      const model = new Map<string, string>();
      let effects = 0;
      const carryOut = (client: number, serial: number): void => {
        const { settled } = clients[client]!;
        const known = sessions.lookUp(`c${client}`, serial);
        const name = `${client}/${serial}`;
        const expected = model.get(name);
        if (expected === undefined) {
          assert.equal(known.kind, 'new');
          const result = `effect ${++effects}`;
          sessions.record(`c${client}`, serial, settled, result);
          model.set(name, result);
        } else if (known.kind === 'known') {
          assert.equal(known.result, expected);
        } else {
          assert.equal(known.kind, 'forgotten');
          assert.ok(serial <= settled, 'only what will not be retried is forgotten');
        }
      };
      for (const { client, kind, choice } of steps) {
        const state = clients[client]!;
        if (kind === 'copy') sessions = copyOf(sessions, CLIENTS);
        else if (kind === 'ask') carryOut(client, ++state.asked);
        else if (state.asked > 0) {
          const serial = 1 + (choice % state.asked);
          if (kind === 'repeat') {
            carryOut(client, serial);
          } else {
            state.answered.add(serial);
            while (state.answered.has(state.settled + 1)) state.settled++;
          }
        }
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('replicas that record the same know and forget the same, byte for byte, also those that began as a copy', () => {
  const records = fc.array(
    fc.record({ session: fc.constantFrom(...'abcdefgh'), skip: fc.nat({ max: 2 }), settles: fc.nat({ max: 4 }) }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(records, fc.nat({ max: 80 }), (steps, copyAfter) => {
      const original = new Sessions<string>(3);
      let replica = new Sessions<string>(3);
      const serials = new Map<string, number>();
      for (const [i, { session, skip, settles }] of steps.entries()) {
        if (i === copyAfter) replica = copyOf(original, 3);
        const serial = (serials.get(session) ?? 0) + 1 + skip;
        serials.set(session, serial);
        for (const one of [original, replica]) one.record(session, serial, serial - 1 - settles, `${session}${serial}`);
        assert.equal(JSON.stringify(replica.entries()), JSON.stringify(original.entries()));
        assert.ok(original.size <= 3);
      }
    }),
    { seed: 2, numRuns: 300 },
  );
});
