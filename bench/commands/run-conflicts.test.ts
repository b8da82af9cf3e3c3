/** A whole run of conflicts: one table, charts, and lines that say what became of the edits. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parseCsv } from '../reports/csv.ts';
import { Workplace } from './testing/command-line.ts';

const place = new Workplace();
after(() => place.clear());

place.write(
  'suite.yaml',
  `
title: edits
client: editor
topology: white-paper-3-zones
runtime: simulation
engines: [multi-primary:appends=rewrite, raft]
trials:
  - measure: conflicts
    documents: [1, 20]
    fault: [none, { plan: cut-random-zone, for_seconds: 10 }]
    times: 1
    rate_per_s: 20
    seconds: 10
    converge_seconds: 5
  - measure: conflicts
    documents: [3]
    delete_share: 0.2
    fault: none
    times: 1
    rate_per_s: 20
    seconds: 10
    converge_seconds: 5
`,
);

test('a run has a row for each trial, and of those with a fault one for each side, with tables and charts', async () => {
  const { code, stdout, stderr } = await place.run('--suite', 'suite.yaml', '--out', 'out', '--keep-histories');
  assert.equal(code, 0, stderr);
  const rows = parseCsv('conflicts', place.read('out/conflicts.csv'), 'conflicts.csv');
  assert.equal(rows.length, 2 * (2 * (1 + 4) + 1));
  assert.ok(rows.every(({ valid }) => valid));
  assert.equal(rows.filter(({ surviving_share }) => surviving_share === undefined).length, 2, 'those with deletes');
  assert.match(stdout, /^Of a hundred edits, on white-paper-3-zones\n/m);
  assert.match(stdout, /^Who says yes on either side of a fault, on white-paper-3-zones\n/m);
  assert.match(stdout, /^An edit beats a delete, on white-paper-3-zones\n/m);
  assert.match(stderr, /raft, cut-random-zone-10s on white-paper-3-zones, 1 document: of \d+ edits \d+ % acknowledged/);
  assert.match(stderr, /raft, no fault on white-paper-3-zones, 3 documents: 0 of \d+ acknowledged deletes overruled/);
  for (const chart of ['conflicts', 'conflicts-sides']) assert.match(place.read(`out/${chart}.svg`), /^<svg/);
  assert.match(place.read('out/report.html'), /conflicts\.csv: 22 rows/);
  assert.match(place.read('out/datapackage.json'), /"conflicts\.csv"/);
});
