import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { InputError } from '../input.ts';
import { drawCharts } from './charts.ts';
import { renderPage } from './page.ts';
import { writeReport } from './report.ts';
import type { Run } from './run.ts';
import { createRunFolder } from './run-folder.ts';
import { buildScorecard, scorecardJson } from './scorecard.ts';
import { TABLE_NAMES, type TableName, type TableRow } from './tables.ts';
import { madeUpRun } from './testing/made-up-run.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(run: Run, path: string, names: readonly TableName[] = TABLE_NAMES): void {
  const folder = createRunFolder(path, run.manifest);
  for (const name of names) folder.append(name, (run.tables[name] ?? []) as readonly TableRow<typeof name>[]);
}

test('charts and page are made from the files alone, and made again they are the same', () => {
  const path = join(root, 'run');
  write(madeUpRun(), path);
  const { files } = writeReport(path);
  assert.deepEqual(files, ['throughput.svg', 'latency.svg', 'failover.svg', 'recovery.svg', 'report.html']);
  const before = files.map((file) => readFileSync(join(path, file), 'utf8'));
  for (const file of files) writeFileSync(join(path, file), 'spoiled');
  writeReport(path);
  assert.deepEqual(
    files.map((file) => readFileSync(join(path, file), 'utf8')),
    before,
  );
});

test('what the files say is what was measured', () => {
  const path = join(root, 'run');
  const run = madeUpRun();
  write(run, path);
  const { sections, voids } = writeReport(path).scorecard;
  const expected = buildScorecard(run);
  assert.deepEqual(sections, expected.sections);
  assert.deepEqual(voids, expected.voids);
});

test('an interrupted run is reported with what it had, a half-written row left out', () => {
  const path = join(root, 'run');
  const run = madeUpRun();
  const { finishedAt: _never, ...manifest } = run.manifest;
  write({ ...run, manifest: { ...manifest, interrupted: true } }, path, ['trials']);
  appendFileSync(join(path, 'trials.csv'), 'throughput-raft,def');
  const { files, scorecard } = writeReport(path);
  assert.deepEqual(files, ['throughput.svg', 'report.html']);
  assert.match(scorecard.warnings[0]!, /interrupted/);
  assert.match(readFileSync(join(path, 'report.html'), 'utf8'), /interrupted/);
});

test('a run that measured nothing has a page that says so', () => {
  const path = join(root, 'run');
  createRunFolder(path, madeUpRun().manifest);
  assert.deepEqual(writeReport(path).files, ['report.html']);
  assert.match(readFileSync(join(path, 'report.html'), 'utf8'), /Nothing was measured\./);
});

test('a folder without a run is a mistake of the user', () => {
  assert.throws(() => writeReport(root), InputError);
});

test('the page stands alone: no scripts, nothing loaded, text from outside escaped', () => {
  const run = madeUpRun();
  const evil = '<img src=x onerror=alert(1)>';
  const trials = run.tables.trials!.map((row) => ({ ...row, engine: row.engine === 'raft' ? evil : row.engine }));
  const odd = { ...trials.at(-1)!, valid: false, void_reason: `${evil} threw` };
  const changed: Run = {
    ...run,
    manifest: { ...run.manifest, title: evil },
    tables: { ...run.tables, trials: [...trials, odd] },
  };
  const page = renderPage(changed, buildScorecard(changed), drawCharts(changed.tables));
  assert.doesNotMatch(page, /<img|<script|<link|@import|url\((?!#)/i);
  assert.match(page, /&lt;img src=x onerror=alert\(1\)&gt; threw/);
  const references = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]!);
  assert.deepEqual(
    references.filter((reference) => !/^[a-z]+\.(csv|json)$|^#/.test(reference)),
    [],
  );
  assert.match(page, /var\(--ink\)/);
});

test('the page says machine, date, seed and what is void and why', () => {
  const run = madeUpRun();
  const page = renderPage(run, buildScorecard(run), []);
  for (const part of [
    'Made-up CPU',
    '2024-05-06',
    'seed',
    'ext4',
    '1 of 155 trials void',
    'the hypervisor stole 7 % of the CPU',
  ]) {
    assert.ok(page.includes(part), part);
  }
});

test('the data for other programs is plain JSON without the configuration, and keeps lower bounds marked', () => {
  const run = madeUpRun();
  const data = JSON.parse(JSON.stringify(scorecardJson(buildScorecard(run), run.manifest))) as {
    run: object;
    presets: { label: string; failover: { outage: { censored: number; median: unknown } }[] }[];
  };
  assert.equal('configuration' in data.run, false);
  const manual = data.presets.find((preset) => preset.label === 'primary-replica:manual');
  assert.deepEqual(manual?.failover[0]?.outage.median, { ms: 4000, censored: true });
  assert.equal(manual?.failover[0]?.outage.censored, 6);
});

test('every colour that a chart leaves to the page is set there, for light and dark', () => {
  const run = madeUpRun();
  const page = renderPage(run, buildScorecard(run), drawCharts(run.tables));
  const used = new Set([...page.matchAll(/var\((--[a-z]+)\)/g)].map((match) => match[1]!));
  assert.ok(used.has('--blue') && used.has('--paper'));
  for (const variable of used) assert.equal(page.split(`${variable}:`).length - 1, 2, variable);
});
