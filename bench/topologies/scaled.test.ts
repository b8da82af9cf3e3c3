import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linksOf } from './link-rules.ts';
import { scaled, scalings } from './scaled.ts';
import { loadTopology } from './topology.ts';

const oneHall = loadTopology('one-hall');

test('a scaled topology has so many full nodes and loses so much between them, and nothing else changes', () => {
  const { members, links, clientZones, node, name } = scaled(oneHall, 5, 0.2);
  assert.deepEqual(
    members.map(({ id, zone, kind }) => `${id} ${zone} ${kind}`),
    ['n1 a full', 'n2 a full', 'n3 a full', 'n4 a full', 'n5 a full'],
  );
  const link = linksOf({ members, links });
  const before = linksOf(oneHall)({ node: 'n1' }, { node: 'n2' });
  assert.deepEqual(link({ node: 'n5' }, { node: 'n1' }), { ...before, lossShare: 0.2 });
  assert.equal(link({ clientsOf: 'a' }, { node: 'n1' }).lossShare, 0);
  assert.deepEqual([name, clientZones, node], [oneHall.name, oneHall.clientZones, oneHall.node]);
});

test('nodes are dealt to all zones of full nodes', () => {
  const zones = scaled(loadTopology('three-zones'), 8, 0).members.map(({ zone }) => zone);
  assert.equal(zones.length, 8);
  assert.deepEqual(
    [...new Set(zones)].map((zone) => zones.filter((other) => other === zone).length),
    [3, 3, 2],
  );
});

test('every number of nodes meets every loss, and each says what it was made of', () => {
  const all = scalings(oneHall, { nodes: [3, 9], loss: [0, 0.1] });
  assert.deepEqual(
    all.map(({ members, scaling }) => [members.length, scaling!.lossShare]),
    [
      [3, 0],
      [3, 0.1],
      [9, 0],
      [9, 0.1],
    ],
  );
  assert.ok(all.every(({ scaling }) => scaling!.of === oneHall));
});
