import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeId, Operation, Request } from '../../engines/api.ts';
import { documentKey, elementText, keyName, ledgerKey, valueText } from '../history.ts';
import { ledger } from '../measures/ledger.ts';
import { historyOf } from '../measures/synthetic-history.ts';
import type { Answer, Cluster } from '../runtimes/cluster.ts';
import { auditLedger } from './audit-ledger.ts';
import { MEMBERS } from './testing/specs.ts';

type Read = Request['read'];
type Contents = { readonly [key: string]: string };
interface FakeNode {
  readonly local?: Contents | 'refuses' | 'silent';
  readonly default?: Contents;
  readonly versions?: { readonly [key: string]: readonly string[] };
}

/** Nodes that hold what the test says, in virtual time. Copies named in `arrives` reach n1 only after that time. */
function fakeCluster(
  nodes: { readonly [id: NodeId]: FakeNode },
  arrives: { atMs: number; contents: Contents } | undefined = undefined,
) {
  let nowMs = 0;
  const asked: { node: NodeId; read: Read; count: number }[] = [];
  const get = (contents: Contents, { key }: Operation): Answer => ({
    outcome: 'ok',
    result: { value: contents[key] ?? null },
  });
  const answer = (node: FakeNode, operation: Operation, read: Read): Answer => {
    if (read === 'versions') {
      if (node.versions === undefined) return { outcome: 'fail', reason: 'unsupported' };
      return { outcome: 'ok', result: { versions: node.versions[operation.key] ?? [] } };
    }
    if (read === 'default')
      return node.default ? get(node.default, operation) : { outcome: 'fail', reason: 'not-leader' };
    if (node.local === 'silent') return { outcome: 'unknown', reason: 'silence' };
    if (node.local === 'refuses') return { outcome: 'fail', reason: 'unsupported' };
    return get({ ...node.local, ...(arrives !== undefined && nowMs >= arrives.atMs && arrives.contents) }, operation);
  };
  const cluster: Partial<Cluster> = {
    members: MEMBERS,
    now: () => nowMs,
    sleepUntil: async (timeMs) => {
      nowMs = Math.max(nowMs, timeMs);
    },
    ask: async (node, operations, read) => {
      asked.push({ node, read, count: operations.length });
      return operations.map((operation) => answer(nodes[node] ?? {}, operation, read));
    },
    failure: () => undefined,
  };
  return { cluster: cluster as Cluster, asked, now: () => nowMs };
}

/** Rows 0 and 1 put to ledger keys, row 2 appends to a document, row 3 is no ledger write. */
const history = historyOf([
  { key: ledgerKey(0) },
  { key: ledgerKey(1) },
  { kind: 'append', key: documentKey(3) },
  { key: 5 },
]);
const ALL: Contents = {
  [keyName(ledgerKey(0))]: valueText(0, 20),
  [keyName(ledgerKey(1))]: valueText(1, 20),
  [keyName(documentKey(3))]: elementText(2),
};
const { [keyName(ledgerKey(1))]: _, ...WITHOUT_1 } = ALL;
const figures = async (nodes: { readonly [id: NodeId]: FakeNode }) => {
  const { cluster } = fakeCluster(nodes);
  return ledger(history, await auditLedger(cluster, history), { t0Ms: 0 });
};

test('a write that any node shows is found, and one look is enough', async () => {
  const { cluster, asked } = fakeCluster({ n1: { local: {} }, n2: { local: WITHOUT_1 }, n3: { local: ALL } });
  const { acked, ackedLost } = ledger(history, await auditLedger(cluster, history), { t0Ms: 0 });
  assert.deepEqual([acked, ackedLost], [3, 0]);
  assert.deepEqual(
    asked.filter(({ read }) => read === 'local').map(({ node, count }) => `${node} ${count}`),
    ['n1 3', 'n2 3', 'n3 3'],
  );
});

test('a write that no node shows is lost, once there was time enough for copies to become equal', async () => {
  const { cluster, now } = fakeCluster({ n1: { local: WITHOUT_1 }, n2: { local: WITHOUT_1 }, n3: { local: {} } });
  const { ackedLost, lostRows } = ledger(history, await auditLedger(cluster, history), { t0Ms: 0 });
  assert.deepEqual([ackedLost, [...lostRows]], [1, [1]]);
  assert.ok(now() >= 6000, `${now()} ms`);
});

test('nodes are left to themselves first: what one of them only holds until it has found its place is lost all the same', async () => {
  const cutBack = { [keyName(ledgerKey(1))]: valueText(99, 20) };
  const { cluster, now } = fakeCluster({ n1: { local: ALL }, n2: { local: {} } }, { atMs: 30_000, contents: cutBack });
  const { lostRows } = ledger(history, await auditLedger(cluster, history, 60_000), { t0Ms: 0 });
  assert.deepEqual([...lostRows], [1]);
  assert.ok(now() >= 60_000 && now() < 62_000, `${now()} ms: one look was enough`);
});

test('a write that arrives while the audit waits is found', async () => {
  const { cluster, now } = fakeCluster({ n1: { local: {} }, n2: { local: WITHOUT_1 } }, { atMs: 2000, contents: ALL });
  const { ackedLost } = ledger(history, await auditLedger(cluster, history), { t0Ms: 0 });
  assert.equal(ackedLost, 0);
  assert.ok(now() >= 2000 && now() < 6000, `${now()} ms`);
});

test('an element that is missing in every copy of its document is lost', async () => {
  const { lostRows } = await figures({ n1: { local: { ...ALL, [keyName(documentKey(3))]: elementText(99) } } });
  assert.deepEqual([...lostRows], [2]);
});

test('a write kept only as a losing version is shadowed and not lost', async () => {
  const versions = { [keyName(ledgerKey(1))]: [valueText(7, 20), valueText(1, 20)] };
  const { ackedLost, shadowed } = await figures({ n1: { local: WITHOUT_1 }, n2: { local: WITHOUT_1, versions } });
  assert.deepEqual([ackedLost, shadowed], [0, 1]);
});

test('an element kept only in a losing version of its document is shadowed and not lost', async () => {
  const name = keyName(documentKey(3));
  const versions = { [name]: [elementText(99), elementText(2)] };
  const local = { ...ALL, [name]: elementText(99) };
  const { ackedLost, shadowedRows } = await figures({ n1: { local, versions }, n2: { local } });
  assert.deepEqual([ackedLost, [...shadowedRows]], [0, [2]]);
});

test('what a silent node may hold is neither lost nor safe', async () => {
  const { ackedLost, unread } = await figures({ n1: { local: WITHOUT_1 }, n2: { local: 'silent' } });
  assert.deepEqual([ackedLost, unread], [0, 1]);
});

test('a node that refuses local reads is asked as any client asks', async () => {
  const leader: FakeNode = { local: 'refuses', default: WITHOUT_1 };
  const { acked, ackedLost, unread } = await figures({
    n1: { local: 'refuses' },
    n2: leader,
    n3: { local: 'refuses' },
  });
  assert.deepEqual([acked, ackedLost, unread], [3, 1, 0]);
});

test('what all nodes refuse to show is not called lost', async () => {
  const refuses: FakeNode = { local: 'refuses' };
  const { ackedLost, unread } = await figures({ n1: refuses, n2: refuses, n3: refuses });
  assert.deepEqual([ackedLost, unread], [0, 3]);
});

test('witnesses and spares hold no data and are not asked', async () => {
  const { cluster, asked } = fakeCluster({ n1: { local: ALL } });
  const members = [
    MEMBERS[0]!,
    { ...MEMBERS[1]!, kind: 'witness' as const },
    { ...MEMBERS[2]!, kind: 'spare' as const },
  ];
  await auditLedger({ ...cluster, members }, history);
  assert.deepEqual([...new Set(asked.map(({ node }) => node))], ['n1']);
});

test('a cluster that has failed is not waited for', async () => {
  const { cluster, now } = fakeCluster({ n1: { local: {} } });
  await auditLedger({ ...cluster, failure: () => 'n1 threw' }, history);
  assert.ok(now() < 1000, `${now()} ms`);
});

test('many keys are asked in batches', async () => {
  const rows = Array.from({ length: 1200 }, (_, i) => ({ key: ledgerKey(i) }));
  const contents = Object.fromEntries(rows.map(({ key }, i) => [keyName(key), valueText(i, 10)]));
  const { cluster, asked } = fakeCluster({ n1: { local: contents } });
  const { ackedLost } = ledger(historyOf(rows), await auditLedger(cluster, historyOf(rows)), { t0Ms: 0 });
  assert.equal(ackedLost, 0);
  assert.deepEqual(
    asked.filter(({ node, read }) => node === 'n1' && read === 'local').map(({ count }) => count),
    [500, 500, 200],
  );
});
