/** From a suite's trial of conflicts to trials: each fault at each contention, engines interleaved, the same seeds for all of them. */
import { type FaultPlan, standsMs } from '../faults/fault-plan.ts';
import { InputError } from '../input.ts';
import { presetLabel } from '../reports/presets.ts';
import type { EntryOf } from '../suites/suite-file.ts';
import type { Workload } from '../workloads/plan.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import type { Arena, Contestant, Planned, TrialsPlan } from './plan-trials.ts';
import { faultsOrNothing, NOTHING } from './planned-faults.ts';
import { plannedSpec, policyOf } from './planned-spec.ts';
import type { TrialSpec } from './spec.ts';

type Entry = EntryOf<'conflicts'>;

const ONLY_SIMULATED =
  '--runtime must be simulation for trials of the measure conflicts, whose clients wait for minutes, but "threads" came';
const OWN_WORKLOAD =
  '--workload must be left out for trials of the measure conflicts, whose clients edit documents, but one came';

/** @throws {InputError} on threads, on another workload, and if the suite names a fault that there is not or that cannot happen. */
export function planConflicts(plan: TrialsPlan, entry: Entry, arena: Arena, planned: Planned[]): void {
  if (plan.runtime === 'threads') throw new InputError(ONLY_SIMULATED);
  if (plan.workload !== undefined) throw new InputError(OWN_WORKLOAD);
  const { contestants, topology } = arena;
  const turns = entry.times * (plan.repeat ?? 1);
  const known = new Set(planned.flatMap((one) => (one.kind === 'trial' ? [samenessOf(one.spec)] : [])));
  for (const fault of faultsOrNothing(entry, plan, topology.members)) {
    for (const documents of entry.documents) {
      for (let turn = 0; turn < turns; turn++) {
        for (const place of contestants.keys()) {
          const contestant = contestants[(place + turn) % contestants.length]!;
          const label = presetLabel({ engine: contestant.engine.name, preset: contestant.engine.preset });
          const trial = `${entry.measure}-${fault?.name ?? NOTHING}-${documents}-${label}-${planned.length + 1}`;
          const seed = plan.seed + turn;
          const spec = specOf(plan, entry, arena, contestant, fault, documents, seed, trial);
          if (!known.has(samenessOf(spec))) planned.push({ kind: 'trial', spec });
        }
      }
    }
  }
}

/**
 * Of trials that are alike down to the seed, equal texts: their figures are alike too. Flags that name engines or clients can make
 * one trial of several of a suite, and counting it again would feign a repeat.
 */
const samenessOf = (spec: TrialSpec): string => JSON.stringify({ ...spec, trial: '' });

function workloadOf({ delete_share: remove }: Entry, documents: number): Workload {
  const edits = loadWorkload('edits');
  return { ...edits, mix: { ...edits.mix, append: 1 - remove, delete: remove }, documents };
}

function specOf(
  plan: TrialsPlan,
  entry: Entry,
  { topology }: Arena,
  contestant: Contestant,
  fault: FaultPlan | undefined,
  documents: number,
  seed: number,
  trial: string,
): TrialSpec {
  return {
    trial,
    ...plannedSpec(plan, entry.measure, contestant, topology),
    durability: 'fsync',
    seed,
    workload: workloadOf(entry, documents),
    policy: policyOf(plan, entry),
    warmupOperations: 0,
    clients: undefined,
    ratesPerS: [entry.rate_per_s],
    // At fixed intervals no two edits would ever overlap.
    spacing: 'poisson',
    floorMs: 0,
    stepMs: 0,
    failover: undefined,
    conflicts: {
      plan: fault,
      settleMs: entry.settle_seconds * 1000,
      phaseMaxMs: entry.phase_seconds * 1000,
      loadMs: (fault && standsMs(fault)) ?? entry.seconds * 1000,
      convergeMs: entry.converge_seconds * 1000,
    },
    historyFile: undefined,
    attempt: 1,
  };
}
