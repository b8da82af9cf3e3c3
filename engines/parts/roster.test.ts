import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../bench/random.ts';
import { Roster } from './roster.ts';

fc.configureGlobal({ seed: 1 });

const NODES = Array.from({ length: 12 }, (_, i) => `m${i}`);

test('whoever is chosen is up, is no one twice, and is not the one left out; as many as there are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 11 }), fc.boolean()), { maxLength: 40 }),
      fc.nat({ max: 14 }),
      fc.nat({ max: 11 }),
      fc.nat(),
      (changes, count, left, seed) => {
        const random = new Random(seed);
        const roster = new Roster(NODES, () => random.next());
        const dead = new Set<string>();
        for (const [i, isDead] of changes) {
          roster.setDead(NODES[i]!, isDead);
          if (isDead) dead.add(NODES[i]!);
          else dead.delete(NODES[i]!);
          roster.choose(3);
        }
        const up = NODES.filter((node) => !dead.has(node));
        assert.equal(roster.up, up.length);
        const except = NODES[left]!;
        const chosen = roster.choose(count, except);
        const candidates = up.filter((node) => node !== except);
        assert.equal(new Set(chosen).size, Math.min(count, candidates.length));
        for (const node of chosen) assert.ok(candidates.includes(node));
        const fallen = roster.chooseDead();
        assert.ok(dead.size === 0 ? fallen === undefined : dead.has(fallen!));
      },
    ),
  );
});

test('everyone who is up is chosen equally often', () => {
  const random = new Random(1);
  const roster = new Roster(NODES, () => random.next());
  roster.setDead('m0', true);
  const times = new Map<string, number>();
  for (let i = 0; i < 11_000; i++) {
    for (const node of roster.choose(2)) times.set(node, (times.get(node) ?? 0) + 1);
  }
  assert.equal(times.size, 11);
  for (const count of times.values()) assert.ok(Math.abs(count - 2000) < 200, [...times].join(' '));
});

test('it knows its members and no one else', () => {
  const roster = new Roster(NODES, () => 0);
  assert.ok(roster.has('m3'));
  assert.ok(!roster.has('stranger'));
});
