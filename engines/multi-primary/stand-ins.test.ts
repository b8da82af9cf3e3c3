import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../bench/faults/vocabulary.ts';
import { copiesAtTheEnd } from '../../bench/fuzz/demands.ts';
import { FaultSwitch } from '../../bench/runtimes/simulation/fault-switch.ts';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import type { Member, NodeId, Operation, Result } from '../api.ts';
import engine from './index.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';

const FIVE: readonly Member[] = [...'abcde'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));

const KINDS: readonly Options['versions'][] = ['last-writer', 'siblings'];

/** Five nodes that hold three copies of the key k. */
function cluster(versions: Options['versions'], change: Partial<Options> = {}) {
  const options: Options = { ...presets.default, versions, missingCopies: 'stand-ins', ...change };
  const simulation = new Simulation({ engine, options, members: FIVE, seed: 2 });
  simulation.run(100);
  const ids = FIVE.map(({ id }) => id);
  const owners = ids.filter((id) => simulation.node(id).host.holds('k'));
  const others = ids.filter((id) => !owners.includes(id));
  return { simulation, owners, others };
}

function ask(simulation: Simulation, node: NodeId, operation: Operation): Result {
  const submitted = simulation.submit(node, operation);
  simulation.run(100);
  const { answer } = submitted;
  assert.equal(answer?.outcome, 'ok', JSON.stringify(answer));
  return answer?.outcome === 'ok' ? answer.result : {};
}

/** The others see the connections close. */
function crash(simulation: Simulation, nodes: readonly NodeId[]): void {
  for (const id of nodes) simulation.crash(id, 'kill');
  simulation.run(10);
}

const put = (value: string): Operation => ({ kind: 'put', key: 'k', value });
const GET: Operation = { kind: 'get', key: 'k' };

const guests = (simulation: Simulation, node: NodeId): unknown => simulation.node(node).host.status().details!.hints;

for (const versions of KINDS) {
  test(`with two of three copies down writes and reads go on, and are handed off when these are back (${versions})`, () => {
    const { simulation, owners, others } = cluster(versions);
    crash(simulation, owners.slice(1));
    ask(simulation, others[0]!, put('one'));
    ask(simulation, owners[0]!, { kind: 'append', key: 'k', value: 'two' });
    for (const id of [owners[0]!, ...others]) assert.equal(ask(simulation, id, GET).value, 'onetwo');
    for (const id of others) {
      assert.equal(guests(simulation, id), 1);
      assert.notEqual(simulation.node(id).host.store.get('k'), null);
    }
    for (const id of owners.slice(1)) simulation.restart(id);
    simulation.run(2000);
    for (const id of owners) assert.equal(simulation.node(id).host.store.get('k'), 'onetwo');
    for (const id of others) {
      assert.equal(guests(simulation, id), 0);
      assert.equal(simulation.node(id).host.store.get('k'), null);
    }
  });

  test(`with all copies down stand-ins alone take writes, and keep them through a crash of their own (${versions})`, () => {
    const { simulation, owners, others } = cluster(versions);
    crash(simulation, owners);
    ask(simulation, others[0]!, put('one'));
    ask(simulation, others[1]!, put('two'));
    for (const id of others) {
      simulation.crash(id, 'kill');
      simulation.restart(id);
    }
    // Their new lives have to find out first that the copies are down.
    simulation.run(8000);
    assert.equal(ask(simulation, others[0]!, GET).value, 'two');
    for (const id of owners) simulation.restart(id);
    simulation.run(2000);
    for (const id of owners) assert.equal(simulation.node(id).host.store.get('k'), 'two');
    const { differing, missing } = copiesAtTheEnd(simulation);
    assert.deepEqual([...differing, ...missing], []);
  });

  test(`both sides of a cut have a quorum, and neither sees what the other writes (${versions})`, () => {
    const { simulation, owners, others } = cluster(versions);
    const faults = new FaultSwitch(simulation);
    const [lone, ...more] = owners;
    const side = [lone!, others[0]!];
    const rest = [...more, others[1]!];
    const cuts = side.flatMap((a) => rest.map((b): Fault => ({ kind: 'cut', from: { node: a }, to: { node: b } })));
    for (const cut of cuts) faults.inject(cut);
    simulation.run(8000);
    ask(simulation, lone!, { kind: 'append', key: 'k', value: 'left;' });
    ask(simulation, more[0]!, { kind: 'append', key: 'k', value: 'right;' });
    assert.equal(ask(simulation, others[0]!, GET).value, 'left;');
    assert.equal(ask(simulation, others[1]!, GET).value, 'right;');
    for (const cut of cuts) faults.heal(cut);
    simulation.run(10_000);
    for (const id of owners) {
      const value = simulation.node(id).host.store.get('k');
      assert.ok(value === 'left;right;' || value === 'right;left;', `${value} on ${id}`);
    }
  });
}

test('without stand-ins the same writes are refused', () => {
  const { simulation, owners } = cluster('last-writer', { missingCopies: 'hints' });
  crash(simulation, owners.slice(1));
  const submitted = simulation.submit(owners[0]!, put('one'));
  simulation.run(100);
  assert.equal(submitted.answer?.outcome, 'fail');
});

test('where no other node is left a copy has no stand-in, and what it lacks is a hint', () => {
  const options: Options = { ...presets.default, missingCopies: 'stand-ins' };
  const members = FIVE.slice(0, 3);
  const simulation = new Simulation({ engine, options, members, seed: 2 });
  simulation.run(100);
  crash(simulation, ['n3']);
  ask(simulation, 'n1', put('one'));
  assert.equal(guests(simulation, 'n1'), 1);
  simulation.restart('n3');
  simulation.run(1000);
  assert.equal(simulation.node('n3').host.store.get('k'), 'one');
});

test('what a stand-in has acknowledged outlives the loss of every copy that had it', () => {
  const { simulation, owners } = cluster('siblings');
  crash(simulation, owners.slice(1));
  ask(simulation, owners[0]!, put('one'));
  simulation.crash(owners[0]!, 'kill');
  simulation.node(owners[0]!).disk.discard(simulation.node(owners[0]!).disk.entries.length + 1);
  for (const id of owners) simulation.restart(id);
  simulation.run(3000);
  for (const id of owners) assert.equal(simulation.node(id).host.store.get('k'), 'one');
});
