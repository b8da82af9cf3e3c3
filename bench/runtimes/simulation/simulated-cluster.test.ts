import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../../engines/api.ts';
import type { Observation } from '../../faults/execution.ts';
import { ClusterFailed } from '../cluster.ts';
import {
  assertCaches,
  assertCrosses,
  assertLoads,
  assertServes,
  TWO_CACHES,
  TWO_HERE_ONE_THERE,
} from '../testing/cluster-behaviour.ts';
import { clocks, recovered, seen, tell, whatSeen } from '../threads/test-cluster.ts';
import { LINK_MS, SYNC_MS, simulatedCluster } from './test-cluster.ts';

const get = (key: string): Operation => ({ kind: 'get', key });
const clients = (count: number) => ({ mode: 'closed', clients: count }) as const;

// ------------------------------------------------------------------------------------------------------------ nodes

test('an answer says whether it waited for another zone', async () => {
  for (const asks of ['n2', 'n3']) {
    await assertCrosses(
      await simulatedCluster({ ...TWO_HERE_ONE_THERE, engine: 'round-trip', options: { asks } }),
      asks === 'n3',
    );
  }
});

test('a cluster starts, answers in order, shows its stores, and stops', async () => {
  const cluster = await simulatedCluster();
  await assertServes(cluster);
  await cluster.stop();
  assert.equal(cluster.failure(), undefined);
});

test('a command is answered, and is an event with its order and its answer', async () => {
  const cluster = await simulatedCluster();
  await cluster.sleepUntil(10);
  const unsupported = { outcome: 'fail', reason: 'unsupported' } as const;
  assert.deepEqual(await cluster.command('n1', { kind: 'snapshot' }, 5000), unsupported);
  const [event] = cluster.events().filter(({ kind }) => kind === 'command');
  const command = { kind: 'command', node: 'n1', command: { kind: 'snapshot' } } as const;
  assert.deepEqual(event, { ...command, atMs: 10, answeredMs: cluster.now(), answer: unsupported });
});

test('silence ends unknown when the time is over, and not before', async () => {
  const cluster = await simulatedCluster();
  await cluster.inject({ kind: 'pause', node: 'n1' });
  const silence = { outcome: 'unknown', reason: 'silence' };
  assert.deepEqual(await cluster.ask('n1', [get('a'), get('b')], 'default', 750), [silence, silence]);
  assert.equal(cluster.now(), 750);
  assert.deepEqual(await cluster.command('n1', { kind: 'drain' }, 250), silence);
  assert.equal(cluster.now(), 1000);
  assert.deepEqual([...(await cluster.stores()).keys()], ['n2', 'n3'], 'a node that stands still shows nothing');
});

test('a flood arrives whole and in order, one link after the request', async () => {
  const cluster = await simulatedCluster({ engine: 'probe', zones: ['a', 'b'] });
  await tell(cluster, 'n1', 'send-many', 'n2 5000');
  await cluster.sleepUntil(cluster.now() + LINK_MS);
  const arrived = await seen(cluster, 'n2');
  assert.deepEqual(
    arrived.map(({ what }) => what),
    ['boot found', ...Array.from({ length: 5000 }, (_, i) => `${i + 1} from n1`)],
  );
  assert.equal(arrived.at(-1)!.atMs, 0.75);
});

test('counters are exact, and never go back over a restart', async () => {
  const cluster = await simulatedCluster({ engine: 'probe', zones: ['a', 'b'] });
  for (let i = 0; i < 10; i++) await tell(cluster, 'n1', 'send', 'n2 text');
  for (let i = 0; i < 5; i++) await tell(cluster, 'n1', 'log', 'entry');
  const count = async () => {
    const [{ up, messages, bytes, dropped, syncs, answered }] = (await cluster.sample()) as [never];
    return [up, messages, bytes, dropped, syncs, answered];
  };
  const frame = '[{"type":"text","text":"text"}]'.length;
  assert.deepEqual(await count(), [true, 10, 10 * frame, 0, 5, 15]);
  await cluster.inject({ kind: 'kill', node: 'n1' });
  assert.deepEqual(await count(), [false, 10, 10 * frame, 0, 5, 15]);
  await cluster.heal({ kind: 'kill', node: 'n1' });
  await tell(cluster, 'n1', 'send', 'n2 text');
  assert.deepEqual(await count(), [true, 11, 11 * frame, 0, 5, 16]);
});

test('messages and their bytes are counted by type, and those that leave together add up with what is between them', async () => {
  const cluster = await simulatedCluster({ engine: 'probe', zones: ['a', 'b'] });
  await tell(cluster, 'n1', 'send', 'n2 text');
  await tell(cluster, 'n1', 'send-many', 'n2 3');
  const [{ sent, messages, bytes }] = (await cluster.sample()) as [never];
  const ofTypes = sent as { type: string; messages: number; bytes: number }[];
  assert.equal(
    ofTypes.reduce((sum, one) => sum + one.messages, 0),
    messages,
  );
  // Two batches: brackets around each, and commas between three.
  assert.equal(ofTypes.reduce((sum, one) => sum + one.bytes, 0) + 2 * 2 + 2, bytes);
  assert.deepEqual((await cluster.sample())[1]!.sent, []);
});

test('the lateness of a deadline is told once: how long the node was busy when it was due', async () => {
  const cluster = await simulatedCluster({ engine: 'probe', zones: ['a'], node: { perOperationMs: 40 } });
  await tell(cluster, 'n1', 'timer', '60');
  await Promise.all([1, 2, 3].map(() => tell(cluster, 'n1', 'forget')));
  const [late] = await cluster.sample();
  // Set at 0.25 ms for 60.25; the three come at 40.75 ms, together, and cost 120.
  assert.equal(late!.latenessMaxMs, 100.5);
  assert.equal((await cluster.sample())[0]!.latenessMaxMs, 0);
});

// ------------------------------------------------------------------------------------------------------------- load

test('a step of load runs to its end, and the next goes on counting rows', async () => {
  const cluster = await simulatedCluster({ clientZones: ['a', 'b'] });
  await assertLoads(cluster);
});

test('word between document caches takes the link between the clients of their zones, and is lost when that is cut', async () => {
  await assertCaches(await simulatedCluster({ ...TWO_CACHES, farClientLinkMs: 10 }), 10);
});

test('a step of load can be ended early', async () => {
  const cluster = await simulatedCluster({ zones: ['a'], clientZones: ['a'] });
  const load = cluster.load({ arrival: clients(2), durationMs: 600_000 });
  await cluster.sleepUntil(100);
  cluster.stopLoad();
  assert.ok((await load).length > 0);
  assert.ok(cluster.now() < 110, `${cluster.now()} ms`);
});

test('the same seed gives the same history to the byte, another seed another one', async () => {
  const run = async (seed: number): Promise<string> => {
    const cluster = await simulatedCluster({ clientZones: ['a', 'b', 'c'], workload: 'ycsb-a', seed });
    const arrival = { mode: 'open', ratePerS: 500, spacing: 'poisson' } as const;
    const load = cluster.load({ arrival, durationMs: 1000 });
    await cluster.sleepUntil(300);
    await cluster.inject({ kind: 'vanish', node: 'n1' });
    await cluster.sleepUntil(500);
    await cluster.heal({ kind: 'vanish', node: 'n1' });
    const { key, start, end, outcome } = await load;
    return JSON.stringify([key, start, end, outcome, cluster.events(), await cluster.sample()]);
  };
  assert.equal(await run(1), await run(1));
  assert.notEqual(await run(1), await run(2));
});

// ----------------------------------------------------------------------------------------------------------- faults

test('faults and their heals take effect at once, and are events', async () => {
  const cluster = await simulatedCluster({ engine: 'probe' });
  await tell(cluster, 'n1', 'log', 'kept');
  const kill = { kind: 'kill', node: 'n1' } as const;
  await cluster.sleepUntil(10);
  assert.deepEqual(await cluster.inject(kill), { atMs: 10, kind: 'fault', fault: kill, lateMs: 0 });
  assert.deepEqual(
    (await cluster.sample()).map(({ up }) => up),
    [false, true, true],
  );
  assert.deepEqual([...(await cluster.stores()).keys()], ['n2', 'n3']);
  await cluster.sleepUntil(20);
  assert.deepEqual(await cluster.heal(kill), { atMs: 20, kind: 'heal', fault: kill });
  assert.deepEqual(await recovered(cluster, 'n1'), ['kept']);
  assert.deepEqual(await whatSeen(cluster, 'n1'), ['boot restart']);
  assert.deepEqual(await whatSeen(cluster, 'n2'), ['boot found', 'n1 down', 'n1 up']);
  assert.deepEqual(
    cluster.events().map(({ kind }) => kind),
    ['fault', 'heal'],
  );
});

test('clocks can be bent', async () => {
  const cluster = await simulatedCluster({ engine: 'probe' });
  await cluster.inject({ kind: 'skew', node: 'n1', skewMs: 5000 });
  const [nowMs, wallMs] = await clocks(cluster, 'n1');
  assert.equal(wallMs - nowMs, 5000);
  await cluster.inject({ kind: 'drift', node: 'n2', ppm: 500_000 });
  await cluster.sleepUntil(1000.25);
  // From 0.5 ms to 1000.5 ms by half as much again.
  assert.equal((await clocks(cluster, 'n2'))[0], 1500.5);
});

test('what is done directly happens at its exact instant, and what is seen is of the kinds asked for', async () => {
  const cluster = await simulatedCluster({ engine: 'probe' });
  const { direct } = cluster;
  const saw: [number, Observation][] = [];
  const unwatch = direct.watch(new Set(['durable', 'message']), (seeing) => saw.push([cluster.now(), seeing]));
  direct.after(5, () => void cluster.inject({ kind: 'kill', node: 'n3' }));
  direct.after(7.5, () => void cluster.heal({ kind: 'kill', node: 'n3' }));
  await cluster.sleepUntil(100);
  assert.deepEqual(
    cluster.events().map(({ kind, atMs }) => [kind, atMs]),
    [
      ['fault', 5],
      ['heal', 7.5],
    ],
  );
  await tell(cluster, 'n1', 'log', 'entry');
  await tell(cluster, 'n1', 'send', 'n2 hello');
  await cluster.sleepUntil(200);
  assert.deepEqual(saw, [
    [100.25 + SYNC_MS, { kind: 'durable', node: 'n1' }],
    [101.75 + LINK_MS, { kind: 'message', from: 'n1', to: 'n2', type: 'text' }],
  ]);
  unwatch();
  await tell(cluster, 'n1', 'log', 'entry');
  assert.equal(saw.length, 2);
});

// ---------------------------------------------------------------------------------------------------------- failure

test('an engine that throws ends every wait: nothing that was measured means anything', async () => {
  const cluster = await simulatedCluster({ engine: 'probe', clientZones: ['a'] });
  const load = cluster.load({ arrival: { mode: 'open', ratePerS: 100, spacing: 'fixed' }, durationMs: 10_000 });
  const waits = [load, cluster.sleepUntil(5000), tell(cluster, 'n1', 'throw', 'not my day'), cluster.sleepUntil(1e9)];
  for (const { status, reason } of (await Promise.allSettled(waits)) as PromiseRejectedResult[]) {
    assert.equal(status, 'rejected');
    assert.ok(reason instanceof ClusterFailed, String(reason));
    assert.equal(reason.message, 'a node threw: not my day');
  }
  assert.equal(cluster.failure(), 'a node threw: not my day');
  await assert.rejects(cluster.sleepUntil(2e9), ClusterFailed);
  await assert.rejects(cluster.ask('n2', [get('a')], 'default', 10), ClusterFailed);
  await cluster.stop();
});

test('an engine that throws as it starts, in its first life or in a later one, or at a command, has failed as well', async () => {
  const starts = simulatedCluster({ engine: 'probe', options: { create: 'throw' } });
  await assert.rejects(starts, (error) => error instanceof ClusterFailed && /no probe today/.test(error.message));
  const text = `export default {
    name: 'touchy', presets: { default: {} }, claims: () => ({}),
    create: (host) => {
      if (host.boot === 'restart') throw new Error('not again');
      return { status: () => ({ role: 'touchy' }), onCommand: () => { throw new Error('no orders'); } };
    },
  };`;
  const restarted = await simulatedCluster({ engine: { text } });
  await restarted.inject({ kind: 'kill', node: 'n1' });
  await assert.rejects(restarted.heal({ kind: 'kill', node: 'n1' }), ClusterFailed);
  assert.equal(restarted.failure(), 'a node threw: not again');
  const ordered = await simulatedCluster({ engine: { text } });
  await assert.rejects(ordered.command('n1', { kind: 'drain' }, 1000), ClusterFailed);
  assert.equal(ordered.failure(), 'a node threw: no orders');
});

test('a stopped cluster ends all waiting, and has not failed', async () => {
  const cluster = await simulatedCluster({ clientZones: ['a'] });
  const waits = [cluster.load({ arrival: clients(1), durationMs: 1e9 }), cluster.sleepUntil(1e9)];
  const ended = Promise.allSettled(waits);
  await cluster.stop();
  for (const { status, reason } of (await ended) as PromiseRejectedResult[]) {
    assert.deepEqual([status, reason.message], ['rejected', 'the cluster was stopped']);
  }
  assert.equal(cluster.failure(), undefined);
});
