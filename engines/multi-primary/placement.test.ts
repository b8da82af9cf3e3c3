import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultSwitch } from '../../bench/runtimes/simulation/fault-switch.ts';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import type { Member } from '../api.ts';
import engine from './index.ts';
import { Placement } from './placement.ts';
import { presets } from './presets.ts';

const SIX: readonly Member[] = [...'aabbcc'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));
const KEYS = Array.from({ length: 60 }, (_, i) => `k${i}`);

/** Six nodes that hold three copies of each key, which all have been written. */
function written(options: typeof presets.default | typeof presets.one = presets.default): Simulation {
  const simulation = new Simulation({ engine, options, members: SIX, seed: 3 });
  KEYS.forEach((key, i) => void simulation.submit(SIX[i % SIX.length]!.id, { kind: 'put', key, value: `${i}` }));
  simulation.run(3000);
  return simulation;
}

const holdersOf = (simulation: Simulation, key: string) =>
  simulation.nodes().filter((node) => node.host.holds(key) && node.host.store.get(key) !== null);

/** A key of the first node, and who else holds it. */
const placement = new Placement(presets.default, SIX, 'n1');
const KEY = KEYS.find((key) => placement.holds(key))!;
const HOLDERS = placement.ownersOf(KEY).nodes;
const STRANGER = SIX.find(({ id }) => !HOLDERS.includes(id))!.id;

test('each key is held once in each zone, and any node takes requests for any key', () => {
  const simulation = written();
  for (const key of KEYS) {
    const zones = holdersOf(simulation, key).map(({ id }) => SIX.find((member) => member.id === id)!.zone);
    assert.deepEqual(zones.sort(), ['a', 'b', 'c']);
  }
  const asked = SIX.flatMap(({ id }) => KEYS.map((key) => simulation.submit(id, { kind: 'get', key })));
  simulation.run(1000);
  asked.forEach(({ answer }, i) => {
    assert.deepEqual(answer?.outcome === 'ok' && answer.result.value, `${i % KEYS.length}`);
  });
});

test('with one holder left a single copy is read and written through a node that has none', () => {
  const simulation = written(presets.one);
  for (const id of HOLDERS.slice(1)) simulation.crash(id, 'kill');
  const put = simulation.submit(STRANGER, { kind: 'put', key: KEY, value: 'new' });
  simulation.run(100);
  const get = simulation.submit(STRANGER, { kind: 'get', key: KEY });
  simulation.run(100);
  assert.equal(put.answer?.outcome, 'ok');
  assert.equal(get.answer?.outcome === 'ok' && get.answer.result.value, 'new');
});

test('with one holder left a quorum of two is refused for certain', () => {
  const simulation = written();
  for (const id of HOLDERS.slice(1)) simulation.crash(id, 'kill');
  simulation.run(10);
  const asked = (['put', 'get'] as const).map((kind) =>
    simulation.submit(STRANGER, kind === 'put' ? { kind, key: KEY, value: 'new' } : { kind, key: KEY }),
  );
  simulation.run(2000);
  for (const { answer } of asked) {
    assert.deepEqual(answer, { outcome: 'fail', reason: 'unavailable' });
  }
});

test('who lost every other holder’s disk has the copies made again from its own', () => {
  const simulation = written();
  const faults = new FaultSwitch(simulation);
  for (const node of HOLDERS.slice(1)) faults.inject({ kind: 'wipe', node });
  simulation.run(20);
  for (const node of HOLDERS.slice(1)) faults.heal({ kind: 'wipe', node });
  simulation.run(20_000);
  for (const key of KEYS) assert.equal(holdersOf(simulation, key).length, 3, key);
});
