import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { leaderAt, leadership, overlapMs } from './leadership.ts';
import { historyOf, type Row } from './synthetic-history.ts';

/** Writes answered by a node every 10 ms, at from, from + 10, … up to and including `to`. */
function answers(node: string, fromMs: number, toMs: number): Row[] {
  const rows: Row[] = [];
  for (let at = fromMs; at <= toMs; at += 10)
    rows.push({ start: at - 2, end: at + 2, answeredBy: node, answeredAt: at });
  return rows;
}

const leads = (atMs: number, node: string, epoch: number): ClusterEvent => ({
  atMs,
  kind: 'note',
  node,
  note: { kind: 'leads', epoch },
});

const DEFAULTS = { leaderless: false, events: [], excused: [] };

test('the leader at an instant is whoever answered the latest ok write', () => {
  const history = historyOf([
    ...answers('n1', 100, 200),
    ...answers('n2', 300, 400),
    { kind: 'get', answeredBy: 'n3', answeredAt: 350 },
    { outcome: 'fail', answeredBy: 'n3', answeredAt: 350 },
    { outcome: 'unknown' },
  ]);
  assert.deepEqual(
    [99, 100, 299, 300, 9000].map((at) => leaderAt(history, at)),
    [undefined, 'n1', 'n1', 'n2', 'n2'],
  );
});

test('a change while a node was dead is a failover, one without is false', () => {
  const history = historyOf([...answers('n1', 0, 990), ...answers('n2', 1500, 3000), ...answers('n3', 3010, 4000)]);
  const result = leadership(history, { ...DEFAULTS, excused: [{ fromMs: 1000, toMs: 2000 }] });
  assert.deepEqual(result.changes, [
    { from: 'n1', to: 'n2', lastBeforeMs: 990, atMs: 1500, falseFailover: false },
    { from: 'n2', to: 'n3', lastBeforeMs: 3000, atMs: 3010, falseFailover: true },
  ]);
  assert.equal(result.falseFailovers, 1);
});

test('a node that was back before the new leader answered still excuses the change', () => {
  const history = historyOf([...answers('n1', 0, 990), ...answers('n2', 1500, 2000)]);
  assert.equal(leadership(history, { ...DEFAULTS, excused: [{ fromMs: 1000, toMs: 1050 }] }).falseFailovers, 0);
  assert.equal(leadership(history, { ...DEFAULTS, excused: [{ fromMs: 500, toMs: 600 }] }).falseFailovers, 1);
});

test('a leader that follows itself in a new epoch is no change', () => {
  const history = historyOf([...answers('n1', 0, 500), ...answers('n1', 900, 1500)]);
  const result = leadership(history, { ...DEFAULTS, events: [leads(0, 'n1', 1), leads(800, 'n1', 2)] });
  assert.equal(result.falseFailovers, 0);
  assert.deepEqual(
    result.reigns.map(({ epoch, firstMs, lastMs, answers: count }) => [epoch, firstMs, lastMs, count]),
    [
      [1, 0, 500, 51],
      [2, 900, 1500, 61],
    ],
  );
});

test('two nodes that answer writes at once are dual primaries for as long as their reigns overlap', () => {
  const history = historyOf([...answers('n1', 0, 1000), ...answers('n2', 705, 2005)]);
  const events = [leads(0, 'n1', 1), leads(700, 'n2', 2)];
  const result = leadership(history, { ...DEFAULTS, events });
  assert.equal(result.dualPrimaryMs, 295);
  assert.equal(result.epochsReported, true);
  // The old leader's straggling answers are no further changes.
  assert.equal(result.changes.length, 1);
  assert.equal(leadership(history, { ...DEFAULTS, events, fromMs: 900 }).dualPrimaryMs, 100);
  assert.equal(leadership(history, { ...DEFAULTS, events, fromMs: 900 }).changes.length, 0);
});

test('a node that loses the lead and regains it is dual only where its epochs say so', () => {
  const history = historyOf([...answers('n1', 0, 1000), ...answers('n2', 1500, 2500), ...answers('n1', 3000, 4000)]);
  const events = [leads(0, 'n1', 1), leads(1400, 'n2', 2), leads(2900, 'n1', 3)];
  const told = leadership(history, { ...DEFAULTS, events });
  assert.equal(told.dualPrimaryMs, 0);
  assert.equal(told.changes.length, 2);
  const untold = leadership(history, DEFAULTS);
  assert.equal(untold.epochsReported, false);
  assert.equal(untold.dualPrimaryMs, 1000, 'an upper bound');
  assert.equal(untold.changes.length, 2);
});

test('a first leader that announced nothing is told from the epochs that follow', () => {
  const history = historyOf([...answers('n1', 0, 1000), ...answers('n2', 1500, 2500), ...answers('n1', 3000, 4000)]);
  const result = leadership(history, { ...DEFAULTS, events: [leads(1400, 'n2', 1), leads(2900, 'n1', 2)] });
  assert.equal(result.dualPrimaryMs, 0);
  assert.equal(result.changes.length, 2);
});

test('where any node may answer, leadership has no figures', () => {
  const history = historyOf([...answers('n1', 0, 1000), ...answers('n2', 5, 1005)]);
  const result = leadership(history, { ...DEFAULTS, leaderless: true });
  assert.equal(result.falseFailovers, undefined);
  assert.equal(result.dualPrimaryMs, undefined);
});

test('the overlap is the measure of the instants that two stretches share', () => {
  const stretch = fc.record({ from: fc.integer({ min: 0, max: 40 }), took: fc.integer({ min: 0, max: 15 }) });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 8 }), (stretches) => {
      const reigns = stretches.map(({ from, took }) => ({
        node: 'n',
        epoch: 1,
        firstMs: from,
        lastMs: from + took,
        answers: 1,
      }));
      let expected = 0;
      for (let at = 5; at < 45; at++) {
        if (reigns.filter(({ firstMs, lastMs }) => firstMs <= at && lastMs >= at + 1).length >= 2) expected++;
      }
      assert.equal(overlapMs(reigns, 5, 45), expected);
    }),
    { seed: 1 },
  );
});

test('only ok writes make a leader: reads, refusals and silence do not', () => {
  const others: Row[] = [
    { kind: 'get', answeredBy: 'n2', answeredAt: 305 },
    { outcome: 'fail', answeredBy: 'n2', answeredAt: 315 },
    { outcome: 'unknown', answeredBy: 'n2', answeredAt: 325 },
    { outcome: 'unknown' },
  ];
  const history = historyOf([...answers('n1', 0, 1000), ...others]);
  const result = leadership(history, DEFAULTS);
  assert.deepEqual(
    result.reigns.map(({ node, answers: count }) => [node, count]),
    [['n1', 101]],
  );
  assert.deepEqual(
    [306, 316, 326].map((at) => leaderAt(history, at)),
    ['n1', 'n1', 'n1'],
  );
});

test('only a node’s own announcements of a lead split its reigns, in whatever order they come', () => {
  const suspicion: ClusterEvent = { atMs: 450, kind: 'note', node: 'n1', note: { kind: 'suspects', node: 'n2' } };
  const healed: ClusterEvent = { atMs: 460, kind: 'heal', fault: { kind: 'power-cut' } };
  const events = [leads(700, 'n1', 2), suspicion, leads(500, 'n3', 9), healed, leads(0, 'n1', 1)];
  const { reigns } = leadership(historyOf(answers('n1', 0, 1000)), { ...DEFAULTS, events });
  assert.deepEqual(
    reigns.map(({ epoch, firstMs, lastMs }) => [epoch, firstMs, lastMs]),
    [
      [1, 0, 690],
      [2, 700, 1000],
    ],
  );
});

test('a change belongs to the stretch in which the new leader first answered', () => {
  const history = historyOf([...answers('n1', 0, 500), ...answers('n2', 1000, 1500)]);
  const falseIn = (fromMs: number, toMs: number) => leadership(history, { ...DEFAULTS, fromMs, toMs }).falseFailovers;
  assert.deepEqual([falseIn(0, 1000), falseIn(1000, 2000), falseIn(1001, 2000)], [0, 1, 0]);
});
