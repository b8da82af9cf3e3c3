/** From a suite and the chosen engines to trials, in the order in which they run: engines interleaved, never in blocks. */
import { loadFaultPlan } from '../faults/plans.ts';
import type { Durability, EngineChoice } from '../runtimes/cluster.ts';
import type { EntryOf, Suite, SuiteEntry } from '../suites/suite-file.ts';
import type { Topology } from '../topologies/topology.ts';
import type { ClientPolicy } from '../workloads/plan.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import type { Verdict } from './engines.ts';
import { type FailoverSpec, failsOver, type TrialSpec } from './spec.ts';

export interface Contestant {
  readonly engine: EngineChoice;
  readonly verdict: Verdict;
}

export interface TrialsPlan {
  readonly suite: Suite;
  readonly contestants: readonly Contestant[];
  readonly topology: Topology;
  readonly policy: ClientPolicy;
  readonly seed: number;
  /** Set by flags: in place of what the suite says. */
  readonly workload: string | undefined;
  readonly fault: string | undefined;
  readonly repeat: number | undefined;
}

/** A measurement of the floor by itself, as the suite `floor` asks for. */
export interface FloorSpec {
  readonly mode: 'single' | 'batch';
  readonly clients: number;
  readonly measureMs: number;
}

export type Planned =
  | { readonly kind: 'trial'; readonly spec: TrialSpec }
  | { readonly kind: 'floor'; readonly floor: FloorSpec };

export function planTrials(plan: TrialsPlan): Planned[] {
  return plan.suite.trials.flatMap((entry) => (entry.measure === 'floor' ? planFloor(entry) : planEntry(plan, entry)));
}

function planFloor(entry: EntryOf<'floor'>): Planned[] {
  const planned: Planned[] = [];
  for (let turn = 0; turn < entry.repeat; turn++) {
    for (const mode of entry.modes) {
      for (const clients of entry.clients) {
        planned.push({ kind: 'floor', floor: { mode, clients, measureMs: entry.seconds * 1000 } });
      }
    }
  }
  return planned;
}

/** One way of measuring, to be gone through by all engines. */
interface Round {
  readonly label: string;
  readonly durability: Durability;
  readonly clients: number | undefined;
}

function planEntry(plan: TrialsPlan, entry: Exclude<SuiteEntry, { measure: 'floor' }>): Planned[] {
  const planned: Planned[] = [];
  const repeat = plan.repeat ?? entry.repeat;
  let rotation = 0;
  for (let turn = 0; turn < repeat; turn++) {
    for (const round of roundsOf(entry)) {
      for (const [contestant, times] of chances(plan.contestants, entry, rotation++)) {
        const spec = specOf(plan, entry, round, contestant, times, planned.length);
        planned.push({ kind: 'trial', spec });
      }
    }
  }
  return planned;
}

function roundsOf(entry: Exclude<SuiteEntry, { measure: 'floor' }>): Round[] {
  return entry.durability.flatMap((durability): Round[] => {
    const suffix = entry.durability.length > 1 ? `-${durability}` : '';
    if (entry.measure !== 'throughput') return [{ label: suffix, durability, clients: undefined }];
    return entry.clients.map((clients) => ({ label: `${suffix}-${clients}`, durability, clients }));
  });
}

/**
 * Who runs in a round, beginning with another engine each time. A round of failover trials has as many passes as it takes
 * to give every engine its faults: several a trial if it recovers from them, one a trial if its victim stays down.
 */
function* chances(
  contestants: readonly Contestant[],
  entry: Exclude<SuiteEntry, { measure: 'floor' }>,
  rotation: number,
): Iterable<readonly [Contestant, number]> {
  const rotated = (by: number): Contestant[] => contestants.map((_, i) => contestants[(i + by) % contestants.length]!);
  if (entry.measure !== 'failover') {
    for (const contestant of rotated(rotation)) yield [contestant, 1];
    return;
  }
  const left = new Map(contestants.map((contestant) => [contestant, entry.times]));
  for (let pass = 0; [...left.values()].some((times) => times > 0); pass++) {
    for (const contestant of rotated(rotation + pass)) {
      const open = left.get(contestant)!;
      if (open === 0) continue;
      const times = failsOver(contestant.verdict.claims.needs) ? Math.min(open, entry.times_per_trial) : 1;
      left.set(contestant, open - times);
      yield [contestant, times];
    }
  }
}

function specOf(
  plan: TrialsPlan,
  entry: Exclude<SuiteEntry, { measure: 'floor' }>,
  round: Round,
  { engine, verdict }: Contestant,
  times: number,
  number: number,
): TrialSpec {
  const { claims } = verdict;
  const label = engine.preset === 'default' ? engine.name : `${engine.name}:${engine.preset}`;
  const workload = loadWorkload(plan.workload ?? entry.workload);
  return {
    trial: `${entry.measure}${round.label}-${label}-${number + 1}`,
    suite: plan.suite.name,
    measure: entry.measure,
    engine,
    needs: claims.needs,
    deadlines: claims.deadlines,
    runtime: 'threads',
    members: plan.topology.members,
    clientZones: plan.topology.clientZones,
    durability: round.durability,
    // The same for all engines of a round: they meet the same keys at the same phases.
    seed: plan.seed + Math.floor(number / plan.contestants.length),
    workload: entry.measure === 'failover' ? { ...workload, ledgerShare: entry.ledger_share } : workload,
    policy: plan.policy,
    warmupOperations: entry.warmup_operations,
    clients: round.clients,
    ratesPerS: entry.measure === 'latency' ? entry.rates_per_s : entry.measure === 'failover' ? [entry.rate_per_s] : [],
    spacing: entry.measure === 'latency' ? entry.spacing : 'fixed',
    stepMs: entry.measure === 'failover' ? 0 : entry.seconds * 1000,
    failover: entry.measure === 'failover' ? failoverOf(entry, plan.fault, times, failsOver(claims.needs)) : undefined,
    attempt: 1,
  };
}

function failoverOf(entry: EntryOf<'failover'>, fault: string | undefined, times: number, recovers: boolean): FailoverSpec {
  const plan = loadFaultPlan(fault ?? entry.fault);
  const staysDown = !recovers && plan.healAfterMs === undefined;
  return {
    plan,
    times,
    staysDown,
    settleMs: entry.settle_seconds * 1000,
    observeMaxMs: (staysDown ? entry.observe_dead_seconds : entry.observe_seconds) * 1000,
    observeAfterMs: entry.observe_after_seconds * 1000,
  };
}
