/** From a suite and the chosen engines to trials, in the order in which they run: engines interleaved, never in blocks. */
import type { Claims } from '../../engines/api.ts';
import { type FaultPlan, leavesInjured } from '../faults/fault-plan.ts';
import { InputError } from '../input.ts';
import { leaderlessMs } from '../measures/election-model.ts';
import type { Durability, EngineChoice } from '../runtimes/cluster.ts';
import { type EntryOf, faultsOf, type Suite, type SuiteEntry } from '../suites/suite-file.ts';
import { meanMs } from '../topologies/delays.ts';
import { linksOf } from '../topologies/link-rules.ts';
import type { Topology } from '../topologies/topology.ts';
import type { ClientPolicy, Workload } from '../workloads/plan.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import { planConflicts } from './plan-conflicts.ts';
import { planDetection } from './plan-detection.ts';
import { plannedFaults } from './planned-faults.ts';
import { plannedSpec, policyOf } from './planned-spec.ts';
import { type FailoverSpec, failsOver, type Runtime, type TrialSpec } from './spec.ts';
import { stalenessSpec } from './staleness-trial.ts';

export interface Contestant {
  readonly engine: EngineChoice;
  readonly claims: Pick<Claims, 'needs' | 'deadlines' | 'election'>;
}

/** An engine that its own validation keeps from a topology. */
export interface Refusal {
  readonly engine: EngineChoice;
  /** A whole sentence, in the engine's words. */
  readonly problem: string;
}

/** A topology, and who is measured on it. */
export interface Arena {
  readonly topology: Topology;
  readonly contestants: readonly Contestant[];
  readonly refusals: readonly Refusal[];
}

export interface TrialsPlan {
  readonly suite: Suite;
  readonly contestants: readonly Contestant[];
  readonly topology: Topology;
  /** By trial of the suite, where trials differ in topologies, their sizes, or engines; left out: all run on the topology above. */
  readonly arenas?: readonly (readonly Arena[])[];
  readonly runtime: Runtime;
  readonly policy: ClientPolicy;
  /** Set by a flag: the policy holds also for trials of the suite that have clients of their own. */
  readonly policyForAll?: boolean;
  readonly seed: number;
  /** Set by flags: in place of what the suite says. */
  readonly workload: Workload | undefined;
  readonly fault: FaultPlan | undefined;
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
  | { readonly kind: 'refusal'; readonly refusal: RefusedTrial }
  | { readonly kind: 'floor'; readonly floor: FloorSpec };

/** What is told of an engine that cannot run on a topology. */
export interface RefusedTrial extends Refusal {
  readonly trial: string;
  readonly suite: string;
  readonly measure: TrialSpec['measure'];
  readonly runtime: Runtime;
  readonly topology: Topology;
}

type TrialEntry = Exclude<SuiteEntry, { measure: 'floor' | 'detection' | 'conflicts' }>;

const NO_FLOOR = '--runtime must be threads for a suite that measures their floor, but "simulation" came';

/** @throws {InputError} if the suite names a workload or fault that there is not, or a fault that cannot happen. */
export function planTrials(plan: TrialsPlan): Planned[] {
  const planned: Planned[] = [];
  for (const [i, entry] of plan.suite.trials.entries()) {
    if (entry.measure === 'floor' && plan.runtime === 'simulation') throw new InputError(NO_FLOOR);
    if (entry.measure === 'floor') planned.push(...planFloor(entry, plan.repeat ?? entry.repeat));
    else {
      for (const arena of plan.arenas?.[i] ?? [onlyArena(plan)]) {
        planRefusals(plan, entry, arena, planned);
        if (arena.contestants.length === 0) continue;
        if (entry.measure === 'detection') planDetection(plan, entry, arena, planned);
        else if (entry.measure === 'conflicts') planConflicts(plan, entry, arena, planned);
        else planEntry(plan, entry, arena, planned);
      }
    }
  }
  return planned;
}

const onlyArena = ({ topology, contestants }: TrialsPlan): Arena => ({ topology, contestants, refusals: [] });

function planFloor(entry: EntryOf<'floor'>, repeat: number): Planned[] {
  const planned: Planned[] = [];
  for (let turn = 0; turn < repeat; turn++) {
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

/** One engine's turn in a pass. */
interface Chance {
  readonly contestant: Contestant;
  readonly failover: Omit<FailoverSpec, 'model'> | undefined;
}

function planRefusals(
  { suite, runtime }: TrialsPlan,
  entry: Exclude<SuiteEntry, { measure: 'floor' }>,
  arena: Arena,
  planned: Planned[],
): void {
  const { topology } = arena;
  for (const refusal of arena.refusals) {
    const trial = `${entry.measure}-${labelOf(refusal.engine)}-${planned.length + 1}`;
    const refused = { ...refusal, trial, suite: suite.name, measure: entry.measure, runtime, topology };
    planned.push({ kind: 'refusal', refusal: refused });
  }
}

function planEntry(plan: TrialsPlan, entry: TrialEntry, arena: Arena, planned: Planned[]): void {
  if (entry.measure === 'failover') {
    const { members } = arena.topology;
    for (const fault of plannedFaults(faultsOf(entry), plan.fault, members, plan.runtime))
      planRounds(plan, entry, arena, fault, planned);
  } else planRounds(plan, entry, arena, undefined, planned);
}

/** All rounds of one way of measuring, on one topology and with one fault, begin with the same seed. */
function planRounds(
  plan: TrialsPlan,
  entry: TrialEntry,
  arena: Arena,
  fault: FaultPlan | undefined,
  planned: Planned[],
): void {
  const repeat = plan.repeat ?? entry.repeat;
  const load = { workload: workloadOf(plan, entry), policy: policyOf(plan, entry) };
  const rounds = roundsOf(entry);
  let { seed } = plan;
  for (let turn = 0; turn < repeat; turn++) {
    for (const [place, round] of rounds.entries()) {
      // Counted from both, or with as many rounds as engines each round would begin with the same engine in every turn.
      for (const chances of passesOf(arena, entry, fault, turn + place)) {
        for (const chance of chances) {
          const name = `${entry.measure}${round.label}-${labelOf(chance.contestant.engine)}-${planned.length + 1}`;
          planned.push({ kind: 'trial', spec: specOf(plan, entry, arena, round, chance, load, seed, name) });
        }
        // The same for all engines of a pass: they meet the same keys at the same phases.
        seed++;
      }
    }
  }
}

const labelOf = ({ name, preset }: EngineChoice): string => (preset === 'default' ? name : `${name}:${preset}`);

function workloadOf(plan: TrialsPlan, entry: TrialEntry): Workload {
  const workload = plan.workload ?? loadWorkload(entry.workload);
  return entry.measure === 'failover' ? { ...workload, ledgerShare: entry.ledger_share } : workload;
}

function roundsOf(entry: TrialEntry): Round[] {
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
function passesOf(
  { contestants }: Arena,
  entry: TrialEntry,
  fault: FaultPlan | undefined,
  rotation: number,
): Chance[][] {
  const rotated = (by: number): Contestant[] => contestants.map((_, i) => contestants[(i + by) % contestants.length]!);
  if (entry.measure !== 'failover' || fault === undefined) {
    return [rotated(rotation).map((contestant) => ({ contestant, failover: undefined }))];
  }
  const passes: Chance[][] = [];
  const left = new Map(contestants.map((contestant) => [contestant, entry.times]));
  for (let pass = 0; [...left.values()].some((times) => times > 0); pass++) {
    const chances: Chance[] = [];
    for (const contestant of rotated(rotation + pass)) {
      const open = left.get(contestant)!;
      if (open === 0) continue;
      const failover = failoverOf(entry, fault, contestant, open);
      left.set(contestant, open - failover.times);
      chances.push({ contestant, failover });
    }
    passes.push(chances);
  }
  return passes;
}

function failoverOf(
  entry: EntryOf<'failover'>,
  plan: FaultPlan,
  { claims }: Contestant,
  left: number,
): Omit<FailoverSpec, 'model'> {
  const staysDown = !failsOver(claims.needs) && leavesInjured(plan);
  return {
    part: entry.part,
    plan,
    times: staysDown ? 1 : Math.min(left, entry.times_per_trial),
    staysDown,
    settleMs: entry.settle_seconds * 1000,
    phaseMaxMs: entry.phase_seconds * 1000,
    observeMaxMs: (staysDown ? entry.observe_dead_seconds : entry.observe_seconds) * 1000,
    observeAfterMs: entry.observe_after_seconds * 1000,
    quietMs: entry.quiet_seconds * 1000,
    convergeMs: entry.converge_seconds === undefined ? undefined : entry.converge_seconds * 1000,
    samples: entry.samples,
  };
}

/** Only in the simulation it is known how far nodes are apart. */
function electionModel(
  { runtime }: TrialsPlan,
  entry: TrialEntry,
  { members, links, node }: Topology,
  durability: Durability,
  { claims: { election: times } }: Contestant,
): FailoverSpec['model'] {
  const candidates = entry.measure === 'failover' ? entry.candidates : undefined;
  if (runtime !== 'simulation' || candidates === undefined || times === undefined) return undefined;
  const { timeoutMinMs, timeoutMaxMs } = times;
  const full = members.filter(({ kind }) => kind === 'full').map(({ id }) => ({ node: id }));
  const linkBetween = linksOf({ members, links });
  const ways = full.flatMap((from) => full.flatMap((to) => (from === to ? [] : linkBetween(from, to).delay)));
  const oneWayMs = ways.reduce((sum, delay) => sum + meanMs(delay), 0) / ways.length;
  const syncMs = durability === 'fsync' ? meanMs(node.sync) : 0;
  return { timeoutMinMs, timeoutMaxMs, leaderlessMs: leaderlessMs(times, { candidates, oneWayMs, syncMs }) };
}

function ratesOf(entry: TrialEntry): readonly number[] {
  if (entry.measure === 'latency') return entry.rates_per_s;
  return entry.measure === 'failover' || entry.measure === 'staleness' ? [entry.rate_per_s] : [];
}

function specOf(
  plan: TrialsPlan,
  entry: TrialEntry,
  { topology }: Arena,
  round: Round,
  { contestant, failover }: Chance,
  load: Pick<TrialSpec, 'workload' | 'policy'>,
  seed: number,
  trial: string,
): TrialSpec {
  const { engine } = contestant;
  return {
    trial,
    ...plannedSpec(plan, entry.measure, contestant, topology),
    durability: round.durability,
    seed,
    ...load,
    warmupOperations: entry.warmup_operations,
    clients: round.clients,
    ratesPerS: ratesOf(entry),
    spacing: entry.measure === 'latency' ? entry.spacing : entry.measure === 'staleness' ? 'poisson' : 'fixed',
    // Threads set no floor under virtual time.
    floorMs: entry.measure === 'throughput' && plan.runtime === 'threads' ? entry.floor_seconds * 1000 : 0,
    stepMs: entry.measure === 'failover' ? 0 : entry.seconds * 1000,
    failover: failover && { ...failover, model: electionModel(plan, entry, topology, round.durability, contestant) },
    staleness: entry.measure === 'staleness' ? stalenessSpec(entry, engine, topology, plan.runtime) : undefined,
    historyFile: undefined,
    attempt: 1,
  };
}
