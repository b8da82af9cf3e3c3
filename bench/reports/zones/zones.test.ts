import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawCharts } from '../charts.ts';
import { renderPage } from '../page.ts';
import { buildScorecard } from '../scorecard.ts';
import { renderScorecard } from '../terminal.ts';
import { madeUpZones } from '../testing/made-up-zones.ts';
import { viewsOf } from '../views.ts';
import { type ZoneFault, zonesOf } from './zones.ts';

const run = madeUpZones();
const zones = zonesOf(run.tables)!;
const figures = (topology: string, preset: string, fault: string): ZoneFault =>
  zones.topologies
    .find((one) => one.topology === topology)!
    .presets.find(({ label }) => label === preset)!
    .faults.get(fault)!;
const text = (columns: number): string => renderScorecard(buildScorecard(run), { columns, colour: false });
const CUT = 'cut-random-zone/600000';

test('faults around which the copies were looked at are shown by zone', () => {
  const { zones: some, sudden, standing } = viewsOf(run.tables);
  assert.deepEqual(
    [some, sudden, standing].map(({ failovers }) => failovers!.length),
    [run.tables.failovers!.length, 0, 0],
  );
});

test('faults of one kind stand side by side, the shortest first', () => {
  assert.deepEqual(
    zones.columns.map(({ words, forMs }) => `${words} ${forMs}`),
    ['zone cut off 10000', 'zone cut off 600000', 'zone killed 60000'],
  );
});

test('the zone that is hit is told apart from those that survive', () => {
  const { n, hit, others } = figures('three-coasts', 'default', CUT);
  assert.equal(n, 6);
  assert.deepEqual([hit.servedShare, others.servedShare], [0.004, 1]);
  assert.deepEqual([hit.outage!.median.ms, others.outage!.median.ms], [600_100, 803.5]);
});

test('losses of all zones and faults are added up, and shares are means', () => {
  const one = figures('three-coasts', 'one', CUT);
  assert.deepEqual([one.lost, one.disagreement], [7, 0.75]);
  const accepting = figures('two-coasts', 'copies=4,writeQuorum=3,readQuorum=3,answers=accepting', CUT);
  assert.deepEqual([accepting.accepted, accepting.shadowed, accepting.putLocalBefore], [6000, 144, 0.5]);
});

test('copies that stay different are no convergence', () => {
  const { converged } = figures('three-coasts', 'one', 'cut-random-zone/10000');
  assert.deepEqual([converged!.censored, converged!.max.censored, converged!.median.ms], [1, true, 500]);
});

test('the table on 100 columns', () => {
  const sections = text(100).split('\n\n');
  assert.equal(`${sections.find((part) => part.startsWith('A zone is hit, on three-coasts'))}\n`, HUNDRED);
});

test('no line is wider than the window, and a preset that cannot run says so', () => {
  for (const columns of [80, 100, 200]) {
    for (const line of text(columns).split('\n')) assert.ok([...line].length <= columns, line);
  }
  assert.match(text(80), /^everywhere cannot run: copies: expected a whole number from 1 to 6, got 9\.$/m);
});

test('one chart tells who was served and what was lost, the same bytes each time, and it stands on the page', () => {
  const charts = drawCharts(run.tables);
  assert.deepEqual(
    charts.map(({ name }) => name),
    ['zones'],
  );
  assert.deepEqual(drawCharts(run.tables), charts);
  const [{ svg, caption }] = charts as [(typeof charts)[0]];
  assert.match(
    caption,
    /^Share of writes served .*18 combinations.*lost by copies=4.* on three-coasts, one on three-coasts/,
  );
  assert.match(svg, />−1,234</, 'how many were lost, in a number');
  assert.match(svg, />&lt;1</, 'hardly any is not none');
  assert.match(svg, /cannot run: copies/);
  const page = renderPage(run, buildScorecard(run), charts);
  assert.match(page, /A zone is hit, on two-coasts/);
  assert.ok(page.includes(caption));
});

test('names from outside cannot break out of the chart', () => {
  const evil = '</text><script>alert("x")</script>&';
  const [chart] = drawCharts({ failovers: run.tables.failovers!.map((row) => ({ ...row, topology: evil })) });
  assert.doesNotMatch(chart!.svg, /<script/);
});

test('without such faults there is neither table nor chart', () => {
  assert.equal(zonesOf({}), undefined);
  const voided = run.tables.failovers!.map((row) => ({ ...row, valid: false }));
  assert.equal(zonesOf({ failovers: voided }), undefined);
});

const HUNDRED = `A zone is hit, on three-coasts
writes served while the fault stands, and the longest time without one: in the zones that survive /
in the zone that is hit; n = 6 faults each
multi-primary                            served %        gap s   lost  shadowed  accepted  equal s
zone cut off 10 s
  default                                100 / <1    0.80 / 10      0         ·         ·    0.50*
  copies=4,writeQuorum=3,readQuorum=3,
    answers=accepting                   100 / 100  0.80 / 0.80  1,234       216     9,000    0.50*
  one                                   100 / 100  0.80 / 0.80      7         ·         ·    0.50*
zone cut off 600 s
  default                                100 / <1   0.80 / 600      0         ·         ·     0.50
  copies=4,writeQuorum=3,readQuorum=3,
    answers=accepting                   100 / 100  0.80 / 0.80  1,234       216     9,000     0.50
  one                                   100 / 100  0.80 / 0.80      7         ·         ·     0.50
zone killed 60 s
  default                               100 / 100  0.80 / 0.80      0         ·         ·     0.50
  copies=4,writeQuorum=3,readQuorum=3,
    answers=accepting                   100 / 100  0.80 / 0.80      0         ·         ·     0.50
  one                                   100 / 100  0.80 / 0.80      0         ·         ·     0.50
`;
