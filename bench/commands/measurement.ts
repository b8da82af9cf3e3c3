/** Measures what a suite asks for, in a folder of results that is complete whenever it ends. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../input.ts';
import { syncsMeanNothing, voidReason } from '../measures/validity.ts';
import { projectRoot } from '../paths.ts';
import { describeMachine, measureSync } from '../reports/machine.ts';
import { configurationDigest, type Manifest } from '../reports/manifest.ts';
import { createRunFolder, type RunFolder } from '../reports/run-folder.ts';
import type { Topology } from '../topologies/topology.ts';
import type { Arena, Planned, TrialsPlan } from '../trials/plan-trials.ts';
import type { Timeouts } from '../trials/preflight.ts';
import { runSuite } from '../trials/run-suite.ts';
import { SimulatedRunner } from '../trials/simulated-runner.ts';
import { watchSteal } from '../trials/steal.ts';
import { Interrupted, realRunner } from '../trials/trial-process.ts';
import { showProgress } from './progress.ts';

export interface Measurement {
  readonly plan: TrialsPlan;
  /** The plan's trials. */
  readonly planned: readonly Planned[];
  readonly timeouts: Timeouts;
  readonly quick: boolean;
  /** The run's folder. */
  readonly out: string;
  readonly keepHistories: boolean;
  readonly budgetMs: number | undefined;
}

export interface Measured {
  readonly directory: string;
  /** 0: all was measured; 3: of some preset and measure no trial was valid; 130: interrupted. */
  readonly exitStatus: 0 | 3 | 130;
}

/** Does the work with a signal that aborts when the user, or the system, wants the process to end. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await work(abort.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** Says on stderr how it goes on, and of what no trial was valid. */
export async function measure(measurement: Measurement, signal: AbortSignal): Promise<Measured> {
  const { plan, planned, timeouts, budgetMs } = measurement;
  const folder = await createFolder(measurement);
  const { directory } = folder;
  const workDirectory = join(directory, '.work');
  const historyFolder = measurement.keepHistories ? resolve(directory, 'histories') : undefined;
  const progress = showProgress(process.stderr);
  const steal = watchSteal();
  const finish = (exitStatus: Measured['exitStatus']): Measured => {
    const stealShare = steal();
    folder.finish({
      finishedAt: new Date().toISOString(),
      interrupted: signal.aborted,
      exitStatus,
      ...(stealShare !== undefined && { stealShare }),
    });
    return { directory, exitStatus };
  };
  const simulated = plan.runtime === 'simulation' ? new SimulatedRunner() : undefined;
  try {
    mkdirSync(workDirectory, { recursive: true });
    if (historyFolder !== undefined) mkdirSync(historyFolder, { recursive: true });
    if (simulated === undefined) folder.finish({ sync: await measureSync(workDirectory) });
    const runner = simulated ?? realRunner;
    const suite = { planned, timeouts, folder, workDirectory, historyFolder, signal, runner, progress, budgetMs };
    const unmeasured = await runSuite(suite);
    progress.end();
    for (const what of unmeasured) process.stderr.write(`replibench: no trial was valid: ${what}\n`);
    return finish(unmeasured.length === 0 ? 0 : 3);
  } catch (error) {
    progress.end();
    if (!(error instanceof Interrupted)) throw error;
    return finish(130);
  } finally {
    await simulated?.end();
    rmSync(workDirectory, { recursive: true, force: true });
  }
}

async function createFolder({ plan, planned, quick, out }: Measurement): Promise<RunFolder> {
  const { suite, contestants, arenas, topology, runtime, policy, workload, fault, repeat, seed } = plan;
  // The disk under the logs is that of the run's folder, which may be another than the project's.
  const machine = await describeMachine(nearestFolder(out));
  if (runtime === 'threads') refuseMemory(planned, machine.fileSystem);
  const engines = contestants.map(({ engine: { name, preset, options } }) => ({ name, preset, options }));
  // The suite says to what sizes they were brought.
  const unscaled = ({ topology: one }: Arena): Topology => one.scaling?.of ?? one;
  const topologies = arenas && [...new Set(arenas.flat().map(unscaled))];
  const places = topologies === undefined ? { topology } : { topologies };
  const configuration = { suite, engines, ...places, runtime, policy, workload, fault, repeat, seed };
  const manifest: Manifest = {
    toolVersion: (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }).version,
    suite: suite.name,
    title: suite.title,
    quick,
    seed,
    configuration,
    configurationDigest: configurationDigest(configuration),
    commandLine: process.argv.slice(2),
    startedAt: new Date().toISOString(),
    ...(runtime === 'simulation' && {
      simulated: [...new Set((topologies ?? [topology]).map(({ name }) => name))].join(', '),
    }),
    machine,
    interrupted: false,
  };
  return createRunFolder(out, manifest);
}

/** Where a run's results go if nobody says. */
export const usualFolder = (suite: string): string =>
  join('results', `${suite}-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z`);

function refuseMemory(planned: readonly Planned[], fileSystem: string): void {
  const durabilities = planned.flatMap((each) => (each.kind === 'trial' ? [each.spec.durability] : []));
  const problem = voidReason(...new Set(durabilities.map((durability) => syncsMeanNothing(durability, fileSystem))));
  if (problem !== undefined) throw new InputError(`--out must be on a disk, but ${problem}`);
}

/** The folder itself, or the nearest one above that exists. */
function nearestFolder(path: string): string {
  let folder = resolve(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
