import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FixedTimeout } from '../detectors/fixed-timeout.ts';
import { PhiAccrual } from '../detectors/phi-accrual.ts';
import { DELAY_MS, Group } from '../membership-group.test.ts';
import { AllToAllHeartbeats } from './all-to-all.ts';
import type { HeartbeatMessage } from './messages.ts';
import type { Watching } from './watch.ts';

fc.configureGlobal({ seed: 1 });

const BEAT_MS = 100;
const fixed: Watching = (nowMs) => new FixedTimeout(500, nowMs);
const phi: Watching = (nowMs) =>
  new PhiAccrual(
    { threshold: 8, expectedMs: BEAT_MS, minDeviationMs: 20, samplesMax: 100, distribution: 'normal' },
    nowMs,
  );

const group = (count: number, seed: number, detector = fixed): Group<HeartbeatMessage, AllToAllHeartbeats> =>
  new Group(
    count,
    seed,
    (self, nodes, life, world) => new AllToAllHeartbeats(self, nodes, life, BEAT_MS, detector, world),
  );

test('each member sends one heartbeat to each other in each period, and nobody is called dead', () => {
  const members = group(6, 1);
  members.run(200);
  const before = members.sent.heartbeat!;
  members.run(5000);
  assert.equal(members.sent.heartbeat! - before, 50 * 6 * 5);
  assert.deepEqual(members.changes, []);
});

test('a silent member is dead for each other one when the time-out has passed since its last heartbeat, and not before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.nat(), (count, seed) => {
      const members = group(count, seed);
      members.run(1000);
      members.stop('n1');
      members.run(500 - BEAT_MS - DELAY_MS);
      assert.deepEqual(members.changes, []);
      members.run(BEAT_MS + 2 * DELAY_MS);
      assert.equal(members.calledDead('n1').length, count - 1);
      assert.equal(members.changes.length, count - 1);
    }),
    { numRuns: 20 },
  );
});

test('with phi accrual a regular member is found dead sooner than by a time-out that bears the same loss', () => {
  const deadAfterMs = (detector: Watching): number => {
    const members = group(3, 4, detector);
    members.run(10_000);
    members.stop('n1');
    let ms = 0;
    for (; members.calledDead('n1').length < 2; ms += 5) members.run(5);
    return ms;
  };
  assert.ok(deadAfterMs(phi) < deadAfterMs(fixed) / 2);
});

test('after loss, cuts and sleep everyone is alive again with the next heartbeats', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 5 }), fc.nat(), fc.boolean(), (count, seed, isPhi) => {
      const members = group(count, seed, isPhi ? phi : fixed);
      members.lossShare = 0.7;
      members.cut('n1', 'n2');
      members.run(3000);
      members.pause('n2', 2000);
      members.run(3000);
      assert.ok(members.changes.length > 0);
      members.lossShare = 0;
      members.cuts.clear();
      members.run(BEAT_MS + 2 * DELAY_MS);
      assert.ok(members.allAlive(), members.changes.slice(-10).join('\n'));
    }),
    { numRuns: 20 },
  );
});

test('a closed connection is a death at once, which a heartbeat of that life does not take back, and one of the next does', () => {
  const members = group(3, 2);
  members.run(300);
  const n2 = members.members.get('n2')!;
  n2.linkDown('n1');
  assert.equal(n2.statusOf('n1'), 'dead');
  n2.onMessage('n1', { type: 'heartbeat', life: 0 });
  assert.equal(n2.statusOf('n1'), 'dead');
  members.stop('n1');
  members.start('n1', 1);
  members.run(DELAY_MS);
  assert.ok(members.allAlive());
});

test('who is heard in a new life before the end of the old one is seen is alive with the next heartbeat', () => {
  const members = group(2, 2);
  members.run(300);
  const n2 = members.members.get('n2')!;
  n2.onMessage('n1', { type: 'heartbeat', life: 1 });
  n2.linkDown('n1');
  n2.linkUp('n1');
  assert.equal(n2.statusOf('n1'), 'dead');
  n2.onMessage('n1', { type: 'heartbeat', life: 1 });
  assert.equal(n2.statusOf('n1'), 'alive');
});

test('a member to which a connection opens is greeted at once', () => {
  const members = group(2, 2);
  members.run(1000);
  const before = members.sent.heartbeat!;
  members.members.get('n1')!.linkUp('n2');
  assert.equal(members.sent.heartbeat, before + 1);
});
