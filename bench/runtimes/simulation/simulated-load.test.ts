import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type History, OK, UNKNOWN } from '../../history.ts';
import { CLIENT_LINK_MS, LINK_MS, type SimulatedSetUp, SYNC_MS, simulatedCluster } from './test-cluster.ts';

/** There, a sync, and back. */
const QUIET_MS = 2 * CLIENT_LINK_MS + SYNC_MS;

const closed = (clients: number) => ({ mode: 'closed', clients }) as const;
const open = (ratePerS: number) => ({ mode: 'open', ratePerS, spacing: 'fixed' }) as const;

const latenciesMs = ({ intended, end }: History): number[] =>
  Array.from(end, (endMs, row) => Number((endMs - intended[row]!).toFixed(3)));

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

test('a write takes its way, a sync and its way back, to the microsecond', async () => {
  const cluster = await simulatedCluster({ clientZones: ['a'] });
  const history = await cluster.load({ arrival: open(100), durationMs: 1000 });
  assert.equal(history.length, 100);
  assert.deepEqual(new Set(latenciesMs(history)), new Set([QUIET_MS]));
  for (let row = 0; row < 100; row++) {
    assert.equal(Number((history.answeredAt[row]! - history.start[row]!).toFixed(3)), QUIET_MS - CLIENT_LINK_MS);
  }
});

test('what clients of one zone send at one instant travels together, and costs one sync', async () => {
  const cluster = await simulatedCluster({ clientZones: ['a'] });
  await cluster.load({ arrival: closed(8), operations: 80 });
  assert.equal((await cluster.sample())[0]!.syncs, 10);
});

test('each client lives in its zone, and has the way that its zone has', async () => {
  const cluster = await simulatedCluster({ clientZones: ['a', 'b'], farClientLinkMs: 10, durability: 'none' });
  const history = await cluster.load({ arrival: closed(2), durationMs: 1000 });
  const ofZone = (zone: string): number[] => {
    const rows = latenciesMs(history).filter((_, row) => history.zones[history.zone[row]!] === zone);
    // The first operations are led astray, to nodes that hold nothing.
    return rows.slice(1);
  };
  assert.deepEqual(new Set(ofZone('a')), new Set([2 * CLIENT_LINK_MS]));
  assert.deepEqual(new Set(ofZone('b')), new Set([20]));
});

test('clients are told that a killed node is gone, and hear nothing of one that vanished', async () => {
  for (const [kind, mostMs] of [
    ['kill', 1],
    ['vanish', 600],
  ] as const) {
    const cluster = await simulatedCluster({ clientZones: ['a'], node: { sync: { kind: 'constant', ms: 50 } } });
    const load = cluster.load({ arrival: closed(1), durationMs: 1000 });
    const fault = { kind, node: 'n1' } as const;
    await cluster.sleepUntil(220);
    await cluster.inject(fault);
    await cluster.sleepUntil(300);
    await cluster.heal(fault);
    const history = await load;
    const [row] = Array.from(history.outcome.keys()).filter((at) => history.outcome[at] === UNKNOWN);
    const endedMs = history.end[row!]! - 220;
    assert.ok(endedMs > 0 && endedMs < mostMs, `${kind}: after ${endedMs} ms`);
    if (kind === 'vanish') assert.ok(endedMs > 400, 'the time-out of an attempt');
    assert.equal(history.outcome.at(-1), OK, 'it is there again');
  }
});

// ----------------------------------------------------------------------------------------------------- service time

/** How a cluster whose node takes its time for each operation serves so many clients. */
async function served(node: SimulatedSetUp['node'], clients: number): Promise<{ perS: number; medianMs: number }> {
  const cluster = await simulatedCluster({ clientZones: ['a'], durability: 'none', ...(node && { node }) });
  const durationMs = 1000;
  const history = await cluster.load({ arrival: closed(clients), durationMs });
  assert.ok(history.outcome.every((outcome) => outcome === OK));
  return { perS: (history.length * 1000) / durationMs, medianMs: median(latenciesMs(history)) };
}

test('a node that takes 1 ms for an operation serves no more than 1,000 a second, however many ask', async () => {
  const node = { perOperationMs: 1 };
  for (const clients of [1, 4, 16, 64]) {
    const { perS, medianMs } = await served(node, clients);
    assert.ok(perS <= 1000 * (1 + clients / 1000), `${clients} clients: ${perS}/s`);
    if (clients > 1) assert.ok(perS > 650, `${clients} clients: ${perS}/s`);
    // Little's law: those who wait are those whom it cannot serve at once.
    assert.ok(
      Math.abs(medianMs - (clients / perS) * 1000) < 0.1 * medianMs + 0.5,
      `${clients} clients: ${medianMs} ms`,
    );
  }
  assert.ok((await served({}, 64)).perS > 100_000, 'nothing else holds it up');
});

test('beyond what a node can serve the queue grows as long as the load lasts', async () => {
  const patient = { attemptTimeoutMs: 60_000, operationTimeoutMs: 60_000 };
  const setUp = { clientZones: ['a'], durability: 'none', node: { perOperationMs: 1 }, policy: patient } as const;
  const under = await (await simulatedCluster(setUp)).load({ arrival: open(900), durationMs: 2000 });
  assert.ok(Math.max(...latenciesMs(under)) < 4, `${Math.max(...latenciesMs(under))} ms`);
  const over = latenciesMs(await (await simulatedCluster(setUp)).load({ arrival: open(1500), durationMs: 6000 }));
  // Of each second's 1,500 it leaves 500 behind, half a second of work. What a turn takes, 256 at most, is answered at its end.
  for (const row of [2999, 5999, 8999]) {
    const aheadMs = over[row]! - row / 3;
    assert.ok(aheadMs >= 0 && aheadMs < 2 * 256, `operation ${row}: ${over[row]} ms`);
  }
});

test('what a message or a sync costs limits a node as well', async () => {
  const syncing = await simulatedCluster({ clientZones: ['a'], node: { perSyncMs: 4 } });
  const history = await syncing.load({ arrival: closed(1), operations: 50 });
  // From the third on: while the first is looked for, it knows no leader.
  assert.deepEqual(new Set(latenciesMs(history).slice(2)), new Set([QUIET_MS + 4]));
  const cluster = await simulatedCluster({ engine: 'probe', zones: ['a', 'b'], node: { perMessageMs: 2 } });
  await cluster.ask('n1', [{ kind: 'put', key: 'send-many', value: 'n2 100' }], 'default', 10_000);
  const askedMs = async (node: string): Promise<number> => {
    await cluster.ask(node, [{ kind: 'get', key: 'seen' }], 'default', 10_000);
    return cluster.now();
  };
  const endsMs = await Promise.all([askedMs('n1'), askedMs('n2')]);
  assert.deepEqual(endsMs, [
    // The first answer left before the messages, and the next question finds it busy with them.
    200 + 2 * CLIENT_LINK_MS,
    200 + 2 * CLIENT_LINK_MS + LINK_MS,
  ]);
});
