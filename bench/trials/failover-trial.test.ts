import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeId } from '../../engines/api.ts';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { loadFaultPlan } from '../faults/plans.ts';
import type { Step } from '../faults/steps.ts';
import type { Fault } from '../faults/vocabulary.ts';
import { type History, isLedgerKey, OK, PUT } from '../history.ts';
import { constantLoad, historyOf } from '../measures/synthetic-history.ts';
import type { Cluster, ClusterEvent } from '../runtimes/cluster.ts';
import { loadPolicy } from '../workloads/policies.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import { runFailoverTrial } from './failover-trial.ts';
import type { FailoverSpec } from './spec.ts';
import { measureOnThreads, planned } from './testing/measure-on-threads.ts';
import { failoverSpec, MEMBERS } from './testing/specs.ts';

/** Who answers writes at a time, given the faults that stand and when the first began. */
type Answers = (nowMs: number, standing: readonly Fault[], t0Ms: number) => NodeId | undefined;

/** A cluster in virtual time that only tells who answers; it remembers when which fault was injected and healed. */
async function injureVirtually(failover: Partial<FailoverSpec>, answers: Answers) {
  const spec = failoverSpec(failover, {
    workload: { ...loadWorkload('update'), keyCount: 3 },
    warmupOperations: 0,
  });
  let nowMs = 0;
  let t0Ms = Number.POSITIVE_INFINITY;
  let latest: { node: NodeId; endMs: number } | undefined;
  let standing: Fault[] = [];
  const events: ClusterEvent[] = [];
  let endLoad = (): void => {};
  const look = (): void => {
    const node = answers(nowMs, standing, t0Ms);
    if (node !== undefined) latest = { node, endMs: nowMs };
  };
  const cluster: Partial<Cluster> = {
    members: MEMBERS,
    now: () => nowMs,
    sleepUntil: async (timeMs) => {
      for (; nowMs < timeMs; nowMs = Math.min(timeMs, nowMs + 1)) look();
    },
    load: async ({ preload }) => {
      if (preload) return historyOf([{}, {}, {}]);
      const fromMs = nowMs;
      await new Promise<void>((resolve) => {
        endLoad = resolve;
      });
      const rows = constantLoad({ ratePerS: 100, durationMs: nowMs - fromMs });
      return historyOf(rows, { zones: ['z1'], firstRow: 3 });
    },
    stopLoad: () => endLoad(),
    latestWrite: () => latest,
    inject: async (fault) => {
      t0Ms = Math.min(t0Ms, nowMs);
      standing.push(fault);
      const event: ClusterEvent = { atMs: nowMs, kind: 'fault', fault, lateMs: 0 };
      events.push(event);
      return event;
    },
    heal: async (fault) => {
      standing = standing.filter((other) => other !== fault);
      const event: ClusterEvent = { atMs: nowMs, kind: 'heal', fault };
      events.push(event);
      return event;
    },
    command: async (node, command) => {
      const answer = { outcome: 'ok', result: {} } as const;
      events.push({ atMs: nowMs, kind: 'command', node, command, answer, answeredMs: nowMs });
      return answer;
    },
    sample: async () => [],
    ask: async (_, operations) => operations.map(() => ({ outcome: 'unknown', reason: 'silence' })),
    events: () => events,
    failure: () => undefined,
  };
  const { rows } = await runFailoverTrial(spec, spec.failover!, cluster as Cluster);
  const timesOf = (kind: ClusterEvent['kind']): number[] =>
    events.filter((event) => event.kind === kind).map(({ atMs }) => atMs);
  return { failovers: rows.failovers, faultsAtMs: timesOf('fault'), healsAtMs: timesOf('heal'), events };
}

/** n1 answers until it is killed, n2 from 500 ms after. */
const failsOver: Answers = (nowMs, _, t0Ms) => (nowMs < t0Ms ? 'n1' : nowMs > t0Ms + 500 ? 'n2' : undefined);

test('the one who answered last is killed after some load and a random phase, and healed when recovery has lasted', async () => {
  const { failovers, faultsAtMs, healsAtMs, events } = await injureVirtually({ observeAfterMs: 700 }, failsOver);
  const [row] = failovers;
  assert.equal(row!.target, 'n1');
  assert.deepEqual(events[0]!.kind === 'fault' && events[0]!.fault, { kind: 'kill', node: 'n1' });
  assert.ok(row!.phase_ms! >= 0 && row!.phase_ms! < 100);
  assert.equal(Math.round(faultsAtMs[0]!), Math.round(300 + row!.phase_ms!));
  const healedAfterMs = healsAtMs[0]! - faultsAtMs[0]!;
  assert.ok(healedAfterMs >= 1200 && healedAfterMs <= 1220, `${healedAfterMs} ms`);
});

test('several faults come one after the other, each at a phase of its own', async () => {
  const answers: Answers = (_, standing) => (standing.length > 0 ? 'n2' : 'n1');
  const { failovers, faultsAtMs, healsAtMs } = await injureVirtually({ times: 3 }, answers);
  assert.deepEqual([failovers.length, faultsAtMs.length, healsAtMs.length], [3, 3, 3]);
  assert.equal(new Set(failovers.map((row) => row.phase_ms)).size, 3);
  for (const i of [0, 1]) assert.ok(healsAtMs[i]! < faultsAtMs[i + 1]!);
});

test('an answer that was under way when its node was killed is no recovery', async () => {
  const lateAnswer: Answers = (nowMs, _, t0Ms) => (nowMs < t0Ms + 100 ? 'n1' : undefined);
  const { faultsAtMs, healsAtMs } = await injureVirtually({ observeMaxMs: 1500 }, lateAnswer);
  assert.ok(healsAtMs[0]! - faultsAtMs[0]! >= 1500, 'observation goes on until it is given up');
});

test('where the victim stays down, observation lasts as long as is planned, whatever answers', async () => {
  const { faultsAtMs, healsAtMs } = await injureVirtually({ staysDown: true, observeMaxMs: 1900 }, failsOver);
  const observedMs = healsAtMs[0]! - faultsAtMs[0]!;
  assert.ok(observedMs >= 1900 && observedMs <= 1910, `${observedMs} ms`);
});

test('a fault that heals at a time does so, and what follows is watched too', async () => {
  const plan = loadFaultPlan('power-cut');
  const allDark: Answers = (nowMs, standing, t0Ms) => {
    // Some answers were under way; then nobody, until 400 ms after power is back.
    if (nowMs < t0Ms + 50) return 'n1';
    return standing.length === 0 && nowMs > t0Ms + 600 ? 'n1' : undefined;
  };
  const { failovers, faultsAtMs, healsAtMs } = await injureVirtually({ plan, observeAfterMs: 500 }, allDark);
  const healedAfterMs = healsAtMs[0]! - faultsAtMs[0]!;
  assert.ok(healedAfterMs >= 200 && healedAfterMs <= 210, `${healedAfterMs} ms`);
  assert.deepEqual([healsAtMs.length, new Set(healsAtMs).size], [3, 1], 'all nodes at once, and not twice');
  const [row] = failovers;
  assert.ok(row!.observed_ms! >= 1080, `${row!.observed_ms} ms: 600 until recovery, and 500 more`);
});

test('a plan that injures the leader is void where nobody led lately, and one that hits any node is not', async () => {
  const silentSinceStart: Answers = () => undefined;
  const leader = await injureVirtually({ observeMaxMs: 500 }, silentSinceStart);
  assert.match(leader.failovers[0]!.void_reason!, /the fault kill-leader did not happen/);
  const random = await injureVirtually({ plan: loadFaultPlan('kill-random'), observeMaxMs: 500 }, silentSinceStart);
  assert.doesNotMatch(random.failovers[0]!.void_reason ?? '', /did not happen/);
});

/** A plan of these steps; the first one comes at once. */
const planOf = (...steps: Step[]): FaultPlan => ({ name: 'steps', title: 'steps', steps });

test('several steps come at their times after the first, and what is watched is the recovery from the last', async () => {
  const plan = planOf(
    { when: { atMs: 0 }, target: 'leader', do: { kind: 'kill' }, forMs: 100 },
    { when: { atMs: 900 }, target: { node: 'n3' }, do: { kind: 'kill' } },
  );
  // n2 answers in between, and again from 400 ms after the second kill.
  const answers: Answers = (nowMs, standing, t0Ms) => {
    const sinceMs = nowMs - t0Ms;
    if (standing.some((fault) => 'node' in fault && fault.node === 'n3')) return sinceMs > 1300 ? 'n2' : undefined;
    return sinceMs > 300 ? 'n2' : nowMs < t0Ms ? 'n1' : undefined;
  };
  const { failovers, faultsAtMs, healsAtMs } = await injureVirtually({ plan, observeAfterMs: 500 }, answers);
  const relative = [...faultsAtMs, ...healsAtMs].map((atMs) => Math.round(atMs - faultsAtMs[0]!));
  assert.deepEqual(relative.slice(0, 3), [0, 900, 100]);
  assert.ok(relative[3]! >= 1800 && relative[3]! <= 1815, `observed until ${relative[3]} ms`);
  assert.deepEqual([failovers[0]!.target, failovers[0]!.at_ms], ['n1', faultsAtMs[0]]);
});

test('a node that is killed later and answers no more does not pass for a recovery', async () => {
  const plan = planOf(
    { when: { atMs: 0 }, target: { node: 'n3' }, do: { kind: 'pause' } },
    { when: { atMs: 50 }, target: { node: 'n1' }, do: { kind: 'kill' } },
  );
  const lateAnswer: Answers = (nowMs, _, t0Ms) => (nowMs < t0Ms + 200 ? 'n1' : undefined);
  const { faultsAtMs, healsAtMs } = await injureVirtually({ plan, observeMaxMs: 1500 }, lateAnswer);
  assert.ok(healsAtMs[0]! - faultsAtMs[0]! >= 1500, 'observation goes on until it is given up');
});

test('a command is a fault like any other: at its time, to its node, and watched', async () => {
  const plan = loadFaultPlan('transfer');
  const { failovers, events } = await injureVirtually({ plan, observeAfterMs: 500 }, () => 'n1');
  const [event] = events;
  assert.ok(event?.kind === 'command');
  assert.deepEqual([event.node, event.command.kind, events.length], ['n1', 'transfer', 1]);
  const [row] = failovers;
  assert.deepEqual([row!.target, row!.at_ms, row!.detect_ms], ['n1', event.atMs, undefined]);
  assert.doesNotMatch(row!.void_reason ?? '', /did not happen/);
});

test('a step that waits for a leader comes when one answers, and T0 is then; where none comes, it did not happen', async () => {
  const when = { trigger: { on: 'leader' }, afterMs: 100 } as const;
  const plan = planOf({ when, target: 'trigger', do: { kind: 'kill' } });
  // The load begins at 0, the fault is due after 300 ms and a phase of at most 100.
  const late: Answers = (nowMs, standing) => (nowMs > 700 && standing.length === 0 ? 'n2' : undefined);
  const { failovers, faultsAtMs } = await injureVirtually({ plan }, late);
  assert.ok(faultsAtMs[0]! >= 800 && faultsAtMs[0]! <= 815, `${faultsAtMs[0]} ms`);
  assert.deepEqual([failovers[0]!.target, failovers[0]!.at_ms], ['n2', faultsAtMs[0]]);
  const none = await injureVirtually({ plan, observeMaxMs: 500 }, () => undefined);
  assert.match(none.failovers[0]!.void_reason!, /the fault steps did not happen/);
  assert.equal(none.failovers[0]!.target, undefined);
});

test('who led before the former fault, and has not answered since, is no leader to injure', async () => {
  const dead: Answers = (nowMs, _, t0Ms) => (nowMs < t0Ms ? 'n1' : undefined);
  const { failovers } = await injureVirtually({ times: 2, observeMaxMs: 500 }, dead);
  assert.doesNotMatch(failovers[0]!.void_reason ?? '', /did not happen/);
  assert.match(failovers[1]!.void_reason!, /the fault kill-leader did not happen/);
});

const ATTEMPTS = 4;

/** A kill that does the holder no harm: it only hears of it, and then misbehaves as planned. */
const killBystander: FaultPlan = {
  name: 'kill-n3',
  title: 'n3 dies',
  steps: [{ when: { atMs: 0 }, target: { node: 'n3' }, do: { kind: 'kill' } }],
};

test('an engine that refuses for a while and loses what it acknowledged is found out: outage, recovery and loss as planned', async () => {
  const refuseMs = 600;
  const loseEvery = 3;
  const spec = failoverSpec(
    { plan: killBystander, times: 1, settleMs: 300, observeMaxMs: 6000, observeAfterMs: 1200 },
    {
      engine: planned({ refuseMs, loseEvery }),
      needs: 'all',
      // Clients give up soon, so that lost service shows as such.
      policy: { ...loadPolicy('default'), operationTimeoutMs: 150, attemptTimeoutMs: 100, backoffLastMs: 20 },
      workload: { ...loadWorkload('update'), keyCount: 100, ledgerShare: 0.4 },
      warmupOperations: 0,
      ratesPerS: [300],
    },
  );
  // A busy machine can hold up service again just after it came back: the times may take another attempt, the losses never.
  for (let attempt = 1; ; attempt++) {
    const { outcome, history } = await measureOnThreads(spec, (cluster) =>
      runFailoverTrial(spec, spec.failover!, cluster),
    );
    const { failovers } = outcome.rows;
    assert.equal(failovers.length, 3);
    assert.equal(
      failovers.reduce((sum, row) => sum + row.acked_lost!, 0),
      acknowledgedAndLost(history, loseEvery),
      'each acknowledged write that was not kept counts once, and no other',
    );
    for (const row of failovers) {
      // The refusal begins when the holder hears of the kill: answers on their way by then may still come.
      assert.ok(row.outage_ms! >= 0.9 * refuseMs, `outage ${row.outage_ms} ms`);
      assert.ok(row.rto_ms === undefined || row.rto_ms >= 0.5 * refuseMs, `recovery ${row.rto_ms} ms`);
      // 100 operations a second of each zone, and those of the last 150 ms of the refusal may be tried again in time.
      assert.ok(row.lost_service_ops! >= 30, `${row.lost_service_ops} not served`);
    }
    const isAsPlanned = failovers.every(
      (row) =>
        row.censored === false &&
        row.outage_ms! <= refuseMs + 500 &&
        row.rto_ms !== undefined &&
        row.rto_ms <= refuseMs + 500 &&
        row.lost_service_ops! <= 110,
    );
    if (isAsPlanned) return;
    assert.ok(attempt < ATTEMPTS, `not as planned: ${JSON.stringify(failovers)}`);
  }
});

function acknowledgedAndLost(history: History, loseEvery: number): number {
  let lost = 0;
  for (let row = 0; row < history.length; row++) {
    const isLost = history.kind[row] === PUT && isLedgerKey(history.key[row]!) && history.value[row]! % loseEvery === 0;
    if (isLost && history.outcome[row] === OK) lost++;
  }
  assert.ok(lost > 0);
  return lost;
}
