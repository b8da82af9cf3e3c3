import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../api.ts';
import { THREE } from './fixture.test.ts';
import engine from './index.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';

const claims = (change: Partial<Options>, members: readonly Member[] = THREE) =>
  engine.claims({ ...presets.default, ...change }, members);

const full = (zones: string): Member[] => [...zones].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));

test('an acknowledged write survives as many nodes or disks as W − 1, and any power loss unless receipt is enough', () => {
  assert.deepEqual(claims({}).acknowledged, { lostNodes: 1, lostDisks: 1, powerLoss: true });
  assert.deepEqual(claims({ writeQuorum: 1 }).acknowledged, { lostNodes: 0, lostDisks: 0, powerLoss: true });
  assert.deepEqual(claims({ writeQuorum: 'all' }).acknowledged, { lostNodes: 2, lostDisks: 2, powerLoss: true });
  assert.equal(claims({ acknowledgesOn: 'receipt' }).acknowledged.powerLoss, false);
});

test('of a quorum by zones the copies that count are those of the least zone', () => {
  const change = { copies: 6, writeQuorum: 'local-majority', readQuorum: 1 } as const;
  assert.equal(claims(change, full('aaabbb')).acknowledged.lostNodes, 1);
  assert.equal(claims({ ...change, writeQuorum: 'each-majority' }, full('aaabbb')).acknowledged.lostNodes, 3);
});

test('sessions are promised only where reads meet writes and each other', () => {
  const ALL = ['read-your-writes', 'monotonic-reads'];
  const sessions = (
    writeQuorum: Options['writeQuorum'],
    readQuorum: Options['readQuorum'],
    zones = 'abc',
    copies = 3,
  ) => claims({ copies, writeQuorum, readQuorum }, full(zones)).sessions;
  assert.deepEqual(sessions(2, 2), ALL);
  assert.deepEqual(sessions('all', 'majority'), ALL);
  assert.deepEqual(sessions(3, 1), []);
  assert.deepEqual(sessions(1, 2), []);
  assert.deepEqual(sessions(1, 1), []);
  assert.deepEqual(sessions(2, 2, 'aabb', 4), []);
  assert.deepEqual(sessions('each-majority', 'each-majority', 'aaabbb', 6), ALL);
  assert.deepEqual(sessions('each-majority', 'local-majority', 'aaabbb', 6), []);
  assert.deepEqual(sessions('local-majority', 'local-majority', 'aaabbb', 6), []);
});

test('what a session is promised depends on clock, repair and what a crash undoes too', () => {
  const sessions = (change: Partial<Options>) => claims(change).sessions;
  assert.deepEqual(sessions({ readRepair: 'behind' }), ['read-your-writes']);
  assert.deepEqual(sessions({ clock: 'wall' }), ['monotonic-reads']);
  assert.deepEqual(sessions({ clock: 'wall', readRepair: 'none' }), []);
  assert.deepEqual(sessions({ acknowledgesOn: 'receipt' }), []);
});

test('with stand-ins no session is promised anything, and as much survives as without', () => {
  const { sessions, acknowledged } = claims({ missingCopies: 'stand-ins' }, full('abcde'));
  assert.deepEqual(sessions, []);
  assert.deepEqual(acknowledged, { lostNodes: 1, lostDisks: 1, powerLoss: true });
});

test('all versions can be read where concurrent writes are kept', () => {
  assert.equal(claims({ versions: 'siblings' }).reads.versions, 'eventual');
  assert.equal(claims({}).reads.versions, undefined);
});

test('any node suffices for writes only if one copy is enough and every node holds every key', () => {
  const needs = (change: Partial<Options>, zones: string) => claims(change, full(zones)).needs;
  assert.equal(needs({ writeQuorum: 1 }, 'abc'), 'any-node');
  assert.equal(needs({ writeQuorum: 1 }, 'abcab'), 'write-quorum');
  assert.equal(needs({}, 'abc'), 'write-quorum');
  assert.equal(needs({ writeQuorum: 1, missingCopies: 'stand-ins' }, 'abcab'), 'any-node');
  assert.equal(needs({ writeQuorum: 'local-majority' }, 'abc'), 'any-node');
  // In the zone of one copy that one is enough, in the other it takes two.
  assert.equal(needs({ writeQuorum: 'local-majority' }, 'aab'), 'write-quorum');
});
