/** Runs the planned trials one after the other, and hands over their rows as they end. */
import type { RunFolder } from '../reports/run-folder.ts';
import type { TableRow } from '../reports/tables.ts';
import { FloorGauge } from './floor-gauge.ts';
import type { FloorSpec, Planned } from './plan-trials.ts';
import type { TrialOutcome, TrialSpec } from './spec.ts';
import { runTrialProcess } from './trial-process.ts';

/** A trial that was void is run again, at most twice. */
const ATTEMPTS_MAX = 3;

export interface SuiteProgress {
  /** A trial begins: its number from 1, of how many, and what it is. */
  begins(number: number, total: number, label: string): void;
  /** It has ended, with what it showed in a few words. */
  ended(label: string, summary: string): void;
}

export interface SuiteRun {
  readonly planned: readonly Planned[];
  readonly folder: RunFolder;
  /** A folder for logs, on the disk that is to be measured. */
  readonly workDirectory: string;
  readonly signal: AbortSignal;
  readonly progress: SuiteProgress;
  /** No trial is run again after this time of the run; undefined: any number of times. */
  readonly repeatUntilMs: number | undefined;
}

/** Returns the labels of engine presets and measures of which no trial was valid. Throws `Interrupted` when aborted. */
export async function runSuite(run: SuiteRun): Promise<string[]> {
  const startedMs = performance.now();
  const gauge = new FloorGauge(run.folder, run.signal, startedMs);
  const valid = new Map<string, boolean>();
  for (const [i, planned] of run.planned.entries()) {
    const label = labelOf(planned);
    run.progress.begins(i + 1, run.planned.length, label);
    if (planned.kind === 'floor') {
      run.progress.ended(label, await runFloor(gauge, planned.floor));
      continue;
    }
    const { spec } = planned;
    const outcome = await attempt(run, gauge, spec, startedMs);
    const key = `${spec.measure} of ${spec.engine.name}:${spec.engine.preset}`;
    valid.set(key, (valid.get(key) ?? false) || outcome.voidReason === undefined);
    run.progress.ended(label, summaryOf(spec, outcome));
  }
  return [...valid].filter(([, isValid]) => !isValid).map(([key]) => key);
}

async function runFloor(gauge: FloorGauge, floor: FloorSpec): Promise<string> {
  const figures = await gauge.measure(floor.mode, floor.clients, floor.measureMs);
  return figures === undefined ? 'void' : `${Math.round(figures.operationsPerS).toLocaleString('en')} operations/s`;
}

/** Runs a trial until it is valid, as often as is allowed; void attempts are recorded too. */
async function attempt(run: SuiteRun, gauge: FloorGauge, spec: TrialSpec, startedMs: number): Promise<TrialOutcome> {
  for (let number = 1; ; number++) {
    const outcome = await measureOnce(run, gauge, { ...spec, attempt: number });
    const { rows, voidReason } = outcome;
    run.folder.append('trials', rows.trials);
    run.folder.append('failovers', rows.failovers);
    run.folder.append('timeline', rows.timeline);
    run.folder.append('latency', rows.latency);
    run.folder.append('nodes', rows.nodes);
    run.folder.append('service', rows.service);
    const isLate = run.repeatUntilMs !== undefined && performance.now() - startedMs > run.repeatUntilMs;
    if (voidReason === undefined || number === ATTEMPTS_MAX || isLate) return outcome;
  }
}

async function measureOnce(run: SuiteRun, gauge: FloorGauge, spec: TrialSpec): Promise<TrialOutcome> {
  const trial = spec.attempt === 1 ? spec : { ...spec, trial: `${spec.trial}-again-${spec.attempt - 1}` };
  if (trial.measure !== 'throughput') return runTrialProcess(trial, run.workDirectory, run.signal);
  const clients = trial.clients!;
  const before = await gauge.justNow(clients);
  const outcome = await runTrialProcess(trial, run.workDirectory, run.signal);
  const after = await gauge.measure('batch', clients);
  if (before === undefined || after === undefined) return outcome;
  const floorPerS = (before.operationsPerS + after.operationsPerS) / 2;
  const trials = outcome.rows.trials.map((row): TableRow<'trials'> => {
    if (row.throughput_per_s === undefined) return row;
    return { ...row, floor_share: row.throughput_per_s / floorPerS };
  });
  return { ...outcome, rows: { ...outcome.rows, trials } };
}

function labelOf(planned: Planned): string {
  if (planned.kind === 'floor') return `floor ${planned.floor.mode}, ${planned.floor.clients} clients`;
  const { measure, engine, durability, clients } = planned.spec;
  const details = [durability, ...(clients === undefined ? [] : [`${clients} clients`])].join(', ');
  return `${measure} of ${engine.name}${engine.preset === 'default' ? '' : `:${engine.preset}`} (${details})`;
}

function summaryOf(spec: TrialSpec, { rows, voidReason }: TrialOutcome): string {
  if (voidReason !== undefined) return `void: ${voidReason}`;
  const ms = (value: number | undefined): string => (value === undefined ? '–' : `${value.toFixed(value < 10 ? 2 : 0)} ms`);
  switch (spec.measure) {
    case 'throughput':
      return `${Math.round(rows.trials[0]?.throughput_per_s ?? 0).toLocaleString('en')} operations/s`;
    case 'latency':
      return `p99 of writes ${rows.trials.map((row) => ms(row.put_p99_ms)).join(', ')}`;
    case 'service-time':
      return rows.service.map((row) => `${row.operation} ${ms(row.p50_ms)}`).join(', ');
    case 'failover': {
      const outages = rows.failovers.map((row) => `${row.censored === true ? '> ' : ''}${ms(row.outage_ms)}`);
      return `write outages by zone ${outages.join(', ')}`;
    }
  }
}
