import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultRows, faultTitle, validFaults } from './faults.ts';
import type { TableRow } from './tables.ts';

const base: TableRow<'failovers'> = {
  trial: 't1',
  engine: 'raft',
  preset: 'default',
  fault: 'kill-leader',
  target: 'n1',
  at_ms: 1000,
  observed_ms: 3000,
  valid: true,
};

test('rows of one trial and time are one fault, seen by the clients worst off', () => {
  const [fault, ...others] = validFaults({
    failovers: [
      {
        ...base,
        client_zone: 'a',
        outage_ms: 600,
        outage_from_ms: -3,
        first_commit_ms: 590,
        rto_ms: 640,
        acked: 10,
        acked_lost: 1,
        false_failovers: 2,
      },
      {
        ...base,
        client_zone: 'b',
        outage_ms: 500,
        outage_from_ms: -1,
        first_commit_ms: 480,
        rto_ms: 520,
        acked: 20,
        acked_lost: 0,
        false_failovers: 2,
      },
    ],
  });
  assert.equal(others.length, 0);
  assert.deepEqual(fault?.outage, { ms: 600, censored: false });
  assert.equal(fault?.outageFromMs, -3);
  assert.deepEqual(fault?.firstCommit, { ms: 480, censored: false });
  assert.deepEqual(fault?.rto, { ms: 640, censored: false });
  assert.deepEqual([fault?.acked, fault?.ackedLost, fault?.falseFailovers], [30, 1, 2]);
});

test('a row for all zones gives the sums but does not hide the zone worst off', () => {
  const [fault] = validFaults({
    failovers: [
      { ...base, client_zone: 'all', outage_ms: 100, acked: 30, acked_lost: 1 },
      { ...base, client_zone: 'a', outage_ms: 600, acked: 10, acked_lost: 1 },
      { ...base, client_zone: 'b', outage_ms: 90, acked: 20, acked_lost: 0 },
    ],
  });
  assert.deepEqual([fault?.outage?.ms, fault?.acked, fault?.ackedLost], [600, 30, 1]);
});

test('a censored zone is worse than any measured one', () => {
  const [fault] = validFaults({
    failovers: [
      { ...base, client_zone: 'a', outage_ms: 2900, censored: false },
      { ...base, client_zone: 'b', outage_ms: 1500, censored: true },
    ],
  });
  assert.deepEqual(fault?.outage, { ms: 1500, censored: true });
});

test('what never came within the observation is a lower bound, and what was not measured is nothing', () => {
  const [never] = validFaults({ failovers: [{ ...base, client_zone: 'a', outage_ms: 3000, censored: true }] });
  assert.deepEqual(never?.rto, { ms: 3000, censored: true });
  assert.deepEqual(never?.firstCommit, { ms: 3000, censored: true });
  const [unmeasured] = validFaults({ failovers: [{ ...base, client_zone: 'a' }] });
  assert.deepEqual([unmeasured?.outage, unmeasured?.rto, unmeasured?.acked], [undefined, undefined, undefined]);
});

test('one void zone voids its fault and no other', () => {
  const rows = [
    { ...base, client_zone: 'a', outage_ms: 1 },
    { ...base, client_zone: 'b', outage_ms: 2, valid: false },
    { ...base, at_ms: 9000, client_zone: 'a', outage_ms: 3 },
  ];
  assert.deepEqual(
    validFaults({ failovers: rows }).map((fault) => fault.atMs),
    [9000],
  );
});

test('a void trial voids all its faults, unless a later attempt of that name is valid', () => {
  const failovers = [{ ...base, client_zone: 'a', outage_ms: 1 }];
  const voided = { trial: 't1', valid: false, void_reason: 'stolen' };
  assert.deepEqual(validFaults({ failovers, trials: [voided] }), []);
  assert.equal(faultRows({ failovers, trials: [voided] })[0]?.void_reason, 'stolen');
  assert.equal(validFaults({ failovers, trials: [voided, { trial: 't1', valid: true }] }).length, 1);
});

test('the outage elsewhere leaves out clients of the zone that was hit, and is unknown where that zone is', () => {
  const rows = [
    { ...base, client_zone: 'a', outage_ms: 600 },
    { ...base, client_zone: 'b', outage_ms: 40 },
  ];
  assert.deepEqual(
    validFaults({ failovers: rows, nodes: [{ trial: 't1', node: 'n1', zone: 'a' }] })[0]?.outageElsewhere,
    {
      ms: 40,
      censored: false,
    },
  );
  assert.equal(validFaults({ failovers: rows })[0]?.outageElsewhere, undefined);
});

test('a fault without a title of its own keeps its name', () => {
  assert.equal(faultTitle('kill-leader'), 'After the leader is killed');
  assert.equal(faultTitle('pause-leader-0.1s'), 'After the leader is paused for 0.1 s');
  assert.equal(faultTitle('flood'), 'After the fault flood');
});

test('where a run has two durabilities, their faults are kept apart', () => {
  const row = { trial: 't', engine: 'raft', at_ms: 1, client_zone: 'a', fault: 'power-cut', outage_ms: 5, valid: true };
  const faults = validFaults({
    failovers: [
      { ...row, durability: 'fsync', acked: 10, acked_lost: 0 },
      { ...row, trial: 'u', durability: 'none', acked: 10, acked_lost: 4 },
    ],
  });
  assert.deepEqual(
    faults.map(({ fault, ackedLost }) => [faultTitle(fault), ackedLost]),
    [
      ['After a power cut of all nodes, durability fsync', 0],
      ['After a power cut of all nodes, durability none', 4],
    ],
  );
});
