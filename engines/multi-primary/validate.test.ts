import assert from 'node:assert/strict';
import { test } from 'node:test';
import { THREE } from './fixture.test.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';
import { validate } from './validate.ts';

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
  const quorums = 'a whole number from 1 to 3 (copies) or majority, all, local-majority, each-majority';
  assert.deepEqual(wrong({ writeQuorum: 4 }), [`writeQuorum: expected ${quorums}, got 4.`]);
  assert.deepEqual(wrong({ readQuorum: 'most' as never }), [`readQuorum: expected ${quorums}, got most.`]);
  assert.deepEqual(wrong({ clock: 'sun' as never }), ['clock: expected hybrid or wall, got sun.']);
  assert.deepEqual(wrong({ versions: 'siblings', clock: 'wall' }), [
    'clock: expected hybrid with versions siblings, so that what a write replaces has an earlier time, got wall.',
  ]);
  assert.deepEqual(wrong({ versions: 'both' as never }), ['versions: expected last-writer or siblings, got both.']);
  assert.deepEqual(wrong({ missingCopies: 'none' as never }), [
    'missingCopies: expected nothing or hints or stand-ins, got none.',
  ]);
  assert.deepEqual(wrong({ tombstoneGraceMs: 1000 }), [
    'tombstoneGraceMs: expected at least hintWindowMs, readTimeoutMs and writeTimeoutMs (10800000 ms), got 1000.',
  ]);
  assert.deepEqual(wrong({ hintAfterMs: 50 }), ['hintAfterMs: expected at least retransmitMs (100 ms), got 50.']);
  assert.deepEqual(wrong({ probeTimeoutMs: 250 }), ['probeTimeoutMs: expected less than probeMs (250 ms), got 250.']);
  assert.equal(wrong({ writeTimeoutMs: Number.NaN }).length, 1);
  assert.equal(wrong({}, [...THREE.slice(0, 2), { id: 'w', zone: 'c', kind: 'witness' }]).length, 1);
});
