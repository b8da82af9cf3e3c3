import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawCharts } from '../charts.ts';
import { buildScorecard } from '../scorecard.ts';
import type { TableRow, Tables } from '../tables.ts';
import { renderScorecard } from '../terminal.ts';
import { INVENTED_MANIFEST } from '../testing/made-up-run.ts';
import { detectionOf } from './detection.ts';
import { detectionSections } from './detection-sections.ts';

type Row = TableRow<'detections'>;

const usual: Row = {
  engine: 'membership',
  preset: 'swim',
  nodes: 9,
  loss_share: 0,
  fault: 'none',
  observed_s: 3600,
  false_positives: 0,
  false_blamers: 0,
  about_paused: 0,
  about_returned: 0,
  healthy: 9,
  messages_per_node_s: 2,
  bytes_per_node_s: 150,
  simulated_s: 3600,
  wall_s: 90,
  cpu_s: 30,
  valid: true,
};
const vanished = (first_detection_ms: number | undefined, dissemination_ms: number, more: Row = {}): Row => ({
  fault: 'vanish-random',
  observed_s: 60,
  first_detection_ms,
  dissemination_ms,
  survivors: 8,
  healthy: 8,
  ...more,
});
const paused = (false_positives: number, about_paused: number, settled_ms: number, more: Row = {}): Row => ({
  fault: 'pause-random-5s',
  false_positives,
  about_paused,
  settled_ms,
  ...more,
});
const runOf = (...rows: readonly Row[]): Tables => ({ detections: rows.map((row) => ({ ...usual, ...row })) });

/** Titles with their tables, as text. */
function shown(...rows: readonly Row[]) {
  const { main, details } = detectionSections(detectionOf(runOf(...rows)));
  const text = ({ title, columns, rows: lines }: (typeof main)[number]): [string, string[]] => [
    title,
    [columns.map((column) => column.title), ...lines.map((line) => line.map((one) => one.text))].map((line) =>
      line.join(' '),
    ),
  ];
  return { main: new Map(main.map(text)), details: new Map(details.map(text)) };
}

test('how soon is told in seconds, first and all, medians over the seeds, a column a size', () => {
  const { main } = shown(
    vanished(4000, 5000),
    vanished(6000, 7000),
    vanished(5000, 9000),
    vanished(11_000, 12_000, { nodes: 100 }),
    vanished(1000, 2000, { preset: 'phi' }),
  );
  assert.deepEqual(main.get('After a random node vanishes, nothing lost'), [
    'membership 9 100',
    'phi 1.0/2.0 ·',
    'swim 5.0/7.0 11/12',
  ]);
});

test('what was not found within the time observed is a bound, and void trials do not count', () => {
  const { main } = shown(
    vanished(undefined, 60_000, { dissemination_censored: true }),
    vanished(1, 1, { valid: false }),
  );
  assert.deepEqual(main.get('After a random node vanishes, nothing lost')?.[1], 'swim > 60/> 60');
});

test('who was found in time, and not trusted again in time, is a bound of the one alone', () => {
  const restarted = vanished(4000, 5000, { dissemination_censored: false, settled_ms: 20_000, settled_censored: true });
  const [cell] = detectionOf(runOf(restarted))!.cells;
  assert.deepEqual(
    [cell!.all!.median, cell!.settled!.median],
    [
      { ms: 5000, censored: false },
      { ms: 20_000, censored: true },
    ],
  );
});

test('wrong verdicts are told a node and hour, by loss; the cost, where the least is lost', () => {
  const { main } = shown(
    {},
    { false_positives: 9 },
    { loss_share: 0.05, false_positives: 90, messages_per_node_s: 4 },
    { loss_share: 0.05, valid: false, false_positives: 1000 },
  );
  assert.deepEqual(main.get('While nothing happens: held dead though alive'), [
    'membership 9',
    'swim, 0 % 0.50',
    'swim, 5 % 10',
  ]);
  assert.deepEqual(main.get('While nothing happens: what a node sends in a second'), ['membership 9', 'swim 2.0/0.15']);
});

test('the exchange of all that a node knows stands apart, for those that have it', () => {
  const exchange = { state_messages_per_node_s: 0.03, state_bytes_per_node_s: 20 };
  const { main } = shown({ ...exchange }, { preset: 'phi', state_messages_per_node_s: 0, state_bytes_per_node_s: 0 });
  assert.deepEqual(main.get('Of these the messages that carry all that a node knows'), [
    'membership 9',
    'swim 0.030/0.020',
  ]);
});

test('a pause is told by whom it had held dead, and of all losses but the least on the page alone', () => {
  const { main, details } = shown(paused(2, 8, 900), paused(1, 6, 1100), paused(5, 8, 4000, { loss_share: 0.2 }));
  const title = 'After a random node is paused for 5 s';
  assert.deepEqual(main.get(`${title}, nothing lost`)?.[1], 'swim 1.5/7.0');
  assert.equal(main.has(`${title}, 20 % of messages lost`), false);
  assert.deepEqual(details.get(`${title}, 20 % of messages lost`)?.[1], 'swim 5.0/8.0');
  assert.deepEqual(details.get(`${title}, nothing lost: until all trust all again`)?.[1], 'swim 1.0, 0 %');
});

test('the pace of the simulation is that of its slowest trials, by processor time if that is known', () => {
  const { main } = shown({ simulated_s: 60, cpu_s: 20 }, { loss_share: 0.2, simulated_s: 60, cpu_s: 30 });
  assert.deepEqual(main.get('Pace of the simulation')?.[1], 'swim 2.0');
  const unknown = shown({ simulated_s: 60, wall_s: 120, cpu_s: undefined });
  assert.deepEqual(unknown.main.get('Pace of the simulation')?.[1], 'swim 0.50');
});

test('presets bear their names alone where there is one engine', () => {
  const titles = shown({}, { engine: 'multi-primary', preset: 'default' }).main.get('Pace of the simulation');
  assert.deepEqual(titles, ['engine 9', 'multi-primary 120', 'membership:swim 120']);
});

test('what was measured on several topologies is told of each', () => {
  const { main } = shown(
    vanished(4000, 5000, { topology: 'one-hall' }),
    vanished(6000, 9000, { topology: 'three-zones' }),
  );
  assert.deepEqual(main.get('After a random node vanishes, nothing lost'), [
    'membership 9',
    'swim on one-hall 4.0/5.0',
    'swim on three-zones 6.0/9.0',
  ]);
});

test('the scorecard fits a pipe of eighty columns with six sizes and bounds', () => {
  const rows = [3, 9, 33, 100, 333, 1000].map((nodes) =>
    vanished(19_000, 60_000, { nodes, preset: 'cassandra-gossip', dissemination_censored: true }),
  );
  const scorecard = buildScorecard({ directory: '/nowhere', manifest: INVENTED_MANIFEST, tables: runOf(...rows) });
  const text = renderScorecard(scorecard, { columns: 80, colour: false });
  assert.match(text, /^cassandra-gossip( +19\/> 60){6}$/m);
  for (const line of text.split('\n')) assert.ok([...line].length <= 80, line);
});

test('one chart shows time, cost and wrong verdicts, and names what it can not show', () => {
  const charts = drawCharts(
    runOf(
      {},
      { loss_share: 0.2 },
      vanished(4000, 5000),
      vanished(undefined, 60_000, { nodes: 33, dissemination_censored: true }),
      paused(0, 8, 900),
    ),
  );
  assert.deepEqual(
    charts.map(({ name }) => name),
    ['detection'],
  );
  const { svg, caption } = charts[0]!;
  assert.equal(
    caption,
    'Who is found dead, by preset of membership, on 9 to 33 nodes, with nothing lost, 20 % of messages lost; n = 1 seeds each.',
  );
  for (const text of [
    'After a random node vanishes: s until',
    'messages that a node sends',
    '20 % of messages lost',
    'not measured',
  ]) {
    assert.ok(svg.includes(text), text);
  }
  assert.deepEqual(drawCharts({ detections: [] }), []);
  assert.deepEqual(drawCharts({ detections: [{ ...usual, valid: false }] }), []);
});
