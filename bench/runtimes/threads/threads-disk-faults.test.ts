/** Faults of real disks, and what a node finds in its log after them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../faults/vocabulary.ts';
import { OK, UNKNOWN } from '../../history.ts';
import { has, recovered, rowsWhere, sees, tell, until, whatSeen, withCluster } from './test-cluster.ts';
import type { ThreadsCluster } from './threads-cluster.ts';

const PROBES = { engine: 'probe', zones: ['a', 'b'] } as const;

test('a slow disk delays what waits for a sync by at least so much, until it heals', async () => {
  await withCluster(PROBES, async (cluster) => {
    const fault = { kind: 'slow-disk', node: 'n1', syncMs: 120 } as const;
    await cluster.inject(fault);
    const beganMs = cluster.now();
    await tell(cluster, 'n1', 'log', 'one');
    assert.ok(cluster.now() - beganMs >= 119, `${cluster.now() - beganMs} ms`);
    await cluster.heal(fault);
    await tell(cluster, 'n1', 'log', 'two');
    assert.equal(cluster.failure(), undefined);
  });
});

test('a stalled disk completes nothing while its node goes on, and everything when it heals', async () => {
  await withCluster(PROBES, async (cluster) => {
    const fault = { kind: 'stall-disk', node: 'n1' } as const;
    await cluster.inject(fault);
    await cluster.inject(fault);
    let answered = false;
    const logged = tell(cluster, 'n1', 'log', 'one').then((answer) => {
      answered = true;
      return answer;
    });
    await sleep(50);
    await tell(cluster, 'n1', 'send', 'n2 hello', 50);
    await cluster.heal(fault);
    assert.deepEqual(await whatSeen(cluster, 'n1'), ['boot found', 'sent hello']);
    await sleep(50);
    assert.equal(answered, false);
    await cluster.heal(fault);
    assert.equal((await logged).outcome, 'ok');
  });
});

/** Logs three entries one by one, and three more that a stalled disk does not complete. */
async function logSome(cluster: ThreadsCluster): Promise<void> {
  for (const entry of ['1', '2', '3']) await tell(cluster, 'n1', 'log', entry);
  await cluster.inject({ kind: 'stall-disk', node: 'n1' });
  for (const entry of ['4', '5', '6']) await tell(cluster, 'n1', 'log', entry, 10);
  // Its answer comes after all that.
  await whatSeen(cluster, 'n1');
}

test('what a node finds in its log after it vanished, when its disk was damaged, replaced, or kept some of what was not synced', async () => {
  const outcomes: [Fault, string][] = [
    [{ kind: 'vanish', node: 'n1', keep: 0 }, '123'],
    [{ kind: 'vanish', node: 'n1', keep: 2 }, '12345'],
    [{ kind: 'corrupt-log', node: 'n1' }, '12'],
    [{ kind: 'wipe', node: 'n1' }, ''],
  ];
  for (const [fault, left] of outcomes) {
    await withCluster(PROBES, async (cluster) => {
      await logSome(cluster);
      await cluster.inject(fault);
      await sleep(50);
      assert.ok(!(await has(cluster, 'n2', 'n1 down')));
      await cluster.heal(fault);
      await sees(cluster, 'n2', 'n1 up');
      assert.deepEqual(await whatSeen(cluster, 'n1'), ['boot restart']);
      assert.equal((await recovered(cluster, 'n1')).join(''), left, fault.kind);
      await cluster.heal({ kind: 'stall-disk', node: 'n1' });
      await tell(cluster, 'n1', 'log', 'more');
      assert.equal(cluster.failure(), undefined);
    });
  }
});

test('a read error ends the node as a kill does, until the disk is whole', async () => {
  await withCluster(PROBES, async (cluster) => {
    await tell(cluster, 'n1', 'log', 'one');
    await cluster.inject({ kind: 'read-error', node: 'n1' });
    await sees(cluster, 'n2', 'n1 down');
    await cluster.heal({ kind: 'read-error', node: 'n1' });
    await sees(cluster, 'n2', 'n1 up');
    assert.deepEqual(await recovered(cluster, 'n1'), ['one']);
    assert.equal(cluster.failure(), undefined);
  });
});

test('a node whose disk is full ends with its next write, which is no failure, and restarts once there is room', async () => {
  await withCluster(PROBES, async (cluster) => {
    const fault = { kind: 'fill-disk', node: 'n1' } as const;
    await tell(cluster, 'n1', 'log', 'one');
    await cluster.inject(fault);
    assert.deepEqual(await whatSeen(cluster, 'n1'), ['boot found']);
    await tell(cluster, 'n1', 'log', 'two', 50);
    await sees(cluster, 'n2', 'n1 down');
    await until('n1 is known to be down', async () => (await cluster.sample())[0]!.up === false);
    assert.equal(cluster.failure(), undefined);
    await cluster.heal(fault);
    await sees(cluster, 'n2', 'n1 up');
    assert.deepEqual(await recovered(cluster, 'n1'), ['one']);
    await tell(cluster, 'n1', 'log', 'three');
    assert.equal(cluster.failure(), undefined);
  });
});

test('clients see a full disk as they see a kill', async () => {
  const setUp = { engine: 'unreplicated', zones: ['a', 'a'], clientZones: ['a'] } as const;
  await withCluster(setUp, async (cluster) => {
    const load = cluster.load({ arrival: { mode: 'closed', clients: 8 }, durationMs: 600_000 });
    await until('writes are answered', () => cluster.latestWrite() !== undefined);
    const fault = { kind: 'fill-disk', node: 'n1' } as const;
    await cluster.inject(fault);
    await until('n1 has ended', async () => (await cluster.sample())[0]!.up === false);
    await sleep(50);
    const heal = await cluster.heal(fault);
    await until('writes are answered again', () => cluster.latestWrite()!.endMs > heal.atMs);
    cluster.stopLoad();
    const history = await load;
    const unknown = rowsWhere(history, (row) => history.outcome[row] === UNKNOWN);
    assert.ok(unknown.length > 0);
    for (const row of unknown) {
      assert.ok(history.end[row]! - history.start[row]! < 10_000, 'it took a time-out to notice');
    }
    const after = rowsWhere(history, (row) => history.start[row]! > heal.atMs);
    assert.ok(after.length > 0 && after.every((row) => history.outcome[row] === OK));
    assert.equal(cluster.failure(), undefined);
  });
});
