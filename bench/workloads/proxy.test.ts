import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAIL, type History, OK, UNKNOWN } from '../history.ts';
import type { ClientRequest } from './attempts.ts';
import { Generator } from './generator.ts';
import type { ClientPolicy, LoadStep, Workload } from './plan.ts';
import { loadPolicy } from './policies.ts';
import { membersIn, notLeader, ok, type Reply, ScriptedWorld, unavailable } from './scripted-world.ts';
import { loadWorkload } from './workloads.ts';

/** n1 and n3 stand in zone a, n2 and n4 in zone b. */
const MEMBERS = membersIn('a', 'b', 'a', 'b');
const WRITES = loadWorkload('update');
const READS = loadWorkload('ycsb-c');

interface Case {
  readonly says: (node: number, nowMs: number, attempt: ClientRequest) => Reply | undefined;
  readonly step: LoadStep;
  readonly workload?: Workload;
  readonly policy?: Partial<ClientPolicy>;
  /** Whether a node answers checks. */
  readonly isAlive?: (node: number, nowMs: number) => boolean;
  readonly prepare?: (world: ScriptedWorld) => void;
}

interface Loaded {
  readonly history: History;
  /** When which node was asked, checks apart. */
  readonly asked: readonly { readonly atMs: number; readonly node: number }[];
  readonly checks: readonly { readonly atMs: number; readonly node: number }[];
}

/** Clients of zone a behind KAZOO's proxy. */
function load({ says, step, workload = WRITES, policy, isAlive = () => true, prepare }: Case): Loaded {
  const isCheck = ({ session }: ClientRequest): boolean => session.startsWith('proxy');
  const world = new ScriptedWorld((node, attempt, now) => {
    if (isCheck(attempt)) return isAlive(node, now) ? ok() : undefined;
    return says(node, now, attempt);
  });
  const plan = { seed: 1, workload, policy: { ...loadPolicy('kazoo'), ...policy }, zones: ['a'] };
  const generator = new Generator(plan, MEMBERS, world);
  prepare?.(world);
  generator.start(step);
  world.run(generator, 1_000_000);
  const sent = (checks: boolean): Loaded['asked'] =>
    world.sent.filter(({ attempt }) => isCheck(attempt) === checks).map(({ atMs, node }) => ({ atMs, node }));
  return { history: generator.take(), asked: sent(false), checks: sent(true) };
}

const once: LoadStep = { arrival: { mode: 'closed', clients: 1 }, operations: 1 };
const open = (ratePerS: number, durationMs: number): LoadStep => ({
  arrival: { mode: 'open', ratePerS, spacing: 'fixed' },
  durationMs,
});
const nodesOf = ({ asked }: Loaded): number[] => asked.map(({ node }) => node);
const isFirst = (node: number): boolean => node === 0;

test('attempts go in turn to the nodes of the own zone, and to no other', () => {
  const loaded = load({ says: () => ok(), step: open(100, 60) });
  assert.deepEqual(nodesOf(loaded), [0, 2, 0, 2, 0, 2]);
});

test('a node named by a refusal is not asked: the proxy takes the next in turn', () => {
  const loaded = load({ says: (node) => (isFirst(node) ? notLeader('n2') : ok()), step: once });
  assert.deepEqual(nodesOf(loaded), [0, 2]);
  assert.equal(loaded.history.outcome[0], OK);
});

test('after three tries the operation ends as it stands: failed if all were refused', () => {
  const { history, asked } = load({ says: () => unavailable, step: once });
  assert.deepEqual(
    asked.map(({ node }) => node),
    [0, 2, 0],
  );
  const waits = asked.slice(1).map(({ atMs }, i) => atMs - asked[i]!.atMs - 1);
  assert.ok(waits[0]! >= 50 && waits[0]! <= 100, `first wait ${waits[0]} ms`);
  assert.ok(waits[1]! >= 100 && waits[1]! <= 200, `second wait ${waits[1]} ms`);
  assert.deepEqual([history.outcome[0], history.end[0]! - asked[2]!.atMs, history.attempts[0]], [FAIL, 1, 3]);
});

test('each try waits twelve seconds for its answer, writes too, and then the effect is unknown', () => {
  for (const workload of [WRITES, READS]) {
    const { history, asked } = load({ says: () => undefined, step: once, workload });
    assert.equal(asked.length, 3);
    for (const [i, { atMs }] of asked.slice(1).entries()) {
      const waited = atMs - asked[i]!.atMs;
      assert.ok(waited >= 12_050 && waited <= 12_200, `${waited} ms`);
    }
    assert.deepEqual([history.outcome[0], history.end[0]], [UNKNOWN, asked[2]!.atMs + 12_000]);
  }
});

test('a write that is sent again is the same write, and done when one try succeeds', () => {
  const serials = new Set<number>();
  const { history } = load({
    says: (node, _now, { serial }) => {
      serials.add(serial);
      return isFirst(node) ? undefined : ok();
    },
    step: once,
  });
  assert.deepEqual([history.outcome[0], history.attempts[0], serials.size], [OK, 2, 1]);
});

test('a write whose connection breaks is not sent again', () => {
  const { history, asked } = load({
    says: () => undefined,
    step: once,
    prepare: (world) => world.nodeAt(20, 0, 'broken'),
  });
  assert.deepEqual([history.outcome[0], history.end[0], asked.length], [UNKNOWN, 20, 1]);
});

test('a conflict is handed to the application at once, as a failure unless an earlier try is in doubt', () => {
  const conflict: Reply = { outcome: 'fail', reason: 'conflict', afterMs: 1 };
  const first = load({ says: () => conflict, step: once });
  assert.deepEqual([first.history.outcome[0], first.history.end[0], first.asked.length], [FAIL, 1, 1]);
  const later = load({ says: (node) => (isFirst(node) ? undefined : conflict), step: once });
  assert.deepEqual([later.history.outcome[0], later.asked.length], [UNKNOWN, 2]);
  const elsewhere = load({
    says: (node) => (isFirst(node) ? conflict : ok()),
    step: once,
    policy: { conflictEnds: false },
  });
  assert.equal(elsewhere.history.outcome[0], OK, 'other policies ask elsewhere');
});

test('accepted is success for KAZOO, and unknown for a policy that doubts it; the history tells either way', () => {
  const says = (): Reply => ({ outcome: 'ok', result: { ack: 'accepted' }, afterMs: 1 });
  const taken = load({ says, step: once }).history;
  assert.deepEqual([taken.outcome[0], taken.accepted[0]], [OK, 1]);
  const doubted = load({ says, step: once, policy: { takesAcceptedFor: 'doubt' } }).history;
  assert.deepEqual(
    [doubted.outcome[0], doubted.accepted[0], doubted.attempts[0], doubted.end[0], doubted.answeredBy[0]],
    [UNKNOWN, 1, 1, 1, 0],
  );
});

test('every node is checked every two seconds, the backups too', () => {
  const { checks } = load({ says: () => ok(), step: open(1, 20_500) });
  for (const node of [0, 1, 2, 3]) {
    const times = checks.filter((check) => check.node === node).map(({ atMs }) => atMs);
    assert.ok(times.length >= 10, `${times.length} checks of node ${node}`);
    for (const [i, atMs] of times.slice(1).entries()) assert.equal(atMs - times[i]!, 2000);
  }
});

test('a silent node is left out after three failed checks, and taken back after two good ones', () => {
  const isSilent = (node: number, now: number): boolean => isFirst(node) && now >= 10_000 && now < 40_000;
  const { asked } = load({
    says: (node, now) => (isSilent(node, now) ? undefined : ok()),
    step: open(10, 60_000),
    isAlive: (node, now) => !isSilent(node, now),
  });
  const times = asked.filter(({ node }) => isFirst(node)).map(({ atMs }) => atMs);
  const last = times.findLast((atMs) => atMs < 30_000)!;
  const back = times.find((atMs) => atMs > 30_000)!;
  // Down: the check that is due next and two more fail, each by the one after it. Up: the next two are answered.
  assert.ok(last > 15_500 && last <= 18_000, `asked until ${last} ms`);
  assert.ok(back >= 42_000 && back <= 44_500, `asked again at ${back} ms`);
});

test('nodes of other zones are asked, in turn, only while no node of the own zone is up', () => {
  const isSilent = (node: number, now: number): boolean => node % 2 === 0 && now >= 10_000 && now < 40_000;
  const { asked, history } = load({
    says: (node, now) => (isSilent(node, now) ? undefined : ok()),
    step: open(10, 60_000),
    isAlive: (node, now) => !isSilent(node, now),
  });
  const during = asked.filter(({ atMs }) => atMs > 19_000 && atMs < 40_000 && atMs % 100 === 0);
  assert.deepEqual(new Set(during.map(({ node }) => node)), new Set([1, 3]));
  const before = asked.filter(({ atMs }) => atMs < 15_000 || atMs > 45_000);
  assert.deepEqual(new Set(before.map(({ node }) => node)), new Set([0, 2]));
  assert.ok(
    history.outcome.every((outcome) => outcome === OK),
    'the second or third try finds a backup',
  );
});

test('a node whose process ends is left out at once, and taken back by checks', () => {
  const { asked } = load({
    says: () => ok(),
    step: open(100, 20_000),
    prepare: (world) => {
      world.nodeAt(5001, 0, 'broken');
      world.nodeAt(10_001, 0, 'up');
    },
  });
  const times = asked.filter(({ node, atMs }) => isFirst(node) && atMs > 5001).map(({ atMs }) => atMs);
  assert.ok(times[0]! > 12_000 && times[0]! < 14_100, `asked again at ${times[0]} ms`);
});

test('while no node at all is up, tries are used up by waiting, and the operation fails', () => {
  const prepare = (world: ScriptedWorld): void => {
    for (const node of [0, 1, 2, 3]) world.nodeAt(0, node, 'broken');
  };
  const { history, asked } = load({
    says: () => ok(),
    step: { arrival: { mode: 'open', ratePerS: 1, spacing: 'fixed' }, durationMs: 3000 },
    prepare,
  });
  assert.deepEqual(
    asked.map(({ atMs }) => atMs).filter((atMs) => atMs > 0),
    [],
  );
  const last = history.length - 1;
  const tookMs = history.end[last]! - history.start[last]!;
  assert.deepEqual([history.outcome[last], history.attempts[last]], [FAIL, 0]);
  assert.ok(tookMs >= 250 && tookMs <= 500, `${tookMs} ms`);
});
