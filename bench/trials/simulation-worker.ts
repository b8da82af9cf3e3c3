/** Runs one simulated trial, in a thread of the pool. */
import { runTrial } from './run-trial.ts';
import type { TrialOutcome, TrialSpec } from './spec.ts';

export default (spec: TrialSpec): Promise<TrialOutcome> => runTrial(spec);
