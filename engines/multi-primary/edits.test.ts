import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import type { Operation } from '../api.ts';
import { only, TestNode, THREE } from './fixture.test.ts';
import engine from './index.ts';
import type { Message } from './messages.ts';
import { presets } from './presets.ts';

const swap = (expected: string | null, value: string): Operation => ({ kind: 'cas', key: 'a', expected, value });

const answer = (number: number, value: string | null, time: number): Message => ({
  type: 'answers',
  tag: 'n1#1',
  answers: [number, value, time, 'n2#1'],
});

test('a swap reads as any read does, and writes above what it has read', () => {
  const node = new TestNode();
  const asked = only(node.turn(() => node.request(swap('old', 'new'))).sent, 'read')[0]!.to;
  const { sent, replies } = node.receive(asked, answer(1, 'old', 9e12));
  assert.deepEqual(replies, []);
  const [writer, base, items] = only(sent, 'write')[0]!.message.batch;
  assert.deepEqual([writer, items[0], items[1]], ['n1#1', 'a', 'new']);
  assert.ok(base > 9e12);
});

test('a swap that finds something else writes nothing and says what it saw', () => {
  const node = new TestNode();
  const asked = only(node.turn(() => node.request(swap(null, 'new'))).sent, 'read')[0]!.to;
  const { sent, replies } = node.receive(asked, answer(1, 'old', 500));
  assert.deepEqual(only(sent, 'write'), []);
  assert.deepEqual(replies[0]!.result, { swapped: false, observed: 'old' });
});

test('what cannot be read first is refused for certain', () => {
  const node = new TestNode();
  node.turn(() => {
    for (const peer of ['n2', 'n3']) node.replica.onLink(peer, false);
  });
  const { failures } = node.turn(() => node.request(swap(null, 'new')));
  assert.deepEqual(failures, [{ ticket: 1, failure: { effect: 'none', reason: 'unavailable' } }]);
});

/** Two clients edit one key through two nodes, so far apart in time. */
function edit(operations: readonly [Operation, Operation], apartMs: number, options = presets.default) {
  const simulation = new Simulation({ engine, options, members: THREE, seed: 1 });
  simulation.submit('n1', { kind: 'put', key: 'a', value: 'x' });
  simulation.run(100);
  const first = simulation.submit('n1', operations[0]);
  simulation.run(apartMs);
  const second = simulation.submit('n2', operations[1]);
  simulation.run(3000);
  const values = THREE.map(({ id }) => simulation.node(id).host.store.get('a'));
  assert.equal(new Set(values).size, 1);
  return { answers: [first, second].map(({ answer }) => answer), value: values[0] };
}

test('of two swaps at once both may succeed, and one value is gone; one after the other, the second is refused', () => {
  const both = edit([swap('x', 'one'), swap('x', 'two')], 0);
  assert.deepEqual(
    both.answers.map((answer) => answer?.outcome === 'ok' && answer.result.swapped),
    [true, true],
  );
  const second = edit([swap('x', 'one'), swap('x', 'two')], 100);
  assert.equal(second.value, 'one');
});

test('of two appends at once a rewrite keeps one, and merging keeps both', () => {
  const appends = [
    { kind: 'append', key: 'a', value: '1' },
    { kind: 'append', key: 'a', value: '2' },
  ] as const;
  const rewrite = { ...presets.default, appends: 'rewrite' } as const;
  const lost = edit(appends, 0, rewrite);
  assert.ok(lost.answers.every((answer) => answer?.outcome === 'ok'));
  assert.ok(lost.value === 'x1' || lost.value === 'x2');
  assert.equal(edit(appends, 100, rewrite).value, 'x12');
  assert.equal(edit(appends, 0).value, 'x12');
});
