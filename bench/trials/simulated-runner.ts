/**
 * Runs simulated trials in a pool of threads, all cores at once: what a trial shows does not hang on what runs beside it. A
 * thread of its own contains an engine that loops for ever, exits, or eats memory.
 */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { TrialOutcome, TrialSpec } from './spec.ts';
import { Interrupted, type TrialRunner } from './trial-process.ts';
import { voidOutcome } from './void-outcome.ts';

/** Of real time, for each hundred nodes. Trials of the built-in suites take seconds, of a thousand nodes a minute: whoever takes this long loops. */
const TRIAL_MAX_MS = 300_000;
const NODES_PER_LIMIT = 100;
const HEAP_MAX_MB = 4096;
const YOUNG_MB = 192;
const CORES = availableParallelism();

type Pool = Piscina<TrialSpec, TrialOutcome>;

export class SimulatedRunner implements TrialRunner {
  readonly #pool: Pool = new Piscina<TrialSpec, TrialOutcome>({
    filename: new URL('./simulation-worker.js', import.meta.url).href,
    maxThreads: CORES,
    // A young generation that holds what is under way: a fifth of the time would go into moving it.
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  /** Trials that will be asked for, in this order: those that wait, and those that have been started. */
  #waiting: readonly TrialSpec[] = [];
  readonly #started = new Map<string, Promise<TrialOutcome>>();
  #running = 0;

  /** Runs these trials in this order, each core one at a time, ahead of being asked for them. */
  expect(specs: readonly TrialSpec[], signal: AbortSignal): void {
    this.#waiting = specs;
    this.#fill(signal);
  }

  #fill(signal: AbortSignal): void {
    while (this.#running < CORES && this.#waiting.length > 0 && !signal.aborted) {
      const [next, ...rest] = this.#waiting as [TrialSpec, ...TrialSpec[]];
      this.#waiting = rest;
      // Whoever asks for it is told how it ended.
      this.#start(next, signal).catch(() => {});
    }
  }

  #start(spec: TrialSpec, signal: AbortSignal): Promise<TrialOutcome> {
    this.#running++;
    const outcome = this.#run(spec, signal).finally(() => {
      this.#running--;
      this.#fill(signal);
    });
    this.#started.set(spec.trial, outcome);
    return outcome;
  }

  trial(spec: TrialSpec, _directory: string, signal: AbortSignal): Promise<TrialOutcome> {
    const started = this.#started.get(spec.trial);
    if (started === undefined) this.#waiting = this.#waiting.filter(({ trial }) => trial !== spec.trial);
    const outcome = started ?? this.#start(spec, signal);
    // Nobody asks twice, and thousands of outcomes are much to keep.
    this.#started.delete(spec.trial);
    return outcome;
  }

  async floor(): Promise<undefined> {
    return undefined;
  }

  async end(): Promise<void> {
    await this.#pool.destroy();
  }

  async #run(spec: TrialSpec, signal: AbortSignal): Promise<TrialOutcome> {
    const late = new AbortController();
    const limitMs = TRIAL_MAX_MS * Math.ceil(spec.members.length / NODES_PER_LIMIT);
    let timer: NodeJS.Timeout | undefined;
    try {
      const begun = this.#pool.run(spec, { signal: AbortSignal.any([signal, late.signal]) });
      timer = setTimeout(() => late.abort(), limitMs);
      return await begun;
    } catch (error) {
      if (signal.aborted) throw new Interrupted();
      if (late.signal.aborted) return voidOutcome(spec, `the trial did not end within ${limitMs / 1000} s`);
      return voidOutcome(spec, `the trial's thread ended: ${error instanceof Error ? error.message : error}`);
    } finally {
      clearTimeout(timer);
    }
  }
}
