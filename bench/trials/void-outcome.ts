/** The outcome of a trial that could not be measured at all: one row that says why. */
import { plainTrialRow } from './rows.ts';
import type { TrialOutcome, TrialRows, TrialSpec } from './spec.ts';

export const NO_ROWS: TrialRows = {
  trials: [],
  failovers: [],
  timeline: [],
  latency: [],
  nodes: [],
  service: [],
  staleness: [],
  detections: [],
  conflicts: [],
};

export function voidOutcome(spec: TrialSpec, reason: string): TrialOutcome {
  return { rows: { ...NO_ROWS, trials: [plainTrialRow(spec, reason)] }, voidReason: reason, unmeasurable: true };
}
