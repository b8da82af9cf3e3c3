import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultRow, runOf } from '../testing/fault-rows.ts';
import { electionsOf } from './elections.ts';
import { electionsSections } from './elections-sections.ts';

const crash = (minMs: number, maxMs: number, leaderlessMs: number | undefined, more: object = {}) => ({
  preset: `${minMs}-${maxMs}`,
  timeout_min_ms: minMs,
  timeout_max_ms: maxMs,
  model_ms: 128.4,
  detect_ms: 50,
  elect_ms: leaderlessMs === undefined ? undefined : leaderlessMs - 50,
  censored: leaderlessMs === undefined,
  ...more,
});
const textsOf = (...rows: FaultRow[]): string[][] =>
  electionsSections(electionsOf(runOf(...rows))).flatMap(({ rows }) =>
    rows.map((cells) => cells.map(({ text }) => text)),
  );

test('the time without a leader is told beside its model, shortest time-outs first', () => {
  const rows = textsOf(crash(150, 300, 180), crash(12, 24, 40), crash(150, 300, 220), crash(150, 300, 260));
  assert.deepEqual(rows, [
    ['12–24', '40', '40', '40', '128', '40', '40', '0', '1'],
    ['150–300', '180', '220', '220', '128', '260', '260', '0', '3'],
  ]);
});

test('what nobody won counts as long as it was observed, and is never hidden', () => {
  const [row] = textsOf(crash(150, 150, 200), crash(150, 150, undefined), crash(150, 150, undefined));
  assert.deepEqual(row, ['150–150', '200', '> 60,000', '> 40,100', '128', '> 60,000', '> 60,000', '2', '3']);
});

test('where writes came back somebody led: without a note of it there is no figure', () => {
  assert.deepEqual(electionsOf(runOf({ ...crash(150, 300, undefined), censored: false })), []);
  assert.deepEqual(electionsOf(runOf({ ...crash(150, 300, undefined), detect_ms: undefined })), []);
});

test('presets and faults with the same time-outs are told apart, and parts of a suite stand apart', () => {
  const first = { part: 'one down', fault: 'kill-leader' };
  const labels = electionsOf(
    runOf(
      crash(300, 600, 400, { ...first, preset: 'paper' }),
      crash(300, 600, 500, { ...first, preset: 'default' }),
      crash(300, 600, 500, { part: 'two down' }),
    ),
  ).map(({ part, lines }) => [part, ...lines.map(({ label }) => label)]);
  assert.deepEqual(labels, [
    ['one down', '300–600, raft:paper', '300–600, raft'],
    ['two down', '300–600'],
  ]);
});
