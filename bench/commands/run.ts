/** `run`: the main job. Runs a suite on engines, and leaves a scorecard and a folder of results. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { loadFaultPlan } from '../faults/plans.ts';
import { InputError, unknownName } from '../input.ts';
import { syncsMeanNothing, voidReason } from '../measures/validity.ts';
import { projectRoot } from '../paths.ts';
import { describeMachine, measureSync } from '../reports/machine.ts';
import { configurationDigest, type Manifest } from '../reports/manifest.ts';
import { createRunFolder, type RunFolder } from '../reports/run-folder.ts';
import { scorecardJson } from '../reports/scorecard.ts';
import { renderScorecard, textStyle } from '../reports/terminal.ts';
import type { EngineChoice } from '../runtimes/cluster.ts';
import { loadSuite, type Suite } from '../suites/suite-file.ts';
import { loadTopology, type Topology } from '../topologies/topology.ts';
import {
  applySettings,
  BUILT_IN_ENGINES,
  type ChosenEngine,
  chooseEngine,
  judgeEngine,
  type Verdict,
} from '../trials/engines.ts';
import { type Contestant, type Planned, planTrials } from '../trials/plan-trials.ts';
import type { Timeouts } from '../trials/preflight.ts';
import { runSuite } from '../trials/run-suite.ts';
import { SimulatedRunner } from '../trials/simulated-runner.ts';
import type { Runtime } from '../trials/spec.ts';
import { watchSteal } from '../trials/steal.ts';
import { Interrupted, realRunner } from '../trials/trial-process.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import { flagLines, readArguments, type Values, wholeNumber } from './arguments.ts';
import { showProgress } from './progress.ts';

const FLAGS = {
  suite: { takes: 'NAME|FILE', says: 'what to measure; "default" if left out' },
  engine: { takes: 'NAME[:PRESET]|MODULE', many: true, says: 'which engines; those of the suite if left out' },
  topology: { takes: 'NAME|FILE', says: 'nodes, zones, and where the clients are' },
  workload: { takes: 'NAME|FILE', says: 'the mix of operations, in every trial' },
  fault: { takes: 'NAME|FILE', says: 'the injury, in every trial with faults' },
  client: { takes: 'NAME|FILE', says: 'how clients find nodes, retry and give up' },
  runtime: { takes: 'threads|simulation', says: 'what carries the replicas; threads if left out' },
  seed: { takes: 'N', says: 'decides keys, arrivals and phases; 1 if left out' },
  set: { takes: '[ENGINE.]KEY=VALUE', many: true, says: "changes one of the engines' options" },
  repeat: { takes: 'N', says: 'repeats each trial, engines interleaved' },
  out: { takes: 'DIR', says: "the run's folder; results/<suite>-<UTC time> if left out" },
  'keep-histories': { says: 'writes every operation of every trial, as lines that check reads' },
  quick: { says: 'fewer and shorter trials; the results say so' },
  json: { says: 'prints the scorecard as JSON' },
  help: { says: 'shows this' },
} as const;

const HELP = `Usage: npm run bench -- [run] [FLAGS]

Runs a suite of trials, shows a scorecard and writes a folder with CSV files, charts and a page.

${flagLines(FLAGS)}
"npm run bench -- list suites" lists the suites; so do engines, presets, workloads, faults, topologies and clients.
`;

/** The default suite stays within two minutes, and a quick run within half of one: void trials are run again in what is left. */
const BUDGET_MS = { default: 114_000, quick: 22_000 };

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
  const runtime = runtimeOf(values.runtime);
  const seed = wholeNumber('seed', values.seed, 0) ?? 1;
  const repeat = wholeNumber('repeat', values.repeat, 1);
  const suite = loadSuite(values.suite ?? 'default', values.quick);
  const topology = loadTopology(values.topology ?? suite.topology);
  const policy = loadPolicy(values.client ?? suite.client);
  const workload = values.workload === undefined ? undefined : loadWorkload(values.workload);
  const fault = values.fault === undefined ? undefined : loadFaultPlan(values.fault);
  if (fault !== undefined && !suite.trials.some(({ measure }) => measure === 'failover')) {
    throw new InputError(`--fault needs a suite that has trials with faults, but "${suite.name}" has none`);
  }
  const [field, named] =
    values.engine.length > 0
      ? ['--engine', values.engine]
      : [`an engine of the suite "${suite.name}"`, suite.engines ?? BUILT_IN_ENGINES];
  const chosen = await Promise.all(named.map((text) => chooseEngine(text, field)));
  const { contestants, timeouts } = await compete(chosen, values.set, topology);
  const planned = planTrials({ suite, contestants, topology, runtime, policy, seed, workload, fault, repeat });
  const engines = contestants.map(({ engine: { name, preset, options } }) => ({ name, preset, options }));
  const configuration = { suite, engines, topology, runtime, policy, workload, fault, repeat, seed };
  return new Run({ suite, runtime, topology: topology.name, planned, timeouts, values, seed, configuration });
}

const RUNTIMES = ['threads', 'simulation'] as const;

function runtimeOf(text = 'threads'): Runtime {
  const found = RUNTIMES.find((name) => name === text);
  if (found === undefined) throw unknownName('--runtime', text, RUNTIMES);
  return found;
}

/** Applies the settings, and asks each engine what it claims under them. */
async function compete(
  chosen: readonly ChosenEngine[],
  settings: readonly string[],
  topology: Topology,
): Promise<{ contestants: Contestant[]; timeouts: Timeouts }> {
  refuseNamesakes(chosen.map(({ choice }) => choice));
  const engines = applySettings(
    chosen.map(({ choice }) => choice),
    settings,
  );
  const timeouts = new Map<string, Verdict['timeoutsMs']>();
  const contestants = await Promise.all(
    engines.map(async (engine) => {
      const { claims, problems, timeoutsMs } = await judgeEngine(engine, topology.members);
      if (claims === undefined) throw new InputError(`${engine.name}:${engine.preset}: ${problems[0]}`);
      timeouts.set(engine.name, timeoutsMs);
      return { engine, claims };
    }),
  );
  return { contestants, timeouts };
}

/** Results tell engines apart by name and preset. */
function refuseNamesakes(choices: readonly EngineChoice[]): void {
  for (const [i, { module, name, preset }] of choices.entries()) {
    const namesake = choices.slice(0, i).find((other) => other.name === name);
    if (namesake !== undefined && namesake.module !== module) {
      throw new InputError(`--engine must name engines of different names, but two are called "${name}"`);
    }
    if (choices.slice(0, i).some((other) => other.name === name && other.preset === preset)) {
      throw new InputError(`--engine must name each preset once, but "${name}:${preset}" came twice`);
    }
  }
}

interface Prepared {
  readonly suite: Suite;
  readonly runtime: Runtime;
  readonly topology: string;
  readonly planned: readonly Planned[];
  readonly timeouts: Timeouts;
  readonly values: Values<typeof FLAGS>;
  readonly seed: number;
  readonly configuration: object;
}

class Run {
  readonly #prepared: Prepared;

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
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
    const { planned, timeouts, runtime, values } = this.#prepared;
    const historyFolder = values['keep-histories'] ? resolve(folder.directory, 'histories') : undefined;
    const simulated = runtime === 'simulation' ? new SimulatedRunner() : undefined;
    try {
      mkdirSync(workDirectory, { recursive: true });
      if (historyFolder !== undefined) mkdirSync(historyFolder, { recursive: true });
      if (simulated === undefined) folder.finish({ sync: await measureSync(workDirectory) });
      const unmeasured = await runSuite({
        planned,
        timeouts,
        folder,
        workDirectory,
        historyFolder,
        signal: abort.signal,
        runner: simulated ?? realRunner,
        progress,
        budgetMs: this.#budgetMs(),
      });
      progress.end();
      for (const what of unmeasured) process.stderr.write(`replibench: no trial was valid: ${what}\n`);
      return await this.#show(folder, finish(unmeasured.length === 0 ? 0 : 3));
    } catch (error) {
      progress.end();
      if (!(error instanceof Interrupted)) throw error;
      process.stderr.write('replibench: interrupted; what was measured by then follows\n');
      return await this.#show(folder, finish(130));
    } finally {
      await simulated?.end();
      rmSync(workDirectory, { recursive: true, force: true });
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    }
  }

  #budgetMs(): number | undefined {
    const { suite, runtime, values } = this.#prepared;
    if (runtime === 'simulation') return undefined;
    if (values.quick) return BUDGET_MS.quick;
    return suite.name === 'default' && values.repeat === undefined ? BUDGET_MS.default : undefined;
  }

  async #createFolder(): Promise<RunFolder> {
    const { suite, topology, runtime, values, seed, configuration } = this.#prepared;
    const startedAt = new Date().toISOString();
    const time = startedAt.slice(0, 19).replaceAll(':', '-');
    const directory = values.out ?? join('results', `${suite.name}-${time}Z`);
    // The disk under the logs is that of the run's folder, which may be another than the project's.
    const machine = await describeMachine(nearestFolder(directory));
    if (this.#prepared.runtime === 'threads') this.#refuseMemory(machine.fileSystem);
    const manifest: Manifest = {
      toolVersion: (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }).version,
      suite: suite.name,
      title: suite.title,
      quick: values.quick,
      seed,
      configuration,
      configurationDigest: configurationDigest(configuration),
      commandLine: process.argv.slice(2),
      startedAt,
      ...(runtime === 'simulation' && { simulated: topology }),
      machine,
      interrupted: false,
    };
    return createRunFolder(directory, manifest);
  }

  #refuseMemory(fileSystem: string): void {
    const durabilities = this.#prepared.planned.flatMap((planned) =>
      planned.kind === 'trial' ? [planned.spec.durability] : [],
    );
    const problem = voidReason(...new Set(durabilities.map((durability) => syncsMeanNothing(durability, fileSystem))));
    if (problem !== undefined) throw new InputError(`--out must be on a disk, but ${problem}`);
  }

  async #show(folder: RunFolder, exitStatus: number): Promise<number> {
    // Loaded only now, since what draws charts takes a second to load.
    const { writeReport } = await import('../reports/report.ts');
    const { run, scorecard } = writeReport(folder.directory);
    if (this.#prepared.values.json) {
      process.stdout.write(`${JSON.stringify(scorecardJson(scorecard, run.manifest), null, 2)}\n`);
    } else {
      process.stdout.write(renderScorecard(scorecard, textStyle(process.stdout)));
    }
    process.stderr.write(`Results: ${relative(process.cwd(), folder.directory) || '.'}\n`);
    return exitStatus;
  }
}

/** The folder itself, or the nearest one above that exists. */
function nearestFolder(path: string): string {
  let folder = resolve(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
