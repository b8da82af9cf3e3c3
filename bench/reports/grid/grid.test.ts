import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawCharts } from '../charts.ts';
import { buildScorecard } from '../scorecard.ts';
import { renderScorecard } from '../terminal.ts';
import { madeUpGrid } from '../testing/made-up-grid.ts';
import { madeUpRun } from '../testing/made-up-run.ts';
import { type GridRow, gridOf } from './grid.ts';

const run = madeUpGrid();
const grid = gridOf(run.tables)!;
const rowOf = (label: string, topology: string): GridRow =>
  grid.rows.find((row) => row.label === label && row.topology === topology)!;
const text = (columns: number): string => renderScorecard(buildScorecard(run), { columns, colour: false });

test('a few kinds of faults are told one by one, many stand in a grid', () => {
  assert.equal(gridOf(madeUpRun().tables), undefined);
  assert.deepEqual(
    grid.columns.map(({ title }) => title),
    ['killed', 'cut in', 'cut out', 'paused', '0.1 s', '3 s', '60 s'],
  );
  assert.deepEqual(grid.topologies, ['pair', 'two-coasts']);
  assert.equal(grid.engine, 'primary-replica');
});

test('cells of different topologies are kept apart', () => {
  for (const { cells, refusal } of grid.rows) {
    if (refusal !== undefined) continue;
    assert.equal(cells.get('kill-leader/all')!.n, 3);
    assert.equal(cells.get('pause-leader/all')!.n, 9);
  }
  assert.equal(rowOf('vrrp', 'pair').cells.get('cut-leader-zone/outside'), undefined, 'no client is outside');
});

test('clients inside a cut zone and those outside have a column each, with what each lost', () => {
  const { cells } = rowOf('vrrp', 'two-coasts');
  const [inside, outside] = ['inside', 'outside'].map((clients) => cells.get(`cut-leader-zone/${clients}`)!);
  assert.deepEqual([inside!.outage!.median.ms, inside!.ackedLost], [122, 3 * 430]);
  assert.deepEqual([outside!.outage!.median.ms, outside!.ackedLost], [3602, 0]);
});

test('a fault of several lengths is summed up: the longest of the medians, and from which length on a failover was false', () => {
  const cell = rowOf('default', 'pair').cells.get('pause-leader/all')!;
  assert.deepEqual([cell.outage!.min.ms, cell.outage!.median.ms, cell.falseFromS], [152, 1202, 3]);
  const unmoved = rowOf('manual', 'pair').cells.get('pause-leader/all')!;
  assert.deepEqual([unmoved.outage!.median.ms, unmoved.falseFromS], [60_052, undefined]);
  assert.equal(rowOf('manual', 'pair').cells.get('pause-leader/all/3')!.outage!.median.ms, 3052);
});

test('a preset that cannot run on a topology says so in table and chart', () => {
  const { cells, refusal } = rowOf('watched', 'pair');
  assert.deepEqual([cells.size, refusal], [0, 'members must hold three witnesses, but there is none.']);
  assert.match(text(80), /^watched cannot run: members must hold three witnesses, but there is none\.$/m);
  const [chart] = drawCharts(run.tables);
  assert.match(chart!.svg, /cannot run: members must hold three witnesses, but there is none\./);
});

test('the grid on 80 columns', () => {
  const sections = text(80).split('\n\n');
  assert.equal(`${sections.find((part) => part.startsWith('On two-coasts'))}\n`, NARROW);
});

test('a wide window shows every length by itself, and none is wider than it should be', () => {
  const head = text(200)
    .split('\n')
    .find((line) => line.startsWith('primary-replica '))!;
  assert.match(head, /killed {2}cut in {2}paused {2}0\.1 s {2}3 s {2}60 s$/);
  for (const columns of [80, 100, 200]) {
    for (const line of text(columns).split('\n')) assert.ok([...line].length <= columns, line);
  }
});

test('every fault by itself is on the page, with its topology', () => {
  const { details } = buildScorecard(run);
  assert.equal(details.length, 2 * 5);
  assert.ok(details.every(({ title }) => /, (pair|two-coasts)$/.test(title)));
  assert.deepEqual(buildScorecard(madeUpRun()).details, []);
});

test('one chart stands for all faults, the same bytes each time, and names from outside cannot break out of it', () => {
  const charts = drawCharts(run.tables);
  assert.deepEqual(
    charts.map(({ name }) => name),
    ['faults'],
  );
  assert.deepEqual(drawCharts(run.tables), charts);
  assert.match(charts[0]!.caption, /lost by vrrp\.$/);
  assert.match(charts[0]!.svg, />1,290</, 'how many were lost, in a number');
  const evil = '</text><script>alert("x")</script>&';
  const rename = <Row extends { readonly topology?: string | undefined }>(row: Row): Row => ({
    ...row,
    topology: evil,
  });
  const { trials, failovers } = run.tables;
  const [renamed] = drawCharts({ ...run.tables, trials: trials!.map(rename), failovers: failovers!.map(rename) });
  assert.doesNotMatch(renamed!.svg, /<script/);
});

const NARROW = `On two-coasts
s without an ok write for the clients worst off, medians, n = 3 faults each;
zone cut 43 s, paused 0.1 to 60 s
primary-replica     killed  cut in  cut out  paused  0.1 s  3 s  60 s
default                1.2      43      1.2     1.2   0.15  1.2   1.2
  false failovers                             ≥ 3 s           3     3
manual               never    0.12       43      60   0.15  3.1    60
vrrp                   1.2    0.12      3.6     1.2   0.15  1.2   1.2
  lost                       1,290
  false failovers                             ≥ 3 s           3     3
  two primaries, s              40
`;
