/** From a suite's trial of detection to trials: each fault on each cluster, engines interleaved, the same seeds for all of them. */
import type { FaultPlan } from '../faults/fault-plan.ts';
import { InputError } from '../input.ts';
import { presetLabel } from '../reports/presets.ts';
import type { EntryOf } from '../suites/suite-file.ts';
import type { Topology } from '../topologies/topology.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import type { Arena, Contestant, Planned, TrialsPlan } from './plan-trials.ts';
import { faultsOrNothing, NOTHING } from './planned-faults.ts';
import { plannedSpec } from './planned-spec.ts';
import type { TrialSpec } from './spec.ts';

type Entry = EntryOf<'detection'>;

const ONLY_SIMULATED =
  '--runtime must be simulation for trials of the measure detection, whose clusters have up to a thousand nodes, but "threads" came';

/**
 * `arena`: of one of the sizes that the entry states, with one of its losses.
 *
 * @throws {InputError} on threads, and if the suite names a fault that there is not or that cannot happen.
 */
export function planDetection(plan: TrialsPlan, entry: Entry, arena: Arena, planned: Planned[]): void {
  if (plan.runtime === 'threads') throw new InputError(ONLY_SIMULATED);
  const { contestants, topology } = arena;
  const lossShare = lossOf(topology);
  const turns = entry.times * (plan.repeat ?? 1);
  for (const fault of faultsOrNothing(entry, plan, topology.members)) {
    for (let turn = 0; turn < turns; turn++) {
      for (const place of contestants.keys()) {
        const contestant = contestants[(place + turn) % contestants.length]!;
        const label = presetLabel({ engine: contestant.engine.name, preset: contestant.engine.preset });
        const what = [fault?.name ?? NOTHING, topology.members.length, lossShare].join('-');
        const trial = `${entry.measure}-${what}-${label}-${planned.length + 1}`;
        planned.push({ kind: 'trial', spec: specOf(plan, entry, arena, contestant, fault, plan.seed + turn, trial) });
      }
    }
  }
}

function lossOf({ name, scaling }: Topology): number {
  if (scaling === undefined) throw new Error(`${name} has not been brought to a size of the trial`);
  return scaling.lossShare;
}

function specOf(
  plan: TrialsPlan,
  entry: Entry,
  { topology }: Arena,
  contestant: Contestant,
  fault: FaultPlan | undefined,
  seed: number,
  trial: string,
): TrialSpec {
  return {
    trial,
    ...plannedSpec(plan, entry.measure, contestant, topology),
    durability: 'fsync',
    seed,
    // Nobody asks for anything.
    workload: loadWorkload('ycsb-a'),
    policy: plan.policy,
    warmupOperations: 0,
    clients: undefined,
    ratesPerS: [],
    spacing: 'fixed',
    floorMs: 0,
    stepMs: 0,
    failover: undefined,
    detection: {
      plan: fault,
      lossShare: lossOf(topology),
      settleMs: entry.settle_seconds * 1000,
      phaseMaxMs: entry.phase_seconds * 1000,
      observeMs: entry.seconds * 1000,
    },
    historyFile: undefined,
    attempt: 1,
  };
}
