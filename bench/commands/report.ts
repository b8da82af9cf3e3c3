/** `report RUN`: charts and page again, from a run's CSV files. */
import { InputError } from '../input.ts';
import { writeReport } from '../reports/report.ts';
import { scorecardJson } from '../reports/scorecard.ts';
import { renderScorecard, textStyle } from '../reports/terminal.ts';
import { flagLines, readArguments } from './arguments.ts';

const FLAGS = {
  json: { says: 'prints the scorecard as JSON' },
  help: { says: 'shows this' },
} as const;

const HELP = `Usage: npm run bench -- report RUN [FLAGS]

Reads the CSV files in the folder RUN, draws its charts and report.html again, and prints the scorecard.

${flagLines(FLAGS)}`;

export async function reportCommand(args: readonly string[]): Promise<number> {
  const { values, words } = readArguments('report', args, FLAGS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [directory, ...more] = words;
  if (directory === undefined || more.length > 0) {
    throw new InputError(
      `report needs the folder of one run, but ${words.length === 0 ? 'nothing' : `"${words.join(' ')}"`} came`,
    );
  }
  const { run, scorecard } = writeReport(directory);
  if (values.json) process.stdout.write(`${JSON.stringify(scorecardJson(scorecard, run.manifest), null, 2)}\n`);
  else process.stdout.write(renderScorecard(scorecard, textStyle(process.stdout)));
  return 0;
}
