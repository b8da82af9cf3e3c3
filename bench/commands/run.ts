/** `run`: the main job. Runs a suite on engines, and leaves a scorecard and a folder of results. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { InputError, unknownName } from '../input.ts';
import { projectRoot } from '../paths.ts';
import { describeMachine, isMemoryFileSystem, measureSync } from '../reports/machine.ts';
import { configurationDigest, type Manifest } from '../reports/manifest.ts';
import { writeReport } from '../reports/report.ts';
import { createRunFolder, type RunFolder } from '../reports/run-folder.ts';
import { scorecardJson } from '../reports/scorecard.ts';
import { renderScorecard, textStyle } from '../reports/terminal.ts';
import { loadSuite, type Suite } from '../suites/suite-file.ts';
import { loadTopology, type Topology } from '../topologies/topology.ts';
import { applySettings, BUILT_IN_ENGINES, chooseEngine, judgeEngine } from '../trials/engines.ts';
import { type Contestant, planTrials } from '../trials/plan-trials.ts';
import { runSuite } from '../trials/run-suite.ts';
import { watchSteal } from '../trials/steal.ts';
import { Interrupted } from '../trials/trial-process.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { flagLines, readArguments, type Values, wholeNumber } from './arguments.ts';
import { showProgress } from './progress.ts';

const FLAGS = {
  suite: { takes: 'NAME|FILE', says: 'what to measure; "default" if left out' },
  engine: { takes: 'NAME[:PRESET]|MODULE', many: true, says: 'which engines; those of the suite if left out' },
  topology: { takes: 'NAME|FILE', says: 'nodes, zones, and where the clients are' },
  workload: { takes: 'NAME|FILE', says: 'the mix of operations, in every trial' },
  fault: { takes: 'NAME|FILE', says: 'the injury, in every trial with faults' },
  client: { takes: 'NAME|FILE', says: 'how clients find nodes, retry and give up' },
  runtime: { takes: 'threads', says: 'what carries the replicas' },
  seed: { takes: 'N', says: 'decides keys, arrivals and phases; 1 if left out' },
  set: { takes: '[ENGINE.]KEY=VALUE', many: true, says: "changes one of the engines' options" },
  repeat: { takes: 'N', says: 'repeats each trial, engines interleaved' },
  out: { takes: 'DIR', says: "the run's folder; results/<suite>-<UTC time> if left out" },
  quick: { says: 'fewer and shorter trials; the results say so' },
  json: { says: 'prints the scorecard as JSON' },
  help: { says: 'shows this' },
} as const;

const HELP = `Usage: npm run bench -- [run] [FLAGS]

Runs a suite of trials, shows a scorecard and writes a folder with CSV files, charts and a page.

${flagLines(FLAGS)}
"npm run bench -- list suites" lists the suites; so do engines, presets, workloads, faults, topologies and clients.
`;

/** The default suite stays within two minutes: no void trial is run again later than this. */
const REPEAT_UNTIL_MS = { default: 100_000, quick: 18_000 };

export async function runCommand(args: readonly string[]): Promise<number> {
  const { values, words } = readArguments('run', args, FLAGS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (words.length > 0) throw new InputError(`run takes flags only, but "${words[0]}" came`);
  return (await prepare(values)).go();
}

async function prepare(values: Values<typeof FLAGS>): Promise<Run> {
  if (values.runtime !== undefined && values.runtime !== 'threads') {
    throw unknownName('--runtime', values.runtime, ['threads']);
  }
  const suite = loadSuite(values.suite ?? 'default', values.quick);
  const topology = loadTopology(values.topology ?? suite.topology);
  const policy = loadPolicy(values.client ?? suite.client);
  const seed = wholeNumber('seed', values.seed, 0) ?? 1;
  const repeat = wholeNumber('repeat', values.repeat, 1);
  const named = values.engine.length > 0 ? values.engine : (suite.engines ?? BUILT_IN_ENGINES);
  const contestants = await chooseContestants(named, values.set, topology);
  const { workload, fault } = values;
  const planned = planTrials({ suite, contestants, topology, policy, seed, workload, fault, repeat });
  const engines = contestants.map(({ engine: { name, preset, options } }) => ({ name, preset, options }));
  const configuration = { suite, engines, topology, policy, workload, fault, repeat, seed };
  return new Run(suite, planned, values, seed, configuration);
}

async function chooseContestants(
  named: readonly string[],
  settings: readonly string[],
  topology: Topology,
): Promise<Contestant[]> {
  const chosen = await Promise.all(named.map((text) => chooseEngine(text)));
  const engines = applySettings(
    chosen.map(({ choice }) => choice),
    settings,
  );
  return Promise.all(
    engines.map(async (engine) => {
      const verdict = await judgeEngine(engine, topology.members);
      const problem = verdict.problems[0];
      if (problem !== undefined) throw new InputError(`${engine.name}:${engine.preset}: ${problem}`);
      return { engine, verdict };
    }),
  );
}

class Run {
  readonly #suite: Suite;
  readonly #planned: ReturnType<typeof planTrials>;
  readonly #values: Values<typeof FLAGS>;
  readonly #seed: number;
  readonly #configuration: object;

  constructor(
    suite: Suite,
    planned: ReturnType<typeof planTrials>,
    values: Values<typeof FLAGS>,
    seed: number,
    configuration: object,
  ) {
    this.#suite = suite;
    this.#planned = planned;
    this.#values = values;
    this.#seed = seed;
    this.#configuration = configuration;
  }

  async go(): Promise<number> {
    const folder = await this.#createFolder();
    const workDirectory = join(folder.directory, '.work');
    const abort = new AbortController();
    const interrupt = (): void => abort.abort();
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    const progress = showProgress(process.stderr);
    const steal = watchSteal();
    const finish = (exitStatus: number): number => {
      const stealShare = steal();
      folder.finish({
        finishedAt: new Date().toISOString(),
        interrupted: abort.signal.aborted,
        exitStatus,
        ...(stealShare !== undefined && { stealShare }),
      });
      return exitStatus;
    };
    try {
      mkdirSync(workDirectory, { recursive: true });
      const fileSystem = await this.#describeDisk(folder, workDirectory);
      if (isMemoryFileSystem(fileSystem)) this.#refuseFsync(fileSystem);
      const unmeasured = await runSuite({
        planned: this.#planned,
        folder,
        workDirectory,
        signal: abort.signal,
        progress,
        repeatUntilMs: this.#repeatUntilMs(),
      });
      progress.end();
      for (const what of unmeasured) process.stderr.write(`replibench: no trial was valid: ${what}\n`);
      return this.#show(folder, finish(unmeasured.length === 0 ? 0 : 3));
    } catch (error) {
      progress.end();
      if (!(error instanceof Interrupted)) throw error;
      process.stderr.write('replibench: interrupted; what was measured by then follows\n');
      return this.#show(folder, finish(130));
    } finally {
      rmSync(workDirectory, { recursive: true, force: true });
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    }
  }

  #repeatUntilMs(): number | undefined {
    if (this.#values.quick) return REPEAT_UNTIL_MS.quick;
    return this.#suite.name === 'default' ? REPEAT_UNTIL_MS.default : undefined;
  }

  #refuseFsync(fileSystem: string): void {
    const synced = this.#planned.some((planned) => planned.kind === 'trial' && planned.spec.durability === 'fsync');
    if (!synced) return;
    throw new InputError(
      `--out must be on a disk, because durability fsync means nothing on ${fileSystem}, a file system in memory`,
    );
  }

  async #createFolder(): Promise<RunFolder> {
    const startedAt = new Date().toISOString();
    const time = startedAt.slice(0, 19).replaceAll(':', '-');
    const directory = this.#values.out ?? join('results', `${this.#suite.name}-${time}Z`);
    const machine = await describeMachine(projectRoot);
    const manifest: Manifest = {
      toolVersion: (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }).version,
      suite: this.#suite.name,
      title: this.#suite.title,
      quick: this.#values.quick,
      seed: this.#seed,
      configuration: this.#configuration,
      configurationDigest: configurationDigest(this.#configuration),
      commandLine: process.argv.slice(2),
      startedAt,
      machine,
      interrupted: false,
    };
    return createRunFolder(directory, manifest);
  }

  /** The disk under the logs is that of the run's folder, which may be another than the project's. */
  async #describeDisk(folder: RunFolder, workDirectory: string): Promise<string> {
    const machine = await describeMachine(workDirectory);
    folder.finish({ machine, sync: await measureSync(workDirectory) });
    return machine.fileSystem;
  }

  #show(folder: RunFolder, exitStatus: number): number {
    const { run, scorecard } = writeReport(folder.directory);
    if (this.#values.json) {
      process.stdout.write(`${JSON.stringify(scorecardJson(scorecard, run.manifest), null, 2)}\n`);
    } else {
      process.stdout.write(renderScorecard(scorecard, textStyle(process.stdout)));
      process.stderr.write(`Results: ${relative(process.cwd(), folder.directory) || '.'}\n`);
    }
    return exitStatus;
  }
}
