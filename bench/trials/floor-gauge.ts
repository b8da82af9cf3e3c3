/** Takes the thread floor around throughput trials, so that speeds can be stated as shares of what the machine gave then. */
import type { RunFolder } from '../reports/run-folder.ts';
import type { FloorFigures } from '../runtimes/threads/floor-worker.ts';
import type { TrialRunner } from './trial-process.ts';

const WARMUP_MS = 120;
const VALUE_BYTES = 100;
/** A figure this old still tells of now: it was taken right after the trial before. */
const FRESH_MS = 1500;

export class FloorGauge {
  readonly #folder: RunFolder;
  readonly #runner: TrialRunner;
  readonly #signal: AbortSignal;
  readonly #startedMs: number;
  #count = 0;
  #latest: { readonly clients: number; readonly figures: FloorFigures; readonly takenMs: number } | undefined;

  /** `startedMs`: the run's start, by `performance.now()`. */
  constructor(folder: RunFolder, runner: TrialRunner, signal: AbortSignal, startedMs: number) {
    this.#folder = folder;
    this.#runner = runner;
    this.#signal = signal;
    this.#startedMs = startedMs;
  }

  /** Measures the floor and records it; undefined: it could not be measured. */
  async measure(mode: 'single' | 'batch', clients: number, measureMs: number): Promise<FloorFigures | undefined> {
    const atMs = performance.now() - this.#startedMs;
    const plan = { mode, clients, valueBytes: VALUE_BYTES, warmupMs: WARMUP_MS, measureMs };
    const figures = await this.#runner.floor(plan, this.#signal);
    if (figures === undefined) return undefined;
    const { operationsPerS, p50Ms } = figures;
    const id = `floor-${++this.#count}`;
    this.#folder.append('floor', [{ id, at: atMs, mode, clients, ops_per_s: operationsPerS, p50_ms: p50Ms }]);
    if (mode === 'batch') this.#latest = { clients, figures, takenMs: performance.now() };
    return figures;
  }

  /** The batch figure as of now: the one just taken after the trial before, or a new one. */
  async justNow(clients: number, measureMs: number): Promise<FloorFigures | undefined> {
    const latest = this.#latest;
    if (latest !== undefined && latest.clients === clients && performance.now() - latest.takenMs < FRESH_MS) {
      return latest.figures;
    }
    return this.measure('batch', clients, measureMs);
  }
}
