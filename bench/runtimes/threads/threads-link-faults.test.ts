/** Faults on real links: what nodes and clients see of cuts and delays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../faults/vocabulary.ts';
import { OK, UNKNOWN } from '../../history.ts';
import { has, rowsWhere, seen, sees, tell, whatSeen, withCluster } from './test-cluster.ts';

const PROBES = { engine: 'probe', zones: ['a', 'b', 'c'] } as const;

test('a link cut one way carries messages the other way only, until it heals', async () => {
  await withCluster(PROBES, async (cluster) => {
    const fault = { kind: 'cut', from: { node: 'n1' }, to: { node: 'n2' }, oneWay: true } as const;
    await cluster.inject(fault);
    await tell(cluster, 'n1', 'send', 'n2 lost');
    await tell(cluster, 'n2', 'send', 'n1 ping');
    await sees(cluster, 'n1', 'ping from n2');
    // Asking n2 makes it look at its links: the answer is lost before they heal.
    await whatSeen(cluster, 'n2');
    await cluster.heal(fault);
    await tell(cluster, 'n1', 'send', 'n2 healed');
    await sees(cluster, 'n2', 'healed from n1');
    const arrived = (await whatSeen(cluster, 'n2')).filter((what) => what.endsWith('from n1'));
    assert.deepEqual(arrived, ['healed from n1']);
  });
});

test('a killed node’s end is not known beyond a cut', async () => {
  await withCluster(PROBES, async (cluster) => {
    await cluster.inject({ kind: 'cut', from: { node: 'n1' }, to: { node: 'n2' } });
    await cluster.inject({ kind: 'kill', node: 'n1' });
    await sees(cluster, 'n3', 'n1 down');
    await sleep(50);
    assert.ok(!(await has(cluster, 'n2', 'n1 down')));
  });
});

test('a delay is at least as long as it says, each way', async () => {
  await withCluster(PROBES, async (cluster) => {
    const fault = { kind: 'delay', from: { node: 'n1' }, to: { node: 'n2' }, delayMs: 40 } as const;
    await cluster.inject(fault);
    await tell(cluster, 'n1', 'send', 'n2 ping');
    await sees(cluster, 'n1', 'pong from n2');
    const at = async (node: string, what: string): Promise<number> =>
      (await seen(cluster, node)).find((one) => one.what === what)!.atMs;
    const [sent, asked, answered] = [
      await at('n1', 'sent ping'),
      await at('n2', 'ping from n1'),
      await at('n1', 'pong from n2'),
    ];
    // The threads' clocks differ by microseconds.
    assert.ok(asked - sent >= 39.9, `${asked - sent} ms there`);
    assert.ok(answered - asked >= 39.9, `${answered - asked} ms back`);
    await cluster.heal(fault);
    await tell(cluster, 'n1', 'forget');
    await tell(cluster, 'n1', 'send', 'n2 ping');
    await sees(cluster, 'n1', 'pong from n2');
  });
});

/** Load of clients in zones a and b on n1 in zone a, under a fault; returns what the clients of each zone saw of it. */
async function outcomesUnder(faults: readonly Fault[]): Promise<Record<'a' | 'b', Set<number>>> {
  const outcomes = { a: new Set<number>(), b: new Set<number>() };
  const policy = { attemptTimeoutMs: 150, operationTimeoutMs: 300 };
  const setUp = { engine: 'unreplicated', zones: ['a', 'b'], clientZones: ['a', 'b'], policy } as const;
  await withCluster(setUp, async (cluster) => {
    for (const fault of faults) await cluster.inject(fault);
    const load = { arrival: { mode: 'closed', clients: 2 }, durationMs: 60 } as const;
    const history = await cluster.load(load);
    for (let row = 0; row < history.length; row++) {
      outcomes[history.zones[history.zone[row]!] as 'a' | 'b'].add(history.outcome[row]!);
    }
    for (const fault of faults) await cluster.heal(fault);
    const healed = await cluster.load(load);
    // A client may still take a node for dead that did not answer, but not for long.
    assert.ok(healed.outcome.includes(OK));
  });
  return outcomes;
}

test('clients of one zone can be cut off, each way', async () => {
  for (const [from, to] of [
    [{ clientsOf: 'b' }, { node: 'n1' }],
    [{ node: 'n1' }, { clientsOf: 'b' }],
  ] as const) {
    const { a, b } = await outcomesUnder([{ kind: 'cut', from, to, oneWay: true }]);
    assert.ok(a.has(OK));
    assert.ok(!b.has(OK) && b.has(UNKNOWN));
  }
});

test('a zone that is cut off keeps its clients inside, or leaves them outside', async () => {
  const inside = await outcomesUnder([{ kind: 'cut-zone', zone: 'a' }]);
  assert.ok(inside.a.has(OK));
  assert.ok(!inside.b.has(OK));
  const outside = await outcomesUnder([{ kind: 'cut-zone', zone: 'a', clients: 'outside' }]);
  assert.ok(!outside.a.has(OK) && !outside.b.has(OK));
});

test('clients far away wait at least the delay', async () => {
  const setUp = { engine: 'unreplicated', zones: ['a'], clientZones: ['a', 'b'] } as const;
  await withCluster(setUp, async (cluster) => {
    await cluster.inject({ kind: 'delay', from: { clientsOf: 'b' }, to: { node: 'n1' }, delayMs: 20 });
    const history = await cluster.load({ arrival: { mode: 'closed', clients: 2 }, durationMs: 150 });
    const far = rowsWhere(history, (row) => history.zones[history.zone[row]!] === 'b');
    assert.ok(far.length > 0);
    for (const row of far) assert.ok(history.end[row]! - history.start[row]! >= 39.9);
    assert.ok(rowsWhere(history, (row) => history.outcome[row] !== OK).length === 0);
  });
});
