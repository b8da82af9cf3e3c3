import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presets as multiPrimary } from '../multi-primary/presets.ts';
import { deadlinesOf } from '../parts/membership-kinds.ts';
import { type MembershipOptions, validateMembership } from '../parts/membership-options.ts';
import { presets } from './presets.ts';

const wrong = (change: Partial<MembershipOptions>): readonly string[] =>
  validateMembership({ ...presets.default, ...change });

test('every preset is valid', () => {
  for (const preset of Object.values(presets)) assert.deepEqual(validateMembership(preset), []);
});

test('the default preset measures the membership that multi-primary runs', () => {
  for (const [name, value] of Object.entries(multiPrimary.default)) {
    if (name in presets.default) assert.equal(presets.default[name as keyof MembershipOptions], value, name);
  }
});

test('what cannot work is named with what was expected and what came', () => {
  assert.deepEqual(wrong({ detector: 'guess' as never }), [
    'detector: expected one of swim, heartbeats, phi, gossip-phi, got guess.',
  ]);
  assert.deepEqual(wrong({ timeoutMs: 1000 }), ['timeoutMs: expected more than heartbeatMs (1000 ms), got 1000.']);
  assert.deepEqual(wrong({ phiThreshold: 0 }), ['phiThreshold: expected a number from 1 to 100, got 0.']);
  assert.deepEqual(wrong({ phiSamples: 1 }), ['phiSamples: expected a whole number from 2 to 10000, got 1.']);
  assert.deepEqual(wrong({ healthMax: -1 }), ['healthMax: expected a whole number from 0 to 100, got -1.']);
  assert.equal(wrong({ gossipRoundMs: Number.NaN }).length, 1);
});

test('the shortest time-out is the one of the detector that is chosen', () => {
  const rounded = Object.entries(presets).map(([name, options]) => {
    const { shortestTimeoutMs, heartbeatMs } = deadlinesOf(options);
    return [name, Math.round(shortestTimeoutMs), heartbeatMs];
  });
  assert.deepEqual(rounded, [
    ['default', 1250, 250],
    ['memberlist-lan', 5000, 1000],
    ['swim', 5000, 1000],
    ['fixed-heartbeats', 5000, 1000],
    ['phi-heartbeats', 1561, 1000],
    ['cassandra-gossip', 18_421, 1000],
  ]);
});
