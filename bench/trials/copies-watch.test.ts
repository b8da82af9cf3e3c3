import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentKey, keyName } from '../history.ts';
import type { Cluster, Direct } from '../runtimes/cluster.ts';
import { loadWorkload } from '../workloads/workloads.ts';
import { CopiesWatch } from './copies-watch.ts';

const DOCUMENT = keyName(documentKey(0));

/** Two nodes in virtual time that a test fills by hand. */
class TwoNodes {
  nowMs = 0;
  readonly stores: Map<string, string>[] = [new Map(), new Map()];
  #due: { readonly atMs: number; readonly action: () => void }[] = [];
  readonly direct: Direct = {
    after: (delayMs, action) => void this.#due.push({ atMs: this.nowMs + delayMs, action }),
    watch: () => () => {},
    copies: () =>
      this.stores.map((store, i) => ({
        node: `n${i + 1}`,
        get: (key) => store.get(key) ?? null,
        keys: () => store.keys(),
        holds: () => true,
      })),
  };
  readonly cluster = {
    now: () => this.nowMs,
    sleepUntil: async (timeMs: number) => this.passTo(timeMs),
  } as unknown as Cluster;

  passTo(timeMs: number): void {
    for (;;) {
      const [next] = this.#due.sort((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > timeMs) break;
      this.#due.shift();
      this.nowMs = next.atMs;
      next.action();
    }
    this.nowMs = timeMs;
  }

  /** Writes to the first node, or to both. */
  write(key: string, value: string, toBoth = false): void {
    this.stores[0]!.set(key, value);
    if (toBoth) this.stores[1]!.set(key, value);
  }

  get isIdle(): boolean {
    return this.#due.length === 0;
  }
}

const watch = (nodes: TwoNodes): CopiesWatch =>
  new CopiesWatch(nodes.cluster, nodes.direct, { ...loadWorkload('update'), keyCount: 3, documents: 1 });

test('documents and some keys are compared four times a second, until it is stopped', () => {
  const nodes = new TwoNodes();
  const seen = watch(nodes);
  nodes.passTo(300);
  nodes.write(DOCUMENT, '1;');
  nodes.write('k2', 'new');
  nodes.write('ledger-7', 'is not sampled');
  nodes.passTo(600);
  seen.stop();
  nodes.passTo(2000);
  assert.deepEqual(seen.instants, [
    { atMs: 0, share: 0 },
    { atMs: 251, share: 0 },
    { atMs: 502, share: 2 / 4 },
  ]);
  assert.ok(nodes.isIdle);
});

test('writes that come at round intervals are met at every phase of these', () => {
  const nodes = new TwoNodes();
  const seen = watch(nodes);
  nodes.passTo(15_000);
  for (const ratePerS of [5, 10, 20, 30, 100]) {
    const tenths = seen.instants.map(({ atMs }) => Math.floor((((atMs * ratePerS) / 1000) % 1) * 10));
    assert.equal(new Set(tenths).size, 10, `at ${ratePerS} writes per second: ${[...new Set(tenths)].join(', ')}`);
  }
});

test('from the heal on it is looked closely until all that differed has been equal', async () => {
  const nodes = new TwoNodes();
  const seen = watch(nodes);
  nodes.write('ledger-1', 'a');
  nodes.write('ledger-2', 'b', true);
  nodes.passTo(1000);
  assert.deepEqual([seen.healedMs, seen.convergedMs, seen.unconvergedShare], [undefined, undefined, undefined]);
  seen.healed();
  nodes.passTo(1203);
  assert.deepEqual([seen.healedMs, seen.convergedMs, seen.unconvergedShare], [1000, undefined, 1 / 2]);
  nodes.write('ledger-1', 'a', true);
  await seen.settle(60_000);
  // So long after the heal a look comes every 10 ms.
  assert.equal(seen.convergedMs, 210);
  assert.equal(seen.unconvergedShare, 0);
  assert.ok(nodes.nowMs < 1500, 'nobody waits for longer than it takes');
});

test('a later heal begins anew, and what never becomes equal is a share of the keys', async () => {
  const nodes = new TwoNodes();
  const seen = watch(nodes);
  seen.healed();
  assert.equal(seen.convergedMs, 0, 'nothing differed');
  nodes.passTo(500);
  for (const i of [1, 2, 3, 4]) nodes.write(`ledger-${i}`, 'x', i > 1);
  seen.healed();
  await seen.settle(30_500);
  assert.deepEqual([seen.healedMs, seen.convergedMs, seen.unconvergedShare], [500, undefined, 1 / 4]);
  assert.equal(nodes.nowMs, 30_500);
});
