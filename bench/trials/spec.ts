/** A trial as plain data: everything that a child process needs to run it, and what it hands back. */
import type { Claims, Member } from '../../engines/api.ts';
import { awaitsTrigger, type FaultPlan, planMs } from '../faults/fault-plan.ts';
import type { WarsDelays, WarsQuorums } from '../measures/wars-model.ts';
import type { TableRow } from '../reports/tables.ts';
import type { ClusterEvent, Durability, EngineChoice } from '../runtimes/cluster.ts';
import type { SimulatedPlaces } from '../topologies/topology.ts';
import type { ClientPolicy, Workload } from '../workloads/plan.ts';

export type Measure = 'throughput' | 'latency' | 'service-time' | 'failover' | 'staleness' | 'detection' | 'conflicts';

export type Runtime = 'threads' | 'simulation';

export interface TrialSpec {
  /** Unique in its run. */
  readonly trial: string;
  readonly suite: string;
  readonly measure: Measure;
  readonly engine: EngineChoice;
  /** Of the engine's claims under these options: which nodes it needs, and what its verdicts hang on. */
  readonly needs: Claims['needs'];
  readonly deadlines: Claims['deadlines'];
  readonly runtime: Runtime;
  /** The topology's name. */
  readonly topology: string;
  /** Links, and what nodes are made of, in the simulation. */
  readonly world: SimulatedPlaces;
  readonly members: readonly Member[];
  readonly clientZones: readonly string[];
  readonly durability: Durability;
  readonly seed: number;
  readonly workload: Workload;
  readonly policy: ClientPolicy;
  /** Operations before the measured window: each worker compiles its own code. */
  readonly warmupOperations: number;
  /** Closed-loop clients, if the measured load is a closed loop. */
  readonly clients: number | undefined;
  /** Rates of the open loop, one step each. */
  readonly ratesPerS: readonly number[];
  readonly spacing: 'fixed' | 'poisson';
  /** How long the floor is taken around a throughput trial; 0 in others. */
  readonly floorMs: number;
  /** Length of a measured step. */
  readonly stepMs: number;
  readonly failover: FailoverSpec | undefined;
  /** Of a trial without clients and load; left out: it is another. */
  readonly detection?: DetectionSpec | undefined;
  /** Whether reads see the write before them is asked; left out: it is not. */
  readonly staleness?: StalenessSpec | undefined;
  /** Of a trial whose clients edit documents until a fault is healed; left out: it is another. */
  readonly conflicts?: ConflictsSpec | undefined;
  /** Where the trial's history is to be written, as lines that `check` reads; undefined: nowhere. */
  readonly historyFile: string | undefined;
  /** 1 for the first; a trial that was void is run again. */
  readonly attempt: number;
}

/**
 * Engines in which every node answers writes have no leader, and so none to change. What an engine needs does not tell alone
 * (a primary may need a quorum): nobody has ever noted that it leads.
 */
export const isLeaderless = (needs: Claims['needs'], events: readonly ClusterEvent[]): boolean =>
  (needs === 'any-node' || needs === 'write-quorum') &&
  !events.some((event) => event.kind === 'note' && event.note.kind === 'leads');

/** Engines that need all nodes do not fail over: a victim's own restart would look like a recovery. */
export const failsOver = (needs: Claims['needs']): boolean => needs !== 'all';

/** The longest that one fault of a trial may take on so many nodes, from the load before it to the end of observation. */
export function longestFaultMs(failover: FailoverSpec, nodes: number): number {
  const { settleMs, phaseMaxMs, observeMaxMs, observeAfterMs, plan } = failover;
  const lastsMs = observeMaxMs + observeAfterMs + planMs(plan, nodes);
  return settleMs + phaseMaxMs + (awaitsTrigger(plan) ? observeMaxMs : 0) + lastsMs + FAULT_OVERHEAD_MS;
}

/** Injection, restart and rejoining. */
const FAULT_OVERHEAD_MS = 5000;

export interface FailoverSpec {
  /** The part of the suite that it belongs to; undefined: the suite has none. */
  readonly part: string | undefined;
  readonly plan: FaultPlan;
  /** Faults in this trial, one after the other. */
  readonly times: number;
  /** The victim comes back only after observation: the engine does not fail over. */
  readonly staysDown: boolean;
  /** Load before each fault, at least; a random phase comes on top. */
  readonly settleMs: number;
  /** What comes on top is at most this. */
  readonly phaseMaxMs: number;
  /** Without recovery, observation ends after this, counted from the fault or from its timed heal. */
  readonly observeMaxMs: number;
  /** Observation goes on so long after the first new commit: recovery has to last. */
  readonly observeAfterMs: number;
  /** Between the last heal and the audit, with all nodes up and no load. */
  readonly quietMs: number;
  /** So long after the load, at most, it is waited for the copies to be equal; undefined: nobody looks at the copies. */
  readonly convergeMs: number | undefined;
  /** Whether there are rows for `timeline.csv` and `latency.csv`. */
  readonly samples: boolean;
  /** How long elections take in theory, in the mean, and between which time-outs nodes wait; undefined: it is not asked. */
  readonly model:
    | { readonly timeoutMinMs: number; readonly timeoutMaxMs: number; readonly leaderlessMs: number }
    | undefined;
}

export interface StalenessSpec {
  /** The copies, and how many of them an operation waits for, in theory; undefined: nobody asked, or there is no theory of this topology. */
  readonly model: { readonly copies: readonly WarsDelays[]; readonly quorums: WarsQuorums } | undefined;
}

export interface DetectionSpec {
  /** Undefined: nothing happens. */
  readonly plan: FaultPlan | undefined;
  /** Of the messages between nodes, how many are lost. */
  readonly lossShare: number;
  /** From the start of the cluster to the fault, at least; a random phase of at most `phaseMaxMs` comes on top. */
  readonly settleMs: number;
  readonly phaseMaxMs: number;
  /** After the fault, or after its end if it has one. */
  readonly observeMs: number;
}

export interface ConflictsSpec {
  /** Undefined: nothing happens. */
  readonly plan: FaultPlan | undefined;
  /** Load before the fault, at least; a random phase of at most `phaseMaxMs` comes on top. */
  readonly settleMs: number;
  readonly phaseMaxMs: number;
  /** From then on to the end of the load, and to the heal. */
  readonly loadMs: number;
  /** From when no operation is under way any more to the audit. */
  readonly convergeMs: number;
}

/** Rows for the tables, by table. */
export interface TrialRows {
  readonly trials: readonly TableRow<'trials'>[];
  readonly failovers: readonly TableRow<'failovers'>[];
  readonly timeline: readonly TableRow<'timeline'>[];
  readonly latency: readonly TableRow<'latency'>[];
  readonly nodes: readonly TableRow<'nodes'>[];
  readonly service: readonly TableRow<'service'>[];
  readonly staleness: readonly TableRow<'staleness'>[];
  readonly detections: readonly TableRow<'detections'>[];
  readonly conflicts: readonly TableRow<'conflicts'>[];
}

export interface TrialOutcome {
  readonly rows: TrialRows;
  /** Why the trial's figures mean nothing; undefined: they stand. */
  readonly voidReason: string | undefined;
  /** Nothing could be measured, by the engine's doing and not the machine's: another attempt will hardly change that. */
  readonly unmeasurable?: true;
}
