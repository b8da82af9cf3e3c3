import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkBetween } from './link-rules.ts';
import { loadRegionTable, readRegionTable, regionLinks, regionTableNames } from './regions.ts';

const TABLE = readRegionTable(
  'from,to,rtt_ms\nhere,here,0.2\nthere,there,0.4\nhere,there,20\nthere,here,22\nhere,moon,2560\n',
);

test('every table has a figure for each pair of its regions, and is nearest to itself', () => {
  assert.deepEqual(regionTableNames(), ['aws-2020-06-05', 'gcp-2020-06-02']);
  for (const name of regionTableNames()) {
    const { regions, roundTripMs } = loadRegionTable(name);
    assert.ok(regions.length >= 19, name);
    for (const from of regions) {
      const own = roundTripMs(from, from)!;
      assert.ok(own > 0 && own < 1, `${name} ${from}: ${own}`);
      for (const to of regions) {
        if (to !== from) assert.ok(roundTripMs(from, to)! > 5, `${name} ${from} ${to}`);
        assert.equal(roundTripMs(to, from), roundTripMs(from, to));
      }
    }
  }
});

test('a round trip is the mean of both directions, or the one that was measured', () => {
  assert.deepEqual(TABLE.regions, ['here', 'moon', 'there']);
  assert.equal(TABLE.roundTripMs('here', 'there'), 21);
  assert.equal(TABLE.roundTripMs('moon', 'here'), 2560);
  assert.equal(TABLE.roundTripMs('moon', 'there'), undefined);
});

const members = [
  { id: 'n1', zone: 'a', kind: 'full' },
  { id: 'n2', zone: 'a', kind: 'full' },
  { id: 'n3', zone: 'b', kind: 'full' },
] as const;
const regionOf = (zone: string): string => (zone === 'a' ? 'here' : 'there');

test('each way takes half the round trip, also within a zone', () => {
  const links = regionLinks(TABLE, ['a', 'b'], regionOf, undefined);
  const ms = (from: string, to: string) => linkBetween({ members, links }, { node: from }, { node: to }).delay;
  assert.deepEqual(ms('n1', 'n3'), { kind: 'constant', ms: 10.5 });
  assert.deepEqual(ms('n3', 'n1'), { kind: 'constant', ms: 10.5 });
  assert.deepEqual(ms('n1', 'n2'), { kind: 'constant', ms: 0.1 });
  assert.deepEqual(linkBetween({ members, links }, { clientsOf: 'b' }, { node: 'n3' }).delay, {
    kind: 'constant',
    ms: 0.2,
  });
});

test('jitter comes on top of every distance', () => {
  const links = regionLinks(TABLE, ['a', 'b'], regionOf, { kind: 'exponential', meanMs: 1 });
  assert.equal(links.length, 3);
  assert.deepEqual(linkBetween({ members, links }, { node: 'n3' }, { node: 'n1' }).delay, {
    kind: 'sum',
    parts: [
      { kind: 'constant', ms: 10.5 },
      { kind: 'exponential', meanMs: 1 },
    ],
  });
});

test('two regions without a figure cannot be linked', () => {
  assert.throws(
    () => regionLinks(TABLE, ['a', 'moon'], (zone) => (zone === 'a' ? 'there' : zone), undefined),
    /no round trip was measured between there and moon/,
  );
});
