import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../bench/faults/vocabulary.ts';
import { FaultSwitch } from '../../bench/runtimes/simulation/fault-switch.ts';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import type { Member, NodeId, Operation, Result } from '../api.ts';
import { THREE } from './fixture.test.ts';
import engine from './index.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';

const SIBLINGS: Options = { ...presets.default, versions: 'siblings' };

/** A cluster whose clients are asked one after the other, or at once. */
class Asked {
  readonly simulation: Simulation;

  constructor(options = SIBLINGS, members: readonly Member[] = THREE) {
    this.simulation = new Simulation({ engine, options, members, seed: 1 });
  }

  begin(
    node: NodeId,
    operation: Operation,
    more: { context?: string; read?: 'versions' | 'local' } = {},
  ): () => Result {
    const submitted = this.simulation.submit(node, operation, more);
    return () => {
      const { answer } = submitted;
      assert.equal(answer?.outcome, 'ok', JSON.stringify(answer));
      return answer!.outcome === 'ok' ? answer!.result : {};
    };
  }

  ask(node: NodeId, operation: Operation, more: { context?: string; read?: 'versions' | 'local' } = {}): Result {
    const answer = this.begin(node, operation, more);
    this.simulation.run(50);
    return answer();
  }

  put(node: NodeId, value: string, context?: string): Result {
    return this.ask(node, { kind: 'put', key: 'k', value }, context === undefined ? {} : { context });
  }

  atOnce(...asked: readonly (readonly [NodeId, Operation])[]): Result[] {
    const answers = asked.map(([node, operation]) => this.begin(node, operation));
    this.simulation.run(50);
    return answers.map((answer) => answer());
  }

  versions(node: NodeId): Result {
    return this.ask(node, { kind: 'get', key: 'k' }, { read: 'versions' });
  }
}

const put = (value: string): Operation => ({ kind: 'put', key: 'k', value });
const append = (value: string): Operation => ({ kind: 'append', key: 'k', value });

test('a put without a context replaces what a read shows, through whatever node', () => {
  const all = new Asked();
  all.put('n1', 'one');
  all.put('n2', 'two');
  assert.deepEqual(all.versions('n3').versions, ['two']);
});

test('puts at once are both kept, whether through two nodes or through one, until somebody writes who has read them', () => {
  for (const nodes of [
    ['n1', 'n2'],
    ['n1', 'n1'],
  ] as const) {
    const all = new Asked();
    all.put('n1', 'before');
    all.atOnce([nodes[0], put('one')], [nodes[1], put('two')]);
    const { value, versions, context } = all.versions('n3');
    assert.deepEqual([...versions!].sort(), ['one', 'two']);
    assert.equal(value, versions![0]);
    all.put('n2', 'three', context);
    assert.deepEqual(all.versions('n1').versions, ['three']);
  }
});

test('two clients interleave through one coordinator: each replaces what it has read, and nothing of the other', () => {
  const all = new Asked();
  const empty = all.versions('n1').context!;
  all.put('n1', 'a1', empty);
  const read = all.versions('n1').context!;
  all.put('n1', 'b1', empty);
  all.put('n1', 'a2', read);
  assert.deepEqual([...all.versions('n2').versions!].sort(), ['a2', 'b1']);
});

test('a delete removes only what its client has read', () => {
  const all = new Asked();
  all.put('n1', 'one');
  const { context } = all.versions('n1');
  all.put('n2', 'two');
  all.ask('n3', { kind: 'delete', key: 'k' }, { context: context! });
  assert.deepEqual(all.versions('n1').versions, ['two']);
  all.ask('n3', { kind: 'delete', key: 'k' });
  const gone = all.versions('n1');
  assert.deepEqual([gone.value, gone.versions], [null, []]);
});

test('a context says nothing of another key, nor does the answer to a write', () => {
  const all = new Asked();
  all.put('n1', 'one');
  const { context } = all.ask('n1', { kind: 'get', key: 'other' });
  const written = all.put('n2', 'two', context);
  assert.deepEqual(all.versions('n3').versions, ['two']);
  all.put('n3', 'three', written.context);
  assert.deepEqual(all.versions('n1').versions, ['three']);
});

test('appends at once are read together, and the next one makes one version of them', () => {
  const all = new Asked();
  all.ask('n1', append('start;'));
  all.atOnce(['n1', append('a;')], ['n2', append('b;')]);
  const { value, versions } = all.versions('n3');
  assert.ok(value === 'start;a;b;' || value === 'start;b;a;', value!);
  assert.deepEqual([...versions!].sort(), ['start;a;', 'start;b;']);
  all.ask('n3', append('c;'));
  const after = all.versions('n1');
  assert.deepEqual(after.versions, [`${value}c;`]);
  assert.equal(after.value, `${value}c;`);
});

test('an application that rewrites the text of the winner loses what the others have added', () => {
  const all = new Asked({ ...SIBLINGS, appends: 'rewrite' });
  all.ask('n1', append('start;'));
  all.atOnce(['n1', append('a;')], ['n2', append('b;')]);
  const { value } = all.versions('n3');
  all.ask('n3', append('c;'));
  assert.deepEqual(all.versions('n1').versions, [`${value}c;`]);
  assert.equal(value!.length, 'start;a;'.length);
});

test('a swap compares with the winner and replaces what it has read; of two at once both are kept', () => {
  const all = new Asked();
  all.put('n1', 'x');
  const swap = (expected: string, value: string): Operation => ({ kind: 'cas', key: 'k', expected, value });
  const refused = all.ask('n2', swap('y', 'z'));
  assert.deepEqual([refused.swapped, refused.observed], [false, 'x']);
  const both = all.atOnce(['n1', swap('x', 'one')], ['n2', swap('x', 'two')]);
  assert.deepEqual(
    both.map(({ swapped }) => swapped),
    [true, true],
  );
  assert.deepEqual([...all.versions('n3').versions!].sort(), ['one', 'two']);
});

test('siblings and what has replaced them are there after a restart, and no name of a write comes again', () => {
  const all = new Asked();
  all.atOnce(['n1', put('one')], ['n2', put('two')]);
  const { context } = all.versions('n1');
  for (const { id } of THREE) {
    all.simulation.crash(id, 'kill');
    all.simulation.restart(id);
  }
  all.simulation.run(1000);
  assert.deepEqual([...all.versions('n3').versions!].sort(), ['one', 'two']);
  all.put('n1', 'three', context);
  assert.deepEqual(all.versions('n2').versions, ['three']);
});

test('copies that were cut off take writes of their own, and anti-entropy brings the siblings together', () => {
  const all = new Asked({ ...SIBLINGS, writeQuorum: 1, readQuorum: 1, missingCopies: 'nothing' });
  all.put('n1', 'before');
  const faults = new FaultSwitch(all.simulation);
  const cuts = ['n2', 'n3'].map((node): Fault => ({ kind: 'cut', from: { node: 'n1' }, to: { node } }));
  for (const cut of cuts) faults.inject(cut);
  all.put('n1', 'left');
  all.put('n2', 'right');
  for (const cut of cuts) faults.heal(cut);
  all.simulation.run(10_000);
  for (const { id } of THREE) {
    const { versions } = all.ask(id, { kind: 'get', key: 'k' }, { read: 'versions' });
    assert.deepEqual([...versions!].sort(), ['left', 'right']);
  }
});

test('a deletion is forgotten once all copies have seen it, and an old value does not come back', () => {
  const options = { ...SIBLINGS, tombstoneGraceMs: 2000, hintWindowMs: 1000 };
  const all = new Asked(options);
  all.put('n1', 'one');
  all.simulation.crash('n3', 'kill');
  all.ask('n1', { kind: 'delete', key: 'k' });
  all.simulation.run(10_000);
  // One copy holds the old value still.
  assert.equal(all.simulation.node('n1').host.status().details!.keys, 1);
  all.simulation.restart('n3');
  all.simulation.run(15_000);
  for (const { id } of THREE) assert.equal(all.simulation.node(id).host.status().details!.keys, 0);
  assert.equal(all.versions('n3').value, null);
});
