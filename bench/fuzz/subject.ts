/** What is put through random trials: an engine's preset, and what is not left to the seeds. Plain data. */
import { drawSteps, type FaultPlan } from '../faults/fault-plan.ts';
import { Random } from '../random.ts';
import type { RandomTrial } from './request.ts';

export interface Subject {
  /** A file URL. */
  readonly module: string;
  readonly trial: Omit<RandomTrial, 'seed' | 'steps'>;
  /** In place of the faults that each seed would draw. What the plan leaves to chance each seed draws. */
  readonly plan?: FaultPlan;
}

export function trialOf({ trial, plan }: Subject, seed: number): RandomTrial {
  return { ...trial, seed, ...(plan && { steps: drawSteps(plan, new Random(`fault plan ${seed}`)) }) };
}
