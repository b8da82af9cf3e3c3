/** Charts and page from a run's files: at the end of a run, after an interrupt, and by `report RUN`. */
import { join } from 'node:path';
import { drawCharts } from './charts.ts';
import { renderPage } from './page.ts';
import { type Run, readRun } from './run.ts';
import { writeWhole } from './run-folder.ts';
import { buildScorecard, type Scorecard } from './scorecard.ts';

export interface Report {
  readonly run: Run;
  readonly scorecard: Scorecard;
  /** Names of the files written, in the run's folder. */
  readonly files: readonly string[];
}

/**
 * Reads the run in `directory` and writes its charts (`*.svg`) and `report.html` there. What was not measured is left out.
 *
 * @throws {InputError} if the folder holds no run or a table cannot be read.
 * @throws {ResultError} if a file cannot be written.
 */
export function writeReport(directory: string): Report {
  const run = readRun(directory);
  const scorecard = buildScorecard(run);
  const charts = drawCharts(run.tables);
  const files: string[] = [];
  const write = (name: string, content: string): void => {
    writeWhole(join(run.directory, name), content);
    files.push(name);
  };
  for (const chart of charts) write(`${chart.name}.svg`, chart.svg);
  write('report.html', renderPage(run, scorecard, charts));
  return { run, scorecard, files };
}
