import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SwimOptions, validateSwim } from './options.ts';

const SOUND: SwimOptions = {
  probeMs: 1000,
  probeTimeoutMs: 500,
  indirectProbes: 3,
  suspicionMs: 4000,
  suspicionMaxFactor: 6,
  healthMax: 8,
  gossipMs: 200,
  gossipNodes: 3,
  pushPullMs: 30_000,
};
const wrong = (change: Partial<SwimOptions>): string[] => validateSwim({ ...SOUND, ...change });

test('what is sound passes, plain SWIM too', () => {
  assert.deepEqual(wrong({}), []);
  assert.deepEqual(wrong({ suspicionMaxFactor: 1, healthMax: 0, gossipNodes: 0, pushPullMs: 0 }), []);
});

test('each mistake is one sentence that names the option, what was expected and what came', () => {
  assert.deepEqual(wrong({ probeMs: 0 }), [
    'probeMs: expected a time above 0 ms, got 0.',
    'probeTimeoutMs: expected less than probeMs (0 ms), got 500.',
  ]);
  assert.deepEqual(wrong({ probeTimeoutMs: Number.NaN }), ['probeTimeoutMs: expected a time above 0 ms, got NaN.']);
  assert.deepEqual(wrong({ indirectProbes: 1.5 }), ['indirectProbes: expected a whole number from 0 to 100, got 1.5.']);
  assert.deepEqual(wrong({ suspicionMaxFactor: 0.5 }), [
    'suspicionMaxFactor: expected a number from 1 to 1000, got 0.5.',
  ]);
  assert.deepEqual(wrong({ pushPullMs: -1 }), ['pushPullMs: expected a time of at least 0 ms (0: never), got -1.']);
});

test('no option may be missing, be no number, or be without end', () => {
  for (const name of Object.keys(SOUND)) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, null, undefined]) {
      assert.notDeepEqual(wrong({ [name]: value as never }), [], `${name}: ${value}`);
    }
  }
});
