import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LINK, DEFAULT_NODE } from '../topologies/defaults.ts';
import { type Calibrated, calibrationJson, calibrationText } from './calibrate-report.ts';

const ms = (value: number) => ({ ms: value, censored: false });
const outage = (n: number, min: number, median: number, max: number) => {
  return { n, min: ms(min), median: ms(median), max: ms(max), censored: 0 };
};
const spread = (median: number) => ({ n: 1, min: median, median, max: median });

const CALIBRATED: Calibrated = {
  out: 'results/calibrated.yaml',
  fitted: {
    delay: DEFAULT_LINK.delay,
    node: { ...DEFAULT_NODE, perMessageMs: 0.0638, perOperationMs: 0.00409, perSyncMs: 0.114 },
  },
  figures: [
    {
      what: 'idle put, fsync',
      unit: 'ms',
      engine: 'unreplicated',
      threads: spread(0.39),
      simulation: spread(0.48),
      ratio: 0.48 / 0.39,
    },
    {
      what: 'idle put, fsync',
      unit: 'ms',
      engine: 'raft',
      threads: undefined,
      simulation: spread(0.73),
      ratio: undefined,
    },
    {
      what: 'update, 64 clients, none',
      unit: '1/s',
      engine: 'raft',
      threads: spread(79_467),
      simulation: spread(76_880),
      ratio: 0.97,
    },
  ],
  outages: [
    {
      fault: 'kill-leader',
      engine: 'primary-replica',
      threads: outage(50, 1020, 1040, 1110),
      simulation: outage(50, 1020, 1050, 1120),
      ratio: 1.01,
    },
    {
      fault: 'kill-leader',
      engine: 'raft',
      threads: outage(49, 343, 453, 521),
      simulation: outage(50, 329, 427, 576),
      ratio: 0.94,
    },
  ],
};

const EXPECTED = `The same trials on threads and in the simulation
medians; operations/s in closed loops, elsewhere ms; ratio: simulation by
threads
figure                    engine        threads  simulation  ratio
idle put, fsync           unreplicated     0.39        0.48   1.23
                          raft                ·        0.73      ·
update, 64 clients, none  raft           79,000      77,000   0.97

After the leader is killed
outage: ms without an ok write for the clients worst off, min/median/max; ratio:
of the medians
engine                     threads   n         simulation   n  ratio
primary-replica  1,020/1,040/1,110  50  1,020/1,050/1,120  50   1.01
raft                   343/453/521  49        329/427/576  50   0.94

Processor time: 4.09 µs an operation, 63.8 µs a message at either end, 114 µs a
sync.
Topology, for --runtime simulation: results/calibrated.yaml

Outage medians agree within 6.4 % (the farthest apart: raft).
`;

test('one table has all figures, another the outages, and the last line says how far they disagree', () => {
  assert.equal(calibrationText(CALIBRATED, { columns: 80, colour: false }), EXPECTED);
});

test('without outages nothing is said to agree', () => {
  const text = calibrationText({ ...CALIBRATED, outages: [] }, { columns: 80, colour: false });
  assert.match(text, /\n\nNo outage was measured on both\.\n$/);
  assert.doesNotMatch(text, /After the leader/);
  assert.equal('outageMediansApart' in calibrationJson({ ...CALIBRATED, outages: [] }), false);
});
