/** `calibrate`: fits the simulation to threads, and says how far the two disagree on the same trials. */
import { mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { InputError } from '../input.ts';
import { agreement } from '../reports/agreement.ts';
import { presetLabel } from '../reports/presets.ts';
import { type Run, readRun } from '../reports/run.ts';
import { causeOf, writeWhole } from '../reports/run-folder.ts';
import { headingLines } from '../reports/scorecard.ts';
import { textStyle } from '../reports/terminal.ts';
import { loadSuite, type Suite } from '../suites/suite-file.ts';
import { loadTopology, type Topology } from '../topologies/topology.ts';
import { topologyText } from '../topologies/topology-text.ts';
import { BASELINE, evidenceOf } from '../trials/calibration/evidence.ts';
import { CannotFit, type Fitted, fit } from '../trials/calibration/fit.ts';
import { prober } from '../trials/calibration/probe.ts';
import { recordedPlan } from '../trials/calibration/recorded-plan.ts';
import { type ChosenEngine, chooseEngine, STORING_ENGINES } from '../trials/engines.ts';
import { type Planned, planTrials, type TrialsPlan } from '../trials/plan-trials.ts';
import type { Timeouts } from '../trials/preflight.ts';
import { SimulatedRunner } from '../trials/simulated-runner.ts';
import { Interrupted } from '../trials/trial-process.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { flagLines, readArguments, type Values, wholeNumber } from './arguments.ts';
import { calibrationJson, calibrationText } from './calibrate-report.ts';
import { compete } from './compete.ts';
import { interruptible, measure, usualFolder } from './measurement.ts';

const FLAGS = {
  engine: { takes: 'NAME[:VARIANT]|MODULE', many: true, says: 'which engines, besides unreplicated; all if left out' },
  kills: { takes: 'N', says: 'how often the leader is killed; 50 if left out' },
  topology: { takes: 'NAME|FILE', says: 'nodes, zones, and where the clients are; three-zones if left out' },
  seed: { takes: 'N', says: 'decides keys, arrivals and phases; 1 if left out' },
  from: { takes: 'RUN', says: 'takes the figures of threads, and the trials, from a run that there is' },
  out: { takes: 'FILE.yaml', says: 'where the topology goes; results/calibrated.yaml if left out' },
  quick: { says: 'fewer and shorter trials, and six kills' },
  json: { says: 'prints JSON' },
  help: { says: 'shows this' },
} as const;

const HELP = `Usage: npm run bench -- calibrate [FLAGS]

Measures the disk and a suite of trials on threads, fits the simulation's links, disk and processors to them, runs the same
trials there, prints both side by side, and writes a topology file for --runtime simulation --topology FILE.
With fifty kills of the leaders of three engines it takes some twelve minutes, --quick two, --from RUN about one.

${flagLines(FLAGS)}
Exit codes: 0 done, 2 bad input, 3 something could not be measured, 130 interrupted.
`;

/** What the run says, if it is one that there is. */
const SAID_BY_RUN = ['kills', 'topology', 'seed', 'quick'] as const;

type CalibrateValues = Values<typeof FLAGS>;

export async function calibrateCommand(args: readonly string[]): Promise<number> {
  const { values, words } = readArguments('calibrate', args, FLAGS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (words.length > 0) throw new InputError(`calibrate takes flags only, but "${words[0]}" came`);
  const out = values.out ?? 'results/calibrated.yaml';
  if (!/\.ya?ml$/.test(out)) throw new InputError(`--out must be a file that ends in .yaml, but "${out}" came`);
  makeParentFolder(out);
  const calibration = values.from === undefined ? await planned(values) : await recorded(values.from, values);
  return interruptible(async (signal) => {
    try {
      return await calibrate(calibration, out, values, signal);
    } catch (error) {
      if (error instanceof Interrupted) {
        process.stderr.write('replibench: interrupted; nothing was fitted\n');
        return 130;
      }
      if (!(error instanceof CannotFit)) throw error;
      process.stderr.write(`replibench: ${error.message}\n`);
      return 3;
    }
  });
}

/** Before anything is measured: that takes minutes. */
function makeParentFolder(out: string): void {
  try {
    mkdirSync(dirname(out), { recursive: true });
  } catch (error) {
    throw new InputError(`--out must be in a folder that can be written, but for "${out}" ${causeOf(error)}`);
  }
}

interface Calibration {
  readonly plan: Omit<TrialsPlan, 'runtime'>;
  readonly timeouts: Timeouts;
  /** The run on threads; undefined: it is still to be made. */
  readonly threads: Run | undefined;
}

// ------------------------------------------------------------------------------------------------------- what to run

async function planned(values: CalibrateValues): Promise<Calibration> {
  const kills = wholeNumber('kills', values.kills, 1);
  const seed = wholeNumber('seed', values.seed, 0) ?? 1;
  const suite = withKills(loadSuite('calibration', values.quick), kills);
  const topology = loadTopology(values.topology ?? suite.topology);
  const { contestants, timeouts } = await compete(await choose(values.engine), [], topology);
  const policy = loadPolicy(suite.client);
  const plan = { suite, contestants, topology, policy, seed, workload: undefined, fault: undefined, repeat: undefined };
  return { plan, timeouts, threads: undefined };
}

function withKills(suite: Suite, kills: number | undefined): Suite {
  if (kills === undefined) return suite;
  const trials = suite.trials.map((entry) => {
    if (entry.measure !== 'failover') return entry;
    return { ...entry, times: kills, times_per_trial: Math.min(kills, entry.times_per_trial) };
  });
  return { ...suite, trials };
}

/** The baseline always takes part. */
async function choose(named: readonly string[]): Promise<ChosenEngine[]> {
  const chosen = await Promise.all((named.length === 0 ? STORING_ENGINES : named).map((text) => chooseEngine(text)));
  const isThere = chosen.some(({ choice: { name, preset } }) => presetLabel({ engine: name, preset }) === BASELINE);
  return isThere ? chosen : [await chooseEngine(BASELINE), ...chosen];
}

async function recorded(directory: string, values: CalibrateValues): Promise<Calibration> {
  const refused = SAID_BY_RUN.find((flag) => values[flag] !== undefined && values[flag] !== false);
  if (refused !== undefined) throw new InputError(`--${refused} must be left out beside --from: the run says it`);
  const threads = readRun(directory);
  const { engines, ...plan } = recordedPlan(threads);
  const named = values.engine.length > 0 ? values.engine : engines.map(({ name, preset }) => `${name}:${preset}`);
  const chosen = (await choose(named)).map(({ choice, ...rest }): ChosenEngine => {
    const before = engines.find(({ name, preset }) => name === choice.name && preset === choice.preset);
    return { ...rest, choice: { ...choice, options: { ...choice.options, ...before?.options } } };
  });
  const { contestants, timeouts } = await compete(chosen, [], plan.topology);
  return { plan: { ...plan, contestants }, timeouts, threads };
}

// ---------------------------------------------------------------------------------------------------------- the work

async function calibrate(
  { plan, timeouts, threads: known }: Calibration,
  out: string,
  values: CalibrateValues,
  signal: AbortSignal,
): Promise<number> {
  const folder = usualFolder('calibration');
  const go = async (runtime: 'threads' | 'simulation', topology: Topology): Promise<{ run: Run; isWhole: boolean }> => {
    const whole = { ...plan, topology, runtime };
    const { directory, exitStatus } = await measure(
      {
        plan: whole,
        planned: recovering(planTrials(whole)),
        timeouts,
        quick: values.quick,
        out: join(folder, runtime),
        keepHistories: false,
        budgetMs: undefined,
      },
      signal,
    );
    if (exitStatus === 130) throw new Interrupted();
    return { run: readRun(directory), isWhole: exitStatus === 0 };
  };
  const real = known === undefined ? await go('threads', plan.topology) : { run: known, isWhole: true };
  const fitted = await fitTo(real.run, plan, signal);
  writeTopology(out, plan.topology, fitted, real.run);
  const simulated = await go('simulation', loadTopology(out));
  const result = { out, fitted, ...agreement(real.run.tables, simulated.run.tables) };
  if (values.json) process.stdout.write(`${JSON.stringify(calibrationJson(result), null, 2)}\n`);
  else process.stdout.write(calibrationText(result, textStyle(process.stdout)));
  process.stderr.write(`Results: ${relative(process.cwd(), folder)}\n`);
  return real.isWhole && simulated.isWhole ? 0 : 3;
}

/** Without the trials in which the victim stays dead: an outage that does not end cannot be compared. */
const recovering = (planned: readonly Planned[]): Planned[] =>
  planned.filter((each) => each.kind === 'trial' && each.spec.failover?.staysDown !== true);

async function fitTo(run: Run, plan: Calibration['plan'], signal: AbortSignal): Promise<Fitted> {
  const labels = plan.contestants.map(({ engine: { name, preset } }) => presetLabel({ engine: name, preset }));
  const evidence = evidenceOf(run, labels);
  process.stderr.write(`Fitting the simulation to ${run.directory}\n`);
  const runner = new SimulatedRunner();
  try {
    return await fit(evidence, prober(planTrials({ ...plan, runtime: 'simulation' }), runner, signal));
  } finally {
    await runner.end();
  }
}

function writeTopology(out: string, topology: Topology, fitted: Fitted, { directory, manifest }: Run): void {
  const title = `${topology.name}, as near and as fast as the threads of one run were`;
  const source = relative(process.cwd(), directory);
  const comment = [`Written by calibrate from ${source}:`, ...headingLines(manifest)];
  writeWhole(out, topologyText({ ...topology, title }, fitted, comment));
}
