import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../random.ts';
import { type CounterFindings, counters } from './counters.ts';
import { add, append, FAILED, get, operationsOf, put, type Told, UNKNOWN } from './testing/lines.ts';
import { randomExecution } from './testing/random-histories.ts';

/** What was found, with the rows of each first example; `found` are the copies of the key `k` at the end. */
function findingsOf(
  lines: readonly Told[],
  found?: readonly (string | null)[],
): { [fate in keyof CounterFindings]?: readonly number[] } {
  const options = found === undefined ? {} : { finals: new Map([['k', { found }]]) };
  return Object.fromEntries(
    Object.entries(counters(operationsOf(...lines), options)).flatMap(([fate, { count, examples }]) =>
      count === 0 ? [] : [[fate, examples[0]!.rows]],
    ),
  );
}

test('an acknowledged add that no copy holds is lost', () => {
  const lines = [add(0, 1, 3), add(2, 3, 4)];
  assert.deepEqual(findingsOf(lines, ['7', '7']), {});
  assert.deepEqual(findingsOf(lines, ['3', '4']), { lost: [1] });
  assert.deepEqual(findingsOf(lines, [null, null]), { lost: [1] });
  assert.deepEqual(findingsOf(lines, ['3', '7']), {}, 'one copy has it, and convergence is judged elsewhere');
  assert.deepEqual(findingsOf(lines), {}, 'nobody was asked');
  assert.deepEqual(findingsOf(lines, []), {}, 'nobody was asked');
});

test('an add in doubt may count or not, and none of it twice', () => {
  const lines = [add(0, 1, 3), add(2, null, 4, UNKNOWN), add(2, null, -1, UNKNOWN)];
  for (const value of ['2', '3', '6', '7']) assert.deepEqual(findingsOf(lines, [value]), {}, value);
  assert.deepEqual(findingsOf(lines, ['1']), { lost: [1] });
  assert.deepEqual(findingsOf(lines, ['8']), { surplus: [1] });
});

test('an add that took effect twice is too much, and so is one that had failed for certain', () => {
  assert.deepEqual(findingsOf([add(0, 1, 3)], ['6']), { surplus: [0] });
  assert.deepEqual(findingsOf([add(0, 1, 3), add(2, 3, 2, FAILED)], ['5']), { surplus: [1] });
  assert.deepEqual(findingsOf([add(0, 1, 3), add(2, 3, 2, FAILED)], ['3']), {});
  assert.deepEqual(findingsOf([add(0, 1, -3)], ['3', '-6']), { surplus: [0] });
  assert.deepEqual(findingsOf([add(0, 1, 3)], ['6', '3']), { surplus: [0] }, 'one copy is enough');
});

test('a lost amount below 0 leaves more than there should be, and is lost all the same', () => {
  const lines = [add(0, 1, 5), add(2, 3, -2)];
  assert.deepEqual(findingsOf(lines, ['3']), {});
  assert.deepEqual(findingsOf(lines, ['5']), { lost: [1] });
  assert.deepEqual(findingsOf(lines, ['-2']), { lost: [1] });
  assert.deepEqual(findingsOf(lines, ['6']), { surplus: [1] });
});

test('a read shows nothing that had not begun before it ended', () => {
  const lines = [add(0, 1, 3), add(10, 20, 4)];
  assert.deepEqual(findingsOf([...lines, get(2, 9, '7')]), { surplus: [2] });
  assert.deepEqual(findingsOf([...lines, get(2, 10, '7')]), {});
  assert.deepEqual(findingsOf([...lines, get(2, 3, 'three')]), { surplus: [2] });
  assert.deepEqual(findingsOf([...lines, get(30, 31, '8')]), { surplus: [2] });
});

test('a read that misses what had been acknowledged before it began is stale', () => {
  const lines = [add(0, 1, 3), add(2, 5, 4)];
  assert.deepEqual(findingsOf([...lines, get(4, 6, '3')]), {});
  assert.deepEqual(findingsOf([...lines, get(5, 6, '3')]), {}, 'equal times count as concurrent');
  assert.deepEqual(findingsOf([...lines, get(6, 7, '3')]), { stale: [2] });
  assert.deepEqual(findingsOf([...lines, get(2, 3, null)]), { stale: [2] });
  assert.deepEqual(findingsOf([add(0, 1, 5), add(2, 3, -2), get(4, 5, '5')]), { stale: [2] });
});

test('a key that other writes change is no counter, unless all of them or all adds failed for certain', () => {
  const wrong = get(8, 9, '99');
  assert.deepEqual(findingsOf([add(0, 1, 3), put(2, 3, '7'), wrong]), {});
  assert.deepEqual(findingsOf([add(0, 1, 3), append(2, 3, '7'), wrong]), {});
  assert.deepEqual(findingsOf([add(0, 1, 3, FAILED), put(2, 3, '99'), wrong]), {});
  assert.deepEqual(findingsOf([add(0, 1, 3), put(2, 3, '7', FAILED), wrong]), { surplus: [2] });
});

test('sums are exact where numbers grow large', () => {
  const large = add(0, 1, 0, { value: '9007199254740992' });
  assert.deepEqual(findingsOf([large, add(2, 3, 1)], ['9007199254740993']), {});
  assert.deepEqual(findingsOf([large, add(2, 3, 1)], ['9007199254740992']), { lost: [1] });
});

test('in real executions nothing is found, and losing any add of one sign, or counting it twice, always is', () => {
  const random = new Random(1);
  let planted = 0;
  for (let i = 0; i < 2000; i++) {
    const { lines, initial } = randomExecution(random, 12, ['counter']);
    if (initial !== null) continue;
    // Without amounts below 0 nothing hides behind another.
    const upwards = lines.map((line) => (line.op === 'add' ? { ...line, value: line.value!.replace('-', '') } : line));
    for (const told of [lines, upwards.filter(({ op }) => op === 'add')]) {
      const amounts = told
        .filter(({ op, outcome }) => op === 'add' && outcome === 'ok')
        .map(({ value }) => Number(value));
      const sum = amounts.reduce((total, amount) => total + amount, 0);
      const doubtful = told
        .filter(({ op, outcome }) => op === 'add' && outcome === 'unknown')
        .map(({ value }) => Number(value));
      assert.deepEqual(findingsOf(told, [String(sum)]), {}, `execution ${i}`);
      if (told === lines) continue;
      for (const amount of amounts) {
        planted++;
        assert.ok(findingsOf(told, [String(sum - amount)]).lost, `execution ${i}`);
        const most = doubtful.reduce((total, more) => total + more, sum);
        assert.ok(findingsOf(told, [String(most + amount)]).surplus, `execution ${i}`);
      }
    }
  }
  assert.ok(planted > 1000, `${planted}`);
});
