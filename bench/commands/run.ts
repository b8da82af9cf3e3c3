/** `run`: the main job. Runs a suite on engines, and leaves a scorecard and a folder of results. */
import { relative } from 'node:path';
import { loadFaultPlan } from '../faults/plans.ts';
import { InputError, unknownName } from '../input.ts';
import { scorecardJson } from '../reports/scorecard.ts';
import { renderScorecard, textStyle } from '../reports/terminal.ts';
import { listOf, loadSuite, type Suite } from '../suites/suite-file.ts';
import { scalings } from '../topologies/scaled.ts';
import { loadTopology, type Topology } from '../topologies/topology.ts';
import { type ChosenEngine, chooseEngines, namesEveryPreset, STORING_ENGINES } from '../trials/engines.ts';
import { type Arena, type Contestant, planTrials, type TrialsPlan } from '../trials/plan-trials.ts';
import type { Timeouts } from '../trials/preflight.ts';
import type { Runtime } from '../trials/spec.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import { flagLines, readArguments, type Values, wholeNumber } from './arguments.ts';
import { arrange, compete, type Pairing } from './compete.ts';
import { interruptible, type Measurement, measure, usualFolder } from './measurement.ts';

const FLAGS = {
  suite: { takes: 'NAME|FILE', says: 'what to measure; "default" if left out' },
  engine: {
    takes: 'NAME[:VARIANT]|MODULE',
    many: true,
    says: "which: raft:etcd, raft:preVote=false, raft:* (all); else the suite's",
  },
  topology: { takes: 'NAME|FILE', says: 'nodes, zones, and where the clients are' },
  workload: { takes: 'NAME|FILE', says: 'the mix of operations, in every trial' },
  fault: { takes: 'NAME|FILE', says: 'the injury, in every trial with faults' },
  client: { takes: 'NAME|FILE', says: 'how clients find nodes, retry and give up' },
  runtime: {
    takes: 'threads|simulation',
    says: 'what carries the replicas; threads if neither this nor the suite says',
  },
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
  const measurement = await prepare(values);
  return interruptible(async (signal) => {
    const { directory, exitStatus } = await measure(measurement, signal);
    if (exitStatus === 130) process.stderr.write('replibench: interrupted; what was measured by then follows\n');
    await show(directory, values.json);
    return exitStatus;
  });
}

async function prepare(values: Values<typeof FLAGS>): Promise<Measurement> {
  const seed = wholeNumber('seed', values.seed, 0) ?? 1;
  const repeat = wholeNumber('repeat', values.repeat, 1);
  const suite = loadSuite(values.suite ?? 'default', values.quick);
  const runtime = runtimeOf(values.runtime, suite);
  const topology = loadTopology(values.topology ?? suite.topology);
  const policy = loadPolicy(values.client ?? suite.client);
  const workload = values.workload === undefined ? undefined : loadWorkload(values.workload);
  const fault = values.fault === undefined ? undefined : loadFaultPlan(values.fault);
  if (fault !== undefined && !suite.trials.some((trial) => 'fault' in trial)) {
    throw new InputError(`--fault needs a suite that has trials with faults, but "${suite.name}" has none`);
  }
  const { timeouts, ...places } = await whoRunsWhere(suite, topology, values);
  const asked = { policy, policyForAll: values.client !== undefined, workload, fault, repeat };
  const plan = { suite, ...places, topology, runtime, seed, ...asked };
  return {
    plan,
    planned: planTrials(plan),
    timeouts,
    quick: values.quick,
    out: values.out ?? usualFolder(suite.name),
    keepHistories: values['keep-histories'],
    budgetMs: budgetMs(plan, values.quick),
  };
}

/** The engines with their topologies: one for all trials, unless trials of the suite say something else. */
async function whoRunsWhere(
  suite: Suite,
  topology: Topology,
  values: Values<typeof FLAGS>,
): Promise<{ contestants: readonly Contestant[]; arenas?: readonly (readonly Arena[])[]; timeouts: Timeouts }> {
  const named = new Map<string, Promise<ChosenEngine[]>>();
  const choose = (ofTrial: readonly string[] | undefined): Promise<ChosenEngine[]> => {
    const [field, texts] =
      values.engine.length > 0
        ? ['--engine', values.engine]
        : [`an engine of the suite "${suite.name}"`, ofTrial ?? suite.engines ?? STORING_ENGINES];
    const chosen = named.get(texts.join()) ?? chooseEngines(texts, field);
    named.set(texts.join(), chosen);
    return chosen;
  };
  const all = values.engine.length > 0 ? values.engine : (suite.engines ?? []);
  const differ = suite.trials.some(
    (entry) => entry.measure === 'detection' || (entry.measure !== 'floor' && (entry.topology ?? entry.engines)),
  );
  if (!differ && !all.some(namesEveryPreset)) return compete(await choose(undefined), values.set, topology);
  // With --topology two trials of a suite may come to be the same one.
  const seen = new Set<string>();
  const pairings: Pairing[][] = [];
  for (const entry of suite.trials) {
    const pairs: Pairing[] = [];
    pairings.push(pairs);
    if (entry.measure === 'floor') continue;
    const { topology: own, engines, ...rest } = entry;
    const chosen = await choose(engines);
    for (const name of values.topology !== undefined ? [topology.name] : listOf(own ?? suite.topology)) {
      const isNew = ({ choice }: ChosenEngine): boolean => {
        const trial = JSON.stringify([name, choice.name, choice.preset, rest]);
        return !seen.has(trial) && seen.add(trial) !== undefined;
      };
      const fresh = chosen.filter(isNew);
      if (fresh.length === 0) continue;
      const place = name === topology.name ? topology : loadTopology(name);
      const places = entry.measure === 'detection' ? scalings(place, entry) : [place];
      for (const one of places) pairs.push({ topology: one, chosen: fresh });
    }
  }
  const { arenas, timeouts } = await arrange(pairings.flat(), values.set);
  let next = 0;
  const byTrial = pairings.map((pairs) => pairs.map(() => arenas[next++]!));
  const contestants = new Map(
    arenas.flatMap((arena) =>
      arena.contestants.map((one) => [`${one.engine.name}:${one.engine.preset}`, one] as const),
    ),
  );
  return { contestants: [...contestants.values()], arenas: byTrial, timeouts };
}

const RUNTIMES = ['threads', 'simulation'] as const;

function runtimeOf(text: string | undefined, suite: Suite): Runtime {
  if (text === undefined) return suite.runtime ?? 'threads';
  const found = RUNTIMES.find((name) => name === text);
  if (found === undefined) throw unknownName('--runtime', text, RUNTIMES);
  if (suite.runtime === undefined || suite.runtime === found) return found;
  throw new InputError(`--runtime must be ${suite.runtime} for the suite "${suite.name}", but "${text}" came`);
}

function budgetMs({ suite, runtime, repeat }: TrialsPlan, isQuick: boolean): number | undefined {
  if (runtime === 'simulation') return undefined;
  if (isQuick) return BUDGET_MS.quick;
  return suite.name === 'default' && repeat === undefined ? BUDGET_MS.default : undefined;
}

async function show(directory: string, asJson: boolean): Promise<void> {
  // Loaded only now, since what draws charts takes a second to load.
  const { writeReport } = await import('../reports/report.ts');
  const { run, scorecard } = writeReport(directory);
  if (asJson) process.stdout.write(`${JSON.stringify(scorecardJson(scorecard, run.manifest), null, 2)}\n`);
  else process.stdout.write(renderScorecard(scorecard, textStyle(process.stdout)));
  process.stderr.write(`Results: ${relative(process.cwd(), directory) || '.'}\n`);
}
