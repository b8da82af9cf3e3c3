import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Versions } from './versions.ts';

fc.configureGlobal({ seed: 1 });

const MEMBERS = 4;
const heartbeat = fc.tuple(fc.nat({ max: MEMBERS - 1 }), fc.nat({ max: 3 }), fc.nat({ max: 3 }));

function knowing(heartbeats: readonly (readonly [number, number, number])[]): Versions {
  const versions = new Versions(MEMBERS);
  for (const [place, generation, version] of heartbeats) versions.hear(place, generation, version);
  return versions;
}

function hearAll(versions: Versions, heartbeats: readonly number[]): void {
  for (let i = 0; i < heartbeats.length; i += 3) {
    versions.hear(heartbeats[i]!, heartbeats[i + 1]!, heartbeats[i + 2]!);
  }
}

test('one exchange in three messages brings both sides to the newest that either knows, with nothing superfluous', () => {
  fc.assert(
    fc.property(fc.array(heartbeat, { maxLength: 12 }), fc.array(heartbeat, { maxLength: 12 }), (mine, yours) => {
      const [a, b, both] = [knowing(mine), knowing(yours), knowing([...mine, ...yours])];
      const digests = a.digests();
      const newer = b.newerThan(digests);
      const wanted = b.olderThan(digests);
      const rest = a.of(wanted);
      assert.ok(wanted.every((place) => newer.every((_, i) => i % 3 !== 0 || newer[i] !== place)));
      hearAll(a, newer);
      hearAll(b, rest);
      assert.deepEqual(a.digests(), both.digests());
      assert.deepEqual(b.digests(), both.digests());
      assert.deepEqual([b.newerThan(a.digests()), b.olderThan(a.digests())], [[], []]);
    }),
  );
});

test('a later life counts above any version of an earlier one', () => {
  const versions = knowing([[1, 2, 900]]);
  assert.ok(!versions.hear(1, 1, 5000));
  assert.ok(versions.hear(1, 3, 1));
  assert.ok(!versions.hear(1, 3, 1));
  assert.equal(versions.generation(1), 3);
});
