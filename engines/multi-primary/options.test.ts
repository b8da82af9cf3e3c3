import assert from 'node:assert/strict';
import { test } from 'node:test';
import { THREE } from './fixture.test.ts';
import engine from './index.ts';
import { type Options, presets, validate } from './options.ts';

test('every preset is valid on three nodes', () => {
  for (const preset of Object.values(presets)) assert.deepEqual(validate(preset, THREE), []);
});

test('presets have the same keys', () => {
  for (const preset of Object.values(presets)) assert.deepEqual(Object.keys(preset), Object.keys(presets.default));
});

test('what cannot work is named with what was expected and what came', () => {
  const wrong = (change: Partial<Options>, members = THREE): readonly string[] =>
    validate({ ...presets.default, ...change }, members);
  assert.deepEqual(wrong({ copies: 4 }), [
    'copies: expected a whole number from 1 to 3 (the members that hold data), got 4.',
  ]);
  assert.deepEqual(wrong({ writeQuorum: 4 }), ['writeQuorum: expected a whole number from 1 to 3 (copies), got 4.']);
  assert.deepEqual(wrong({ readQuorum: 0 }), ['readQuorum: expected a whole number from 1 to 3 (copies), got 0.']);
  assert.deepEqual(wrong({ hintAfterMs: 50 }), ['hintAfterMs: expected at least retransmitMs (100 ms), got 50.']);
  assert.deepEqual(wrong({ probeTimeoutMs: 250 }), ['probeTimeoutMs: expected less than probeMs (250 ms), got 250.']);
  assert.equal(wrong({ writeTimeoutMs: Number.NaN }).length, 1);
  assert.equal(wrong({}, [...THREE.slice(0, 2), { id: 'w', zone: 'c', kind: 'witness' }]).length, 1);
});

test('an acknowledged write survives as many nodes or disks as W − 1, and any power loss', () => {
  const claims = (change: Partial<Options>) => engine.claims({ ...presets.default, ...change }, THREE);
  assert.deepEqual(claims({}).acknowledged, { lostNodes: 1, lostDisks: 1, powerLoss: true });
  assert.deepEqual(claims({ writeQuorum: 1 }).acknowledged, { lostNodes: 0, lostDisks: 0, powerLoss: true });
  assert.deepEqual(claims({ writeQuorum: 3 }).acknowledged, { lostNodes: 2, lostDisks: 2, powerLoss: true });
});

test('sessions are claimed only where read quorums meet write quorums and each other', () => {
  const sessions = (writeQuorum: number, readQuorum: number) =>
    engine.claims({ ...presets.default, writeQuorum, readQuorum }, THREE).sessions;
  assert.deepEqual(sessions(2, 2), ['monotonic-reads']);
  assert.deepEqual(sessions(3, 2), ['monotonic-reads']);
  assert.deepEqual(sessions(3, 1), []);
  assert.deepEqual(sessions(1, 2), []);
  assert.deepEqual(sessions(1, 1), []);
});

test('any node suffices for writes only if W is one and every node holds every key', () => {
  const five = [...THREE, ...['n4', 'n5'].map((id) => ({ id, zone: 'a', kind: 'full' as const }))];
  assert.equal(engine.claims(presets.one, THREE).needs, 'any-node');
  assert.equal(engine.claims(presets.one, five).needs, 'write-quorum');
  assert.equal(engine.claims(presets.default, THREE).needs, 'write-quorum');
});
