import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convergence } from './convergence.ts';

const stores = (byNode: { [node: string]: { [key: string]: string } }) =>
  new Map(Object.entries(byNode).map(([node, store]) => [node, new Map(Object.entries(store))]));

test('equal copies on every node converge', () => {
  const found = convergence(stores({ n1: { a: '1', b: '2' }, n2: { b: '2', a: '1' } }));
  assert.deepEqual(found, { keys: 2, differing: [], missing: [] });
});

test('copies that differ and copies that are missing are told with what each node holds', () => {
  const found = convergence(stores({ n1: { a: '1', b: '2' }, n2: { a: '3' }, n3: { a: '1', b: '2' } }));
  assert.deepEqual(found.differing, [
    {
      key: 'a',
      copies: new Map([
        ['n1', '1'],
        ['n2', '3'],
        ['n3', '1'],
      ]),
    },
  ]);
  assert.deepEqual(
    found.missing.map(({ key, copies }) => [key, copies.get('n2')]),
    [['b', null]],
  );
});

test('a key whose copies differ is told once, though somebody has none', () => {
  const found = convergence(stores({ n1: { a: '1' }, n2: { a: '2' }, n3: {} }));
  assert.deepEqual([found.differing.length, found.missing.length], [1, 0]);
});

test('only owners need a copy, and only their copies count', () => {
  const held = stores({ n1: { a: '1' }, n2: { a: 'old' }, n3: {} });
  assert.deepEqual(
    convergence(held, (node) => node === 'n1'),
    { keys: 1, differing: [], missing: [] },
  );
  const lacking = convergence(held, (node) => node === 'n3');
  assert.equal(lacking.missing.length, 1, 'a copy with somebody else is missing where it belongs');
});
