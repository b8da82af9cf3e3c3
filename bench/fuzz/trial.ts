/**
 * One seed, one verdict. A random trial has three phases: safety, in which anything may happen; liveness, in which everything is
 * healed and fresh writes must be acknowledged within a bound (by an engine that stores nothing, reads answered); a quiet tail,
 * in which copies become equal.
 */
import type { AnyEngine, NodeId, Operation } from '../../engines/api.ts';
import type { Deed, Execution } from '../faults/execution.ts';
import type { Step } from '../faults/steps.ts';
import type { HistoryLine } from '../history-line.ts';
import { Random } from '../random.ts';
import { FaultSwitch } from '../runtimes/simulation/fault-switch.ts';
import { Simulation } from '../runtimes/simulation/simulation.ts';
import type { TraceEvent } from '../runtimes/simulation/trace.ts';
import { AppliedOperations } from './applied.ts';
import { RandomClients } from './clients.ts';
import { clockSpreadMs } from './clock-spread.ts';
import { type Breach, type Counts, copiesAtTheEnd, isLive, judge } from './demands.ts';
import { drawEnvironment, type Environment } from './environment.ts';
import { keptVersions } from './kept-versions.ts';
import { messageTypes } from './message-types.ts';
import { areBeyond, plannedSteps } from './planned.ts';
import { type RandomTrial, selectSteps } from './request.ts';
import { stage } from './scene.ts';
import { drawSchedule } from './schedule.ts';

export interface RandomVerdict {
  readonly seed: number;
  /** undefined: no broken promise was seen. */
  readonly breach: Breach | undefined;
  /** When it was seen; the end of the trial if it was not. */
  readonly atMs: number;
  readonly traceHash: string;
  readonly counts: Counts;
  readonly copies: CopiesAtTheEnd;
  /** The faults go beyond what the engine claims to stand: only a throw is a breach then. */
  readonly isBeyond: boolean;
  readonly environment: Environment;
  /** The steps that happened, each of their times by itself, as a trial's `only` names them. */
  readonly happened: readonly string[];
  /** What was done to the cluster, a line each. */
  readonly faults: readonly string[];
  readonly lines: readonly HistoryLine[];
}

/** What became of the copies once everything was healed and nobody asked any more; undefined: the trial had ended before. */
export type CopiesAtTheEnd =
  | { readonly equal: true; readonly afterMs: number }
  | { readonly equal: false; readonly keys: number; readonly why: string }
  | undefined;

/** How often invariants are looked at. */
const LOOK_MS = 10;
/** Liveness: detection, elections, catching up; in time-outs and ms. */
const LIVE_TIMEOUTS = 15;
const LIVE_MS = 5000;
/** In so many trials reads have to be answered before anything is written again. */
const READS_FIRST_SHARE = 0.3;
/** How often it is looked whether the cluster has become live, or quiet. */
const FRESH_MS = 100;
const QUIET_MIN_MS = 300;
const QUIET_TIMEOUTS = 10;
const QUIET_MS = 8000;
/** All copies of all keys are compared each time: a cluster with long time-outs is looked at less often. */
const LOOKS_PER_TIMEOUT = 20;

export const NO_COUNTS: Counts = {
  operations: 0,
  acknowledged: 0,
  lost: 0,
  duplicated: 0,
  resurrected: 0,
  sessionAnomalies: 0,
  unordered: 0,
  diverged: 0,
};

export function runRandomTrial(
  engine: AnyEngine,
  trial: RandomTrial,
  onTrace?: (event: TraceEvent) => void,
): RandomVerdict {
  const random = new Random(`random trial ${trial.seed}`);
  const environment = drawEnvironment(engine, trial, random);
  const drawn = stepsOf(engine, trial, environment, random);
  const steps = selectSteps(drawn, trial.only);
  const run = new Run(engine, environment, steps, trial.seed, random, onTrace);
  const { breach, counts } = run.go(trial.safetyMs ?? environment.safetyMs);
  if (breach !== undefined) onTrace?.({ kind: 'violation', atUs: run.simulation.events.nowUs, text: breach.sentence });
  return {
    seed: trial.seed,
    breach,
    atMs: run.simulation.nowMs,
    traceHash: run.simulation.traceHash,
    counts,
    copies: run.copies,
    isBeyond: run.isBeyond,
    environment,
    happened: [...new Set(run.deeds.map((deed) => nameOf(deed, drawn)))],
    faults: run.faults,
    lines: run.clients.lines,
  };
}

function stepsOf(engine: AnyEngine, trial: RandomTrial, environment: Environment, random: Random): readonly Step[] {
  if (trial.steps !== undefined) return trial.steps;
  if (trial.plan !== undefined) return plannedSteps(trial.plan, environment.safetyMs, random.fork('plan'));
  return drawSchedule(environment, messageTypes(engine, trial.preset), random.fork('schedule'));
}

class Run {
  readonly simulation: Simulation;
  readonly clients: RandomClients;
  readonly isBeyond: boolean;
  readonly #environment: Environment;
  readonly #steps: readonly Step[];
  readonly #stores: boolean;
  readonly #execution: Execution;
  readonly #applied = new AppliedOperations();
  copies: CopiesAtTheEnd;
  readonly #random: Random;

  constructor(
    engine: AnyEngine,
    environment: Environment,
    steps: readonly Step[],
    seed: number,
    random: Random,
    onTrace: ((event: TraceEvent) => void) | undefined,
  ) {
    const { members, clientZones, options, links, node } = environment;
    this.#environment = environment;
    this.#steps = steps;
    this.#stores = engine.stores !== false;
    this.#random = random.fork('healing');
    const simulation: Simulation = new Simulation({
      engine,
      options,
      members,
      clientZones,
      links,
      node,
      seed,
      // Costs much, and finds what it finds in any seed.
      strict: seed % 10 === 0,
      onApply: (id: NodeId, index: number, operation: Operation) => this.#applied.check(id, index, operation),
      ...(onTrace && { onTrace }),
    });
    this.simulation = simulation;
    this.isBeyond = areBeyond(steps, environment.claims);
    this.clients = new RandomClients(
      simulation,
      environment.habits,
      environment.claims.exactlyOnce,
      random.fork('clients'),
    );
    const faultSwitch = new FaultSwitch(simulation);
    for (const fault of environment.clocks) faultSwitch.inject(fault);
    this.#execution = stage(simulation, steps, () => this.clients.leader, random.fork('execution'));
  }

  get faults(): readonly string[] {
    return this.#execution.log;
  }

  get deeds(): readonly Deed[] {
    return this.#execution.deeds;
  }

  go(safetyMs: number): { readonly breach: Breach | undefined; readonly counts: Counts } {
    try {
      const breach = this.#pass(safetyMs) ?? this.#heal();
      if (breach !== undefined && !this.isBeyond) return { breach, counts: NO_COUNTS };
      const { claims, clocks, members } = this.#environment;
      const nodes = members.map(({ id }) => id);
      const { lines } = this.clients;
      const findings = judge(this.simulation, claims, lines, {
        kept: () => (claims.keepsConcurrent ? keptVersions(this.simulation, lines) : new Map()),
        diskLost: this.#execution.deeds.some(({ step }) => step.do.kind === 'wipe'),
        skewMs: clockSpreadMs(clocks, this.#steps, nodes, this.simulation.nowMs, claims),
      });
      return this.isBeyond ? { ...findings, breach: undefined } : findings;
    } catch (error) {
      const sentence = `a node threw: ${error instanceof Error ? error.message : String(error)}`;
      return { breach: { property: 'no throw', sentence }, counts: NO_COUNTS };
    }
  }

  /** Lets time pass, looking at the invariants. */
  #pass(forMs: number): Breach | undefined {
    const untilMs = this.simulation.nowMs + forMs;
    while (this.simulation.nowMs < untilMs) {
      this.simulation.run(Math.min(LOOK_MS, untilMs - this.simulation.nowMs));
      const sentence = this.#applied.violation ?? this.simulation.brokenInvariant();
      if (sentence !== undefined && !this.isBeyond) return { property: propertyOf(sentence), sentence };
    }
    return undefined;
  }

  #heal(): Breach | undefined {
    this.#execution.heal();
    this.simulation.network.calm();
    // Nobody may depend on a write to be able to read.
    const readsFirst = this.#random.next() < READS_FIRST_SHARE;
    const breach =
      (readsFirst || !this.#stores ? this.#becomeLive('reads') : undefined) ??
      (this.#stores ? this.#becomeLive('writes') : undefined);
    if (breach !== undefined) return breach;
    this.#execution.stop();
    return this.#becomeQuiet();
  }

  /** Everything is there again: within a bound, what clients ask for is answered. */
  #becomeLive(what: 'reads' | 'writes'): Breach | undefined {
    const boundMs = LIVE_TIMEOUTS * this.#environment.timeoutMs + LIVE_MS;
    const healedMs = this.simulation.nowMs;
    this.clients.hurry(what === 'reads' ? 'reads' : 'all');
    let sinceMs = healedMs;
    let fresh: HistoryLine[] = [];
    // What began before tells of the time before.
    this.clients.onEnd = (line) => {
      if (line.start >= sinceMs) fresh.push(line);
    };
    while (this.simulation.nowMs < healedMs + boundMs) {
      const breach = this.#pass(FRESH_MS);
      if (breach !== undefined) return breach;
      const live = isLive(fresh, what);
      if (live === true) return undefined;
      if (live === undefined) continue;
      fresh = [];
      sinceMs = this.simulation.nowMs;
    }
    const sentence = `${Math.round(boundMs)} ms after everything was healed ${what} are still not ${what === 'reads' ? 'answered' : 'acknowledged'}`;
    return { property: 'liveness', sentence };
  }

  /** Without load: copies become equal, if that is claimed, and nothing happens that has not happened before. */
  #becomeQuiet(): Breach | undefined {
    this.clients.stop();
    const boundMs = QUIET_TIMEOUTS * this.#environment.timeoutMs + QUIET_MS;
    const quietMs = this.simulation.nowMs;
    const everyMs = Math.max(FRESH_MS, Math.ceil(this.#environment.timeoutMs / LOOKS_PER_TIMEOUT));
    // The last look comes when time is up: what it finds is what will be judged.
    for (let breach = this.#pass(QUIET_MIN_MS); ; breach = this.#pass(everyMs)) {
      if (breach !== undefined) return breach;
      const { differing, missing } = copiesAtTheEnd(this.simulation);
      const keys = differing.length + missing.length;
      const afterMs = this.simulation.nowMs - quietMs;
      this.copies = keys === 0 ? { equal: true, afterMs } : { equal: false, keys, why: this.#whyApart() };
      if (keys === 0 || afterMs >= boundMs) return undefined;
    }
  }

  #whyApart(): string {
    const { claims } = this.#environment;
    if (this.simulation.nodes().some(({ up }) => !up)) return 'nodes were lost for good';
    if (this.isBeyond) return 'more was lost than the engine claims to survive';
    return claims.converges ? 'a promise is broken' : 'not promised under these options';
  }
}

function nameOf({ step, turn }: Deed, drawn: readonly Step[]): string {
  const number = drawn.findIndex(({ id }) => id === step.id);
  return step.repeat === undefined ? `${number}` : `${number}:${turn}`;
}

/** The property's name stands before the colon, if the engine names one. */
const propertyOf = (sentence: string): string => /^([A-Z][\w -]{2,40}): /.exec(sentence)?.[1] ?? 'invariant';
