import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Copies } from '../runtimes/cluster.ts';
import { Convergence, type CopiesSeen, differingShare, disagreement, isEqual } from './copies.ts';

/** Nodes that own every key and hold these values. */
function nodes(...stores: readonly Record<string, string>[]): Copies[] {
  return stores.map((store, i) => ({
    node: `n${i + 1}`,
    get: (key) => store[key] ?? null,
    keys: () => Object.keys(store),
    holds: () => true,
  }));
}

const disowning = (copies: Copies, ...keys: string[]): Copies => ({ ...copies, holds: (key) => !keys.includes(key) });

test('copies are equal if all owners that live hold the same; one that lacks a copy differs', () => {
  assert.equal(isEqual('k', nodes({ k: '1' }, { k: '1' }, { k: '1' })), true);
  assert.equal(isEqual('k', nodes({ k: '1' }, { k: '1' }, { k: '2' })), false);
  assert.equal(isEqual('k', nodes({ k: '1' }, { k: '1' }, {})), false);
  assert.equal(isEqual('k', nodes({}, {}, {})), true, 'all say that it is absent');
});

test('whoever owns nothing of a key is not looked at, and one owner alone can neither agree nor differ', () => {
  const [a, b, c] = nodes({ k: '1' }, { k: '1' }, { k: '2' });
  assert.equal(isEqual('k', [a!, b!, disowning(c!, 'k')]), true);
  assert.equal(isEqual('k', [a!, disowning(b!, 'k'), disowning(c!, 'k')]), undefined);
});

test('of some keys the share counts whose owners differ now', () => {
  const three = nodes({ a: '1', b: '1', c: '1' }, { a: '1', b: '2' }, { a: '1', b: '2', c: '1' });
  assert.equal(differingShare(['a', 'b', 'c', 'd'], three), 2 / 4);
  assert.equal(differingShare(['a'], three.slice(0, 1)), undefined);
});

test('disagreement is the mean over the instants of a stretch', () => {
  const instants = [0, 0.5, 1, 0.25].map((share, i) => ({ atMs: i * 100, share }));
  const seen: CopiesSeen = { instants, healedMs: undefined, convergedMs: undefined, unconvergedShare: undefined };
  assert.equal(disagreement(seen, { fromMs: 100, toMs: 300 }), 0.75);
  assert.equal(disagreement(seen, { fromMs: 301, toMs: 900 }), undefined);
});

test('copies have converged once each key that differed at the heal has been equal, though others differ by then', () => {
  const stores: Record<string, string>[] = [
    { a: '1', b: '1', c: '1', d: '1' },
    { a: '1', b: '2', c: '1' },
  ];
  const convergence = new Convergence(nodes(...stores));
  assert.deepEqual([convergence.isOver, convergence.openShare], [false, 2 / 4]);
  stores[1]!.b = '1';
  stores[1]!.a = 'written later';
  assert.equal(convergence.look(nodes(...stores)), false);
  assert.equal(convergence.openShare, 1 / 4);
  stores[1]!.b = 'written later, too';
  stores[1]!.d = '1';
  assert.equal(convergence.look(nodes(...stores)), true);
  assert.equal(convergence.openShare, 0);
});
