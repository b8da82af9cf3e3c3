import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Operation } from '../../../engines/api.ts';
import { OK } from '../../history.ts';
import type { NodeSample } from '../cluster.ts';
import {
  assertCaches,
  assertCrosses,
  assertLoads,
  assertServes,
  TWO_CACHES,
  TWO_HERE_ONE_THERE,
} from '../testing/cluster-behaviour.ts';
import { seen, tell, until, whatSeen, withCluster } from './test-cluster.ts';

const get = (key: string): Operation => ({ kind: 'get', key });

test('a cluster starts, answers in order, shows its stores, and stops', async () => {
  await withCluster({ engine: 'unreplicated' }, async (cluster) => {
    await assertServes(cluster);
    await cluster.stop();
    assert.deepEqual(await cluster.ask('n1', [get('a')], 'default', 60_000), [
      { outcome: 'unknown', reason: 'silence' },
    ]);
    assert.equal(cluster.failure(), undefined);
  });
});

test('a step of load runs to its end, and the next goes on counting rows', async () => {
  await withCluster({ engine: 'unreplicated', clientZones: ['a', 'b'] }, async (cluster) => {
    await assertLoads(cluster);
  });
});

test('an answer says whether it waited for another zone', async () => {
  for (const asks of ['n2', 'n3']) {
    await withCluster({ ...TWO_HERE_ONE_THERE, engine: 'round-trip', options: { asks } }, (cluster) =>
      assertCrosses(cluster, asks === 'n3'),
    );
  }
});

test('document caches hear of changes from each other, unless the link between the clients of their zones is cut', async () => {
  // A write may be on its way for as long as the machine is busy.
  await withCluster({ ...TWO_CACHES, engine: 'unreplicated', durability: 'none' }, (cluster) =>
    assertCaches(cluster, 50),
  );
});

test('a step of load can be ended early', async () => {
  await withCluster({ engine: 'unreplicated', zones: ['a'], clientZones: ['a'] }, async (cluster) => {
    const load = cluster.load({ arrival: { mode: 'closed', clients: 2 }, durationMs: 600_000 });
    await until('a write is answered', () => cluster.latestWrite() !== undefined);
    cluster.stopLoad();
    assert.ok((await load).length > 0);
  });
});

test('more clients than a link has credit are all answered', async () => {
  await withCluster(
    { engine: 'unreplicated', zones: ['a'], clientZones: ['a'], durability: 'none' },
    async (cluster) => {
      const history = await cluster.load({ arrival: { mode: 'closed', clients: 1200 }, operations: 6000 });
      assert.equal(history.length, 6000);
      assert.ok(history.outcome.every((outcome) => outcome === OK));
      assert.ok(history.attempts.every((attempts) => attempts === 1));
    },
  );
});

test('messages arrive as values: what changes after a turn is not seen', async () => {
  await withCluster({ engine: 'probe', zones: ['a', 'b'] }, async (cluster) => {
    await cluster.inject({ kind: 'pause', node: 'n2' });
    await tell(cluster, 'n1', 'send', 'n2 as it was');
    await tell(cluster, 'n1', 'change-what-was-sent', 'as it is');
    await cluster.heal({ kind: 'pause', node: 'n2' });
    await until('it arrives', async () => (await whatSeen(cluster, 'n2')).includes('as it was from n1'));
  });
});

test('a flood arrives whole and in order', async () => {
  await withCluster({ engine: 'probe', zones: ['a', 'b'] }, async (cluster) => {
    await tell(cluster, 'n1', 'send-many', 'n2 5000');
    await until('all has arrived', async () => (await seen(cluster, 'n2')).length === 5001);
    const arrived = await whatSeen(cluster, 'n2');
    assert.deepEqual(
      arrived.slice(1),
      Array.from({ length: 5000 }, (_, i) => `${i + 1} from n1`),
    );
    assert.equal((await cluster.sample())[0]!.dropped, 0);
  });
});

const COUNTERS = ['messages', 'bytes', 'dropped', 'syncs', 'answered', 'cpuMs'] as const;
const counters = ([first]: readonly NodeSample[]): number[] => COUNTERS.map((name) => first![name] ?? 0);

test('counters are plausible, and never go back over a restart', async () => {
  await withCluster({ engine: 'probe', zones: ['a', 'b'] }, async (cluster) => {
    for (let i = 0; i < 10; i++) await tell(cluster, 'n1', 'send', 'n2 text');
    for (let i = 0; i < 5; i++) await tell(cluster, 'n1', 'log', 'entry');
    const [first] = await cluster.sample();
    const frame = '[{"type":"text","text":"text"}]'.length;
    // The samples' own reads are requests as well, but nothing else is.
    assert.deepEqual([first!.messages, first!.bytes, first!.dropped], [10, 10 * frame, 0]);
    assert.deepEqual([first!.syncs, first!.answered], [5, 15]);
    if (process.platform === 'linux') assert.ok(first!.cpuMs! > 0);
    assert.ok(first!.heapBytes! > 0);
    const before = counters([first!]);
    await cluster.inject({ kind: 'kill', node: 'n1' });
    const dead = await cluster.sample();
    assert.deepEqual([dead[0]!.up, dead[0]!.status], [false, undefined]);
    assert.ok(counters(dead).every((value, i) => value >= before[i]!));
    await cluster.heal({ kind: 'kill', node: 'n1' });
    await tell(cluster, 'n1', 'send', 'n2 text');
    const after = await cluster.sample();
    assert.ok(counters(after).every((value, i) => value >= counters(dead)[i]!));
    assert.deepEqual([after[0]!.messages, after[0]!.answered, after[0]!.up], [11, 16, true]);
  });
});

test('a deadline that a blocking handler delays is logged as late, once', async () => {
  await withCluster({ engine: 'probe', zones: ['a'] }, async (cluster) => {
    await tell(cluster, 'n1', 'timer-then-block', '150');
    await until('the timer has fired', async () => (await whatSeen(cluster, 'n1')).includes('timer fired'));
    const [late] = await cluster.sample();
    assert.ok(late!.latenessMaxMs >= 148, `${late!.latenessMaxMs} ms`);
    const [next] = await cluster.sample();
    assert.ok(next!.latenessMaxMs < late!.latenessMaxMs);
  });
});

test('ended lives leave no files open', { skip: process.platform !== 'linux' }, async () => {
  await withCluster({ engine: 'probe', zones: ['a'] }, async (cluster, directory) => {
    const openLogs = (): number =>
      readdirSync('/proc/self/fd').filter((file) => {
        try {
          return readlinkSync(`/proc/self/fd/${file}`).startsWith(directory);
        } catch {
          return false;
        }
      }).length;
    assert.equal(openLogs(), 1);
    for (let i = 0; i < 3; i++) {
      await tell(cluster, 'n1', 'log', 'entry');
      await cluster.inject({ kind: 'kill', node: 'n1' });
      await cluster.heal({ kind: 'kill', node: 'n1' });
    }
    assert.equal(openLogs(), 1);
  });
});

test('a stopped cluster ends all waiting and leaves nothing that keeps the process alive', async () => {
  const script = fileURLToPath(new URL('./fixtures/start-and-stop.js', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { timeout: 30_000 });
  assert.deepEqual(stdout.trim().split('\n').sort(), [
    'ask: unknown',
    'load: the cluster was stopped',
    'sleeper: the cluster was stopped',
    'stopped',
  ]);
  // Node warns of a timer that it cannot wait for, and fires it at once.
  assert.equal(stderr, '');
});
