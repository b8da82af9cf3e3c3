import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAIL, type History, OK, UNKNOWN } from '../history.ts';
import { Generator } from './generator.ts';
import type { ClientPolicy, GeneratorPlan, LoadStep, Workload } from './plan.ts';
import { loadPolicy } from './policies.ts';
import { membersIn, notLeader, ok, type Reply, type Script, ScriptedWorld, unavailable } from './scripted-world.ts';
import { loadWorkload } from './workloads.ts';

const MEMBERS = membersIn('a', 'b', 'c');
const READS = loadWorkload('ycsb-c');
const WRITES = loadWorkload('update');

interface Case {
  readonly workload: Workload;
  readonly script: Script;
  readonly step: LoadStep;
  readonly zones?: readonly string[];
  readonly policy?: Partial<ClientPolicy>;
  readonly prepare?: (world: ScriptedWorld) => void;
}

function load({ workload, script, step, zones = ['a'], policy, prepare }: Case): {
  history: History;
  world: ScriptedWorld;
  nodes: number[];
} {
  const plan: GeneratorPlan = { seed: 1, workload, policy: { ...loadPolicy('default'), ...policy }, zones };
  const world = new ScriptedWorld(script);
  const generator = new Generator(plan, MEMBERS, world);
  prepare?.(world);
  generator.start(step);
  world.run(generator);
  return { history: generator.take(), world, nodes: world.sent.map(({ node }) => node) };
}

const once: LoadStep = { arrival: { mode: 'closed', clients: 1 }, operations: 1 };
const closed = (clients: number, durationMs: number): LoadStep => ({
  arrival: { mode: 'closed', clients },
  durationMs,
});
const open = (ratePerS: number, durationMs: number): LoadStep => ({
  arrival: { mode: 'open', ratePerS, spacing: 'fixed' },
  durationMs,
});
const count = (column: ArrayLike<number>, wanted: number): number =>
  Array.from(column).filter((value) => value === wanted).length;

test('a refused write is tried elsewhere and ends ok', () => {
  const { history, nodes } = load({
    workload: WRITES,
    script: (node) => (node === 2 ? ok() : unavailable),
    step: once,
  });
  assert.deepEqual(nodes, [0, 1, 2]);
  assert.deepEqual([history.outcome[0], history.attempts[0], history.answeredBy[0], history.end[0]], [OK, 3, 2, 3]);
});

test('all attempts of an operation carry the same session and serial', () => {
  const { world } = load({ workload: WRITES, script: (node) => (node === 2 ? ok() : unavailable), step: once });
  assert.equal(new Set(world.sent.map(({ attempt }) => `${attempt.session} ${attempt.serial}`)).size, 1);
  assert.equal(new Set(world.sent.map(({ attempt }) => attempt.id)).size, 3);
});

test('a hint is followed, and found out once for all clients of the zone', () => {
  const { nodes, history } = load({
    workload: WRITES,
    script: (node) => (node === 2 ? ok() : notLeader('n3')),
    step: open(100, 1000),
  });
  assert.deepEqual(nodes.slice(0, 4), [0, 2, 2, 2]);
  assert.equal(count(nodes, 0), 1);
  assert.equal(count(history.outcome, OK), 100);
});

test('nodes that name each other as the leader do not catch a client: it rotates, then backs off', () => {
  const { nodes, world, history } = load({
    workload: WRITES,
    script: (node, _attempt, now) => (node === 2 && now > 100 ? ok() : notLeader(node === 0 ? 'n2' : 'n1')),
    step: once,
  });
  assert.deepEqual(nodes.slice(0, 3), [0, 1, 2]);
  const backoff = world.sent[3]!.atMs - world.sent[2]!.atMs - 1;
  assert.ok(backoff >= 5 && backoff <= 10, `first back-off ${backoff} ms`);
  assert.equal(history.outcome[0], OK);
});

test('back-off doubles from the first to the last wait, with jitter', () => {
  const { world, history } = load({ workload: WRITES, script: () => unavailable, step: once });
  const rounds = world.sent.filter(({ node }) => node === 0).map(({ atMs }) => atMs);
  const waits = rounds.slice(1).map((at, i) => at - rounds[i]! - 3);
  for (const [i, wait] of waits.entries()) {
    const longest = Math.min(10 * 2 ** i, 200);
    assert.ok(wait >= longest / 2 && wait <= longest, `wait ${i}: ${wait} of ${longest} ms`);
  }
  assert.ok(waits.length >= 10);
  assert.ok(new Set(waits.map((wait, i) => wait / Math.min(10 * 2 ** i, 200))).size > 5, 'no jitter');
  assert.deepEqual([history.outcome[0], history.end[0], history.answeredBy[0]], [FAIL, 2000, -1]);
});

test('a write after silence ends unknown after the attempt time-out, without a retry', () => {
  const { history, nodes } = load({ workload: WRITES, script: () => undefined, step: once });
  assert.deepEqual(nodes, [0]);
  assert.deepEqual([history.outcome[0], history.end[0], history.attempts[0]], [UNKNOWN, 500, 1]);
});

test('a write whose last attempt is under way when its operation is over ends unknown', () => {
  const { history } = load({
    workload: WRITES,
    script: (_node, _attempt, now) => (now < 1800 ? unavailable : undefined),
    step: once,
  });
  assert.deepEqual([history.outcome[0], history.end[0]], [UNKNOWN, 2000]);
});

test('a read after silence is tried elsewhere', () => {
  const { history, nodes } = load({
    workload: READS,
    script: (node) => (node === 0 ? undefined : ok()),
    step: once,
  });
  assert.deepEqual(nodes, [0, 1]);
  assert.deepEqual([history.outcome[0], history.end[0]], [OK, 501]);
});

test('a read that meets with nothing but silence ends unknown with its operation, after no further attempt', () => {
  const { history, nodes } = load({ workload: READS, script: () => undefined, step: once });
  assert.deepEqual([history.outcome[0], history.end[0]], [UNKNOWN, 2000]);
  assert.deepEqual(nodes, [0, 1, 2, 0]);
});

test('a write that the node itself is unsure of ends unknown at once, a read goes on', () => {
  const script: Script = (node) => (node === 0 ? { outcome: 'unknown', reason: 'lost the lead', afterMs: 7 } : ok());
  const write = load({ workload: WRITES, script, step: once }).history;
  assert.deepEqual([write.outcome[0], write.end[0], write.answeredBy[0]], [UNKNOWN, 7, 0]);
  const read = load({ workload: READS, script, step: once }).history;
  assert.deepEqual([read.outcome[0], read.attempts[0]], [OK, 2]);
});

test('a workload that retries sends the same write elsewhere after silence, and never calls it failed', () => {
  const retrying = { ...WRITES, retry: true };
  const { history, world } = load({
    workload: retrying,
    script: (node) => (node === 0 ? undefined : ok()),
    step: once,
  });
  assert.deepEqual([history.outcome[0], history.attempts[0]], [OK, 2]);
  assert.deepEqual(world.sent[0]!.attempt.operation, world.sent[1]!.attempt.operation);
  assert.equal(world.sent[0]!.attempt.serial, world.sent[1]!.attempt.serial);
  const refused = load({
    workload: retrying,
    script: (node) => (node === 0 ? undefined : unavailable),
    step: once,
  }).history;
  assert.equal(refused.outcome[0], UNKNOWN);
});

test('what no node supports fails at once', () => {
  const { history, nodes } = load({
    workload: READS,
    script: () => ({ outcome: 'fail', reason: 'unsupported' }),
    step: once,
  });
  assert.deepEqual(nodes, [0]);
  assert.deepEqual([history.outcome[0], history.end[0]], [FAIL, 1]);
});

const conflict: Reply = { outcome: 'fail', reason: 'conflict', afterMs: 1 };

test('a refusal because of a conflict is tried elsewhere, but by a client that takes it for the answer', () => {
  const script: Script = (node) => (node === 2 ? ok() : conflict);
  const tries = load({ workload: WRITES, script, step: once });
  assert.deepEqual([tries.nodes, tries.history.outcome[0], tries.history.conflict[0]], [[0, 1, 2], OK, 0]);
  const ends = load({ workload: WRITES, script, step: once, policy: { conflictEnds: true } });
  assert.deepEqual([ends.nodes, ends.history.outcome[0], ends.history.conflict[0]], [[0], FAIL, 1]);
});

test('a conflict is no definite refusal of an operation that an earlier attempt may have carried out', () => {
  const script: Script = (node) => (node === 0 ? undefined : conflict);
  const { history } = load({
    workload: { ...WRITES, retry: true },
    script,
    step: once,
    policy: { conflictEnds: true },
  });
  assert.deepEqual([history.outcome[0], history.conflict[0]], [UNKNOWN, 0]);
});

test('writes go to the nearest node each time, whoever carried out the last one, if the policy says so', () => {
  const script: Script = (node) => (node === 1 ? ok() : notLeader('n2'));
  const step: LoadStep = { arrival: { mode: 'closed', clients: 1 }, operations: 3 };
  assert.deepEqual(load({ workload: WRITES, script, step }).nodes, [0, 1, 1, 1]);
  const near = load({ workload: WRITES, script, step, policy: { writesNear: true } });
  assert.deepEqual(near.nodes, [0, 1, 0, 1, 0, 1]);
});

test('a broken connection ends writes unknown at once and sends reads elsewhere', () => {
  const script: Script = (node) => (node === 0 ? undefined : ok());
  const prepare = (world: ScriptedWorld): void => world.nodeAt(20, 0, 'broken');
  const write = load({ workload: WRITES, script, step: once, prepare }).history;
  assert.deepEqual([write.outcome[0], write.end[0]], [UNKNOWN, 20]);
  const read = load({ workload: READS, script, step: once, prepare }).history;
  assert.deepEqual([read.outcome[0], read.end[0]], [OK, 21]);
});

test('what was refused before delivery is tried elsewhere, writes too', () => {
  const { history } = load({
    workload: WRITES,
    script: (node) => (node === 0 ? undefined : ok()),
    step: once,
    prepare: (world) => world.nodeAt(20, 0, 'refused'),
  });
  assert.deepEqual([history.outcome[0], history.end[0], history.attempts[0]], [OK, 21, 2]);
});

test('a dead node is not asked, even when others still name it, until it is back', () => {
  const { world, history } = load({
    workload: WRITES,
    script: (node) => (node === 0 ? ok() : notLeader('n1')),
    step: open(100, 600),
    prepare: (prepared) => {
      prepared.nodeAt(105, 0, 'broken');
      prepared.nodeAt(405, 0, 'up');
    },
  });
  assert.equal(world.sent.filter(({ node, atMs }) => node === 0 && atMs > 105 && atMs < 405).length, 0);
  // All of them wait for it: nothing was delivered that could be in doubt.
  assert.equal(count(history.outcome, OK), 60);
});

test('with all nodes dead an operation fails after its time-out, and nothing is sent', () => {
  const { history, world } = load({
    workload: WRITES,
    script: () => ok(),
    step: open(10, 500),
    prepare: (prepared) => {
      for (const node of [0, 1, 2]) prepared.nodeAt(10, node, 'broken');
    },
  });
  assert.deepEqual([...history.outcome], [OK, FAIL, FAIL, FAIL, FAIL]);
  assert.equal(world.sent.length, 1);
  assert.deepEqual([history.end[1]! - history.start[1]!, history.attempts[1]], [2000, 0]);
});

test('after a leader vanishes each attempt under way times out on its own, and later ones go elsewhere', () => {
  // n1 leads until 1000 ms and then says nothing; n2 leads from 2800 ms on; the others name n1 until then.
  const script: Script = (node, _attempt, now) => {
    if (node === 0) return now < 1000 ? ok() : undefined;
    if (now < 2800) return notLeader('n1');
    return node === 1 ? ok() : notLeader('n2');
  };
  const { history, world } = load({ workload: WRITES, script, step: open(1000, 4000) });
  const unknown: number[] = [];
  for (let row = 0; row < history.length; row++) {
    if (history.outcome[row] !== UNKNOWN) continue;
    unknown.push(history.start[row]!);
    if (history.attempts[row] === 1) assert.equal(history.end[row]! - history.start[row]!, 500);
  }
  // Those of the first 500 ms, until the first silence was noticed. After that, one attempt in 500 ms looks whether n1 is
  // back, though the others name it all the time.
  assert.equal(unknown.filter((start) => start <= 1500).length, 501);
  assert.deepEqual(
    world.sent.filter(({ node, atMs }) => node === 0 && atMs > 1500).map(({ atMs }) => Math.floor(atMs / 100)),
    [20, 25],
  );
  assert.equal(unknown.length, 503);
  assert.equal(count(history.outcome, FAIL), 0);
  assert.equal(count(history.outcome, OK), 4000 - unknown.length);
  let firstOk = Number.POSITIVE_INFINITY;
  for (let row = 0; row < history.length; row++) {
    if (history.outcome[row] === OK && history.end[row]! > 1500) firstOk = Math.min(firstOk, history.end[row]!);
  }
  assert.ok(firstOk < 2810, `the new leader was found at ${firstOk} ms`);
});

test('a leader that was only paused is found again when nobody else takes over', () => {
  const script: Script = (node, _attempt, now) => {
    if (node !== 0) return notLeader('n1');
    return now >= 1000 && now < 4000 ? ok(4000 - now) : ok();
  };
  const { history } = load({ workload: WRITES, script, step: open(200, 6000) });
  for (let row = 0; row < history.length; row++) {
    if (history.intended[row]! >= 4600) assert.equal(history.outcome[row], OK, `intended ${history.intended[row]}`);
  }
  let firstOk = Number.POSITIVE_INFINITY;
  for (let row = 0; row < history.length; row++) {
    if (history.outcome[row] === OK && history.end[row]! > 1500) firstOk = Math.min(firstOk, history.end[row]!);
  }
  assert.ok(firstOk < 4200, `found again at ${firstOk} ms`);
});

test('a lost answer does not drive clients from a node that answers the others', () => {
  const { nodes, history } = load({
    workload: WRITES,
    script: (_node, { id }) => (Math.floor(id / 2 ** 20) === 50 ? undefined : ok()),
    step: open(100, 2000),
  });
  assert.equal(count(history.outcome, UNKNOWN), 1);
  assert.equal(count(nodes, 0), nodes.length);
});

test('clients cut off from everything notice at once when they are connected again', () => {
  const { history } = load({
    workload: WRITES,
    script: (_node, _attempt, now) => (now >= 1000 && now < 3000 ? undefined : ok()),
    step: open(100, 4000),
  });
  for (let row = 0; row < history.length; row++) {
    if (history.intended[row]! >= 3000) assert.equal(history.end[row]! - history.intended[row]!, 1);
  }
});

test('no more attempts are in flight than allowed; an open loop sheds and records the rest', () => {
  const { history, world } = load({
    workload: WRITES,
    script: () => ok(100),
    step: open(1000, 500),
    policy: { inFlightMax: 20 },
  });
  assert.equal(history.length, 500);
  const shed = count(history.shed, 1);
  assert.equal(world.sent.length + shed, 500);
  assert.equal(world.sent.length, 100);
  for (let row = 0; row < history.length; row++) {
    if (history.shed[row] === 0) continue;
    assert.deepEqual([history.outcome[row], history.attempts[row], history.end[row]], [FAIL, 0, history.start[row]]);
  }
});

test('a closed loop with more clients than attempts allowed sheds without spinning', () => {
  const { history } = load({
    workload: WRITES,
    script: () => ok(5),
    step: closed(4, 200),
    policy: { inFlightMax: 2 },
  });
  assert.ok(count(history.shed, 1) > 0);
  assert.ok(history.length < 150, `${history.length} rows`);
});

test('a client that one step left paused takes part in the next', () => {
  const world = new ScriptedWorld(() => ok(5));
  const policy = { ...loadPolicy('default'), inFlightMax: 1 };
  const generator = new Generator({ seed: 1, workload: WRITES, policy, zones: ['a'] }, MEMBERS, world);
  generator.start({ arrival: { mode: 'closed', clients: 2 }, operations: 2 });
  world.run(generator);
  assert.deepEqual([...generator.take().shed], [0, 1]);
  // Client 0 is refused and waits, so that the second arrival falls to client 1.
  world.script = (_node, { session }) => (session === 'c0' ? unavailable : ok());
  generator.start({ ...open(200, 1000), operations: 2 });
  world.run(generator);
  const history = generator.take();
  assert.deepEqual([...history.process], [0, 1]);
  assert.deepEqual([...history.outcome], [FAIL, OK]);
});

test('an answer that comes after its attempt was given up changes nothing', () => {
  const { history } = load({ workload: WRITES, script: () => ok(600), step: once });
  assert.equal(history.outcome[0], UNKNOWN);
  const many = load({
    workload: WRITES,
    script: (_n, { serial }) => ok(serial === 1 ? 600 : 1),
    step: closed(1, 1000),
  });
  assert.deepEqual([count(many.history.outcome, UNKNOWN), many.history.length], [1, 501]);
});

test('zones keep what they know to themselves', () => {
  const { world } = load({
    workload: WRITES,
    script: (node) => (node === 2 ? ok() : notLeader('n3')),
    step: open(100, 300),
    zones: ['a', 'b'],
  });
  assert.deepEqual(
    world.sent.filter(({ node }) => node !== 2).map(({ node }) => node),
    [0, 1],
  );
});
