/** What a node does to itself, and what the cluster says of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ClusterFailed } from '../cluster.ts';
import { type ClusterSetUp, startCluster, tell, until, withCluster } from './test-cluster.ts';

const ONE_NODE: ClusterSetUp = { engine: 'probe', zones: ['a'] };

/** Has the only node do something, and returns what the cluster says of it. */
async function failureAfter(instruction: string, value: string, setUp: Partial<ClusterSetUp> = {}): Promise<string> {
  let failure = '';
  await withCluster({ ...ONE_NODE, ...setUp }, async (cluster) => {
    const answer = await tell(cluster, 'n1', instruction, value);
    assert.deepEqual(answer, { outcome: 'unknown', reason: 'silence' });
    failure = cluster.failure() ?? 'none';
  });
  return failure;
}

test('a handler that throws: the reason names the node and says what it threw', async () => {
  assert.match(await failureAfter('throw', 'not my day'), /^n1 threw: Error: not my day at [^\n]*probe\.js[^\n]*$/);
  assert.equal(await failureAfter('throw-nothing', ''), 'n1 threw: null');
});

test('a handler that loops for ever', async () => {
  const failure = await failureAfter('loop', '', { limits: { handlerMaxMs: 600 } });
  assert.match(failure, /^n1 has not come back from a handler for \d+ ms$/);
});

test('a node that exhausts its memory', async () => {
  const failure = await failureAfter('eat', '', { limits: { nodeHeapMaxMb: 24, handlerMaxMs: 20_000 } });
  assert.equal(failure, 'n1 used more than 24 MB of heap');
});

test('a node that ends its own process', async () => {
  assert.equal(await failureAfter('exit', '0'), 'n1 ended its own process');
  assert.equal(await failureAfter('exit', '7'), 'n1 ended its own process');
});

test('a create that throws or loops for ever, and a module that is no engine', async () => {
  const failureOf = async (setUp: Partial<ClusterSetUp>): Promise<string | undefined> => {
    let failure: string | undefined;
    await withCluster({ ...ONE_NODE, ...setUp }, async (cluster) => {
      failure = cluster.failure();
    });
    return failure;
  };
  assert.match((await failureOf({ options: { create: 'throw' } }))!, /^n1 threw: Error: no probe today at [^\n]*$/);
  const looping = { options: { create: 'loop' }, limits: { startMaxMs: 300 } } as const;
  assert.equal(await failureOf(looping), 'n1 has not started within 300 ms');
  assert.match(
    (await failureOf({ engine: 'no-engine' }))!,
    /^n1 threw: Error: the engine .*no-engine\.js has no default export/,
  );
});

test('a log that cannot be opened', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'unusable-log-'));
  writeFileSync(join(directory, 'n1.log'), 'no folder');
  const cluster = await startCluster(ONE_NODE, directory);
  assert.match(cluster.failure()!, /^n1 threw: Error: ENOTDIR/);
  await cluster.stop();
  rmSync(directory, { recursive: true });
});

test('a failure ends the load and all waiting, the first reason stays, and the others can still be stopped', async () => {
  await withCluster({ engine: 'probe', zones: ['a', 'b'], clientZones: ['a'] }, async (cluster) => {
    const load = cluster.load({ arrival: { mode: 'closed', clients: 1 }, durationMs: 600_000 });
    const ended = assert.rejects(
      load,
      (error) => error instanceof ClusterFailed && /^n2 threw: Error: first/.test(error.message),
    );
    const sleeping = cluster.sleepUntil(cluster.now() + 600_000);
    const waiting = cluster.ask('n1', [{ kind: 'put', key: 'no answer', value: '' }], 'default', 600_000);
    await tell(cluster, 'n2', 'throw', 'first');
    await ended;
    await sleeping;
    assert.equal((await waiting)[0]!.outcome, 'unknown');
    await tell(cluster, 'n1', 'throw', 'second');
    await until('n2 is known to be down', async () => (await cluster.sample())[1]!.up === false);
    assert.match(cluster.failure()!, /^n2 threw: Error: first/);
    await assert.rejects(cluster.load({ arrival: { mode: 'closed', clients: 1 }, operations: 1 }), ClusterFailed);
  });
});

test('a node that throws while it restarts', async () => {
  await withCluster(ONE_NODE, async (cluster, directory) => {
    await cluster.inject({ kind: 'kill', node: 'n1' });
    rmSync(join(directory, 'n1.log'), { recursive: true });
    writeFileSync(join(directory, 'n1.log'), 'no folder');
    await cluster.heal({ kind: 'kill', node: 'n1' });
    assert.match(cluster.failure()!, /^n1 threw: Error: ENOTDIR/);
  });
});
