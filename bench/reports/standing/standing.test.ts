import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultRow, runOf } from '../testing/fault-rows.ts';
import { standingOf } from './standing.ts';
import { servedText, standingSections } from './standing-sections.ts';

const fault = (more: object) => ({
  fault: 'deaf-leader-30s',
  fault_for_ms: 30_000,
  served_share: 0.99,
  elections: 1,
  ...more,
});
const rowsOf = (...rows: FaultRow[]): string[][] =>
  standingSections(standingOf(runOf(...rows))).flatMap(({ rows }) =>
    rows.map((cells) => cells.map(({ text }) => text)),
  );

test('what was served, and elections a minute, are means over the faults', () => {
  const [figures] = standingOf(
    runOf(fault({ served_share: 1, elections: 2 }), fault({ served_share: 0.5, elections: 1 })),
  )[0]!.presets;
  assert.deepEqual([figures!.n, figures!.servedShare, figures!.electionsPerMinute], [2, 0.75, 3]);
});

test('it has settled once service is back and nobody else is elected, whichever comes later', () => {
  const rows = [
    fault({ rto_ms: 700, last_election_ms: 400 }),
    fault({ rto_ms: 90, last_election_ms: 1500 }),
    fault({ rto_ms: 80 }),
  ];
  assert.deepEqual(rowsOf(...rows), [['raft', '99.0 %', '2', '80/700/1,500', '3']]);
});

test('who elects until the end, or gets service back only when the fault is over, has not settled', () => {
  const rows = [
    fault({ preset: 'a', rto_ms: 90, last_election_ms: 28_000 }),
    fault({ preset: 'b', rto_ms: 30_400, served_share: 0.02 }),
    fault({ preset: 'c', rto_ms: undefined }),
  ];
  assert.deepEqual(
    rowsOf(...rows).map((cells) => cells.at(-2)),
    ['never', 'never', 'never'],
  );
});

test('not quite all is not shown as all', () => {
  assert.deepEqual([1, 0.99996, 0.9994, 0.0249, 0].map(servedText), ['100 %', '> 99.9 %', '99.9 %', '2.5 %', '0 %']);
});
