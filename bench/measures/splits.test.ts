import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Note } from '../../engines/api.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { failoverSplits } from './splits.ts';

const note = (atMs: number, node: string, said: Note): ClusterEvent => ({ atMs, kind: 'note', node, note: said });
const suspects = (atMs: number, node: string, of: string) => note(atMs, node, { kind: 'suspects', node: of });
const leads = (atMs: number, node: string) => note(atMs, node, { kind: 'leads', epoch: 2 });
const OPTIONS = { t0Ms: 1000, failed: ['a'] };

test('detection reaches to the first suspicion, election from there to the first lead', () => {
  const events = [
    leads(0, 'a'),
    suspects(1300, 'c', 'a'),
    suspects(1250, 'b', 'a'),
    leads(1400, 'b'),
    leads(1800, 'c'),
  ];
  assert.deepEqual(failoverSplits(events, OPTIONS), { detectMs: 250, electMs: 150 });
});

test('suspicions of others, by the failed, or before the fault do not count', () => {
  const events = [suspects(900, 'b', 'a'), suspects(1100, 'b', 'c'), suspects(1200, 'a', 'a'), leads(1400, 'b')];
  assert.deepEqual(failoverSplits(events, OPTIONS), { detectMs: undefined, electMs: undefined });
});

test('a lead that nobody followed, that the failed node took, or that came before detection leaves the election out', () => {
  const events = [leads(1100, 'b'), suspects(1250, 'b', 'a'), leads(1300, 'a')];
  assert.deepEqual(failoverSplits(events, OPTIONS), { detectMs: 250, electMs: undefined });
});

test('what happens after the end of observation belongs to the next fault', () => {
  const events = [suspects(1250, 'b', 'a'), leads(5000, 'b')];
  assert.deepEqual(failoverSplits(events, { ...OPTIONS, untilMs: 4000 }), { detectMs: 250, electMs: undefined });
});

test('notes at the very edges of the observation count', () => {
  const events = [suspects(1000, 'b', 'a'), leads(1000, 'b')];
  assert.deepEqual(failoverSplits(events, { ...OPTIONS, untilMs: 1000 }), { detectMs: 0, electMs: 0 });
});
