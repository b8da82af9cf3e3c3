import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawSteps, varied } from '../faults/fault-plan.ts';
import { loadFaultPlan } from '../faults/plans.ts';
import type { Fault } from '../faults/vocabulary.ts';
import { ledgerKey, valueText } from '../history.ts';
import { Audit } from '../measures/audit.ts';
import { constantLoad, historyOf, type Row } from '../measures/synthetic-history.ts';
import { Random } from '../random.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { type FailoverFacts, failoverRows } from './failover-rows.ts';
import type { Injury } from './failover-trial.ts';
import { failoverSpec, MEMBERS } from './testing/specs.ts';

const ZONES = ['a', 'b', 'c'];
const kill: Fault = { kind: 'kill', node: 'n1' };
const event = (atMs: number, fault: Fault = kill, lateMs = 1): ClusterEvent => ({ atMs, kind: 'fault', fault, lateMs });

/** A built-in plan's first step, as it happened to n1. */
const deed = (name: string, victim = MEMBERS[0]!): NonNullable<Injury['deed']> => {
  const [step] = drawSteps(loadFaultPlan(name), new Random(1));
  return { step: step!, victim };
};

const injury = (changes: Partial<Injury> = {}): Injury => ({
  deed: deed('kill-leader'),
  phaseMs: 42,
  fromMs: 0,
  t0Ms: 1000,
  event: event(1000),
  untilMs: 4000,
  ...changes,
});

/** 100 puts per second for 4 s, each on a fresh ledger key, clients of the zones in turn; `change` plans mishaps. */
function load(change: (atMs: number, i: number) => Row = () => ({}), durationMs = 4000): Row[] {
  return constantLoad({
    ratePerS: 100,
    durationMs,
    change: (atMs, i) => ({ key: ledgerKey(i), zone: ZONES[i % 3]!, process: i % 3, ...change(atMs, i) }),
  });
}

function facts(
  rows: readonly Row[],
  changes: Partial<FailoverFacts> = {},
  lost: readonly number[] = [],
): FailoverFacts {
  const audit = new Audit();
  rows.forEach((row, i) => {
    if ((row.outcome ?? 'ok') === 'ok') audit.addRead(ledgerKey(i), lost.includes(i) ? null : valueText(i, 10));
  });
  return {
    spec: failoverSpec(),
    history: historyOf(rows, { zones: ZONES }),
    audit,
    events: [event(1000)],
    injuries: [injury()],
    trialVoid: undefined,
    ...changes,
  };
}

/** Nobody answers from the fault until 600 ms later; then n2 does. */
const failedOver = load((atMs) => {
  if (atMs >= 1000 && atMs < 1600) return { outcome: 'unknown', end: atMs + 300 };
  return { answeredBy: atMs < 1000 ? 'n1' : 'n2' };
});

test('each fault gives one row for the clients of each zone', () => {
  const rows = failoverRows(facts(failedOver));
  assert.deepEqual(
    rows.map(({ client_zone }) => client_zone),
    ZONES,
  );
  for (const row of rows) {
    assert.deepEqual([row.trial, row.engine, row.fault, row.target], ['failover-fake-1', 'fake', 'kill-leader', 'n1']);
    assert.deepEqual([row.phase_ms, row.at_ms, row.seed, row.valid], [42, 1000, 7, true]);
  }
});

test('an outage comes out as planned, in every zone', () => {
  for (const row of failoverRows(facts(failedOver))) {
    // Each zone asks every 30 ms: an outage can be known no better.
    assert.equal(Math.round(row.resolution_ms!), 30);
    assert.ok(row.outage_ms! >= 600 && row.outage_ms! <= 660, `${row.outage_ms}`);
    assert.ok(row.rto_ms! >= 600 && row.rto_ms! <= 630, `${row.rto_ms}`);
    assert.equal(row.censored, false);
    assert.equal(row.lost_service_ops, 20);
    assert.equal(row.acked_lost, 0);
    assert.equal(row.loss_window_ms, undefined);
  }
});

test('a failover away from a primary that stood still is false, however long it did; one away from a dead one is not', () => {
  for (const pausedMs of [100, 60_000]) {
    const pause: Fault = { kind: 'pause', node: 'n1' };
    const events: ClusterEvent[] = [event(1000, pause), { kind: 'heal', atMs: 1000 + pausedMs, fault: pause }];
    const [row] = failoverRows(facts(failedOver, { events, injuries: [injury({ event: event(1000, pause) })] }));
    assert.equal(row!.false_failovers, 1, `${pausedMs} ms`);
  }
  assert.equal(failoverRows(facts(failedOver))[0]!.false_failovers, 0);
});

test("a row has the terms of its own clients' loss: rate, lag, and how long the old primary went on", () => {
  // n1 goes on answering zone a for a second while n2 has taken over the others; what it answered is lost.
  const isTrapped = (atMs: number, i: number): boolean => i % 3 === 0 && atMs >= 1000 && atMs < 2000;
  const split = load((atMs, i) => ({ answeredBy: atMs < 1000 || isTrapped(atMs, i) ? 'n1' : 'n2' }));
  const lost = split.flatMap((_, i) => (isTrapped(i * 10, i) ? [i] : []));
  const events = [event(1000, { kind: 'cut-zone', zone: 'a', clients: 'inside' })];
  const [a, b] = failoverRows(facts(split, { events }, lost));
  assert.deepEqual([a!.acked_lost, a!.lag_ms, Math.round(a!.unfenced_ms!)], [33, 0, 981]);
  assert.equal(Math.round(a!.ledger_per_s!), 34);
  assert.deepEqual([b!.acked_lost, b!.lag_ms, b!.unfenced_ms], [0, 0, 0]);
});

test('a row tells what was served and who was elected while the fault stood, and how long the node took to rejoin', () => {
  const note = (atMs: number, node: string, what: 'leads' | 'caught-up'): ClusterEvent => ({
    atMs,
    kind: 'note',
    node,
    note: what === 'leads' ? { kind: what, epoch: atMs } : { kind: what },
  });
  const heal: ClusterEvent = { kind: 'heal', atMs: 3000, fault: kill };
  const events = [
    note(900, 'n1', 'leads'),
    event(1000),
    note(1550, 'n2', 'leads'),
    note(1900, 'n3', 'leads'),
    heal,
    note(3040, 'n1', 'caught-up'),
    note(3500, 'n1', 'leads'),
  ];
  const { step, victim } = deed('kill-leader');
  const timed = { step: { ...step, forMs: 2000 }, victim };
  const [row] = failoverRows(facts(failedOver, { events, injuries: [injury({ deed: timed })] }));
  assert.deepEqual([row!.elections, row!.last_election_ms, row!.leader_changes, row!.rejoin_ms], [2, 900, 1, 40]);
  // Of the 2 s that it stood, 0.6 s were lost.
  assert.ok(Math.abs(row!.served_share! - 0.7) < 0.02, `${row!.served_share}`);
  assert.deepEqual([row!.fault_parameter, row!.model_ms, row!.part], [undefined, undefined, undefined]);
});

test('a row tells which part of the suite it is of, what of the fault was varied, and what theory says', () => {
  const plan = varied(loadFaultPlan('slow-handler-leader'), 'per_input_ms', 7);
  const model = { timeoutMinMs: 150, timeoutMaxMs: 300, leaderlessMs: 165 };
  const [row] = failoverRows(facts(failedOver, { spec: failoverSpec({ part: 'slow', plan, model }) }));
  assert.deepEqual(
    [row!.part, row!.fault, row!.fault_parameter, row!.fault_value],
    ['slow', 'slow-handler-leader-per_input_ms=7', 'per_input_ms', 7],
  );
  assert.deepEqual([row!.timeout_min_ms, row!.timeout_max_ms, row!.model_ms], [150, 300, 165]);
});

test('a row has the locality of its clients before the fault and while it stands', () => {
  // Zone a asks its own n1 before the fault and n2 afterwards; b asks its own n2, which waits for others once n1 is gone.
  const rows = load((atMs, i) => {
    if (i % 3 === 0) return { answeredBy: atMs < 1000 ? 'n1' : 'n2' };
    return { answeredBy: 'n2', crossed: atMs >= 1000 && i % 2 === 0 };
  });
  const [a, b] = failoverRows(facts(rows));
  assert.deepEqual([a!.put_local_before_share, a!.put_local_share], [1, 0]);
  assert.deepEqual([b!.put_local_before_share, b!.put_local_share], [1, 0.5]);
  assert.deepEqual([b!.get_local_before_share, b!.get_local_share], [undefined, undefined], 'nobody read');
});

test('a row tells whether the fault hits its zone', () => {
  const hits = (name: string, victim = MEMBERS[0]!): (boolean | undefined)[] =>
    failoverRows(facts(failedOver, { injuries: [injury({ deed: deed(name, victim) })] })).map((row) => row.zone_hit);
  assert.deepEqual(hits('kill-random'), [true, false, false]);
  for (const plan of ['kill-random-zone', 'cut-random-zone', 'slow-random-zone']) {
    assert.deepEqual(hits(plan, MEMBERS[1]!), [false, true, false], plan);
  }
  assert.deepEqual(hits('power-cut'), [true, true, true]);
  const missed = failoverRows(facts(failedOver, { injuries: [injury({ deed: undefined })] }));
  assert.equal(missed[0]!.zone_hit, undefined);
});

test('what was seen of the copies stands in the rows of all zones, before the fault, meanwhile and after the heal', () => {
  const instants = [500, 1500, 2500, 3500].map((atMs, i) => ({ atMs, share: i / 4 }));
  const copies = { instants, healedMs: 3000, convergedMs: 120, unconvergedShare: 0 };
  const { step, victim } = deed('cut-random-zone');
  const timed = { step: { ...step, forMs: 2000 }, victim };
  for (const row of failoverRows(facts(failedOver, { injuries: [injury({ deed: timed, copies })] }))) {
    assert.deepEqual([row.converged_ms, row.unconverged_share], [120, 0]);
    assert.deepEqual(
      [row.disagreement_before_share, row.disagreement_share, row.disagreement_after_share],
      [0, 0.375, 0.75],
    );
  }
  const [unseen] = failoverRows(facts(failedOver));
  assert.deepEqual([unseen!.converged_ms, unseen!.disagreement_share], [undefined, undefined]);
});

test('warm-up at another rate does not blur the resolution', () => {
  const warmup = constantLoad({ ratePerS: 10_000, durationMs: 500, change: () => ({ zone: 'a' }) });
  const later = failedOver.map((row) => ({ ...row, intended: row.intended! + 1000, end: row.end! + 1000 }));
  const rows = failoverRows(
    facts([...warmup, ...later], {
      injuries: [injury({ fromMs: 1000, t0Ms: 2000, event: event(2000), untilMs: 5000 })],
      events: [event(2000)],
    }),
  );
  assert.equal(Math.round(rows[0]!.resolution_ms!), 30);
});

test('a service that does not come back is censored, and has no recovery', () => {
  const dead = load((atMs) => (atMs >= 1000 ? { outcome: 'unknown', end: atMs + 500 } : {}));
  for (const row of failoverRows(facts(dead))) {
    assert.equal(row.censored, true);
    assert.deepEqual([row.first_commit_ms, row.rto_ms, row.recovery_95_ms], [undefined, undefined, undefined]);
    assert.ok(row.outage_ms! >= 2900 && row.outage_ms! <= row.observed_ms! + 60);
  }
});

test('a lost write is counted once, at its own zone and with the fault that it came before', () => {
  // Rows 300 and 301 belong to zones a and b.
  const rows = load(undefined, 6000);
  const second = injury({
    fromMs: 2500,
    t0Ms: 3500,
    event: event(3500),
    untilMs: 6000,
    deed: deed('kill-leader', MEMBERS[1]!),
  });
  const table = failoverRows(facts(rows, { injuries: [injury({ untilMs: 2000 }), second] }, [300, 301]));
  assert.deepEqual(
    table.map((row) => row.acked_lost),
    [0, 0, 0, 1, 1, 0],
  );
  assert.equal(table[3]!.loss_window_ms, 1);
  const acked = table.reduce((sum, row) => sum + row.acked!, 0);
  assert.equal(acked, rows.length, 'every acknowledged write belongs to one fault and zone');
});

test('a write acknowledged before the first stretch of load counts with the first fault', () => {
  const [first] = failoverRows(facts(load(), { injuries: [injury({ fromMs: 500 })] }, [3]));
  assert.equal(first!.acked_lost, 1);
});

test('a leader that changes for no reason is a false failover; one after a kill is none', () => {
  const flapping = load((atMs) => ({ answeredBy: atMs < 500 ? 'n3' : atMs < 1600 ? 'n1' : 'n2' }));
  assert.equal(failoverRows(facts(flapping))[0]!.false_failovers, 1);
  assert.equal(failoverRows(facts(failedOver))[0]!.false_failovers, 0);
});

test('in engines without a leader nobody fails over falsely', () => {
  const spec = failoverSpec({}, { needs: 'write-quorum' });
  const [row] = failoverRows(facts(failedOver, { spec }));
  assert.deepEqual([row!.false_failovers, row!.dual_primary_ms], [undefined, undefined]);
});

test('detection and election come from what the survivors noted', () => {
  const note = (atMs: number, node: string, note: Extract<ClusterEvent, { kind: 'note' }>['note']): ClusterEvent => ({
    atMs,
    kind: 'note',
    node,
    note,
  });
  const events = [
    event(1000),
    note(1310, 'n2', { kind: 'suspects', node: 'n1' }),
    note(1450, 'n2', { kind: 'leads', epoch: 2 }),
  ];
  const [row] = failoverRows(facts(failedOver, { events }));
  assert.deepEqual([row!.detect_ms, row!.elect_ms], [310, 140]);
});

test('what a fault was done to is a node, a zone or all', () => {
  const target = (name: string): string | undefined =>
    failoverRows(facts(failedOver, { injuries: [injury({ deed: deed(name) })] }))[0]!.target;
  assert.equal(target('kill-leader'), 'n1');
  assert.equal(target('kill-leader-zone'), 'a');
  assert.equal(target('cut-leader-zone'), 'a');
  assert.equal(target('power-cut'), 'all');
  assert.equal(target('slow-handler-everyone'), 'all');
  assert.equal(target('transfer'), 'n1');
});

test('a fault that did not happen, or came late, voids its rows and no others', () => {
  const rows = load(undefined, 8000);
  const injuries = [
    injury({ event: undefined, untilMs: 2000 }),
    injury({ fromMs: 2500, t0Ms: 3500, event: event(3500), untilMs: 4500 }),
    injury({ fromMs: 5000, t0Ms: 6000, event: event(6000, kill, 35), untilMs: 8000 }),
  ];
  const table = failoverRows(facts(rows, { injuries })).filter(({ client_zone }) => client_zone === 'a');
  assert.deepEqual(
    table.map(({ valid, void_reason }) => [valid, void_reason]),
    [
      [false, 'the fault kill-leader did not happen'],
      [true, undefined],
      [false, 'the fault kill-leader took effect 35.0 ms late, and 20 ms are allowed'],
    ],
  );
});

test('a cluster that was ill before the fault voids its row', () => {
  const ill = load((atMs) => (atMs < 1000 && atMs % 50 === 0 ? { outcome: 'fail' } : {}));
  assert.match(failoverRows(facts(ill))[0]!.void_reason!, /^before the fault 80\.0 operations per second ended ok/);
});

test('what voids the trial voids every row', () => {
  const rows = failoverRows(facts(failedOver, { trialVoid: 'the machine slept' }));
  assert.ok(rows.every(({ valid, void_reason }) => valid === false && void_reason === 'the machine slept'));
});
