/** `check FILE`: a verdict on a recorded history, whichever system it is of. */
import { OperationsBuilder } from '../checks/columns.ts';
import { checkLinearizability } from '../checks/linearizability.ts';
import type { Verdict } from '../checks/verdict.ts';
import { readHistory } from '../history-file.ts';
import { InputError, unknownName } from '../input.ts';
import { textStyle } from '../reports/terminal.ts';
import { flagLines, readArguments } from './arguments.ts';
import { type Checked, checkJson, renderCheck, weakerPromises } from './check-report.ts';

const FLAGS = {
  model: {
    takes: 'register|append',
    says: 'refuses appends and adds, or expects them; each key by what it holds if left out',
  },
  budget: {
    takes: 'S',
    says: 'how many seconds may be searched where values repeat or are appended or added to; 60 if left out',
  },
  json: { says: 'prints JSON' },
  help: { says: 'shows this' },
} as const;

const HELP = `Usage: npm run bench -- check FILE [FLAGS]

Reads a history, one JSON object a line ("-": from standard input), and says whether it is linearizable: if not, with the
operations that contradict each other, and in any case what it shows of weaker promises.

  {"process":3,"op":"put","key":"k7","value":"3-41","start":1203.4,"end":1204.9,"outcome":"ok"}

${flagLines(FLAGS)}
Exit codes: 0 linearizable, 1 not linearizable, 2 bad input, 3 unknown.
`;

const MODELS = ['register', 'append'];
const BUDGET_S = 60;

const EXIT_CODES: { readonly [verdict in Verdict['verdict']]: number } = {
  linearizable: 0,
  'not-linearizable': 1,
  unknown: 3,
};

export async function checkCommand(args: readonly string[]): Promise<number> {
  const { values, words } = readArguments('check', args, FLAGS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) {
    throw new InputError(
      `check needs one history file, but ${file === undefined ? 'nothing' : `"${words.join(' ')}"`} came`,
    );
  }
  if (values.model !== undefined && !MODELS.includes(values.model)) throw unknownName('--model', values.model, MODELS);
  const budgetMs = budget(values.budget) * 1000;
  const checked = await check(file, values.model === 'register', budgetMs);
  if (values.json) process.stdout.write(`${JSON.stringify(checkJson(checked), null, 2)}\n`);
  else process.stdout.write(renderCheck(checked, textStyle(process.stdout)));
  return EXIT_CODES[checked.verdict.verdict];
}

function budget(text: string | undefined): number {
  if (text === undefined) return BUDGET_S;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(seconds)) {
    throw new InputError(`--budget must be a number of seconds, 0 or more, but "${text}" came`);
  }
  return seconds;
}

async function check(file: string, isRegister: boolean, budgetMs: number): Promise<Checked> {
  const builder = new OperationsBuilder();
  let leftOut = 0;
  await readHistory(file, (line, place) => {
    if (isRegister && (line.op === 'append' || line.op === 'add')) {
      throw new InputError(
        `${place}: op: expected get, put, delete or cas with --model register, but "${line.op}" came`,
      );
    }
    if (line.op === 'get' && (line.read === 'local' || line.read === 'versions')) leftOut++;
    else builder.add(line);
  });
  const operations = builder.build();
  if (operations.length === 0) {
    throw new InputError(`${file}: expected operations to judge, but only reads marked local or versions came`);
  }
  const verdict = checkLinearizability(operations, { budgetMs });
  return { operations, verdict, weaker: weakerPromises(operations), leftOut };
}
