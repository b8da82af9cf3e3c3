/**
 * `npm run reference -- RUN`: makes a run the one that the README shows. Copies its folder to `results/reference/` and puts
 * its scorecard into the README, so that the two cannot drift apart.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../bench/input.ts';
import { projectRoot } from '../bench/paths.ts';
import { writeReport } from '../bench/reports/report.ts';
import { readRun } from '../bench/reports/run.ts';
import { buildScorecard } from '../bench/reports/scorecard.ts';
import { renderScorecard } from '../bench/reports/terminal.ts';

const REFERENCE = 'results/reference';
const BLOCK = /(<!-- scorecard: .*? -->\n)[\s\S]*?(<!-- \/scorecard -->)/;

function main(args: readonly string[]): void {
  const [run, ...more] = args;
  if (run === undefined || more.length > 0) throw new InputError('reference needs the folder of one run');
  if (readRun(run).manifest.quick) throw new InputError(`the reference must not be a quick run, but ${run} is one`);
  const folder = join(projectRoot, REFERENCE);
  rmSync(folder, { recursive: true, force: true });
  cpSync(run, folder, { recursive: true });
  writeReport(folder);
  const scorecard = { ...buildScorecard(readRun(folder)), directory: REFERENCE };
  const text = renderScorecard(scorecard, { columns: 80, colour: false });
  const path = join(projectRoot, 'README.md');
  const readme = readFileSync(path, 'utf8');
  if (!BLOCK.test(readme)) throw new InputError('README.md has no block for the scorecard');
  writeFileSync(
    path,
    readme.replace(BLOCK, (_, begin, end) => `${begin}\`\`\`\n${text.trimEnd()}\n\`\`\`\n${end}`),
  );
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`reference: ${error.message}`);
  process.exitCode = 2;
}
