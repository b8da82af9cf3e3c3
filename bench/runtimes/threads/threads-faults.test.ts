/** Faults on real threads and files: what nodes and clients see of each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyName, OK, PUT, UNKNOWN, valueRow } from '../../history.ts';
import type { Durability } from '../cluster.ts';
import { has, recovered, rowsWhere, seen, sees, tell, until, whatSeen, withCluster } from './test-cluster.ts';

const PROBES = { engine: 'probe', zones: ['a', 'b', 'c'] } as const;

test('a killed node’s peers are told, and told again when it is back with what it had written', async () => {
  await withCluster({ ...PROBES, durability: 'none' }, async (cluster) => {
    await tell(cluster, 'n1', 'log', 'one');
    await tell(cluster, 'n1', 'log', 'two');
    const event = await cluster.inject({ kind: 'kill', node: 'n1' });
    assert.ok(event.kind === 'fault' && event.lateMs >= 0 && event.atMs + event.lateMs <= cluster.now());
    for (const peer of ['n2', 'n3']) await sees(cluster, peer, 'n1 down');
    assert.deepEqual(await tell(cluster, 'n1', 'log', 'three', 60_000), { outcome: 'unknown', reason: 'silence' });
    await cluster.heal({ kind: 'kill', node: 'n1' });
    for (const peer of ['n2', 'n3']) {
      await sees(cluster, peer, 'n1 up');
      assert.deepEqual(await whatSeen(cluster, peer), ['boot found', 'n1 down', 'n1 up']);
    }
    assert.deepEqual(await whatSeen(cluster, 'n1'), ['boot restart']);
    assert.deepEqual(await recovered(cluster, 'n1'), ['one', 'two']);
    await tell(cluster, 'n2', 'send', 'n1 ping');
    await sees(cluster, 'n2', 'pong from n1');
    assert.equal(cluster.failure(), undefined);
  });
});

test('nodes killed together find each other again', async () => {
  await withCluster({ engine: 'probe', zones: ['a', 'a', 'b'] }, async (cluster) => {
    const fault = { kind: 'kill-zone', zone: 'a' } as const;
    await cluster.inject(fault);
    for (const node of ['n1', 'n2']) await sees(cluster, 'n3', `${node} down`);
    await cluster.heal(fault);
    for (const [from, to] of ['n1 n2', 'n2 n1', 'n2 n3', 'n3 n1'].map((pair) => pair.split(' '))) {
      await tell(cluster, from!, 'send', `${to} hello`);
      await sees(cluster, to!, `hello from ${from}`);
    }
    assert.deepEqual((await whatSeen(cluster, 'n3')).slice(0, 5).sort(), [
      'boot found',
      'n1 down',
      'n1 up',
      'n2 down',
      'n2 up',
    ]);
    const events = cluster.events().map(({ kind }) => kind);
    assert.deepEqual(events, ['fault', 'heal']);
  });
});

test('clients of a killed node: what was under way is unknown, what follows is refused, until it is back', async () => {
  const setUp = { engine: 'unreplicated', zones: ['a', 'a', 'a'], clientZones: ['a'] } as const;
  await withCluster(setUp, async (cluster) => {
    const load = cluster.load({ arrival: { mode: 'closed', clients: 16 }, durationMs: 600_000 });
    await until('writes are answered', () => cluster.latestWrite() !== undefined);
    await sleep(50);
    const { atMs } = await cluster.inject({ kind: 'kill', node: 'n1' });
    const downMs = cluster.now();
    await sleep(150);
    const healCalledMs = cluster.now();
    const heal = await cluster.heal({ kind: 'kill', node: 'n1' });
    await until('writes are answered again', () => cluster.latestWrite()!.endMs > heal.atMs);
    cluster.stopLoad();
    const history = await load;
    const unknown = rowsWhere(history, (row) => history.outcome[row] === UNKNOWN);
    assert.equal(
      new Set(unknown.map((row) => history.process[row])).size,
      unknown.length,
      'unknown twice for one client',
    );
    for (const row of unknown) {
      assert.ok(history.end[row]! >= atMs, `ended ${atMs - history.end[row]!} ms before the kill`);
      assert.ok(history.end[row]! - history.start[row]! < 10_000, 'it took a time-out to notice');
    }
    // Only n1 can answer, and what it was asked meanwhile has waited for it.
    const answered = rowsWhere(history, (row) => history.outcome[row] === OK);
    const meanwhile = answered.filter(
      (row) => history.answeredAt[row]! > downMs && history.answeredAt[row]! < healCalledMs,
    );
    assert.deepEqual(meanwhile, []);
    const waited = answered.filter((row) => history.start[row]! < healCalledMs && history.end[row]! > healCalledMs);
    assert.ok(waited.length > 0);
    const after = rowsWhere(history, (row) => history.start[row]! > heal.atMs);
    assert.ok(after.length > 0 && after.every((row) => history.outcome[row] === OK));
  });
});

test('a node that stood still while a peer died and came back is told of both', async () => {
  await withCluster({ engine: 'probe', zones: ['a', 'b'] }, async (cluster) => {
    await cluster.inject({ kind: 'pause', node: 'n2' });
    await cluster.inject({ kind: 'kill', node: 'n1' });
    await cluster.heal({ kind: 'kill', node: 'n1' });
    await tell(cluster, 'n1', 'send', 'n2 back again');
    await cluster.heal({ kind: 'pause', node: 'n2' });
    await sees(cluster, 'n2', 'back again from n1');
    assert.deepEqual(await whatSeen(cluster, 'n2'), ['boot found', 'n1 down', 'n1 up', 'back again from n1']);
  });
});

test('clients of a vanished node wait their time out', async () => {
  const policy = { attemptTimeoutMs: 100 };
  const setUp = { engine: 'unreplicated', zones: ['a', 'a'], clientZones: ['a'], policy } as const;
  await withCluster(setUp, async (cluster) => {
    const load = cluster.load({ arrival: { mode: 'closed', clients: 4 }, durationMs: 600_000 });
    await until('writes are answered', () => cluster.latestWrite() !== undefined);
    await cluster.inject({ kind: 'vanish', node: 'n1' });
    await sleep(250);
    const heal = await cluster.heal({ kind: 'vanish', node: 'n1' });
    await until('writes are answered again', () => cluster.latestWrite()!.endMs > heal.atMs);
    cluster.stopLoad();
    const history = await load;
    const unknown = rowsWhere(history, (row) => history.outcome[row] === UNKNOWN);
    assert.ok(unknown.length > 0);
    for (const row of unknown) assert.ok(history.end[row]! - history.start[row]! >= 100);
  });
});

test('a vanished node is silence to its peers, and comes back with what it had synced', async () => {
  await withCluster(PROBES, async (cluster) => {
    for (let i = 0; i < 20; i++) await tell(cluster, 'n1', 'log', `${i}`);
    await cluster.inject({ kind: 'vanish', node: 'n1' });
    await sleep(50);
    assert.deepEqual(await cluster.ask('n1', [{ kind: 'get', key: 'seen' }], 'default', 100), [
      { outcome: 'unknown', reason: 'silence' },
    ]);
    for (const peer of ['n2', 'n3']) assert.ok(!(await has(cluster, peer, 'n1 down')));
    await cluster.heal({ kind: 'vanish', node: 'n1' });
    await sees(cluster, 'n2', 'n1 up');
    assert.ok(!(await has(cluster, 'n2', 'n1 down')));
    assert.deepEqual(
      await recovered(cluster, 'n1'),
      Array.from({ length: 20 }, (_, i) => `${i}`),
    );
  });
});

test('after a pause what waited comes first, from every link, then the due timer; the pause is no lateness', async () => {
  await withCluster(PROBES, async (cluster) => {
    await tell(cluster, 'n2', 'timer', '200');
    await cluster.inject({ kind: 'pause', node: 'n2' });
    // One link's backlog is longer than a turn.
    await tell(cluster, 'n1', 'send-many', 'n2 300');
    await tell(cluster, 'n3', 'send', 'n2 alive');
    await sleep(300);
    const healCalledMs = cluster.now();
    await cluster.heal({ kind: 'pause', node: 'n2' });
    await sees(cluster, 'n2', 'timer fired');
    await sees(cluster, 'n2', '300 from n1');
    const all = await seen(cluster, 'n2');
    const place = (what: string): number => all.findIndex((one) => one.what === what);
    const fired = place('timer fired');
    assert.ok(all[fired]!.atMs >= healCalledMs, 'the machine is too slow for this test');
    assert.ok(place('alive from n3') < fired, 'a sign of life came after the timer');
    assert.ok(place('256 from n1') < fired, 'a message that waited came after the timer');
    assert.equal((await cluster.sample())[1]!.latenessMaxMs, 0);
  });
});

test('a pause does not outlive its node', async () => {
  await withCluster({ engine: 'probe', zones: ['a'] }, async (cluster) => {
    await cluster.inject({ kind: 'pause', node: 'n1' });
    await cluster.inject({ kind: 'kill', node: 'n1' });
    await cluster.heal({ kind: 'kill', node: 'n1' });
    assert.deepEqual(await whatSeen(cluster, 'n1'), ['boot restart']);
    await cluster.heal({ kind: 'pause', node: 'n1' });
    assert.equal(cluster.failure(), undefined);
  });
});

test('a pause longer than a handler may take is no failure', async () => {
  await withCluster({ engine: 'probe', zones: ['a'], limits: { handlerMaxMs: 300 } }, async (cluster) => {
    await cluster.inject({ kind: 'pause', node: 'n1' });
    await sleep(800);
    assert.equal(cluster.failure(), undefined);
    await cluster.heal({ kind: 'pause', node: 'n1' });
    assert.deepEqual(await whatSeen(cluster, 'n1'), ['boot found']);
  });
});

/** Cuts the power of everything in the middle of load; returns how many acknowledged writes there were and how many were lost. */
async function losePower(durability: Durability): Promise<{ acknowledged: number; lost: number }> {
  const result = { acknowledged: 0, lost: 0 };
  const policy = { attemptTimeoutMs: 100 };
  const setUp = { engine: 'unreplicated', clientZones: ['a'], workload: 'insert', durability, policy } as const;
  await withCluster(setUp, async (cluster) => {
    const load = cluster.load({ arrival: { mode: 'closed', clients: 32 }, durationMs: 600_000 });
    await until('writes are answered', () => cluster.latestWrite() !== undefined);
    await sleep(150);
    await cluster.inject({ kind: 'power-cut' });
    cluster.stopLoad();
    const history = await load;
    await cluster.heal({ kind: 'power-cut' });
    const store = (await cluster.stores()).get('n1')!;
    // Each insert writes a key of its own.
    const acknowledged = rowsWhere(history, (row) => history.outcome[row] === OK && history.kind[row] === PUT);
    result.acknowledged = acknowledged.length;
    result.lost = acknowledged.filter((row) => valueRow(store.get(keyName(history.key[row]!)) ?? null) !== row).length;
    assert.equal(cluster.failure(), undefined);
  });
  return result;
}

test('a power cut under load loses no acknowledged write that was synced, and some that were not', async () => {
  const synced = await losePower('fsync');
  assert.ok(synced.acknowledged > 32);
  assert.equal(synced.lost, 0);
  const unsynced = await losePower('none');
  assert.ok(unsynced.lost > 0 && unsynced.lost <= unsynced.acknowledged);
});
