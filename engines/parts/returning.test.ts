import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Note } from '../api.ts';
import { Returning } from './returning.ts';

function returning(boot: 'found' | 'join' | 'restart'): { readonly it: Returning; readonly notes: Note[] } {
  const notes: Note[] = [];
  return { it: new Returning({ boot, note: (note) => notes.push(note) }), notes };
}

for (const boot of ['join', 'restart'] as const) {
  test(`after a ${boot} it is told once, when all is there that was acknowledged at first`, () => {
    const { it, notes } = returning(boot);
    it.has(5);
    it.hears(10);
    it.has(9);
    it.hears(1000);
    assert.deepEqual(notes, []);
    it.has(10);
    it.has(2000);
    assert.deepEqual(notes, [{ kind: 'caught-up' }]);
  });
}

test('who founded the cluster has nothing to catch up with', () => {
  const { it, notes } = returning('found');
  it.hears(0);
  it.has(0);
  assert.deepEqual(notes, []);
});
