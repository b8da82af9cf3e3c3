import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecoveredLog } from './recovered-log.ts';

type Step = readonly [index: number, text: string] | { readonly cover: number; readonly keepTail: boolean };

function fold(steps: readonly Step[], from = 0): RecoveredLog<string> {
  const log = new RecoveredLog<string>();
  for (const [at, step] of steps.entries()) {
    if (at < from) continue;
    if ('cover' in step) log.cover(step.cover, step.keepTail);
    else log.put(step[0], step[1], at + 1);
  }
  log.finish();
  return log;
}

test('entries in order are the log', () => {
  const log = fold([
    [1, 'a'],
    [2, 'b'],
  ]);
  assert.deepEqual([log.entries, log.positions, log.last], [['a', 'b'], [1, 2], 2]);
});

test('an entry with a lower index replaces what came after', () => {
  const log = fold([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
    [2, 'B'],
  ]);
  assert.deepEqual(
    [log.entries, log.positions],
    [
      ['a', 'B'],
      [1, 4],
    ],
  );
});

test('an empty log ends before its first entry', () => {
  assert.deepEqual([fold([]).entries, fold([]).last], [[], 0]);
});

test('a gap that nothing closes is no log', () => {
  assert.throws(
    () =>
      fold([
        [1, 'a'],
        [3, 'c'],
      ]),
    /begins at entry 3, but nothing holds those after 0/,
  );
  assert.throws(() => fold([[5, 'e']]), /begins at entry 5/);
  assert.throws(() => fold([{ cover: 4, keepTail: true }, [6, 'f']]), /begins at entry 6, .* after 4/);
});

test('a snapshot keeps the tail that continues it, and drops one that contradicts it', () => {
  const steps: Step[] = [
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ];
  const taken = fold([...steps, { cover: 2, keepTail: true }]);
  assert.deepEqual([taken.base, taken.first, taken.entries, taken.positions], [2, 3, ['c'], [3]]);
  const installed = fold([...steps, { cover: 2, keepTail: false }]);
  assert.deepEqual([installed.base, installed.last, installed.entries], [2, 2, []]);
  const between = fold([[3, 'c'], { cover: 1, keepTail: true }, [4, 'd'], { cover: 2, keepTail: true }]);
  assert.deepEqual([between.base, between.entries], [2, ['c', 'd']], 'entry 2 was discarded for the second');
  const beyond = fold([...steps, { cover: 9, keepTail: true }, [10, 'j']]);
  assert.deepEqual([beyond.base, beyond.last, beyond.entries], [9, 10, ['j']]);
});

test('a snapshot never goes back, and nothing is put below it', () => {
  assert.throws(
    () =>
      fold([
        { cover: 4, keepTail: true },
        { cover: 3, keepTail: true },
      ]),
    /follows one up to 4/,
  );
  assert.throws(() => fold([{ cover: 4, keepTail: true }, [4, 'd']]), /at or below/);
});

test('replay may begin with stale entries that a lower index or a snapshot sweeps away', () => {
  const lower = fold([[10, 'stale'], [9, 'i'], [10, 'j'], { cover: 8, keepTail: true }]);
  assert.deepEqual([lower.base, lower.entries], [8, ['i', 'j']]);
  const swept = fold([[10, 'stale'], { cover: 8, keepTail: true }, [9, 'i']]);
  assert.deepEqual([swept.base, swept.entries], [8, ['i']]);
});

test('a stale snapshot at the beginning does not vouch for entries behind a gap', () => {
  const log = fold([{ cover: 8, keepTail: true }, [10, 'stale'], { cover: 12, keepTail: true }, [13, 'm']]);
  assert.deepEqual([log.base, log.entries], [12, ['m']]);
});

test('wherever a correct writer discards, the fold of what is left is the log that it had', () => {
  const action = fc.record({
    // Mostly so many entries that a snapshot leaves some behind it.
    kind: fc.constantFrom(
      'append',
      'append',
      'append',
      'append',
      'append',
      'append',
      'replace',
      'take',
      'take',
      'install',
    ),
    amount: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), fc.nat(), (actions, choice) => {
      const steps: Step[] = [];
      let base = 0;
      let coveredAt = Number.POSITIVE_INFINITY;
      let live: { text: string; at: number }[] = [];
      for (const { kind, amount } of actions) {
        if (kind === 'take' || kind === 'install') {
          const keepTail = kind === 'take';
          const to = keepTail ? base + Math.min(amount, live.length) : base + amount;
          live = keepTail ? live.slice(to - base) : [];
          base = to;
          coveredAt = steps.length;
          steps.push({ cover: base, keepTail });
        } else {
          if (kind === 'replace') live.length = Math.max(0, live.length - amount);
          const text = `${steps.length}`;
          live.push({ text, at: steps.length });
          steps.push([base + live.length, text]);
        }
      }
      // Records may go once a snapshot's record stands behind them and no entry that still counts is among them.
      const needed = coveredAt === Number.POSITIVE_INFINITY ? 0 : Math.min(coveredAt, ...live.map(({ at }) => at));
      const log = fold(steps, choice % 2 === 0 ? needed : choice % (needed + 1));
      assert.equal(log.base, base);
      assert.deepEqual(
        log.entries,
        live.map(({ text }) => text),
      );
      assert.deepEqual(
        log.positions,
        live.map(({ at }) => at + 1),
      );
    }),
    { numRuns: 2000, seed: 4 },
  );
});
