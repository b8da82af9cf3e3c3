import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Claims } from '../api.ts';
import { claims } from './claims.ts';
import { members } from './fixture.test.ts';
import { presets } from './presets.ts';

const of = (preset: keyof typeof presets, full: number, witnesses = 0, options: object = {}): Claims =>
  claims({ ...presets[preset], ...options }, members(full, witnesses));

test('who promotes complete copies only, after the lease, is linearizable and loses nothing that it could still serve', () => {
  assert.equal(of('default', 3).reads.default, 'linearizable');
  assert.deepEqual(of('default', 3).acknowledged, { lostNodes: 1, lostDisks: 0, powerLoss: true });
  assert.equal(of('default', 5).acknowledged.lostNodes, 1);
  assert.equal(of('default', 5, 0, { copies: 2 }).acknowledged.lostNodes, 2);
  assert.equal(of('patroni-sync', 3, 3).reads.default, 'linearizable');
  assert.equal(of('default', 2).acknowledged.lostNodes, 0, 'the other alone is no majority');
});

test('without a lease a deposed primary shows what was true before, and with replica reads so does any node', () => {
  assert.equal(of('mongodb-majority', 3).reads.default, 'eventual');
  assert.equal(of('mongodb-majority', 3).acknowledged.powerLoss, true);
  assert.equal(of('default', 3, 0, { reads: 'replicas' }).reads.default, 'eventual');
  assert.deepEqual(of('default', 3, 0, { reads: 'replicas' }).sessions, []);
});

test('who answers before there are copies, or without them after a while, claims to lose some', () => {
  for (const preset of ['async', 'vrrp', 'redis-sentinel', 'patroni-async', 'mysql-semi-sync', 'mongodb-w1'] as const) {
    assert.deepEqual(of(preset, 3, 3).acknowledged, { lostNodes: 0, lostDisks: 0, powerLoss: false }, preset);
    assert.equal(of(preset, 3).reads.default, 'eventual');
  }
});

test('manual never promotes what lacks a write, and never comes back either', () => {
  assert.equal(of('manual', 3).acknowledged.powerLoss, true);
  assert.equal(of('manual', 3).acknowledged.lostNodes, 0);
  assert.equal(of('manual', 3).needs, 'all');
});

test('which nodes have to be there follows from who votes and how many copies are waited for', () => {
  assert.equal(of('default', 3).needs, 'majority');
  assert.equal(of('default', 5).needs, 'write-quorum', 'promotion needs four of five');
  assert.equal(of('default', 5, 0, { copies: 2 }).needs, 'majority');
  assert.equal(of('default', 2).needs, 'all');
  assert.equal(of('default', 2, 3).needs, 'all', 'one copy is waited for, for ever');
  assert.equal(of('redis-sentinel', 2).needs, 'all', 'two observers, and both are needed');
  assert.equal(of('redis-sentinel', 2, 3).needs, 'majority');
  assert.equal(of('vrrp', 2).needs, 'any-node');
});

test('verdicts hang on the shortest silence that has consequences', () => {
  assert.deepEqual(of('default', 3).deadlines, { shortestTimeoutMs: 800, heartbeatMs: 100 });
  assert.deepEqual(of('redis-sentinel', 3).deadlines, { shortestTimeoutMs: 30_000, heartbeatMs: 1000 });
  const { shortestTimeoutMs } = of('default', 3, 0, { detection: 'phi', fencing: 'epochs', isolationMs: 0 }).deadlines!;
  assert.ok(shortestTimeoutMs > 200 && shortestTimeoutMs < 600, `phi: ${shortestTimeoutMs} ms`);
});
