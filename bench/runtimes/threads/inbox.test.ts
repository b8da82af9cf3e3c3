import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Board } from './board.ts';
import { Inbox } from './inbox.ts';
import type { LinkRule } from './link-rules.ts';

/** Three nodes, clients of two zones; the inbox is node 0's. */
function setUp(seed = 1): { inbox: Inbox; rule: (...rules: LinkRule[]) => void } {
  const board = Board.create(3);
  const rule = (...rules: LinkRule[]): void => board.linkRules.write(JSON.stringify(rules));
  return { inbox: new Inbox(board, 0, `${seed}`), rule };
}

function takeAll(inbox: Inbox, limit = 1000): [from: number, item: unknown][] {
  const taken: [number, unknown][] = [];
  inbox.take(limit, (from, item) => taken.push([from, item]));
  return taken;
}

test('items are handed in by frame, in the order of arrival, with where they came from', () => {
  const { inbox } = setUp();
  inbox.arrive(1, ['a', 'b'], 0);
  inbox.arrive(2, ['c'], 0);
  inbox.arrive(1, ['d'], 0);
  assert.equal(inbox.size, 4);
  assert.deepEqual(takeAll(inbox), [
    [1, 'a'],
    [1, 'b'],
    [2, 'c'],
    [1, 'd'],
  ]);
  assert.equal(inbox.size, 0);
  assert.deepEqual(takeAll(inbox), []);
});

test('no more than the limit is handed in, and the next call goes on where it stopped', () => {
  const { inbox } = setUp();
  inbox.arrive(1, ['a', 'b', 'c'], 0);
  inbox.arrive(2, ['d'], 0);
  const items = (limit: number): unknown[] => takeAll(inbox, limit).map(([, item]) => item);
  assert.deepEqual(items(2), ['a', 'b']);
  assert.equal(inbox.size, 2);
  inbox.arrive(1, ['e'], 0);
  assert.deepEqual(items(2), ['c', 'd']);
  assert.deepEqual(items(2), ['e']);
});

test('a cut link carries nothing, one way only', () => {
  const { inbox, rule } = setUp();
  rule({ kind: 'cut', from: 1, to: 0 }, { kind: 'cut', from: 0, to: 2 });
  assert.deepEqual([inbox.isCut(1), inbox.isCut(2)], [true, false]);
  inbox.arrive(1, ['lost'], 0);
  inbox.arrive(2, ['arrives'], 0);
  rule({ kind: 'cut', from: 0, to: 2 });
  inbox.arrive(1, ['healed'], 0);
  assert.deepEqual(takeAll(inbox), [
    [2, 'arrives'],
    [1, 'healed'],
  ]);
});

test('a delayed frame is ready when its delay has passed, and not before', () => {
  const { inbox, rule } = setUp();
  rule({ kind: 'delay', from: 1, to: 0, delayMs: 5 });
  inbox.arrive(1, ['late'], 1000);
  inbox.arrive(2, ['at once'], 1000);
  assert.equal(inbox.nextDueUs(), 6000);
  inbox.release(5999);
  assert.deepEqual(takeAll(inbox), [[2, 'at once']]);
  inbox.release(6000);
  assert.equal(inbox.size, 1);
  assert.equal(inbox.nextDueUs(), Number.POSITIVE_INFINITY);
  assert.deepEqual(takeAll(inbox), [[1, 'late']]);
});

test('delayed frames become ready by due time, those due together in the order of arrival', () => {
  const { inbox, rule } = setUp();
  rule({ kind: 'delay', from: 1, to: 0, delayMs: 10 }, { kind: 'delay', from: 2, to: 0, delayMs: 3 });
  inbox.arrive(1, ['ten'], 0);
  inbox.arrive(2, ['three'], 0);
  inbox.arrive(2, ['ten too'], 7000);
  inbox.release(20_000);
  assert.deepEqual(
    takeAll(inbox).map(([, item]) => item),
    ['three', 'ten', 'ten too'],
  );
});

test('a thread that is several ends at once has the faults of each', () => {
  const { inbox, rule } = setUp();
  rule({ kind: 'cut', from: 1, to: 3 }, { kind: 'delay', from: 1, to: 4, delayMs: 2 });
  inbox.arriveAt(3, 1, ['to a client cut off'], 0);
  inbox.arriveAt(4, 1, ['to a client far away'], 0);
  assert.equal(inbox.size, 0);
  inbox.release(2000);
  assert.deepEqual(takeAll(inbox), [[1, 'to a client far away']]);
});

const items = (taken: readonly (readonly [number, unknown])[]): unknown[] => taken.map(([, item]) => item);

test('held messages wait until the last fault that holds them heals, and come first then, in their order', () => {
  const { inbox, rule } = setUp();
  const hold = { kind: 'hold', from: 1, to: 0 } as const;
  const append = { type: 'append' };
  const vote = { type: 'vote' };
  rule(hold, { ...hold, type: 'append' });
  inbox.arrive(1, [append, vote], 0);
  inbox.arrive(2, ['of another link'], 0);
  inbox.release(1e12);
  assert.deepEqual(items(takeAll(inbox)), ['of another link']);
  assert.equal(inbox.nextDueUs(), Number.POSITIVE_INFINITY);
  rule({ ...hold, type: 'append' });
  inbox.release(1e12);
  assert.deepEqual(items(takeAll(inbox)), [vote]);
  rule();
  inbox.arrive(1, ['later'], 1e12);
  assert.deepEqual(items(takeAll(inbox)), [append, 'later']);
});

test('what was held is handed over even if its link is cut by then', () => {
  const { inbox, rule } = setUp();
  rule({ kind: 'hold', from: 1, to: 0 });
  inbox.arrive(1, ['old'], 0);
  rule({ kind: 'cut', from: 1, to: 0 });
  inbox.release(1);
  assert.deepEqual(takeAll(inbox), [[1, 'old']]);
});

test('a second copy shares nothing with the first', () => {
  const { inbox, rule } = setUp();
  rule({ kind: 'duplicate', from: 1, to: 0, share: 1 });
  inbox.arrive(1, [{ entries: [1] }, { entries: [2] }], 0);
  const taken = items(takeAll(inbox)) as { entries: number[] }[];
  assert.deepEqual(
    taken.map(({ entries }) => entries[0]),
    [1, 1, 2, 2],
  );
  taken[0]!.entries.push(7);
  assert.deepEqual(taken[1], { entries: [1] });
});

test('the same seed loses, doubles and reorders the same messages of a link, whatever comes on others', () => {
  const arrivals = (seed: number, between: number): unknown[] => {
    const { inbox, rule } = setUp(seed);
    for (const kind of ['drop', 'duplicate', 'reorder'] as const) {
      // The rules change under way; the draws go on.
      rule({ kind, from: 1, to: 0, share: 0.3, delayMs: 5 }, { kind: 'drop', from: 2, to: 0, share: 0.5 });
      for (let i = 0; i < 100; i++) inbox.arrive(1, [`${kind} ${i}`], i * 1000);
      for (let i = 0; i < between; i++) inbox.arrive(2, ['other'], 0);
    }
    inbox.release(1e9);
    return items(takeAll(inbox, 10_000)).filter((item) => item !== 'other');
  };
  const once = arrivals(1, 0);
  assert.deepEqual(arrivals(1, 17), once);
  assert.notDeepEqual(arrivals(2, 0), once);
});

test('a backlog that never ends stays in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2000, maxLength: 3000 }), (sizes) => {
      const { inbox } = setUp();
      let next = 0;
      const taken: unknown[] = [];
      for (const size of sizes) {
        inbox.arrive(
          1,
          Array.from({ length: size }, () => next++),
          0,
        );
        // A little less than what arrives, so that something always waits.
        inbox.take(size - (taken.length % 7 === 0 ? 1 : 0), (_from, item) => taken.push(item));
      }
      inbox.take(next, (_from, item) => taken.push(item));
      assert.equal(taken.length, next);
      assert.ok(taken.every((item, i) => item === i));
      assert.equal(inbox.size, 0);
    }),
    { numRuns: 10, seed: 1 },
  );
});
