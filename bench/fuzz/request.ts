/** What a random trial is asked to be: a seed, and what is not left to it. Plain data: it travels to worker threads. */
import type { FaultPlan } from '../faults/fault-plan.ts';
import type { Step } from '../faults/steps.ts';
import { InputError } from '../input.ts';

/** Surroundings that can be left as plain as can be: what matters about a failure shows by what may be left out of it. */
export const PLAIN = ['options', 'clocks', 'links', 'disk', 'clients'] as const;
export type Plain = (typeof PLAIN)[number];

export interface RandomTrial {
  readonly preset: string;
  readonly seed: number;
  /** Changes to the preset's options; they are not varied then. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** How many nodes; left out: drawn. */
  readonly nodes?: number;
  /** Faults in place of those that the seed would draw. */
  readonly steps?: readonly Step[];
  /** The same, but the seed draws when it begins, and what it leaves to chance. */
  readonly plan?: FaultPlan;
  /** Of the steps only those with these numbers, from 0, or one of a step's times: "5:3" is the third of step 5. Left out: all. */
  readonly only?: readonly string[];
  /** How long anything may happen, in virtual ms; left out: as the engine's time-outs ask for. What is drawn stays the same. */
  readonly safetyMs?: number;
  /** Clients; left out: drawn. */
  readonly clients?: number;
  /** Not as drawn, but plain. */
  readonly plain?: readonly Plain[];
}

/** What is put through many seeds: an engine's module, as a file URL, and what is not left to the seeds. */
export interface Subject {
  readonly module: string;
  readonly trial: Omit<RandomTrial, 'seed'>;
}

/** @throws {InputError} if a number is that of no step. */
export function selectSteps(steps: readonly Step[], only: readonly string[] | undefined): readonly Step[] {
  if (only === undefined) return steps;
  const known = new Set(only.map((name) => Number(name.split(':')[0])));
  const stranger = [...known].find((number) => steps[number] === undefined);
  if (stranger !== undefined) {
    throw new InputError(`--only must name steps, which are 0 to ${steps.length - 1} here, but "${stranger}" came`);
  }
  return steps.flatMap((step, number) => {
    if (!known.has(number)) return [];
    if (only.includes(`${number}`)) return [step];
    const times = only.filter((name) => name.startsWith(`${number}:`));
    return [{ ...step, turns: times.map((name) => Number(name.split(':')[1])) }];
  });
}
