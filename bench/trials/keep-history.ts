/** Writes a trial's history, if it is to be kept: every operation a line that `check` and anybody's tools can read. */
import type { History } from '../history.ts';
import { historyLines, writeHistory } from '../history-lines.ts';
import type { TrialSpec } from './spec.ts';

export function keepHistory({ historyFile, workload }: TrialSpec, history: History): void {
  if (historyFile !== undefined) writeHistory(historyFile, historyLines(history, workload.valueBytes));
}
