import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { areUnavoidable, meet, NAMED_QUORUMS, type Need, needOf, type Quorum, Tally } from './quorums.ts';

fc.configureGlobal({ seed: 1 });

const zonesFrom = (text: string) => new Map([...text].map((zone, i) => [`n${i + 1}`, zone]));
const need = (quorum: Quorum, zones: string, zone = 'a'): Need =>
  needOf(quorum, [...zonesFrom(zones).keys()], zonesFrom(zones), zone);

test('each kind of quorum needs so many copies', () => {
  const counts = (quorum: Quorum, zones: string, zone?: string) => need(quorum, zones, zone).counts;
  assert.deepEqual(counts(2, 'abc'), [2]);
  assert.deepEqual(counts('majority', 'aabb'), [3]);
  assert.deepEqual(counts('all', 'abc'), [3]);
  assert.deepEqual(counts('local-majority', 'aaabbb'), [2]);
  assert.deepEqual(counts('each-majority', 'aaabbc'), [2, 2, 1]);
});

test('a local majority is of the coordinator’s zone, and of all copies where that zone holds none', () => {
  assert.ok(need('local-majority', 'aaabbb', 'b').isMetBy(['n4', 'n6']));
  assert.ok(!need('local-majority', 'aaabbb', 'b').isMetBy(['n1', 'n2', 'n3', 'n4']));
  assert.ok(need('local-majority', 'aabb', 'c').isMetBy(['n1', 'n2', 'n3']));
  assert.ok(!need('local-majority', 'aabb', 'c').isMetBy(['n1', 'n2']));
});

test('each zone’s majority is met only when every zone’s is, and no copy counts twice', () => {
  const tally = new Tally(need('each-majority', 'aaabb'));
  assert.deepEqual(
    ['n1', 'n2', 'n3', 'n4'].map((node) => tally.add(node)),
    [false, false, false, false],
  );
  assert.ok(!tally.wants('n3'));
  assert.ok(tally.add('n5'));
  assert.ok(!tally.wants('n4'));
});

const kinds = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(...NAMED_QUORUMS));
const placed = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 }).map((zones) => zones.join(''));

function subsets(nodes: readonly string[]): string[][] {
  return nodes.reduce<string[][]>((sets, node) => sets.concat(sets.map((set) => [...set, node])), [[]]);
}

test('two quorums meet exactly if there are no two sets without a common copy that meet one each', () => {
  fc.assert(
    fc.property(placed, kinds, kinds, (zones, a, b) => {
      const nodes = [...zonesFrom(zones).keys()];
      const everywhere = (quorum: Quorum) => [...new Set(zones)].map((zone) => need(quorum, zones, zone));
      const meets = (needs: readonly Need[], set: readonly string[]) => needs.some((one) => one.isMetBy(set));
      const apart = subsets(nodes).some(
        (set) =>
          meets(everywhere(a), set) &&
          meets(
            everywhere(b),
            nodes.filter((node) => !set.includes(node)),
          ),
      );
      fc.pre([a, b].every((quorum) => typeof quorum !== 'number' || quorum <= nodes.length));
      assert.equal(meet(everywhere(a), everywhere(b), nodes), !apart);
    }),
    { numRuns: 300 },
  );
});

test('copies that no read can do without are as many as N − R + 1, or enough of each zone that reads may be of', () => {
  const unavoidable = (nodes: readonly string[], quorum: Quorum, zones: string) =>
    areUnavoidable(
      new Set(nodes),
      [...new Set(zones)].map((zone) => need(quorum, zones, zone)),
      [...zonesFrom(zones).keys()],
    );
  assert.ok(unavoidable(['n1', 'n2'], 2, 'abc'));
  assert.ok(!unavoidable(['n1'], 2, 'abc'));
  assert.ok(unavoidable(['n1'], 'all', 'abc'));
  assert.ok(unavoidable(['n1', 'n2'], 'each-majority', 'aaabbb'));
  assert.ok(!unavoidable(['n1', 'n2', 'n3', 'n4'], 'local-majority', 'aaabbb'));
});
