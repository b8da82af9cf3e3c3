import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ABSENT,
  ADD,
  counterKey,
  GET,
  type History,
  latencyMs,
  OK,
  PRELOADED,
  PUT,
  preloadText,
  UNKNOWN,
} from '../history.ts';
import { sumText } from '../whole-number.ts';
import { Generator } from './generator.ts';
import type { GeneratorPlan, LoadStep, Workload } from './plan.ts';
import { loadPolicy } from './policies.ts';
import { concatHistories } from './recorder.ts';
import { membersIn, ok, type Script, ScriptedWorld } from './scripted-world.ts';
import { loadWorkload } from './workloads.ts';

const MEMBERS = membersIn('a', 'b', 'c');

function planFor(workload: Partial<Workload> = {}, change: Partial<GeneratorPlan> = {}): GeneratorPlan {
  return {
    seed: 1,
    workload: { ...loadWorkload('ycsb-a'), ...workload },
    policy: loadPolicy('default'),
    zones: ['a', 'b', 'c'],
    ...change,
  };
}

const closed = (clients: number): LoadStep['arrival'] => ({ mode: 'closed', clients });
const open = (ratePerS: number): LoadStep['arrival'] => ({ mode: 'open', ratePerS, spacing: 'fixed' });

/** A store that keeps what is put and added, so that reads return it. */
function storing(afterMs = 1): Script {
  const values = new Map<string, string>();
  return (_node, { operation }) => {
    if (operation.kind === 'put') values.set(operation.key, operation.value);
    if (operation.kind === 'add')
      values.set(operation.key, sumText(values.get(operation.key) ?? null, operation.value));
    const value = operation.kind === 'get' ? { value: values.get(operation.key) ?? null } : {};
    return { outcome: 'ok', result: value, afterMs };
  };
}

function runStep(generator: Generator, world: ScriptedWorld, step: LoadStep): History {
  generator.start(step);
  world.run(generator);
  return generator.take();
}

function load(plan: GeneratorPlan, script: Script, step: LoadStep): { history: History; world: ScriptedWorld } {
  const world = new ScriptedWorld(script);
  return { history: runStep(new Generator(plan, MEMBERS, world), world, step), world };
}

const count = (column: ArrayLike<number>, wanted: number): number =>
  Array.from(column).filter((value) => value === wanted).length;

test('a closed loop keeps every client busy for as long as the step lasts', () => {
  const { history } = load(planFor(), storing(5), { arrival: closed(10), durationMs: 1000 });
  assert.equal(history.length, 10 * 200);
  assert.equal(count(history.outcome, OK), history.length);
  assert.deepEqual(history.intended, history.start);
  assert.ok(Math.max(...history.start) < 1000);
  for (const client of [0, 9]) assert.equal(count(history.process, client), 200);
});

test('a closed loop of so many operations does exactly so many', () => {
  for (const workload of ['ycsb-a', 'ycsb-f']) {
    const plan = planFor(loadWorkload(workload));
    assert.equal(load(plan, storing(), { arrival: closed(7), operations: 1001 }).history.length, 1001);
  }
});

test('an open loop starts what its rate says, and lasts its whole duration', () => {
  const { history, world } = load(planFor(), storing(), { arrival: open(500), durationMs: 2000 });
  assert.equal(history.length, 1000);
  assert.equal(world.nowMs, 2000);
  assert.deepEqual([...history.intended.subarray(0, 3)], [0, 2, 4]);
  const poisson: LoadStep['arrival'] = { mode: 'open', ratePerS: 500, spacing: 'poisson' };
  const { length } = load(planFor(), storing(), { arrival: poisson, durationMs: 10_000 }).history;
  assert.ok(Math.abs(length - 5000) < 250, `${length} arrivals for 5000`);
});

test('an open loop goes on while the store stalls, and its latencies show the stall from the intended starts on', () => {
  // The store stands still from 1000 to 1400 ms and then answers at once what has waited.
  const stalling: Script = (_node, _attempt, now) => ok(now >= 1000 && now < 1400 ? 1400 - now : 0);
  const { history } = load(planFor(), stalling, { arrival: open(1000), durationMs: 4000 });
  assert.equal(history.length, 4000);
  let sum = 0;
  for (let row = 0; row < history.length; row++) sum += latencyMs(history, row);
  // Mean S²/2T of a stall S in a run T, within one arrival's gap.
  assert.ok(Math.abs(sum / history.length - 400 ** 2 / 2 / 4000) < 0.1, `mean ${sum / history.length}`);
});

test('a generator that was late keeps the intended starts', () => {
  const world = new ScriptedWorld(storing());
  const generator = new Generator(planFor(), MEMBERS, world);
  generator.start({ arrival: open(1000), durationMs: 1000 });
  world.nowMs = 300;
  generator.tick();
  world.run(generator);
  const history = generator.take();
  assert.equal(history.length, 1000);
  assert.deepEqual([history.intended[100], history.start[100]], [100, 300]);
  assert.deepEqual([history.intended[900], history.start[900]], [900, 900]);
});

test('operations of the schedule that fell due before the end are started even when the generator was late', () => {
  const world = new ScriptedWorld(storing());
  const generator = new Generator(planFor(), MEMBERS, world);
  generator.start({ arrival: open(100), durationMs: 1000 });
  world.nowMs = 1500;
  world.run(generator);
  assert.equal(generator.take().length, 100);
});

test('rows stand in order of intended start, read-modify-writes and late starts included', () => {
  const world = new ScriptedWorld(storing(3));
  const generator = new Generator(planFor(loadWorkload('ycsb-f')), MEMBERS, world);
  generator.start({ arrival: { mode: 'open', ratePerS: 2000, spacing: 'poisson' }, durationMs: 500 });
  world.nowMs = 2;
  world.run(generator);
  const { intended } = generator.take();
  assert.deepEqual(intended, intended.toSorted());
});

test('the same seed sends the same attempts at the same times', () => {
  const sends = (seed: number): unknown[] => {
    const lossy: Script = (node, { id }) => ((id + node) % 17 === 0 ? undefined : ok(2));
    const { world } = load(planFor({ ledgerShare: 0.2 }, { seed }), lossy, { arrival: open(300), durationMs: 2000 });
    return world.sent;
  };
  assert.deepEqual(sends(5), sends(5));
  assert.notDeepEqual(sends(5), sends(6));
});

test('arrivals go to the zones in turn, and clients are added only when all are busy', () => {
  const { history } = load(planFor(), storing(1), { arrival: open(100), durationMs: 300 });
  assert.deepEqual([...history.zone.subarray(0, 6)], [0, 1, 2, 0, 1, 2]);
  assert.deepEqual([...new Set(history.process)], [0, 1, 2]);
  const slow = load(planFor(), storing(35), { arrival: open(100), durationMs: 300 }).history;
  assert.deepEqual(
    [...new Set(slow.process)].toSorted((a, b) => a - b),
    [0, 1, 2, 3, 4, 5],
  );
  for (let row = 0; row < slow.length; row++) assert.equal(slow.zone[row], slow.process[row]! % 3);
});

test('one client has one operation under way at a time, over all modes and steps', () => {
  const world = new ScriptedWorld((_node, { id }) => (id % 5 === 0 ? undefined : ok((id % 40) + 1)));
  const generator = new Generator(planFor(), MEMBERS, world);
  const steps: LoadStep[] = [
    { arrival: closed(8), durationMs: 300 },
    { arrival: open(400), durationMs: 700 },
    { arrival: closed(20), operations: 100 },
  ];
  const history = concatHistories(steps.map((step) => runStep(generator, world, step)));
  const busyUntil = new Map<number, number>();
  for (let row = 0; row < history.length; row++) {
    const process = history.process[row]!;
    assert.ok(history.start[row]! >= (busyUntil.get(process) ?? 0), `row ${row}`);
    busyUntil.set(process, history.end[row]!);
  }
  assert.ok(count(history.outcome, UNKNOWN) > 0);
});

test('a session numbers its operations and says which are settled', () => {
  const { world } = load(planFor(), storing(), { arrival: closed(3), operations: 300 });
  const last = new Map<string, number>();
  for (const { attempt } of world.sent) {
    assert.equal(attempt.serial, (last.get(attempt.session) ?? 0) + 1);
    assert.equal(attempt.settled, attempt.serial - 1);
    last.set(attempt.session, attempt.serial);
  }
  assert.equal(last.size, 3);
});

test('a session hands back the context that its last result carried', () => {
  const script: Script = (_node, { serial }) => ({ outcome: 'ok', result: { context: `after ${serial}` } });
  const { world } = load(planFor(), script, { arrival: closed(1), operations: 3 });
  assert.deepEqual(
    world.sent.map(({ attempt }) => attempt.context),
    [undefined, 'after 1', 'after 2'],
  );
});

test('every written value is unique, and reads name the row that wrote what they returned', () => {
  const world = new ScriptedWorld(storing());
  const generator = new Generator(planFor({ keyCount: 5 }), MEMBERS, world);
  runStep(generator, world, { arrival: closed(2), preload: true });
  const history = concatHistories([
    runStep(generator, world, { arrival: closed(1), operations: 400 }),
    runStep(generator, world, { arrival: closed(1), operations: 400 }),
  ]);
  assert.equal(history.firstRow, 5);
  const latest = new Map<number, number>();
  for (let index = 0; index < history.length; index++) {
    const key = history.key[index]!;
    if (history.kind[index] === PUT) {
      assert.equal(history.value[index], 5 + index);
      latest.set(key, 5 + index);
    } else {
      assert.equal(history.value[index], latest.get(key) ?? PRELOADED);
    }
  }
  const texts = world.sent.flatMap(({ attempt: { operation } }) =>
    operation.kind === 'put' && !operation.value.startsWith('p') ? [operation.value] : [],
  );
  assert.equal(new Set(texts).size, texts.length);
  assert.ok(texts.every((text) => text.length === 100));
});

test('a read of an absent key is ok and absent', () => {
  const { history } = load(planFor(loadWorkload('ycsb-c')), storing(), { arrival: closed(1), operations: 5 });
  assert.deepEqual([...history.value], [ABSENT, ABSENT, ABSENT, ABSENT, ABSENT]);
});

test('the operations come in the shares of the mix', () => {
  const step: LoadStep = { arrival: closed(4), operations: 20_000 };
  const reads = (name: string): number => {
    const { history } = load(planFor(loadWorkload(name)), storing(), step);
    return count(history.kind, GET) / history.length;
  };
  assert.ok(Math.abs(reads('ycsb-a') - 0.5) < 0.02);
  assert.ok(Math.abs(reads('ycsb-b') - 0.95) < 0.01);
  assert.equal(reads('ycsb-c'), 1);
  assert.equal(reads('update'), 0);
  assert.equal(reads('insert'), 0);
  // Of 100 drawn, 50 are reads and 50 a read with a write: 100 reads to 50 writes.
  assert.ok(Math.abs(reads('ycsb-f') - 2 / 3) < 0.02);
});

test('a read-modify-write updates the key that was read, intended when the read has ended', () => {
  const plan = planFor({ mix: { read: 0, update: 0, insert: 0, add: 0, readModifyWrite: 1, append: 0, delete: 0 } });
  const { history } = load(plan, storing(4), { arrival: closed(1), operations: 10 });
  for (let row = 0; row < 10; row += 2) {
    assert.deepEqual([history.kind[row], history.kind[row + 1]], [GET, PUT]);
    assert.equal(history.key[row + 1], history.key[row]);
    assert.equal(history.intended[row + 1], history.end[row]);
  }
});

test('inserts write fresh keys', () => {
  const { history } = load(planFor(loadWorkload('insert')), storing(), { arrival: closed(3), operations: 50 });
  assert.deepEqual(
    [...history.key],
    Array.from({ length: 50 }, (_, i) => 1000 + i),
  );
});

test('keys whose insert was not acknowledged are never read', () => {
  const script: Script = (_node, { operation, serial }) =>
    operation.kind === 'put' && serial % 2 === 0 ? { outcome: 'unknown', reason: 'lost' } : ok();
  const plan = planFor({
    ...loadWorkload('ycsb-d'),
    mix: { read: 0.8, update: 0, insert: 0.2, add: 0, readModifyWrite: 0, append: 0, delete: 0 },
  });
  const { history } = load(plan, script, { arrival: closed(3), operations: 5000 });
  const there = new Set<number>();
  let fresh = 0;
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (history.kind[row] === PUT && history.outcome[row] === OK) there.add(key);
    if (history.kind[row] !== GET || key < 1000) continue;
    fresh++;
    assert.ok(there.has(key), `row ${row} reads ${key}`);
  }
  assert.ok(fresh > 500);
});

test('counters are begun at 0, and then added to and read', () => {
  const world = new ScriptedWorld(storing());
  const generator = new Generator(planFor(loadWorkload('counters')), MEMBERS, world);
  const preload = runStep(generator, world, { arrival: closed(2), preload: true });
  assert.deepEqual(
    [...preload.key],
    Array.from({ length: 8 }, (_, i) => counterKey(i)),
  );
  assert.deepEqual(world.sent[3]!.attempt.operation, { kind: 'add', key: 'counter-3', value: '0' });
  const history = runStep(generator, world, { arrival: closed(1), operations: 4000 });
  const sums = new Map<number, number>();
  let negative = 0;
  for (let row = 0; row < history.length; row++) {
    const [key, value] = [history.key[row]!, history.value[row]!];
    const sum = sums.get(key) ?? 0;
    if (history.kind[row] === ADD) sums.set(key, sum + value);
    else assert.equal(value, sum, `row ${row}`);
    if (history.kind[row] === ADD && value === -1) negative++;
  }
  assert.equal(sums.size, 8);
  const adds = count(history.kind, ADD);
  assert.ok(Math.abs(adds / 4000 - 0.5) < 0.03 && Math.abs(negative / adds - 0.5) < 0.05, `${negative} of ${adds}`);
});

test('a preload puts each key once, in order', () => {
  const plan = planFor({ keyCount: 300 });
  const { history, world } = load(plan, storing(), { arrival: closed(8), preload: true });
  assert.deepEqual(
    [...history.key],
    Array.from({ length: 300 }, (_, i) => i),
  );
  assert.equal(count(history.value, PRELOADED), 300);
  assert.deepEqual(world.sent[7]!.attempt.operation, { kind: 'put', key: 'k7', value: preloadText(100) });
});

test('a preload loses no key, whatever it meets with', () => {
  const stored = new Set<string>();
  const flaky: Script = (_node, { operation }, now) => {
    if (now < 3000 && (stored.size + now) % 3 === 0) return undefined;
    stored.add(operation.key);
    return ok();
  };
  const { history } = load(planFor({ keyCount: 40 }), flaky, { arrival: closed(4), preload: true });
  assert.equal(stored.size, 40);
  assert.equal(count(history.outcome, OK), 40);
  assert.ok(history.length > 40);
});

test('a preload gives up when its step is over', () => {
  const { history, world } = load(planFor(), () => undefined, {
    arrival: closed(2),
    preload: true,
    durationMs: 3000,
  });
  assert.equal(count(history.outcome, OK), 0);
  assert.ok(world.nowMs >= 3000 && world.nowMs <= 5000);
});

test('stopping starts nothing more and waits for what is under way', () => {
  const world = new ScriptedWorld(storing(50));
  const generator = new Generator(planFor(), MEMBERS, world);
  generator.start({ arrival: closed(4), durationMs: 60_000 });
  world.at(120, (g) => {
    g.stop();
    assert.equal(g.finished, false);
  });
  world.run(generator);
  assert.equal(world.nowMs, 150);
  assert.equal(generator.wakeAt(), undefined);
  assert.equal(generator.take().length, 12);
});

test('the latest writer is the node of the latest ok write, over the end of a step', () => {
  const world = new ScriptedWorld((node) =>
    node === 1 ? ok() : { outcome: 'fail', reason: 'not-leader', leader: 'n2' },
  );
  const generator = new Generator(planFor(), MEMBERS, world);
  assert.equal(generator.latestWrite(), undefined);
  runStep(generator, world, { arrival: closed(3), operations: 30 });
  assert.equal(generator.latestWrite()?.node, 1);
  world.script = () => undefined;
  runStep(generator, world, { arrival: closed(3), operations: 3 });
  assert.equal(generator.latestWrite()?.node, 1);
});

test('an answer says which node gave it, when, on what occasion, and whether fewer copies hold the write', () => {
  const script: Script = () => ({ outcome: 'ok', result: { ack: 'accepted' }, afterMs: 3, crossed: true });
  const { history } = load(planFor({}, { zones: ['b'] }), script, { arrival: closed(1), operations: 1 });
  assert.deepEqual([history.answeredBy[0], history.answeredAt[0], history.accepted[0]], [1, 3, 1]);
  assert.equal(history.crossed[0], 1);
  assert.deepEqual(history.nodes, ['n1', 'n2', 'n3']);
});

test('a step without an end, an open preload, and taking too early are refused', () => {
  const generator = new Generator(planFor(), MEMBERS, new ScriptedWorld(storing()));
  assert.throws(() => generator.start({ arrival: closed(1) }), /duration or a number/);
  assert.throws(() => generator.start({ arrival: open(1), preload: true }), /closed loop/);
  generator.start({ arrival: closed(1), operations: 1 });
  assert.throws(() => generator.take(), /has not finished/);
  assert.throws(() => generator.start({ arrival: closed(1), operations: 1 }), /has not finished/);
});
