import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claims } from './claims.ts';
import { five, three } from './fixture.test.ts';
import definition from './index.ts';
import type { RaftOptions } from './options.ts';
import { presets } from './presets.ts';
import { validate } from './validate.ts';

test('every preset is valid, and has exactly the keys of the default', () => {
  const keys = Object.keys(presets.default).sort();
  for (const [name, options] of Object.entries(presets)) {
    assert.deepEqual(validate(options, three), [], name);
    assert.deepEqual(Object.keys(options).sort(), keys, name);
  }
});

test('wrong options get a sentence with the field, what was expected, and what came', () => {
  const rows: [Partial<RaftOptions>, RegExp][] = [
    [{ heartbeatMs: 0 }, /heartbeatMs must be a number of milliseconds above 0, not 0\./],
    [{ electionTimeoutMaxMs: 200 }, /electionTimeoutMaxMs must be at least electionTimeoutMinMs \(300\), not 200\./],
    [{ heartbeatMs: 300, quorumTimeoutMs: 400 }, /heartbeatMs must be below electionTimeoutMinMs \(300\), not 300\./],
    [{ quorumTimeoutMs: 50 }, /quorumTimeoutMs must be above heartbeatMs \(50\) while checkQuorum is on, not 50\./],
    [{ commitNoticeMs: -1 }, /commitNoticeMs must be a number of milliseconds, 0 or more, not -1\./],
    [{ entriesPerAppend: 0 }, /entriesPerAppend must be a whole number from 1 to 65536, not 0\./],
    [{ inFlightAppendsMax: 1.5 }, /inFlightAppendsMax must be a whole number/],
    [{ reads: 'lease', leaseMs: 50 }, /leaseMs must be above heartbeatMs \(50\), .*, not 50\./],
    [{ driftPpm: 1e6 }, /driftPpm must be a number of parts in a million/],
    [{ trailingEntries: -1 }, /trailingEntries must be a whole number, 0 or more, not -1\./],
    [{ snapshotEntries: 0 }, /snapshotEntries must be a whole number above 0, not 0\./],
    [{ readmission: 'never' as 'operator' }, /readmission must be one of automatic, operator, not "never"\./],
    [{ preVote: 'yes' } as unknown as Partial<RaftOptions>, /preVote must be true or false, not "yes"\./],
    [
      { reads: 'stale' } as unknown as Partial<RaftOptions>,
      /reads must be one of read-index, lease, log, local, not "stale"\./,
    ],
  ];
  for (const [change, expected] of rows) {
    const wrong = validate({ ...presets.default, ...change }, three);
    assert.equal(wrong.length, 1, JSON.stringify(wrong));
    assert.match(wrong[0]!, expected);
  }
});

test('a cluster that nobody could lead is refused', () => {
  const witnesses = three.map((member) => ({ ...member, kind: 'witness' as const }));
  assert.match(validate(presets.default, witnesses)[0]!, /at least one member of kind full/);
});

test('claims follow from the options and from how many vote', () => {
  const spare = { id: 's', zone: 'z', kind: 'spare' } as const;
  assert.equal(claims(presets.default, [...three, spare]).acknowledged.lostNodes, 1);
  assert.equal(claims(presets.default, five).acknowledged.lostNodes, 2);
  assert.equal(claims(presets.default, three.slice(0, 2)).acknowledged.lostNodes, 0);
  assert.equal(claims(presets.default, three).reads.default, 'linearizable');
  assert.equal(claims({ ...presets.default, reads: 'local' }, three).reads.default, 'eventual');
  assert.equal(claims({ ...presets.default, reads: 'lease' }, three).assumes.driftPpm, 10_000);
  assert.deepEqual(
    [claims(presets.default, three).exactlyOnce, claims({ ...presets.default, sessions: false }, three).exactlyOnce],
    [true, false],
  );
  assert.equal(claims({ ...presets.default, lazySync: true }, three).acknowledged.powerLoss, false);
  assert.equal(claims(presets.default, [...three.slice(0, 2), { ...spare, kind: 'witness' }]).needs, 'all');
});

test('the definition carries it all under its name', () => {
  assert.deepEqual([definition.name, definition.presets, definition.claims], ['raft', presets, claims]);
});
