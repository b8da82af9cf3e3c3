/** What a random trial is asked to be: a seed, and what is not left to it. Plain data: it travels to worker threads. */
import type { Step } from '../faults/steps.ts';

export interface RandomTrial {
  readonly preset: string;
  readonly seed: number;
  /** Changes to the preset's options; they are not varied then. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** How many nodes; left out: drawn. */
  readonly nodes?: number;
  /** Faults in place of those that the seed would draw. */
  readonly steps?: readonly Step[];
  /** Of the steps only those with these numbers, from 0; left out: all. */
  readonly only?: readonly number[];
  /** How long anything may happen, in virtual ms; left out: as the engine's time-outs ask for. */
  readonly safetyMs?: number;
  /** Clients; left out: drawn. */
  readonly clients?: number;
}
