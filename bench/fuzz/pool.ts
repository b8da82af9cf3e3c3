/**
 * Threads for random trials. An engine of others cannot do harm there: a trial that does not end, or needs too much memory,
 * costs its thread, and is an answer like any other.
 */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { InputError } from '../input.ts';
import type { Breach } from './demands.ts';
import type { Answer, Retraced, SeedOutcome, SeedsOrder, ShrunkTrial, TrialOrder } from './worker.ts';

/** What threads are asked to do, and what comes back. */
interface Errands {
  readonly runSeeds: [SeedsOrder, SeedOutcome[]];
  readonly shrinkTrial: [TrialOrder, ShrunkTrial];
  readonly retrace: [TrialOrder & { readonly title: string }, Retraced];
}

/** What came of it: the thread's answer, or the thread was lost in its nth trial, from 1; 0: before the first. */
export type Came<Value> =
  | { readonly value: Value }
  | { readonly lost: Breach; readonly inTrial: number }
  | { readonly interrupted: true };

const MEMORY_MAX_MB = 1024;
const YOUNG_MB = 192;
const LOOK_MS = 100;

export class TrialPool {
  readonly threads: number = availableParallelism();
  readonly #piscina: Piscina;
  readonly #patienceS: number;

  /** No trial may take longer than `patienceS`, in real time. */
  constructor(patienceS: number) {
    this.#patienceS = patienceS;
    this.#piscina = new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: this.threads,
      // A young generation that holds what is under way: a fifth of the time would go into moving it.
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MAX_MB, maxYoungGenerationSizeMb: YOUNG_MB },
    });
  }

  /** @throws {InputError} if the engine cannot be loaded, or refuses what is asked of it. */
  async run<Name extends keyof Errands>(
    name: Name,
    order: Errands[Name][0],
    signal: AbortSignal,
  ): Promise<Came<Errands[Name][1]>> {
    const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const inTrial = (): number => Math.max(0, Atomics.load(beats, 0) - 1);
    const watchdog = new Watchdog(beats, this.#patienceS * 1000);
    const abort = AbortSignal.any([signal, watchdog.signal]);
    try {
      const answer = (await this.#piscina.run({ ...order, beats }, { name, signal: abort })) as Answer<
        Errands[Name][1]
      >;
      if ('problem' in answer) throw new InputError(answer.problem);
      return answer;
    } catch (error) {
      if (error instanceof InputError) throw error;
      if (signal.aborted) return { interrupted: true };
      if (watchdog.signal.aborted) return { lost: this.#endless(), inTrial: inTrial() };
      return { lost: lossOf(error), inTrial: inTrial() };
    } finally {
      watchdog.stop();
    }
  }

  #endless(): Breach {
    return {
      property: 'end',
      sentence: `the trial had not ended after ${this.#patienceS} s: a call to the engine does not return, or time stands still`,
    };
  }

  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}

function lossOf(error: unknown): Breach {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { property: 'memory', sentence: `the trial needed more than ${MEMORY_MAX_MB} MB of memory` };
  }
  return { property: 'no throw', sentence: `the trial's thread ended: ${message}` };
}

/** Aborts when no trial has begun for too long. While the order waits for a thread nothing is counted. */
class Watchdog {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(beats: Int32Array, patienceMs: number) {
    let last = 0;
    let sinceMs = 0;
    this.#timer = setInterval(() => {
      const now = Atomics.load(beats, 0);
      if (now !== last) {
        last = now;
        sinceMs = performance.now();
      } else if (now > 0 && performance.now() - sinceMs > patienceMs) this.#abort.abort();
    }, LOOK_MS);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
