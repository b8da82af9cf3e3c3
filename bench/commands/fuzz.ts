/** `fuzz`: many seeds of random faults in the simulation. The first one that breaks a promise is shrunk and explained. */
import { join, relative } from 'node:path';
import { TrialPool } from '../fuzz/pool.ts';
import { reportJson, reportText, type Told } from '../fuzz/report.ts';
import { type Broken, type Swept, sweep } from '../fuzz/sweep.ts';
import { InputError } from '../input.ts';
import { countText } from '../reports/numbers.ts';
import { ResultError } from '../reports/run-folder.ts';
import { painter, type TextStyle, textStyle, wrap } from '../reports/terminal.ts';
import { flagLines, readArguments, type Values, wholeNumber } from './arguments.ts';
import { type Contender, chooseContenders, SHARED_FLAGS, TIMEOUT_S } from './contenders.ts';
import { isCounted, LEGEND, Rows } from './fuzz-rows.ts';
import { type Progress, showProgress } from './progress.ts';
import { writeTrialFolder } from './trial-folder.ts';

const FLAGS = {
  engine: {
    takes: 'NAME[:VARIANT]|MODULE',
    many: true,
    says: 'which; every preset of every built-in engine if left out',
  },
  seeds: { takes: 'N|A..B', says: 'how many, or from where to where; 1000 if left out' },
  ...SHARED_FLAGS,
  'keep-going': { says: 'runs the other seeds of a preset after one has broken' },
  out: { takes: 'DIR', says: 'writes reports, histories and diagrams of broken seeds there' },
  json: { says: 'prints JSON' },
  help: { says: 'shows this' },
} as const;

const HELP = `Usage: npm run bench -- fuzz [FLAGS]

Runs random trials in the simulation: each seed draws a cluster, clients and faults, and the engine is held to what it
claims. The first seed that breaks a promise is shrunk to the shortest schedule, explained, and can be replayed.

${flagLines(FLAGS)}
Exit codes: 0 nothing broke, 1 a promise was broken, 2 bad input, 130 interrupted.
`;

const SEEDS = '1000';
const SEEDS_SHOWN = 20;

export async function fuzzCommand(args: readonly string[]): Promise<number> {
  const { values, words } = readArguments('fuzz', args, FLAGS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (words.length > 0) throw new InputError(`fuzz takes flags only, but "${words[0]}" came`);
  const seeds = seedsFrom(values.seeds ?? SEEDS);
  const nodes = wholeNumber('nodes', values.nodes, 1);
  const patienceS = wholeNumber('timeout-s', values['timeout-s'], 1) ?? TIMEOUT_S;
  const contenders = await chooseContenders(values.engine, values, nodes === undefined ? {} : { nodes });
  return new Fuzz(contenders, seeds, values, patienceS).go();
}

interface Seeds {
  readonly first: number;
  readonly last: number;
}

function seedsFrom(text: string): Seeds {
  const [, first, last] = /^(?:(\d+)\.\.)?(\d+)$/.exec(text) ?? [];
  const seeds = { first: Number(first ?? 1), last: Number(last) };
  if (last !== undefined && seeds.first <= seeds.last && Number.isSafeInteger(seeds.last)) return seeds;
  throw new InputError(`--seeds must be a number of seeds, 1 or more, or a range A..B, but "${text}" came`);
}

interface Finding {
  readonly contender: Contender;
  readonly swept: Swept;
  readonly told?: Told;
}

class Fuzz {
  readonly #contenders: readonly Contender[];
  readonly #seeds: Seeds;
  readonly #values: Values<typeof FLAGS>;
  readonly #pool: TrialPool;
  readonly #progress: Progress = showProgress(process.stderr);
  readonly #abort = new AbortController();
  readonly #style: TextStyle = textStyle(process.stdout);
  readonly #rows: Rows;

  constructor(contenders: readonly Contender[], seeds: Seeds, values: Values<typeof FLAGS>, patienceS: number) {
    this.#contenders = contenders;
    this.#seeds = seeds;
    this.#values = values;
    this.#pool = new TrialPool(patienceS);
    this.#rows = new Rows(contenders.map(({ named }) => named.label));
  }

  async go(): Promise<number> {
    const interrupt = (): void => this.#abort.abort();
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    const findings: Finding[] = [];
    try {
      const paint = painter(this.#style.colour);
      this.#say(`${paint(this.#rows.heading, 'dim')}\n`);
      for (const contender of this.#contenders) {
        if (!this.#abort.signal.aborted) findings.push(await this.#test(contender));
      }
      if (findings.some(({ swept }) => isCounted(swept))) {
        this.#say(
          `\n${wrap(LEGEND, this.#style.columns)
            .map((line) => paint(line, 'dim'))
            .join('\n')}\n`,
        );
      }
    } finally {
      this.#progress.end();
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      await this.#pool.close();
    }
    const isInterrupted = this.#abort.signal.aborted;
    if (this.#values.json) process.stdout.write(`${JSON.stringify(fuzzJson(findings, isInterrupted), null, 2)}\n`);
    if (isInterrupted) process.stderr.write('replibench: interrupted; what was known by then is above\n');
    if (isInterrupted) return 130;
    return findings.some(({ swept }) => swept.broken.length > 0) ? 1 : 0;
  }

  /** Human text, which has no place between the lines of JSON. */
  #say(text: string): void {
    this.#progress.erase();
    if (!this.#values.json) process.stdout.write(text);
  }

  async #test(contender: Contender): Promise<Finding> {
    const { named, subject } = contender;
    const { first, last } = this.#seeds;
    const total = last - first + 1;
    const onProgress = (seeds: number): void => this.#progress.begins(seeds, total, named.label);
    onProgress(0);
    const keepGoing = this.#values['keep-going'];
    const swept = await sweep(this.#pool, { subject, first, last, keepGoing, signal: this.#abort.signal, onProgress });
    this.#say(`${this.#rows.row(named.label, swept)}\n`);
    if (swept.beyond > 0) this.#say(`${this.#beyond(swept)}\n`);
    for (const line of this.#apart(swept)) this.#say(`${line}\n`);
    const [broken, ...others] = swept.broken;
    if (broken === undefined) return { contender, swept };
    this.#progress.begins(broken.seed, last, `${named.label}: shrinking seed ${broken.seed}`);
    const told = await this.#explain(contender, broken);
    this.#say(`\n${reportText(told, this.#style)}`);
    if (others.length > 0) this.#say(`\n${this.#listed(others)}\n`);
    if (swept.seeds < total && !this.#abort.signal.aborted) {
      const why = keepGoing ? 'too many of them do not end' : '--keep-going runs the others';
      this.#say(`\nAfter ${countText(swept.seeds)} of ${countText(total)} seeds this preset was left: ${why}.\n`);
    }
    if (contender !== this.#contenders.at(-1)) this.#say('\n');
    return { contender, swept, told };
  }

  #beyond({ beyond, seeds }: Swept): string {
    const where = beyond === seeds ? 'all' : countText(beyond);
    return `  in ${where} seeds the faults go beyond its claims: what is found is only counted`;
  }

  /** The seeds at whose end copies were not equal, by the reason; each with the number of keys. */
  #apart({ apart }: Swept): string[] {
    const reasons = [...new Set(apart.map(({ why }) => why))];
    return reasons.flatMap((reason) => {
      const seeds = apart.filter(({ why }) => why === reason);
      const shown = seeds.slice(0, SEEDS_SHOWN).map(({ seed, keys }) => `${seed} (${keys})`);
      const more = seeds.length > SEEDS_SHOWN ? ', …' : '';
      const many = seeds.length === 1 ? 'one seed' : `${countText(seeds.length)} seeds`;
      const text = `  at the end of ${many} copies were not equal, ${reason}; with how many keys: ${shown.join(', ')}${more}`;
      return wrap(text, this.#style.columns, '    ');
    });
  }

  #listed(others: readonly Broken[]): string {
    const shown = others.slice(0, SEEDS_SHOWN).map(({ seed, breach }) => `${seed} (${breach.property})`);
    const more = others.length > SEEDS_SHOWN ? ', …' : '';
    return wrap(`Also broken: ${shown.join(', ')}${more}.`, this.#style.columns, '  ').join('\n');
  }

  /** Shrunk, if that can be done. */
  async #explain({ named, subject }: Contender, { seed, breach, isLost }: Broken): Promise<Told> {
    const trial = { ...subject.trial, seed };
    const told: Told = { named, trial, breach, verdict: undefined };
    if (isLost) return told;
    const { module } = subject;
    const { signal } = this.#abort;
    const shrunk = await this.#pool.run('shrinkTrial', { module, trial }, signal);
    // A smaller trial may be one that never ends.
    const smaller = 'value' in shrunk ? shrunk.value : undefined;
    const retraced = await this.#pool.run(
      'retrace',
      { module, trial: smaller?.trial ?? trial, title: `${named.label}, seed ${seed}` },
      signal,
    );
    if (!('value' in retraced)) return told;
    const { verdict, picture } = retraced.value;
    const all = {
      ...told,
      breach: verdict.breach,
      verdict,
      ...(smaller && { trial: smaller.trial, shrunk: { runs: smaller.runs, faults: smaller.faults } }),
    };
    const { out } = this.#values;
    if (out !== undefined) {
      const directory = join(out, `${named.label.replace(':', '-')}-${seed}`);
      let outcome = `Written: ${relative(process.cwd(), directory)}`;
      try {
        writeTrialFolder(directory, all, picture);
      } catch (error) {
        // What was found so far is told all the same.
        if (!(error instanceof ResultError)) throw error;
        outcome = `replibench: ${error.message}`;
      }
      this.#progress.erase();
      process.stderr.write(`${outcome}\n`);
    }
    return all;
  }
}

function fuzzJson(findings: readonly Finding[], interrupted: boolean): object {
  return {
    interrupted,
    presets: findings.map(({ contender: { named }, swept, told }) => ({
      preset: named.label,
      seeds: swept.seeds,
      counts: swept.counts,
      beyond: swept.beyond,
      apart: swept.apart,
      broken: swept.broken.map(({ seed, breach }) => ({ seed, ...breach })),
      ...(told && { report: reportJson(told) }),
    })),
  };
}
