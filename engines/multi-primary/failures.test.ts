import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawSteps } from '../../bench/faults/fault-plan.ts';
import { loadFaultPlan } from '../../bench/faults/plans.ts';
import { stage } from '../../bench/fuzz/scene.ts';
import { Random } from '../../bench/random.ts';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import { evenLink } from '../../bench/topologies/links.ts';
import type { Member, NodeId, Operation } from '../api.ts';
import { THREE } from './fixture.test.ts';
import engine from './index.ts';
import { presets } from './presets.ts';

/** Asks the survivors something every 2 ms around a fault at 500 ms and returns how the answers came. */
function aroundFault(fault: (simulation: Simulation) => void, survivors: readonly NodeId[], members = THREE) {
  const simulation = new Simulation({ engine, options: presets.default, members, seed: 3 });
  const asked: { atMs: number; answer: ReturnType<Simulation['submit']>; write: boolean }[] = [];
  for (let ms = 0; ms < 3000; ms += 2) {
    if (ms === 500) fault(simulation);
    for (const to of survivors) {
      const write = (ms / 2) % 2 === 0;
      const key = `k${ms % 34}`;
      const operation: Operation = write ? { kind: 'put', key, value: `${ms}` } : { kind: 'get', key };
      asked.push({ atMs: simulation.nowMs, answer: simulation.submit(to, operation), write });
    }
    simulation.run(2);
  }
  simulation.run(2000);
  const slowest = (write: boolean): number =>
    Math.max(...asked.filter((row) => row.write === write).map(({ atMs, answer }) => answer.answeredAtMs! - atMs));
  const outcomes = new Set(asked.map(({ answer }) => answer.answer?.outcome));
  return { outcomes: [...outcomes], slowestWriteMs: slowest(true), slowestReadMs: slowest(false) };
}

test('a killed node costs the others neither a refusal nor a pause', () => {
  const { outcomes, slowestWriteMs, slowestReadMs } = aroundFault((all) => all.crash('n3', 'kill'), ['n1', 'n2']);
  assert.deepEqual(outcomes, ['ok']);
  assert.ok(slowestWriteMs < 10, `${slowestWriteMs} ms`);
  assert.ok(slowestReadMs < 10, `${slowestReadMs} ms`);
});

test('a vanished node costs writes nothing, and reads the wait for a spare', () => {
  const { outcomes, slowestWriteMs, slowestReadMs } = aroundFault((all) => all.crash('n3', 'vanish'), ['n1', 'n2']);
  assert.deepEqual(outcomes, ['ok']);
  assert.ok(slowestWriteMs < 10, `${slowestWriteMs} ms`);
  assert.ok(slowestReadMs > 10 && slowestReadMs < 60, `${slowestReadMs} ms`);
});

test('keys on three of five nodes survive the loss of one in the same way', () => {
  const five: Member[] = Array.from({ length: 5 }, (_, i) => ({ id: `n${i + 1}`, zone: 'abcde'[i]!, kind: 'full' }));
  const { outcomes } = aroundFault((all) => all.crash('n2', 'kill'), ['n1', 'n3', 'n4', 'n5'], five);
  assert.deepEqual(outcomes, ['ok']);
});

test('the log is cut under load in both durabilities, without loss', () => {
  for (const durability of ['fsync', 'none'] as const) {
    const options = { ...presets.one, checkpointVersions: 500 };
    const simulation = new Simulation({ engine, options, members: THREE, seed: 6, durability });
    for (let i = 0; i < 13_000; i++) {
      simulation.submit('n1', { kind: 'put', key: `k${i % 2500}`, value: `${i}` });
      if (i % 50 === 0) simulation.run(2);
    }
    simulation.run(1000);
    const logged = JSON.stringify(simulation.node('n2').disk.entries).match(/"k\d+"/g)!.length;
    assert.ok(logged < 10_000, `${logged} versions in the log`);
    simulation.crash('n2', 'kill');
    simulation.restart('n2');
    assert.equal(simulation.node('n2').host.store.size, 2500);
    assert.equal(simulation.node('n2').host.store.get('k7'), '12507');
  }
});

test('a node that lost its disk gets everything back', () => {
  const simulation = new Simulation({ engine, options: presets.one, members: THREE, seed: 5 });
  for (let i = 0; i < 300; i++) simulation.submit('n1', { kind: 'put', key: `k${i}`, value: `${i}` });
  simulation.run(1000);
  const { disk } = simulation.node('n2');
  disk.discard(disk.entries.length + 1);
  simulation.crash('n2', 'kill');
  simulation.restart('n2');
  assert.equal(simulation.node('n2').host.store.size, 0);
  simulation.run(8000);
  assert.equal(simulation.node('n2').host.store.size, 300);
});

interface Written {
  readonly startMs: number;
  endMs: number;
}

/** Sessions that read and write two keys through changing nodes, under faults; counts reads of what was older than the read before. */
function readsBackwards(options: object, seed: number): { reads: number; backwards: number } {
  const random = new Random(`sessions ${seed}`);
  const links = evenLink(0.2, 3, 0.02, 0.01);
  const simulation = new Simulation({ engine, options, members: THREE, seed, links });
  const faults = random.fork('faults');
  stage(simulation, drawSteps(loadFaultPlan('random'), faults), () => undefined, faults);
  const nothing: Written = { startMs: -1, endMs: -1 };
  const writes = new Map<string, Written>();
  const sessions = Array.from({ length: 6 }, () => ({
    seen: new Map<string, Written>(),
    waiting: undefined as
      | { asked: ReturnType<Simulation['submit']>; operation: Operation; sinceMs: number }
      | undefined,
  }));
  let reads = 0;
  let backwards = 0;
  for (let ms = 0; ms < 4000; ms++) {
    simulation.run(1);
    for (const session of sessions) {
      if (session.waiting === undefined) {
        const key = random.pick(['x', 'y']);
        const value = `v${writes.size}`;
        const operation: Operation = random.next() < 0.5 ? { kind: 'get', key } : { kind: 'put', key, value };
        if (operation.kind === 'put') writes.set(value, { startMs: simulation.nowMs, endMs: Number.POSITIVE_INFINITY });
        const asked = simulation.submit(random.pick(['n1', 'n2', 'n3']), operation);
        session.waiting = { asked, operation, sinceMs: simulation.nowMs };
        continue;
      }
      const { asked, operation, sinceMs } = session.waiting;
      if (asked.answer === undefined) {
        if (simulation.nowMs - sinceMs > 400) session.waiting = undefined;
        continue;
      }
      session.waiting = undefined;
      if (asked.answer.outcome !== 'ok') continue;
      if (operation.kind === 'put') writes.get(operation.value)!.endMs = simulation.nowMs;
      if (operation.kind !== 'get') continue;
      const value = asked.answer.result.value ?? null;
      const read = value === null ? nothing : writes.get(value)!;
      const before = session.seen.get(operation.key) ?? nothing;
      reads++;
      if (read !== before && read.endMs < before.startMs) backwards++;
      session.seen.set(operation.key, read);
    }
  }
  return { reads, backwards };
}

test('sessions that change nodes never read backwards where quorums meet, and do where they do not', () => {
  let reads = 0;
  for (let seed = 1; seed <= 3; seed++) {
    const sound = readsBackwards(presets.default, seed);
    reads += sound.reads;
    assert.equal(sound.backwards, 0, `seed ${seed}`);
  }
  assert.ok(reads > 500, `${reads} reads`);
  const backwards = [1, 2, 3, 4, 5].map((seed) => readsBackwards(presets.one, seed).backwards);
  assert.ok(Math.max(...backwards) > 0);
});
