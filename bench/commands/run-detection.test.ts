/** Whole runs of detection: clusters of sizes that the suite states, one table, and sentences for what cannot be. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseCsv } from '../reports/csv.ts';
import { Workplace } from './testing/command-line.ts';

const place = new Workplace();
after(() => place.clear());

const ENGINE = fileURLToPath(new URL('../trials/testing/heartbeat-engine.js', import.meta.url));

place.write(
  'suite.yaml',
  `
title: who is dead
topology: one-hall
trials:
  - measure: detection
    nodes: [2, 6]
    loss: [0, 0.2]
    fault: [none, vanish-random]
    times: 2
    settle_seconds: 2
    seconds: 3
`,
);
const run = (out: string, ...more: string[]) =>
  place.run('--suite', 'suite.yaml', '--engine', ENGINE, '--out', out, ...more);

test('a run has a row for each fault, size, loss and seed, a chart, and the pace of the simulation', async () => {
  const { code, stdout, stderr } = await run('out', '--runtime', 'simulation');
  assert.equal(code, 0, stderr);
  const rows = parseCsv('detections', place.read('out/detections.csv'), 'detections.csv');
  const cells = rows.map(({ nodes, loss_share, fault, seed }) => [nodes, loss_share, fault, seed].join(' '));
  assert.equal(rows.length, 16);
  assert.equal(new Set(cells).size, 16);
  assert.ok(cells.includes('6 0.2 vanish-random 2'));
  assert.ok(rows.every(({ valid }) => valid));
  for (const { fault, first_detection_ms } of rows)
    assert.equal(first_detection_ms !== undefined, fault === 'vanish-random');
  assert.match(stdout, /^After a random node vanishes, 20 % of messages lost\n/m);
  assert.match(stdout, /^Pace of the simulation\n/m);
  assert.match(stderr, /vanish-random on 6 nodes, 20 % lost: first \d+ ms, all \d+ ms; \d+ false/);
  assert.match(place.read('out/detection.svg'), /^<svg/);
  assert.match(place.read('out/report.html'), /detections\.csv: 16 rows/);
});

test('the manifest tells of the topology once, whatever the sizes', () => {
  const { configuration, simulated } = JSON.parse(place.read('out/manifest.json'));
  assert.equal(simulated, 'one-hall');
  assert.equal(configuration.topologies.length, 1);
  assert.equal(configuration.topologies[0].members.length, 3);
});

test('threads are refused in a sentence, and a fault of a flag takes the place of all', async () => {
  const threads = await run('threads');
  assert.equal(threads.code, 2);
  assert.match(threads.stderr, /^replibench: --runtime must be simulation for trials of the measure detection, .*\n$/);
  const other = await run('other', '--runtime', 'simulation', '--fault', 'pause-random');
  assert.equal(other.code, 0, other.stderr);
  const rows = parseCsv('detections', place.read('other/detections.csv'), 'detections.csv');
  assert.deepEqual(new Set(rows.map(({ fault }) => fault)), new Set(['pause-random']));
  assert.ok(rows.every(({ settled_ms }) => settled_ms !== undefined));
});
