import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../random.ts';
import { type ElectionTimes, leaderlessMs } from './election-model.ts';

const PAPER: ElectionTimes = { timeoutMinMs: 150, timeoutMaxMs: 300, heartbeatMs: 75, roundTrips: 1, syncs: 1 };

test('without distances and disks it is the wait of whoever waits shortest, less half a heartbeat', () => {
  const near = { candidates: 2, oneWayMs: 0, syncMs: 0 };
  assert.equal(leaderlessMs(PAPER, near), 150 + 50 - 37.5);
  assert.equal(leaderlessMs(PAPER, { ...near, candidates: 4 }), 150 + 30 - 37.5);
});

test('a sign of life under way counts once, each round trip twice, each sync once', () => {
  const times = { ...PAPER, roundTrips: 2, syncs: 1 };
  const far = { candidates: 2, oneWayMs: 35, syncMs: 5 };
  assert.equal(leaderlessMs(times, far), 162.5 + 35 + 4 * 35 + 5);
});

test('it is the mean of what it describes', () => {
  const random = new Random('elections');
  const places = { candidates: 3, oneWayMs: 4, syncMs: 12 };
  const draws = 20_000;
  let sumMs = 0;
  for (let i = 0; i < draws; i++) {
    const lastSignMs = -random.between(0, PAPER.heartbeatMs) + places.oneWayMs;
    const waits = Array.from({ length: places.candidates }, () =>
      random.between(PAPER.timeoutMinMs, PAPER.timeoutMaxMs),
    );
    sumMs += lastSignMs + Math.min(...waits) + 2 * places.oneWayMs + places.syncMs;
  }
  const expectedMs = leaderlessMs(PAPER, places);
  assert.ok(Math.abs(sumMs / draws - expectedMs) < 1, `${sumMs / draws} ms, ${expectedMs} ms by the formula`);
});
