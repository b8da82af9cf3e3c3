/** `replay SEED`: one random trial again, with what there is to look at. */
import { join, relative } from 'node:path';
import { TrialPool } from '../fuzz/pool.ts';
import { reportJson, reportText, type Told } from '../fuzz/report.ts';
import { PLAIN, type Plain } from '../fuzz/request.ts';
import { InputError, unknownName } from '../input.ts';
import { textStyle } from '../reports/terminal.ts';
import { flagLines, readArguments, type Values, wholeNumber } from './arguments.ts';
import { chooseContenders, SHARED_FLAGS, TIMEOUT_S } from './contenders.ts';
import { writeTrialFolder } from './trial-folder.ts';

const FLAGS = {
  engine: { takes: 'NAME[:VARIANT]|MODULE', says: 'which engine' },
  only: { takes: 'LIST|none', says: 'of the faults only these; 5:1 is the first time of step 5, which repeats' },
  clients: { takes: 'N', says: 'how many clients; drawn if left out' },
  'safety-ms': {
    takes: 'N',
    says: "how long faults may happen, in virtual time; by the engine's time-outs if left out",
  },
  plain: { takes: 'LIST|all', says: `surroundings that are not drawn: ${PLAIN.join(', ')}` },
  ...SHARED_FLAGS,
  out: { takes: 'DIR', says: 'where to write; results/replay-<engine>-<preset>-<seed> if left out' },
  json: { says: 'prints JSON' },
  help: { says: 'shows this' },
} as const;

const HELP = `Usage: npm run bench -- replay SEED --engine NAME [FLAGS]

Runs one random trial again, as fuzz reported it. Writes its report, space-time diagram (SVG), log and history.

${flagLines(FLAGS)}
Exit codes: 0 nothing broke, 1 a promise was broken, 2 bad input, 130 interrupted.
`;

export async function replayCommand(args: readonly string[]): Promise<number> {
  const { values, words } = readArguments('replay', args, FLAGS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (words.length !== 1) {
    throw new InputError(`replay needs one seed, but ${words.length === 0 ? 'nothing' : `"${words.join(' ')}"`} came`);
  }
  const seed = /^\d+$/.test(words[0]!) ? Number(words[0]) : Number.NaN;
  if (!Number.isSafeInteger(seed)) throw new InputError(`the seed must be a whole number, but "${words[0]}" came`);
  if (values.engine === undefined)
    throw new InputError('replay needs --engine NAME[:VARIANT]|MODULE, but it was left out');
  return replay(seed, values.engine, values);
}

async function replay(seed: number, engine: string, values: Values<typeof FLAGS>): Promise<number> {
  const [contender] = await chooseContenders([engine], values, trialFrom(values));
  const { named, subject } = contender!;
  const trial = { ...subject.trial, seed };
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const pool = new TrialPool(wholeNumber('timeout-s', values['timeout-s'], 1) ?? TIMEOUT_S);
  try {
    const order = { module: subject.module, trial, title: `${named.label}, seed ${seed}` };
    const came = await pool.run('retrace', order, abort.signal);
    if ('interrupted' in came) {
      process.stderr.write('replibench: interrupted\n');
      return 130;
    }
    const verdict = 'value' in came ? came.value.verdict : undefined;
    const told: Told = { named, trial, breach: 'value' in came ? verdict?.breach : came.lost, verdict };
    if (values.json) process.stdout.write(`${JSON.stringify(reportJson(told), null, 2)}\n`);
    else process.stdout.write(reportText(told, textStyle(process.stdout)));
    if ('value' in came) {
      const directory = values.out ?? join('results', `replay-${named.label.replace(':', '-')}-${seed}`);
      writeTrialFolder(directory, told, came.value.picture);
      process.stderr.write(`Written: ${relative(process.cwd(), directory) || '.'}\n`);
    }
    return told.breach === undefined ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await pool.close();
  }
}

function trialFrom(values: Values<typeof FLAGS>) {
  const nodes = wholeNumber('nodes', values.nodes, 1);
  const clients = wholeNumber('clients', values.clients, 1);
  const safetyMs = wholeNumber('safety-ms', values['safety-ms'], 0);
  return {
    ...(values.only !== undefined && { only: onlyFrom(values.only) }),
    ...(nodes !== undefined && { nodes }),
    ...(clients !== undefined && { clients }),
    ...(safetyMs !== undefined && { safetyMs }),
    ...(values.plain !== undefined && { plain: plainFrom(values.plain) }),
  };
}

function onlyFrom(text: string): string[] {
  if (text === 'none') return [];
  const names = text.split(',');
  if (names.every((name) => /^\d{1,9}(:\d{1,9})?$/.test(name))) return names;
  throw new InputError(`--only must be steps such as 2,5:1 or none, but "${text}" came`);
}

function plainFrom(text: string): readonly Plain[] {
  if (text === 'all') return PLAIN;
  return text.split(',').map((name) => {
    const known = PLAIN.find((one) => one === name);
    if (known === undefined) throw unknownName('--plain', name, [...PLAIN, 'all']);
    return known;
  });
}
