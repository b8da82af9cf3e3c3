import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HybridClock, isNewer, physicalMs, STAMPS_PER_MS } from './hybrid-clock.ts';

fc.configureGlobal({ seed: 1 });

test('times only grow, stay above what was observed and at least at wall time, however wall time jumps', () => {
  const event = fc.oneof(
    fc.record({ wall: fc.integer({ min: -1000, max: 5000 }) }),
    fc.record({ seen: fc.integer({ min: 0, max: 5000 * STAMPS_PER_MS }) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let wall = 100;
      let highest = 0;
      const clock = new HybridClock(() => wall);
      for (const change of events) {
        if ('seen' in change) {
          clock.observe(change.seen);
          highest = Math.max(highest, change.seen);
        } else wall = change.wall;
        const time = clock.next();
        assert.ok(time > highest);
        assert.ok(physicalMs(time) >= wall);
        highest = time;
      }
    }),
  );
});

test('a clock that has caught up follows wall time again', () => {
  let wall = 50;
  const clock = new HybridClock(() => wall, 60 * STAMPS_PER_MS);
  assert.equal(clock.next(), 60 * STAMPS_PER_MS + 1);
  wall = 61;
  assert.equal(clock.next(), 61 * STAMPS_PER_MS);
});

test('more stamps than a millisecond has carry into the next', () => {
  const clock = new HybridClock(() => 7);
  let last = 0;
  for (let i = 0; i <= STAMPS_PER_MS; i++) last = clock.next();
  assert.equal(physicalMs(last), 8);
});

test('stamps are totally ordered: of two that differ exactly one is newer, and newer is transitive', () => {
  const stamp = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a#1', 'a#2', 'b#1'));
  fc.assert(
    fc.property(stamp, stamp, stamp, (a, b, c) => {
      const newer = (x: [number, string], y: [number, string]): boolean => isNewer(...x, ...y);
      const same = a[0] === b[0] && a[1] === b[1];
      assert.equal(Number(newer(a, b)) + Number(newer(b, a)), same ? 0 : 1);
      if (newer(a, b) && newer(b, c)) assert.ok(newer(a, c));
    }),
  );
});
