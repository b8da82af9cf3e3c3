/** Starts a child process for one trial and waits for what it reports, for as long as makes sense. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type FloorPlan, measureFloor } from '../runtimes/threads/floor.ts';
import type { FloorFigures } from '../runtimes/threads/floor-worker.ts';
import type { ChildOrder, ChildReport } from './child.ts';
import { longestFaultMs, type TrialOutcome, type TrialSpec } from './spec.ts';
import { voidOutcome } from './void-outcome.ts';

/** What starting, warming up, auditing and stopping may take beside the measured time. */
const OVERHEAD_MAX_MS = 60_000;
const FLOOR_MAX_MS = 60_000;
/** A child that has ended may have left words in the pipe; a process that it started may keep the pipe open for ever. */
const LAST_WORDS_MS = 500;

export class Interrupted extends Error {}

/** Runs what a suite consists of. Tests put something quicker in its place. */
export interface TrialRunner {
  /** @throws {Interrupted} when the signal aborts; what was started has ended by then. */
  trial(spec: TrialSpec, directory: string, signal: AbortSignal): Promise<TrialOutcome>;
  /** Told of the trials that will be asked for, in this order; it may begin with them. */
  expect?(specs: readonly TrialSpec[], signal: AbortSignal): void;
  /** Undefined: the floor could not be measured. */
  floor(plan: FloorPlan, signal: AbortSignal): Promise<FloorFigures | undefined>;
}

/** Trials in a child process each; the floor, which runs nobody's code, here: starting a process takes longer than it does. */
export const realRunner: TrialRunner = { trial: runTrialProcess, floor: runFloor };

async function runTrialProcess(spec: TrialSpec, directory: string, signal: AbortSignal): Promise<TrialOutcome> {
  const report = await run({ spec, directory }, spec.members.length, longestMs(spec), signal);
  return report.kind === 'measured' ? report.outcome : voidOutcome(spec, report.reason);
}

async function runFloor(plan: FloorPlan, signal: AbortSignal): Promise<FloorFigures | undefined> {
  try {
    return await measureFloor(plan, AbortSignal.any([signal, AbortSignal.timeout(FLOOR_MAX_MS)]));
  } catch {
    if (signal.aborted) throw new Interrupted();
    return undefined;
  }
}

function longestMs(spec: TrialSpec): number {
  const { failover } = spec;
  const stepsMs = spec.stepMs * Math.max(1, spec.ratesPerS.length);
  if (failover === undefined) return stepsMs + OVERHEAD_MAX_MS;
  return failover.times * longestFaultMs(failover, spec.members.length) + OVERHEAD_MAX_MS;
}

function run(order: ChildOrder, nodes: number, timeoutMs: number, signal: AbortSignal): Promise<ChildReport> {
  if (signal.aborted) return Promise.reject(new Interrupted());
  const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)), {
    serialization: 'advanced',
    // Threads share the pool of file operations: four stuck ones would stop a fifth from even loading.
    env: { ...process.env, UV_THREADPOOL_SIZE: String(4 + 2 * nodes) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const lastWords = collectStderr(child);
  return new Promise((resolve, reject) => {
    let reported: ChildReport | undefined;
    const late = setTimeout(() => {
      reported ??= { kind: 'failed', reason: `the trial did not end within ${Math.round(timeoutMs / 1000)} s` };
      child.kill('SIGKILL');
    }, timeoutMs);
    const interrupt = (): void => {
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', interrupt, { once: true });
    child.on('message', (report) => {
      reported ??= report as ChildReport;
    });
    const end = (how: () => string): void => {
      clearTimeout(late);
      signal.removeEventListener('abort', interrupt);
      if (signal.aborted) reject(new Interrupted());
      else resolve(reported ?? { kind: 'failed', reason: how() });
    };
    const notStarted = (error: Error): string => `the trial's process could not be started: ${error.message}`;
    child.once('error', (error) => end(() => notStarted(error)));
    child.once('exit', (code, killedBy) => {
      const ended = (): void => end(() => howItEnded(code, killedBy, lastWords()));
      if (reported !== undefined || signal.aborted) return ended();
      const timer = setTimeout(ended, LAST_WORDS_MS);
      child.once('close', () => {
        clearTimeout(timer);
        ended();
      });
    });
    child.send(order, (error) => {
      if (error !== null) reported ??= { kind: 'failed', reason: notStarted(error) };
    });
  });
}

function howItEnded(code: number | null, signal: string | null, lastWords: string): string {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  return `the trial's process ended ${how}${lastWords === '' ? '' : `: ${lastWords}`}`;
}

/** The first lines that the child wrote to stderr: what V8 says when it aborts. */
function collectStderr(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (text.length < 4000) text += chunk.toString('utf8');
  });
  return () =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .slice(0, 2)
      .join(' ')
      .slice(0, 300);
}
