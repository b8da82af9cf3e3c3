import assert from 'node:assert/strict';
import { test } from 'node:test';
import { members } from './fixture.test.ts';
import { presets } from './presets.ts';
import { validate } from './validate.ts';

test('every preset runs on two, three and five members, with observers or without, and has the same keys', () => {
  const keys = Object.keys(presets.default).sort();
  for (const [name, options] of Object.entries(presets)) {
    assert.deepEqual(Object.keys(options).sort(), keys);
    for (const count of [2, 3, 5]) {
      assert.deepEqual(validate(options, members(count)), [], name);
      assert.deepEqual(validate(options, members(count, 3)), [], name);
    }
  }
});

const wrong = (changes: object, on = members(3)): readonly string[] => validate({ ...presets.default, ...changes }, on);

test('a field that makes no sense by itself is said in one sentence', () => {
  assert.deepEqual(wrong({}, members(0, 3)), ['members must hold at least one full member, but none holds data.']);
  assert.deepEqual(wrong({ answer: 'semi' }), ['answer must be "async", "semi-sync" or "sync", but is "semi".']);
  assert.match(wrong({ authority: 'vrrp' })[0]!, /^authority must be "majority", "standby" or "manual"/);
  assert.match(wrong({ linkHint: 1 })[0]!, /^linkHint must be true or false/);
  assert.match(
    wrong({ heartbeatMs: 'often' })[0]!,
    /^heartbeatMs must be a number of at least 1 ms, but is "often"\.$/,
  );
  assert.match(wrong({ copies: 0.5 })[0]!, /^copies must be a whole number of at least 0, but is 0.5\.$/);
});

test('copies that the members cannot hold, and a choice that nobody could make, are said', () => {
  assert.deepEqual(wrong({ copies: 3 }), ['copies must be at most 2 with 3 full members, but is 3.']);
  assert.match(wrong({}, members(1))[0]!, /^answer "sync" needs at least two full members/);
  assert.deepEqual(wrong({ answer: 'async', choice: 'highest', copies: 9 }), [], 'async does not look at copies');
  assert.match(wrong({ minReplicas: 3 })[0]!, /^minReplicas must be at most 2/);
  assert.match(wrong({ answer: 'async' })[0]!, /^choice "complete" needs answer "sync"/);
  assert.match(wrong({ copyCounts: 'received' })[0]!, /^choice "complete" needs/);
  assert.match(wrong({ observersQuorum: 4 })[0]!, /^observersQuorum must be at most 3/);
  assert.match(wrong({ windowRecords: 100 })[0]!, /^windowRecords must be at least recordsPerMessage/);
});

test('times that contradict each other are said', () => {
  assert.match(wrong({ leaseMs: 1100 })[0]!, /^detectionMs \+ promotionDelayMs must be at least leaseMs \(1100 ms\)/);
  assert.match(wrong({ leaseMs: 150 })[0]!, /^leaseMs must be at least two heartbeats \(200 ms\)/);
  assert.match(wrong({ isolationMs: 150 })[0]!, /^isolationMs must be 0 or at least two heartbeats/);
  assert.match(wrong({ heartbeatMs: 1000, leaseMs: 2000 })[0]!, /^detectionMs must exceed heartbeatMs/);
  assert.deepEqual(wrong({ leaseMs: 1100, fencing: 'epochs' }), [], 'without leases theirs does not matter');
});

test('authority, choice, detection and fencing have to fit each other', () => {
  const standby = { authority: 'standby', answer: 'async', choice: 'any', fencing: 'epochs' };
  assert.deepEqual(wrong(standby), []);
  assert.match(wrong({ ...standby, fencing: 'lease' })[0]!, /^fencing "lease" needs authority "majority"/);
  assert.match(wrong({ ...standby, choice: 'highest' })[0]!, /^choice must be "any" with authority "standby"/);
  assert.match(wrong({ ...standby, detection: 'observers' })[0]!, /^detection "observers" needs/);
  assert.match(wrong({ fencing: 'none' })[0]!, /^fencing "none" needs authority "standby" or "manual"/);
  assert.match(wrong({ ...standby, authority: 'manual', fencing: 'lease' })[0]!, /^fencing "lease" needs/);
});
