/** Faults on real links: what nodes and clients see of cuts and delays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, LinkFault } from '../../faults/vocabulary.ts';
import { OK, UNKNOWN } from '../../history.ts';
import { has, rowsWhere, seen, sees, tell, until, whatSeen, withCluster } from './test-cluster.ts';
import type { ThreadsCluster } from './threads-cluster.ts';

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

/** What has come to n2 from n1, in order. */
const arrived = async (cluster: ThreadsCluster): Promise<string[]> =>
  (await whatSeen(cluster, 'n2')).filter((what) => what.endsWith(' from n1')).map((what) => what.split(' ')[0]!);
/** Everything that n1 was told to send has come to n2. A node answers before its turn’s messages leave, but the next turn’s answers after them. */
async function sentAndReceived(cluster: ThreadsCluster): Promise<void> {
  for (const node of ['n1', 'n2']) await whatSeen(cluster, node);
}
const N1_TO_N2 = { from: { node: 'n1' }, to: { node: 'n2' }, oneWay: true } as const;

test('held messages come when the last hold heals, after their sender’s end if that is first', async () => {
  await withCluster(PROBES, async (cluster) => {
    const fault = { kind: 'hold', ...N1_TO_N2 } as const;
    const ofType = { ...fault, type: 'text' } as const;
    await cluster.inject(fault);
    await cluster.inject(ofType);
    await tell(cluster, 'n1', 'send-many', 'n2 3');
    await tell(cluster, 'n2', 'send', 'n1 ping');
    await sees(cluster, 'n1', 'ping from n2');
    await cluster.inject({ kind: 'kill', node: 'n1' });
    await sees(cluster, 'n2', 'n1 down');
    await cluster.heal(fault);
    await sleep(50);
    assert.deepEqual(await arrived(cluster), []);
    await cluster.heal(ofType);
    await sees(cluster, 'n2', '3 from n1');
    assert.deepEqual(await arrived(cluster), ['1', '2', '3', 'pong']);
  });
});

test('a fault for one type of message leaves the others alone', async () => {
  await withCluster(PROBES, async (cluster) => {
    const other = { kind: 'drop', ...N1_TO_N2, share: 1, type: 'other' } as const;
    const text = { kind: 'drop', ...N1_TO_N2, share: 1, type: 'text' } as const;
    await cluster.inject(other);
    await tell(cluster, 'n1', 'send', 'n2 first');
    await sees(cluster, 'n2', 'first from n1');
    await cluster.inject(text);
    await tell(cluster, 'n1', 'send', 'n2 second');
    await sentAndReceived(cluster);
    await cluster.heal(text);
    await tell(cluster, 'n1', 'send', 'n2 third');
    await sees(cluster, 'n2', 'third from n1');
    assert.deepEqual(await arrived(cluster), ['first', 'third']);
  });
});

/** What comes to n2 of a hundred messages under the faults. */
async function arrivedOfMany(faults: readonly LinkFault[], seed: number): Promise<string[]> {
  let all: string[] = [];
  await withCluster({ ...PROBES, seed }, async (cluster) => {
    for (const fault of faults) await cluster.inject(fault);
    await tell(cluster, 'n1', 'send-many', 'n2 100');
    await sentAndReceived(cluster);
    all = await arrived(cluster);
    for (const fault of faults) await cluster.heal(fault);
    await tell(cluster, 'n1', 'send', 'n2 healed');
    await sees(cluster, 'n2', 'healed from n1');
    assert.deepEqual(await arrived(cluster), [...all, 'healed']);
  });
  return all;
}

test('messages are lost and doubled by the seed', async () => {
  const faults: LinkFault[] = [
    { kind: 'drop', ...N1_TO_N2, share: 0.4 },
    { kind: 'duplicate', ...N1_TO_N2, share: 0.5 },
  ];
  const once = await arrivedOfMany(faults, 1);
  assert.ok(new Set(once).size < 90 && new Set(once).size < once.length);
  assert.deepEqual(await arrivedOfMany(faults, 1), once);
  assert.notDeepEqual(await arrivedOfMany(faults, 2), once);
});

test('messages that are held up are passed by later ones, and none is lost', async () => {
  await withCluster(PROBES, async (cluster) => {
    await cluster.inject({ kind: 'reorder', ...N1_TO_N2, share: 0.5, delayMs: 20 });
    await tell(cluster, 'n1', 'send-many', 'n2 100');
    await until('all have come', async () => (await arrived(cluster)).length === 100);
    const all = await arrived(cluster);
    const sorted = Array.from({ length: 100 }, (_, i) => `${i + 1}`);
    assert.notDeepEqual(all, sorted);
    assert.deepEqual(new Set(all), new Set(sorted));
  });
});

/** Load of clients in zones a and b on n1 in zone a, under a fault; returns what the clients of each zone saw of it. */
async function outcomesUnder(faults: readonly Fault[]): Promise<Record<'a' | 'b', Set<number>>> {
  const outcomes = { a: new Set<number>(), b: new Set<number>() };
  const policy = { attemptTimeoutMs: 300, operationTimeoutMs: 600 };
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

test('what clients and nodes say to each other can be held, each way, and doubled without harm', async () => {
  const nodeAndClients = [{ node: 'n1' }, { clientsOf: 'b' }] as const;
  for (const [from, to] of [nodeAndClients, nodeAndClients.toReversed()]) {
    const { a, b } = await outcomesUnder([{ kind: 'hold', from: from!, to: to!, oneWay: true }]);
    assert.ok(a.has(OK));
    assert.ok(!b.has(OK) && b.has(UNKNOWN));
  }
  const { b } = await outcomesUnder([{ kind: 'duplicate', from: nodeAndClients[0], to: nodeAndClients[1], share: 1 }]);
  assert.ok(b.has(OK));
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
