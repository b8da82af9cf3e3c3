import assert from 'node:assert/strict';
import { test } from 'node:test';
import { members } from './fixture.test.ts';
import { presets } from './presets.ts';
import { Voices } from './voices.ts';

/** All sets of voices of a cluster, as bit masks. */
function* subsets(ids: readonly string[]): Iterable<Set<string>> {
  for (let mask = 0; mask < 2 ** ids.length; mask++) yield new Set(ids.filter((_, i) => mask & (1 << i)));
}

test('voices that suffice always include a holder of every acknowledged write, and no two sets are disjoint', () => {
  for (const [count, copies, witnesses] of [
    [2, 1, 0],
    [2, 1, 1],
    [3, 1, 0],
    [3, 2, 0],
    [4, 1, 0],
    [5, 1, 0],
    [5, 2, 0],
    [5, 4, 0],
    [4, 2, 1],
  ] as const) {
    const voices = new Voices({ ...presets.default, copies }, members(count, witnesses));
    const winning = [...subsets(voices.all)].filter((set) => voices.suffice(set));
    assert.ok(winning.length > 0);
    for (const set of winning) {
      const holdersOutside = voices.full.filter((id) => !set.has(id)).length;
      assert.ok(holdersOutside <= copies, `${count} members, ${copies} copies: ${[...set]} may lack a write`);
      for (const other of winning) assert.ok([...set].some((id) => other.has(id)));
    }
  }
});

test('voices that block leave no set that suffices without them, and one fewer does not block', () => {
  for (const [count, copies] of [
    [3, 1],
    [5, 1],
    [5, 2],
    [5, 4],
  ] as const) {
    const voices = new Voices({ ...presets.default, copies }, members(count));
    for (const set of subsets(voices.all)) {
      const rest = new Set(voices.all.filter((id) => !set.has(id)));
      assert.equal(voices.block(set), !voices.suffice(rest), `${count}/${copies}: ${[...set]}`);
    }
  }
});

test('async asks for a majority only', () => {
  const voices = new Voices(presets.async, members(5));
  assert.equal(voices.suffice(new Set(['n1', 'n2', 'n3'])), true);
  assert.equal(voices.suffice(new Set(['n1', 'n2'])), false);
});

test('witnesses alone vote where observers are wanted and there are some; a candidate has to be a full member all the same', () => {
  const observed = new Voices(presets['redis-sentinel'], members(2, 3));
  assert.equal(observed.suffice(new Set(['n2', 'w1', 'w2'])), true);
  assert.equal(observed.suffice(new Set(['n1', 'n2', 'w1'])), false, 'one observer is no majority');
  assert.equal(observed.suffice(new Set(['w1', 'w2', 'w3'])), false);
  const alone = new Voices(presets['redis-sentinel'], members(3));
  assert.equal(alone.suffice(new Set(['n2', 'n3'])), true, 'without witnesses the full members do their work');
});

test('no two members ever open the same epoch by themselves, and each finds one of its own above any other', () => {
  const voices = new Voices(presets.vrrp, members(3));
  const opened = new Set<number>();
  for (const node of voices.full) {
    for (let above = 0; above < 12; above++) {
      const epoch = voices.ownEpochAbove(above, node);
      assert.ok(epoch > above && epoch <= above + 3);
      opened.add(epoch * 10 + voices.full.indexOf(node));
    }
  }
  assert.equal(opened.size, new Set([...opened].map((entry) => Math.floor(entry / 10))).size);
});

test('as many copies as make a majority are counted from the members', () => {
  const copies = (count: number): number => new Voices(presets['mongodb-majority'], members(count)).copies;
  assert.deepEqual([1, 2, 3, 4, 5].map(copies), [0, 1, 1, 2, 2]);
});
