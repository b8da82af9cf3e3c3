/**
 * The child process of one trial: a process of its own contains an engine that aborts or eats memory, and is where the size
 * of the thread pool can be set. It gets one order, sends one report and ends.
 */
import { runTrial } from './run-trial.ts';
import type { TrialOutcome, TrialSpec } from './spec.ts';

export interface ChildOrder {
  readonly spec: TrialSpec;
  /** For the nodes' logs. */
  readonly directory: string;
}

export type ChildReport =
  | { readonly kind: 'measured'; readonly outcome: TrialOutcome }
  | { readonly kind: 'failed'; readonly reason: string };

/** What went wrong in the harness itself, and where: a reason in a table is one line. */
function inOneLine(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.split('\n', 2).join(' ').replaceAll(/\s+/g, ' ');
}

process.once('message', async (order: ChildOrder) => {
  let report: ChildReport;
  try {
    report = { kind: 'measured', outcome: await runTrial(order.spec, order.directory) };
  } catch (error) {
    report = { kind: 'failed', reason: inOneLine(error) };
  }
  process.send!(report, () => process.exit(0));
});

// The parent has gone: nobody wants the figures.
process.once('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole group; the parent decides what ends.
process.on('SIGINT', () => {});
