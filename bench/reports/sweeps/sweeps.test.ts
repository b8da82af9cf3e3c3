import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sectionLines } from '../terminal.ts';
import { runOf } from '../testing/fault-rows.ts';
import { sweepSections } from './sweep-sections.ts';
import { sweepsOf } from './sweeps.ts';

const fault = (value: number, stale: number, more: object = {}) => ({
  fault: `cut-leader-ppm=${value}`,
  fault_parameter: 'ppm',
  fault_value: value,
  reads: 1000,
  stale_reads: stale,
  acked: 10,
  acked_lost: 0,
  ...more,
});

test('a sweep has a line a preset and a column a value, in the order in which they came, faults of a value together', () => {
  const [sweep, ...others] = sweepsOf(
    runOf(fault(0, 0), fault(0, 1), fault(-500, 40), fault(0, 0, { preset: 'log' }), fault(-500, 0, { preset: 'log' })),
  );
  assert.deepEqual(others, []);
  assert.deepEqual([sweep!.fault, sweep!.parameter, sweep!.values], ['cut-leader', 'ppm', [0, -500]]);
  const pointOf = (line: number, value: number) => {
    const { n, reads, staleReads } = sweep!.lines[line]!.points.get(value)!;
    return [n, reads, staleReads];
  };
  assert.deepEqual(
    [pointOf(0, 0), pointOf(0, -500)],
    [
      [2, 2000, 1],
      [1, 1000, 40],
    ],
  );
  assert.deepEqual(pointOf(1, -500), [1, 1000, 0]);
});

test('several durabilities, or parameters, are sweeps of their own', () => {
  const both = sweepsOf(runOf(fault(0, 0), fault(0, 0, { durability: 'none' })));
  assert.deepEqual(
    both.map(({ fault }) => fault),
    ['cut-leader-fsync', 'cut-leader-none'],
  );
});

test('stale reads are told as a share, none as 0, and what has nothing to say takes no line', () => {
  const [section] = sweepSections(
    sweepsOf(runOf(fault(0, 0), fault(-20_000, 3), fault(-400_000, 40, { acked_lost: 2 }))),
  );
  assert.deepEqual(
    section!.rows.map((cells) => cells.map(({ text }) => text)),
    [
      ['raft', '0', '0.30 %', '4.0 %'],
      ['  outage, ms', '100', '100', '100'],
      ['  lost', '', '', '2'],
    ],
  );
});

test('in a narrow window the mildest values go first, and the one to compare with stays', () => {
  const values = Array.from({ length: 16 }, (_, i) => -1000 * i);
  const [section] = sweepSections(sweepsOf(runOf(...values.map((value) => fault(value, 1)))));
  const head = sectionLines(section!, 80, (text) => text).find((line) => line.startsWith('engine'))!;
  assert.match(head, /^engine +0 .*−14,000 +−15,000$/);
  assert.doesNotMatch(head, /−1,000 /);
});
