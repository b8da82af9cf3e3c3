/** Runs the planned trials one after the other, and hands over their rows as they end. */
import { join } from 'node:path';
import { significant } from '../reports/numbers.ts';
import type { RunFolder } from '../reports/run-folder.ts';
import { CANNOT_RUN, type TableRow } from '../reports/tables.ts';
import type { EngineChoice } from '../runtimes/cluster.ts';
import { conflictsSummary } from './conflicts-rows.ts';
import { FloorGauge } from './floor-gauge.ts';
import type { FloorSpec, Planned } from './plan-trials.ts';
import { NOTHING_REFUSED, preflight, type Timeouts } from './preflight.ts';
import { refusalRow } from './rows.ts';
import type { TrialOutcome, TrialSpec } from './spec.ts';
import { stalenessSummary } from './staleness-trial.ts';
import type { TrialRunner } from './trial-process.ts';
import { voidOutcome } from './void-outcome.ts';

/** A trial that was void is run again, at most twice. */
const ATTEMPTS_MAX = 3;
/** A preset that could not be measured at all so many times in a row is broken: its trials are not run again any more. */
const UNMEASURABLE_MAX = 2;

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
  /** For histories; undefined: none is kept. */
  readonly historyFolder: string | undefined;
  readonly signal: AbortSignal;
  readonly runner: TrialRunner;
  /** Of all presets of the engines that take part. */
  readonly timeouts: Timeouts;
  readonly progress: SuiteProgress;
  /** How long the run may last: no void trial is run again that would not be over by then. Undefined: as long as it takes. */
  readonly budgetMs: number | undefined;
}

/** A trial that is to be run: for the first time, or again because it was void. */
interface Attempt {
  readonly spec: TrialSpec;
  /** How long the attempt before took; 0: there was none. */
  readonly tookMs: number;
}

/**
 * Runs everything once, in the planned order, and then the void trials again: what disturbed them may have passed, and what
 * comes first is one figure of each kind. Returns the engine presets and measures of which no trial was valid, in words.
 *
 * @throws {Interrupted} when the signal aborts.
 */
export async function runSuite(run: SuiteRun): Promise<string[]> {
  const startedMs = performance.now();
  const gauge = new FloorGauge(run.folder, run.runner, run.signal, startedMs);
  const specs = run.planned.flatMap((planned) => (planned.kind === 'trial' ? [planned.spec] : []));
  const isSimulated = specs.some(({ runtime }) => runtime === 'simulation');
  // Virtual time is never late.
  const { refusal } = isSimulated ? NOTHING_REFUSED : await preflight(gauge, specs, run.timeouts);
  run.runner.expect?.(
    specs.map((spec) => named(run, spec)),
    run.signal,
  );
  const trials = new Trials(run, gauge);
  const again: Attempt[] = [];
  const valid = new Map<string, boolean>();
  const judge = (what: string, isValid: boolean): void => {
    valid.set(what, (valid.get(what) ?? false) || isValid);
  };
  const attempt = async (one: Attempt): Promise<void> => {
    const { spec } = one;
    const refused = refusal(spec);
    const begunMs = performance.now();
    const outcome = refused === undefined ? await trials.run(spec) : voidOutcome(spec, refused);
    record(run.folder, outcome);
    judge(`${spec.measure} of ${nameOf(spec)}`, hasValidFigures(outcome));
    run.progress.ended(labelOf({ kind: 'trial', spec }), summaryOf(spec, outcome));
    if (refused === undefined && trials.mayTryAgain(spec, outcome)) {
      again.push({ spec: { ...spec, attempt: spec.attempt + 1 }, tookMs: performance.now() - begunMs });
    }
  };
  const total = run.planned.length;
  for (const [i, planned] of run.planned.entries()) {
    run.progress.begins(i + 1, total, labelOf(planned));
    if (planned.kind === 'trial') await attempt({ spec: planned.spec, tookMs: 0 });
    else if (planned.kind === 'refusal') {
      run.folder.append('trials', [refusalRow(planned.refusal)]);
      run.progress.ended(labelOf(planned), `${CANNOT_RUN}${planned.refusal.problem}`);
    } else {
      const { isValid, summary } = await runFloor(gauge, planned.floor);
      judge(labelOf(planned), isValid);
      run.progress.ended(labelOf(planned), summary);
    }
  }
  for (let number = total + 1; again.length > 0; number++) {
    const next = again.shift()!;
    // Another trial may have shown meanwhile that the engine cannot be measured.
    if (trials.isHopeless(next.spec)) continue;
    if (run.budgetMs !== undefined && performance.now() - startedMs + next.tookMs > run.budgetMs) continue;
    run.progress.begins(number, number + again.length, labelOf({ kind: 'trial', spec: next.spec }));
    await attempt(next);
  }
  return [...valid].filter(([, isValid]) => !isValid).map(([what]) => what);
}

/** A trial of which one step or one fault is void still has the figures of the others. */
function hasValidFigures({ rows, voidReason }: TrialOutcome): boolean {
  if (voidReason === undefined) return true;
  const figures = rows.failovers.length > 0 ? rows.failovers : rows.trials;
  return figures.some(({ valid }) => valid === true);
}

async function runFloor(gauge: FloorGauge, floor: FloorSpec): Promise<{ isValid: boolean; summary: string }> {
  const figures = await gauge.measure(floor.mode, floor.clients, floor.measureMs);
  if (figures === undefined) return { isValid: false, summary: 'void: the floor could not be measured' };
  return { isValid: true, summary: perSecond(figures.operationsPerS) };
}

function record(folder: RunFolder, { rows }: TrialOutcome): void {
  folder.append('trials', rows.trials);
  folder.append('failovers', rows.failovers);
  folder.append('timeline', rows.timeline);
  folder.append('latency', rows.latency);
  folder.append('nodes', rows.nodes);
  folder.append('service', rows.service);
  // Most runs have none of these, and no files of them.
  if (rows.staleness.length > 0) folder.append('staleness', rows.staleness);
  if (rows.detections.length > 0) folder.append('detections', rows.detections);
  if (rows.conflicts.length > 0) folder.append('conflicts', rows.conflicts);
}

/** What took less time tells nothing of the simulation's pace. */
const PACE_MIN_S = 0.1;

/** Runs trials, and knows which of them are worth another attempt. */
class Trials {
  readonly #run: SuiteRun;
  readonly #gauge: FloorGauge;
  /** By preset: how many attempts in a row could not be measured at all. */
  readonly #unmeasurable = new Map<string, number>();

  constructor(run: SuiteRun, gauge: FloorGauge) {
    this.#run = run;
    this.#gauge = gauge;
  }

  async run(spec: TrialSpec): Promise<TrialOutcome> {
    const outcome = await measureOnce(this.#run, this.#gauge, spec);
    const inARow = outcome.unmeasurable === true ? (this.#unmeasurable.get(nameOf(spec)) ?? 0) + 1 : 0;
    this.#unmeasurable.set(nameOf(spec), inARow);
    return outcome;
  }

  mayTryAgain(spec: TrialSpec, { voidReason }: TrialOutcome): boolean {
    // The same seed would be void again.
    if (spec.runtime === 'simulation') return false;
    return voidReason !== undefined && spec.attempt < ATTEMPTS_MAX && !this.isHopeless(spec);
  }

  isHopeless(spec: TrialSpec): boolean {
    return (this.#unmeasurable.get(nameOf(spec)) ?? 0) >= UNMEASURABLE_MAX;
  }
}

/** An attempt under the name that its rows bear; its history, if it is kept, is called so too. */
function named({ historyFolder }: SuiteRun, spec: TrialSpec): TrialSpec {
  const trial = spec.attempt === 1 ? spec.trial : `${spec.trial}-again-${spec.attempt - 1}`;
  const historyFile = historyFolder && join(historyFolder, `${trial.replaceAll(':', '-')}.jsonl`);
  return { ...spec, trial, historyFile };
}

async function measureOnce(run: SuiteRun, gauge: FloorGauge, spec: TrialSpec): Promise<TrialOutcome> {
  const trial = named(run, spec);
  if (trial.measure !== 'throughput' || trial.runtime === 'simulation')
    return run.runner.trial(trial, run.workDirectory, run.signal);
  const clients = trial.clients!;
  const before = await gauge.justNow(clients, trial.floorMs);
  const outcome = await run.runner.trial(trial, run.workDirectory, run.signal);
  if (outcome.unmeasurable === true) return outcome;
  const after = await gauge.measure('batch', clients, trial.floorMs);
  if (before === undefined || after === undefined) return outcome;
  const floorPerS = (before.operationsPerS + after.operationsPerS) / 2;
  const trials = outcome.rows.trials.map((row): TableRow<'trials'> => {
    if (row.throughput_per_s === undefined) return row;
    return { ...row, floor_share: row.throughput_per_s / floorPerS };
  });
  return { ...outcome, rows: { ...outcome.rows, trials } };
}

function labelOf(planned: Planned): string {
  if (planned.kind === 'refusal') return `${planned.refusal.measure} of ${presetName(planned.refusal.engine)}`;
  if (planned.kind === 'floor') return `floor ${planned.floor.mode}, ${planned.floor.clients} clients`;
  const { measure, durability, clients, failover, detection, conflicts, workload, topology, members } = planned.spec;
  if (conflicts !== undefined) {
    const documents = `${workload.documents} document${workload.documents === 1 ? '' : 's'}`;
    return `${measure} of ${nameOf(planned.spec)}, ${conflicts.plan?.name ?? 'no fault'} on ${topology}, ${documents}`;
  }
  if (detection !== undefined) {
    const loss = detection.lossShare === 0 ? '' : `, ${Math.round(detection.lossShare * 100)} % lost`;
    return `${measure} of ${nameOf(planned.spec)}, ${detection.plan?.name ?? 'idle'} on ${members.length} nodes${loss}`;
  }
  const place = measure === 'staleness' ? ` on ${topology}` : '';
  const fault = failover === undefined ? place : `, ${failover.plan.name} on ${topology}`;
  const details = [durability, ...(clients === undefined ? [] : [`${clients} clients`])].join(', ');
  return `${measure} of ${nameOf(planned.spec)}${fault} (${details})`;
}

const presetName = ({ name, preset }: EngineChoice): string => (preset === 'default' ? name : `${name}:${preset}`);
const nameOf = ({ engine }: TrialSpec): string => presetName(engine);
const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en')} operations/s`;

function summaryOf(spec: TrialSpec, { rows, voidReason }: TrialOutcome): string {
  if (voidReason !== undefined) return `void: ${voidReason}`;
  const ms = (value: number | undefined): string =>
    value === undefined ? '–' : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
  switch (spec.measure) {
    case 'throughput':
      return perSecond(rows.trials[0]?.throughput_per_s ?? 0);
    case 'latency':
      return `p99 of writes ${rows.trials.map((row) => ms(row.put_p99_ms)).join(', ')}`;
    case 'service-time':
      return rows.service.map((row) => `${row.operation} ${ms(row.p50_ms)}`).join(', ');
    case 'staleness':
      return stalenessSummary(rows.staleness);
    case 'detection':
      return rows.detections.map(detectionText).join(', ');
    case 'conflicts':
      return conflictsSummary(rows.conflicts);
    case 'failover':
      return `write outages ${worstByFault(rows.failovers).map(outageText).join(', ')}`;
  }

  function detectionText(row: TableRow<'detections'>): string {
    const { first_detection_ms, dissemination_ms, false_positives, simulated_s = 0, wall_s = 0, cpu_s } = row;
    const found =
      dissemination_ms === undefined
        ? ''
        : `first ${ms(first_detection_ms)}, all ${row.dissemination_censored === true ? '> ' : ''}${ms(dissemination_ms)}; `;
    const tookS = cpu_s ?? wall_s;
    const pace = tookS < PACE_MIN_S ? '' : `; ${significant(simulated_s / tookS, 2)} times real time`;
    return `${found}${false_positives ?? 0} false${pace}`;
  }

  function outageText({ outage_ms, censored }: TableRow<'failovers'>): string {
    return `${censored === true ? '> ' : ''}${ms(outage_ms)}`;
  }
}

/** Of each fault the row of the zone whose clients were worst off. */
function worstByFault(rows: readonly TableRow<'failovers'>[]): TableRow<'failovers'>[] {
  const worst = new Map<number | undefined, TableRow<'failovers'>>();
  for (const row of rows) {
    const before = worst.get(row.at_ms);
    if (before === undefined || badness(row) > badness(before)) worst.set(row.at_ms, row);
  }
  return [...worst.values()];
}

/** A censored outage is worse than any that ended. */
const badness = ({ outage_ms = 0, censored }: TableRow<'failovers'>): number =>
  outage_ms + (censored === true ? 1e9 : 0);
