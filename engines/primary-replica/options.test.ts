import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../api.ts';
import engine from './index.ts';
import { presets, validate } from './options.ts';
import { Voices } from './voices.ts';

const full = (count: number): Member[] =>
  Array.from({ length: count }, (_, i) => ({ id: `n${i + 1}`, zone: 'z', kind: 'full' as const }));
const witness = (id: string): Member => ({ id, zone: 'z', kind: 'witness' });

test('every preset is valid on three and five members and has the same keys', () => {
  const keys = Object.keys(presets.default).sort();
  for (const options of Object.values(presets)) {
    assert.deepEqual(Object.keys(options).sort(), keys);
    for (const count of [3, 5]) assert.deepEqual(validate(options, full(count)), []);
  }
});

test('what cannot work is said in one sentence each', () => {
  const wrong = (changes: object, members = full(3)): readonly string[] =>
    validate({ ...presets.default, ...changes }, members);
  assert.deepEqual(wrong({ copies: 3 }), ['copies must be a whole number from 1 to 2 with 3 full members, but is 3.']);
  assert.match(wrong({ copies: 0 })[0]!, /^copies must be/);
  assert.match(wrong({}, full(1))[0]!, /^copies needs at least two full members/);
  assert.deepEqual(wrong({ mode: 'async', copies: 9 }), [], 'async does not look at copies');
  assert.match(wrong({ leaseMs: 950 })[0]!, /^detectionMs must be at least leaseMs \+ heartbeatMs \(1050 ms\)/);
  assert.match(wrong({ leaseMs: 150 })[0]!, /^leaseMs must be at least two heartbeats \(200 ms\)/);
  assert.deepEqual(wrong({ leaseMs: 950, authority: 'manual' }), [], 'without promotion there is no lease');
  assert.match(wrong({ mode: 'semi' })[0]!, /^mode must be "async" or "sync", but is "semi"\.$/);
  assert.match(wrong({ authority: 'vrrp' })[0]!, /^authority must be/);
  assert.match(
    wrong({ heartbeatMs: 'often' })[0]!,
    /^heartbeatMs must be a number of at least 1 ms, but is "often"\.$/,
  );
  assert.match(wrong({ windowRecords: 100 })[0]!, /^windowRecords must be at least recordsPerMessage/);
  assert.match(wrong({ linkHint: 1 })[0]!, /^linkHint must be true or false/);
});

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
    const members = [...full(count), ...['w1', 'w2'].slice(0, witnesses).map(witness)];
    const voices = new Voices({ ...presets.default, copies }, members);
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
    const voices = new Voices({ ...presets.default, copies }, full(count));
    for (const set of subsets(voices.all)) {
      const rest = new Set(voices.all.filter((id) => !set.has(id)));
      assert.equal(voices.block(set.size, set.size), !voices.suffice(rest), `${count}/${copies}: ${[...set]}`);
    }
  }
});

test('async asks for a majority only', () => {
  const voices = new Voices(presets.async, full(5));
  assert.equal(voices.suffice(new Set(['n1', 'n2', 'n3'])), true);
  assert.equal(voices.suffice(new Set(['n1', 'n2'])), false);
});

test('claims follow the mode, the copies and the members', () => {
  const claims = (options: object, count: number) => engine.claims({ ...presets.default, ...options }, full(count));
  assert.equal(claims({}, 3).reads.default, 'linearizable');
  assert.deepEqual(claims({}, 3).acknowledged, { lostNodes: 1, lostDisks: 0, powerLoss: true });
  assert.equal(claims({}, 3).needs, 'majority');
  assert.equal(claims({}, 5).acknowledged.lostNodes, 1);
  assert.equal(claims({}, 5).needs, 'write-quorum', 'promotion needs four of five');
  assert.equal(claims({ copies: 2 }, 5).acknowledged.lostNodes, 2);
  assert.equal(claims({ copies: 2 }, 5).needs, 'majority');
  assert.equal(claims({}, 2).needs, 'all');
  assert.equal(claims({}, 2).acknowledged.lostNodes, 0, 'the other alone is no majority');
  assert.equal(claims({ mode: 'async' }, 3).reads.default, 'eventual');
  assert.equal(claims({ mode: 'async' }, 3).acknowledged.powerLoss, false);
  assert.equal(claims({ mode: 'async', authority: 'manual' }, 3).acknowledged.powerLoss, true);
  assert.equal(claims({ mode: 'async', authority: 'manual' }, 3).acknowledged.lostNodes, 0);
});
