import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeSample } from '../runtimes/cluster.ts';
import { cost } from './cost.ts';

function sample(node: string, counters: Partial<NodeSample>): NodeSample {
  return { node, up: true, messages: 0, bytes: 0, dropped: 0, syncs: 0, answered: 0, latenessMaxMs: 0, ...counters };
}

test('costs are what the counters of all nodes grew by, per ok operation', () => {
  const before = [sample('a', { messages: 10, bytes: 100, syncs: 5, cpuMs: 50 }), sample('b', { cpuMs: 1 })];
  const after = [
    sample('a', { messages: 40, bytes: 700, syncs: 15, cpuMs: 70 }),
    sample('b', { messages: 10, bytes: 200, syncs: 10, cpuMs: 11 }),
  ];
  const expected = { messagesPerOp: 4, bytesPerOp: 80, syncsPerOp: 2, cpuMsPerOp: 3 };
  assert.deepEqual(cost(before, after, 10), expected);
});

test('a node that joined in between counts from zero', () => {
  assert.equal(cost([], [sample('c', { messages: 20 })], 10).messagesPerOp, 2);
});

test('CPU time that one node cannot tell is unknown for all, the rest is not', () => {
  const figures = cost([], [sample('a', { cpuMs: 5, syncs: 3 }), sample('b', {})], 1);
  assert.equal(figures.cpuMsPerOp, undefined);
  assert.equal(figures.syncsPerOp, 3);
});

test('nothing acknowledged has no price', () => {
  assert.equal(cost([], [sample('a', { messages: 5 })], 0).messagesPerOp, undefined);
});

test('counters that run backwards, and nodes that disappear, are refused', () => {
  const ten = [sample('a', { syncs: 10 })];
  assert.throws(() => cost(ten, [sample('a', { syncs: 9 })], 1), /counter syncs of node a went back from 10 to 9/);
  assert.throws(() => cost(ten, [], 1), /node a is missing/);
});
