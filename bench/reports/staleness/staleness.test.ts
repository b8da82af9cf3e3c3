import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawCharts } from '../charts.ts';
import type { TableRow, Tables } from '../tables.ts';
import { sectionLines } from '../terminal.ts';
import { modelFit, modelSeenFromMs, seenFromMs, stalenessOf } from './staleness.ts';
import { stalenessSections } from './staleness-sections.ts';

type Row = TableRow<'staleness'>;

/** Made up: so many of 1,000 reads in each bin of a power of ten, from the first one, which begins at 0. */
const rowsOf = (consistent: readonly number[], more: Row = {}): Row[] =>
  consistent.map((times, i) => ({
    trial: 'staleness-1',
    engine: 'multi-primary',
    preset: 'one',
    topology: 'pair',
    seed: 1,
    from_ms: i === 0 ? 0 : 10 ** (i - 1),
    to_ms: 10 ** i,
    reads: 1000,
    consistent: times,
    model_share: times / 1000,
    ...more,
  }));
const tablesOf = (...rows: readonly (readonly Row[])[]): Tables => ({ staleness: rows.flat() });
const textsOf = (tables: Tables): string[][] =>
  stalenessSections(stalenessOf(tables)).flatMap(({ rows }) => rows.map((cells) => cells.map(({ text }) => text)));

test('seeds of a preset and topology are pooled, by their numbers of reads, and the model with them', () => {
  const [curve, ...others] = stalenessOf(
    tablesOf(
      rowsOf([500, 1000], { seed: 1 }),
      rowsOf([300], { seed: 2, reads: 3000, model_share: 0.1 }),
      rowsOf([0], { seed: 2, from_ms: 100, to_ms: 1000 }),
    ),
  );
  assert.deepEqual(others, []);
  assert.deepEqual(
    curve!.bins.map(({ fromMs, toMs, reads, consistent }) => [fromMs, toMs, reads, consistent]),
    [
      [0, 1, 4000, 800],
      [1, 10, 1000, 1000],
      [100, 1000, 1000, 0],
    ],
  );
  assert.ok(Math.abs(curve!.bins[0]!.modelShare! - 0.2) < 1e-12);
  const { low, high } = curve!.bins[0]!;
  assert.ok(low < 0.2 && high > 0.2 && high - low < 0.03);
});

test('bins with too few reads to say anything join their neighbours, at both ends', () => {
  const few = (from_ms: number, to_ms: number, reads: number): Row[] =>
    rowsOf([reads], { from_ms, to_ms, reads, model_share: 1 });
  const [curve] = stalenessOf(
    tablesOf(few(0, 1, 50), few(1, 2, 100), few(2, 3, 900), few(3, 4, 200), few(4, 5, 900), few(5, 6, 10)),
  );
  assert.deepEqual(
    curve!.bins.map(({ fromMs, toMs, reads }) => [fromMs, toMs, reads]),
    [
      [0, 3, 1050],
      [3, 4, 200],
      [4, 6, 910],
    ],
  );
});

test('a share is reached at the beginning of the first bin that has it, and a lucky bin before others does not count', () => {
  const [curve] = stalenessOf(tablesOf(rowsOf([400, 995, 900, 992, 1000])));
  assert.equal(seenFromMs(curve!, 0.99), 100);
  assert.equal(modelSeenFromMs(curve!, 0.99), 1, 'a model is not lucky');
  assert.equal(seenFromMs(curve!, 0.3), 0);
  const [never] = stalenessOf(tablesOf(rowsOf([400, 500])));
  assert.equal(seenFromMs(never!, 0.99), undefined);
  const [without] = stalenessOf(tablesOf(rowsOf([1000], { model_share: undefined })));
  assert.deepEqual([modelSeenFromMs(without!, 0.99), modelFit(without!)], [undefined, undefined]);
});

test('how well a model fits is the share of bins that hold it', () => {
  const off = rowsOf([700], { from_ms: 10, to_ms: 100, model_share: 0.75 });
  assert.equal(modelFit(stalenessOf(tablesOf(rowsOf([500, 600]), off))[0]!), 2 / 3);
});

test('a table a preset has a line a topology: at once, then from when on, beside the model; what never came is a bound', () => {
  assert.deepEqual(
    textsOf(
      tablesOf(
        rowsOf([400, 995, 1000]),
        rowsOf([1000, 1000, 1000], { topology: 'far', model_share: undefined }),
        rowsOf([400, 995, 996], { preset: 'two' }),
      ),
    ),
    [
      ['pair', '40 %', '40 %', '1.0', '1.0', '10', '10', '100 %', '3,000'],
      ['far', '100 %', '·', 'at once', '·', 'at once', '·', '·', '3,000'],
      ['pair', '40 %', '40 %', '1.0', '1.0', '> 100', '> 100', '100 %', '3,000'],
    ],
  );
});

test('a preset of many settings fits a narrow window', () => {
  const preset = 'one,readQuorum=1,writeQuorum=2,retransmitMs=600000,hintAfterMs=600000,antiEntropyMs=600000';
  const [section] = stalenessSections(stalenessOf(tablesOf(rowsOf([400, 995], { preset }))));
  for (const line of sectionLines(section!, 80, (text) => text)) assert.ok(line.length <= 80, line);
});

test('the chart has a panel a topology, says where 99.9 % are reached, and is left out where nothing was measured', () => {
  assert.deepEqual(drawCharts({ staleness: [] }), []);
  const [chart, ...others] = drawCharts(
    tablesOf(rowsOf([400, 995, 1000]), rowsOf([1000, 1000, 1000], { topology: 'near' })),
  );
  assert.deepEqual(others, []);
  assert.equal(chart!.name, 'staleness');
  for (const text of ['pair', 'near', '99.9 % from 10 ms', 'multi-primary:one']) {
    assert.ok(chart!.svg.includes(`>${text}<`), text);
  }
  assert.doesNotMatch(chart!.svg, /NaN|Infinity/);
  assert.doesNotMatch(chart!.svg, /99.9 % from 0/);
});
