import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Member } from '../api.ts';
import { branchOf, leafOf } from './hash-tree.ts';
import { PARTITIONS, partitionOf, Ring } from './ring.ts';

fc.configureGlobal({ seed: 1 });

const members = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 9 })
  .map((zones) => zones.map((zone, i): Member => ({ id: `n${i}`, zone, kind: 'full' })));
const copies = fc.integer({ min: 1, max: 6 });

test('every partition has N different members, or all members if there are fewer', () => {
  fc.assert(
    fc.property(members, copies, (members, copies) => {
      const ring = new Ring(members, copies);
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const nodes = ring.copiesOfPartition(partition);
        assert.equal(nodes.length, Math.min(copies, members.length));
        assert.equal(new Set(nodes).size, nodes.length);
      }
    }),
    { numRuns: 40 },
  );
});

test('copies take one zone each as long as there are zones left', () => {
  fc.assert(
    fc.property(members, copies, (members, copies) => {
      const ring = new Ring(members, copies);
      const zoneOf = new Map(members.map((member) => [member.id, member.zone]));
      const zones = new Set(zoneOf.values()).size;
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const nodes = ring.copiesOfPartition(partition);
        assert.equal(new Set(nodes.map((node) => zoneOf.get(node))).size, Math.min(zones, nodes.length));
      }
    }),
    { numRuns: 40 },
  );
});

test('no zone has two copies more than another that has members left', () => {
  fc.assert(
    fc.property(members, copies, (members, copies) => {
      const ring = new Ring(members, copies);
      const inZone = (nodes: readonly { zone: string }[], zone: string) =>
        nodes.filter((node) => node.zone === zone).length;
      for (const nodes of ring.placements()) {
        const holders = nodes.map((node) => members.find(({ id }) => id === node)!);
        for (const { zone } of members) {
          const held = inZone(holders, zone);
          if (held === inZone(members, zone)) continue;
          assert.ok(holders.every((other) => inZone(holders, other.zone) <= held + 1));
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('without regard to zones copies stand where the ring says, some with two in one zone', () => {
  const named: Member[] = ['a', 'a', 'a', 'b', 'b', 'b'].map((zone, i) => ({ id: `n${i}`, zone, kind: 'full' }));
  const inOneZone = (ring: Ring) =>
    ring.placements().filter((nodes) => new Set(nodes.map((node) => node < 'n3')).size === 1);
  assert.equal(inOneZone(new Ring(named, 2, true)).length, 0);
  assert.ok(inOneZone(new Ring(named, 2, false)).length > 0);
});

test('a member that goes changes only the partitions that it held', () => {
  fc.assert(
    fc.property(members, copies, fc.nat(), (members, copies, pick) => {
      const gone = members[pick % members.length]!.id;
      const before = new Ring(members, copies);
      const after = new Ring(
        members.filter((member) => member.id !== gone),
        copies,
      );
      fc.pre(members.length > copies + 1);
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const nodes = before.copiesOfPartition(partition);
        if (!nodes.includes(gone)) assert.deepEqual(after.copiesOfPartition(partition), nodes);
      }
    }),
    { numRuns: 40 },
  );
});

test('placement does not depend on the order in which members are named, and holds data on full members only', () => {
  const named: Member[] = ['a', 'b', 'c', 'a', 'b'].map((zone, i) => ({ id: `n${i}`, zone, kind: 'full' }));
  const others: Member[] = [
    { id: 'w', zone: 'd', kind: 'witness' },
    { id: 's', zone: 'e', kind: 'spare' },
  ];
  const forwards = new Ring([...named, ...others], 3);
  const backwards = new Ring([...others, ...named].reverse(), 3);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    assert.deepEqual(forwards.copiesOfPartition(partition), backwards.copiesOfPartition(partition));
    assert.ok(forwards.copiesOfPartition(partition).every((id) => id.startsWith('n')));
  }
});

test('members of equal standing hold about equally much', () => {
  const named: Member[] = Array.from({ length: 6 }, (_, i) => ({ id: `n${i}`, zone: 'abc'[i % 3]!, kind: 'full' }));
  const ring = new Ring(named, 3);
  for (const { id } of named) {
    const held = ring.shared(id, id).length;
    // Half of the partitions each, if it were exact.
    assert.ok(held > 80 && held < 176, `${id} holds ${held} of ${PARTITIONS}`);
  }
});

test('two members share exactly the partitions that both hold', () => {
  const named: Member[] = Array.from({ length: 5 }, (_, i) => ({ id: `n${i}`, zone: 'abcde'[i]!, kind: 'full' }));
  const ring = new Ring(named, 3);
  const shared = new Set(ring.shared('n0', 'n3'));
  for (let i = 0; i < 500; i++) {
    const nodes = ring.copiesOf(`k${i}`);
    assert.equal(shared.has(partitionOf(`k${i}`)), nodes.includes('n0') && nodes.includes('n3'));
  }
});

test('a key lies in the hash tree in the branch of its partition', () => {
  for (let i = 0; i < 200; i++) assert.equal(branchOf(leafOf(`k${i}`)), partitionOf(`k${i}`));
});
