/** Faults as the rows of `failovers.csv` tell of them: one per client zone there, one a fault here. */

import { groupBy } from './grouping.ts';
import type { Duration } from './statistics.ts';
import { mean, sum } from './statistics.ts';
import type { TableRow, Tables } from './tables.ts';

type FailoverRow = TableRow<'failovers'>;

/** The zone name of a row that stands for the clients of all zones. */
const ALL_ZONES = 'all';

export interface Fault {
  readonly trial: string;
  /** Empty: the suite has no parts. */
  readonly part: string;
  readonly atMs: number;
  readonly engine: string;
  readonly preset: string;
  /** What was done, by name; where a run has several durabilities, with that: losses of one are no losses of the other. */
  readonly fault: string;
  /** How long it was to stand, if that is one time. */
  readonly forMs: number | undefined;
  /** The parameter of the fault that the run varies, and its value. */
  readonly varied: { readonly parameter: string; readonly value: number } | undefined;
  /** Empty: the run does not say. */
  readonly topology: string;
  readonly target: string;
  readonly observedMs: number | undefined;
  /** Of the client zone that waited longest; undefined: not measured. */
  readonly outage: Duration | undefined;
  /** Start of that outage, counted from the fault. */
  readonly outageFromMs: number;
  /** The longest outage of clients in zones other than the one that was hit; undefined where that cannot be told. */
  readonly outageElsewhere: Duration | undefined;
  readonly firstCommit: Duration | undefined;
  readonly rto: Duration | undefined;
  readonly detectMs: number | undefined;
  readonly electMs: number | undefined;
  /** Until a survivor said that it leads, self-reported; undefined: nobody said that the leader was gone. */
  readonly leaderless: Duration | undefined;
  /** Between which time-outs nodes wait, and how long it takes in theory; undefined: nobody asked. */
  readonly model:
    | { readonly timeoutMinMs: number; readonly timeoutMaxMs: number; readonly leaderlessMs: number }
    | undefined;
  /** While the fault stood: leads taken, when the last of them was, and the share of writes served, for the mean client zone. */
  readonly elections: number | undefined;
  readonly lastElectionMs: number | undefined;
  readonly leaderChanges: number | undefined;
  readonly servedShare: number | undefined;
  readonly rejoinMs: number | undefined;
  readonly acked: number | undefined;
  readonly ackedLost: number | undefined;
  readonly accepted: number | undefined;
  readonly acceptedLost: number | undefined;
  readonly lostServiceOps: number | undefined;
  readonly reads: number | undefined;
  readonly staleReads: number | undefined;
  readonly shadowed: number | undefined;
  readonly lossWindowMs: number | undefined;
  readonly falseFailovers: number | undefined;
  readonly dualPrimaryMs: number | undefined;
}

function outageOf(row: FailoverRow): Duration | undefined {
  return row.outage_ms === undefined ? undefined : { ms: row.outage_ms, censored: row.censored === true };
}

/** What never came within the observation is known to have taken longer than that. */
function sinceFault(row: FailoverRow, ms: number | undefined): Duration | undefined {
  if (ms !== undefined) return { ms, censored: false };
  if (row.outage_ms === undefined || row.observed_ms === undefined) return undefined;
  return { ms: row.observed_ms, censored: true };
}

function leaderlessOf({ detect_ms, elect_ms, observed_ms, censored }: FailoverRow): Duration | undefined {
  if (detect_ms === undefined) return undefined;
  if (elect_ms !== undefined) return { ms: detect_ms + elect_ms, censored: false };
  // Where writes are answered somebody leads, who may have done so before anyone noted a suspicion.
  return censored === true && observed_ms !== undefined ? { ms: observed_ms, censored: true } : undefined;
}

function modelOf({ timeout_min_ms, timeout_max_ms, model_ms }: FailoverRow): Fault['model'] {
  if (timeout_min_ms === undefined || timeout_max_ms === undefined || model_ms === undefined) return undefined;
  return { timeoutMinMs: timeout_min_ms, timeoutMaxMs: timeout_max_ms, leaderlessMs: model_ms };
}

function variedOf({ fault_parameter, fault_value }: FailoverRow): Fault['varied'] {
  if (fault_parameter === undefined || fault_value === undefined) return undefined;
  return { parameter: fault_parameter, value: fault_value };
}

function worst(durations: readonly (Duration | undefined)[]): Duration | undefined {
  let found: Duration | undefined;
  for (const duration of durations) {
    if (duration === undefined) continue;
    if (found === undefined || Number(duration.censored) > Number(found.censored)) found = duration;
    else if (duration.censored === found.censored && duration.ms > found.ms) found = duration;
  }
  return found;
}

function best(durations: readonly (Duration | undefined)[]): Duration | undefined {
  let found: Duration | undefined;
  for (const duration of durations) {
    if (duration === undefined) continue;
    if (found === undefined || Number(duration.censored) < Number(found.censored)) found = duration;
    else if (duration.censored === found.censored && duration.ms < found.ms) found = duration;
  }
  return found;
}

const largest = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined) as number[];
  return known.length === 0 ? undefined : Math.max(...known);
};

/** Whose view of a fault: of all clients, or of those in the zone that was hit, or of those in all others. */
export type Clients = 'all' | 'inside' | 'outside';

const hitZone = ({ trial, target }: FailoverRow, zoneOfNode: ReadonlyMap<string, string>): string | undefined =>
  zoneOfNode.get(`${trial}/${target}`) ?? target;

function combine(rows: readonly FailoverRow[], zoneOfNode: ReadonlyMap<string, string>, apart: boolean): Fault {
  const first = rows[0]!;
  const whole = rows.filter((row) => row.client_zone === ALL_ZONES);
  const zones = rows.filter((row) => row.client_zone !== ALL_ZONES);
  // Clients of one zone can be shut out while others are served: only the zones' own rows show that.
  const perZone = zones.length > 0 ? zones : whole;
  // Counts of operations add up over zones, unless a row for all zones has done it.
  const totals = whole.length > 0 ? whole.slice(0, 1) : zones;
  const total = (
    name:
      | 'acked'
      | 'acked_lost'
      | 'accepted'
      | 'accepted_lost'
      | 'lost_service_ops'
      | 'reads'
      | 'stale_reads'
      | 'shadowed',
  ) => sum(totals.map((row) => row[name]));
  const hit = hitZone(first, zoneOfNode);
  const elsewhere = zones.some((row) => row.client_zone === hit) ? zones.filter((row) => row.client_zone !== hit) : [];
  const outage = worst(perZone.map(outageOf));
  const longest = perZone.find((row) => row.outage_ms === outage?.ms && (row.censored === true) === outage?.censored);
  return {
    trial: first.trial ?? '',
    part: first.part ?? '',
    atMs: first.at_ms ?? 0,
    engine: first.engine ?? '',
    preset: first.preset ?? 'default',
    fault: apart ? `${first.fault}-${first.durability}` : (first.fault ?? ''),
    forMs: first.fault_for_ms,
    varied: variedOf(first),
    topology: first.topology ?? '',
    target: first.target ?? '',
    observedMs: largest(rows.map((row) => row.observed_ms)),
    outage,
    outageFromMs: longest?.outage_from_ms ?? 0,
    outageElsewhere: worst(elsewhere.map(outageOf)),
    firstCommit: best(rows.map((row) => sinceFault(row, row.first_commit_ms))),
    rto: worst(totals.map((row) => sinceFault(row, row.rto_ms))),
    detectMs: first.detect_ms,
    electMs: first.elect_ms,
    leaderless: leaderlessOf(first),
    model: modelOf(first),
    elections: first.elections,
    lastElectionMs: first.last_election_ms,
    leaderChanges: first.leader_changes,
    servedShare: mean(totals.map((row) => row.served_share)),
    rejoinMs: first.rejoin_ms,
    acked: total('acked'),
    ackedLost: total('acked_lost'),
    accepted: total('accepted'),
    acceptedLost: total('accepted_lost'),
    lostServiceOps: total('lost_service_ops'),
    reads: total('reads'),
    staleReads: total('stale_reads'),
    shadowed: total('shadowed'),
    lossWindowMs: largest(rows.map((row) => row.loss_window_ms)),
    falseFailovers: largest(rows.map((row) => row.false_failovers)),
    dualPrimaryMs: largest(rows.map((row) => row.dual_primary_ms)),
  };
}

/** Trials all of whose rows in `trials.csv` are void, with the first reason; a trial that the table does not name is not. */
export function voidTrials(tables: Tables): ReadonlyMap<string, string> {
  const trials = groupBy(tables.trials ?? [], (row) => row.trial ?? '');
  const voided = trials.filter((rows) => rows.every((row) => row.valid === false));
  return new Map(voided.map((rows) => [rows[0]!.trial ?? '', rows[0]!.void_reason ?? '']));
}

export interface FaultRows {
  readonly rows: readonly FailoverRow[];
  readonly valid: boolean;
  readonly void_reason?: string | undefined;
}

/**
 * The rows of each fault: those of one trial and time, in the order in which they were written. One void zone voids its
 * fault, since the others would be a choice of the zones that went well; a void trial voids all its faults.
 */
export function faultRows(tables: Tables): FaultRows[] {
  const voided = voidTrials(tables);
  return groupBy(tables.failovers ?? [], (row) => `${row.trial}/${row.at_ms}`).map((rows) => {
    const bad = rows.find((row) => row.valid === false);
    const trial = rows[0]!.trial ?? '';
    return { rows, valid: bad === undefined && !voided.has(trial), void_reason: bad?.void_reason ?? voided.get(trial) };
  });
}

/** The valid faults as these clients saw them; where none of them were asked, a fault is left out. */
export function validFaults(tables: Tables, clients: Clients = 'all'): Fault[] {
  const zoneOfNode = new Map((tables.nodes ?? []).map((row) => [`${row.trial}/${row.node}`, row.zone ?? '']));
  const apart = new Set((tables.failovers ?? []).map((row) => row.durability)).size > 1;
  return faultRows(tables)
    .filter((fault) => fault.valid)
    .map(({ rows }) => {
      if (clients === 'all') return rows;
      const hit = hitZone(rows[0]!, zoneOfNode);
      return rows.filter(
        ({ client_zone }) => client_zone !== ALL_ZONES && (client_zone === hit) === (clients === 'inside'),
      );
    })
    .filter((rows) => rows.length > 0)
    .map((rows) => combine(rows, zoneOfNode, apart));
}

/** The fault's name without the time that it stood. */
export function faultWithoutLength(fault: string, forMs: number | undefined): string {
  const suffix = forMs === undefined ? '' : `-${forMs / 1000}s`;
  return suffix !== '' && fault.endsWith(suffix) ? fault.slice(0, -suffix.length) : fault;
}

/** The distinct faults of a run in words, in the order in which they came. */
export const faultKinds = (faults: readonly Fault[]): string[] => [...new Set(faults.map((fault) => fault.fault))];

const TITLES: { readonly [fault: string]: string } = {
  'kill-leader': 'After the leader is killed',
  'vanish-leader': 'After the leader vanishes',
  'pause-leader': 'After the leader is paused',
  'isolate-leader': 'After the leader is isolated',
  'isolate-leader-with-clients': 'After the leader is isolated with its clients',
  'slow-leader': 'After the leader becomes slow',
  'kill-random': 'After a random node is killed',
  'vanish-random': 'After a random node vanishes',
  'pause-random': 'After a random node is paused',
  'pause-three-four-times': 'While three nodes are paused four times over',
  'cut-leader-zone': "After the leader's zone is cut off",
  'kill-leader-zone': "After the leader's zone is killed",
  'vanish-leader-zone': "After the leader's zone loses power",
  'kill-random-zone': 'After a random zone is killed',
  'cut-random-zone': 'After a random zone is cut off',
  'slow-random-zone': 'After a random zone becomes far away',
  'slow-handler-follower': 'After a follower becomes slow',
  'power-cut': 'After a power cut of all nodes',
  'kill-leader-one-down': 'After the leader is killed, with another node down',
  'slow-clock-cut-leader': 'With a leader that is cut off, and whose clock is off',
  'star-follower': 'With no links but those of one follower',
  'bridge-follower': 'With one follower as the only bridge between halves',
  'cut-link': 'With the link between the leader and one node cut',
  'deaf-leader': 'With a leader that hears nobody',
  'mute-leader': 'With a leader that nobody hears',
  'flapping-follower': 'With a node that comes and goes',
  'stall-disk-leader': 'With a leader whose disk hangs',
};

/** A title for what was done; a fault without one of its own keeps its name. */
export function faultTitle(fault: string): string {
  const [, name = fault, lengthS, durability] = /^(.*?)(?:-([\d.]+)s)?(?:-(fsync|none))?$/.exec(fault) ?? [];
  const title = TITLES[name] ?? `After the fault ${name}`;
  const length = lengthS === undefined ? '' : ` for ${lengthS} s`;
  return `${title}${length}${durability === undefined ? '' : `, durability ${durability}`}`;
}
