import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PhiAccrual } from '../detectors/phi-accrual.ts';
import { Group } from '../membership-group.test.ts';
import { GossipedHeartbeats } from './gossiped.ts';
import type { HeartbeatGossipMessage } from './messages.ts';
import type { Watching } from './watch.ts';

fc.configureGlobal({ seed: 1 });

const ROUND_MS = 1000;
/** As in Cassandra. */
const phi: Watching = (nowMs) =>
  new PhiAccrual(
    {
      threshold: 8,
      expectedMs: 2 * ROUND_MS,
      minDeviationMs: 1,
      samplesMax: 1000,
      distribution: 'exponential',
      intervalMaxMs: 2 * ROUND_MS,
    },
    nowMs,
  );

const group = (count: number, seed: number): Group<HeartbeatGossipMessage, GossipedHeartbeats> =>
  new Group(count, seed, (self, nodes, life, world) => new GossipedHeartbeats(self, nodes, life, ROUND_MS, phi, world));

test('members that are up stay alive, at three messages a member and round however many they are', () => {
  for (const count of [3, 9, 40]) {
    const members = group(count, 1);
    members.run(10 * ROUND_MS);
    const total = (): number => Object.values(members.sent).reduce((sum, n) => sum + n);
    const before = total();
    members.run(100 * ROUND_MS);
    assert.deepEqual(members.changes, []);
    const each = (total() - before) / count / 100;
    assert.ok(each > 2.8 && each < 3.05, `${count}: ${each}`);
  }
});

test('a silent member is dead for all after about 18 rounds', () => {
  for (const count of [3, 9, 40]) {
    const members = group(count, 2);
    members.run(60 * ROUND_MS);
    members.stop('n1');
    members.run(10 * ROUND_MS);
    assert.deepEqual(members.changes, [], `${count}`);
    members.run(20 * ROUND_MS);
    assert.equal(members.calledDead('n1').length, count - 1, `${count}`);
    assert.equal(members.changes.length, count - 1);
  }
});

test('two sides that hold each other dead find together after a cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.nat(), (half, seed) => {
      const members = group(2 * half, seed);
      for (const a of members.ids.slice(0, half)) for (const b of members.ids.slice(half)) members.cut(a, b);
      members.run(100 * ROUND_MS);
      assert.equal(members.seenBy('n1').filter((status) => status === 'dead').length, half);
      members.cuts.clear();
      members.run(30 * ROUND_MS);
      assert.ok(members.allAlive(), members.changes.slice(-10).join('\n'));
    }),
    { numRuns: 20 },
  );
});

test('a closed connection is no verdict', () => {
  const members = group(3, 3);
  members.run(ROUND_MS);
  members.members.get('n2')!.linkDown();
  assert.equal(members.members.get('n2')!.statusOf('n1'), 'alive');
});

test('a new life is alive again for all within a few rounds, and outbids a former one that had come further', () => {
  const members = group(5, 4);
  members.stop('n1');
  members.start('n1', 50);
  members.run(10 * ROUND_MS);
  members.stop('n1');
  members.run(60 * ROUND_MS);
  assert.equal(members.calledDead('n1').length, 4);
  members.start('n1', 2);
  members.run(20 * ROUND_MS);
  assert.ok(members.allAlive(), members.changes.slice(-10).join('\n'));
});

test('a member that slept for long calls nobody dead when it wakes, and those that died meanwhile a little later', () => {
  const members = group(4, 5);
  members.run(30 * ROUND_MS);
  members.pause('n1', 60 * ROUND_MS);
  members.run(ROUND_MS);
  members.stop('n4');
  members.run(62 * ROUND_MS);
  const ofSleeper = () => members.changes.filter((change) => change.startsWith('n1:'));
  assert.deepEqual(ofSleeper(), []);
  members.run(30 * ROUND_MS);
  assert.deepEqual(ofSleeper(), ['n1: n4 alive > dead']);
  assert.equal(members.members.get('n2')!.statusOf('n1'), 'alive');
});
