import assert from 'node:assert/strict';
import { test } from 'node:test';
import raft from '../../engines/raft/index.ts';
import unreplicated from '../../engines/unreplicated/index.ts';
import { Random } from '../random.ts';
import { drawEnvironment } from './environment.ts';
import { changesMembers, drawOrders } from './orders.ts';

const environmentOf = (engine: typeof raft | typeof unreplicated, seed: number) =>
  drawEnvironment(engine, { preset: 'default', seed, nodes: 3 }, new Random(`orders ${seed}`));
const seeds = Array.from({ length: 200 }, (_, i) => i + 1);

test('what an engine carries out is ordered of it in some seed, and spares are there to be added', () => {
  const given = new Set<string>();
  for (const seed of seeds) {
    const environment = environmentOf(raft, seed);
    const steps = drawOrders(environment, new Random(seed));
    const orders = steps.flatMap((step) => (step.do.kind === 'command' ? [step.do] : []));
    for (const { command } of orders) given.add(command);
    const spares = environment.members.filter(({ kind }) => kind === 'spare');
    const needs = orders.some(({ node, by }) => node === 'spare' || by === 'spare');
    assert.ok(!needs || spares.length > 0, `seed ${seed}`);
    assert.equal(
      changesMembers(steps),
      orders.some(({ command }) => command !== 'transfer' && command !== 'snapshot'),
    );
  }
  assert.deepEqual([...given].sort(), ['add', 'promote', 'remove', 'replace', 'snapshot', 'transfer']);
});

test('of an engine without commands nothing is ordered, and it gets no spares', () => {
  for (const seed of seeds.slice(0, 20)) {
    const environment = environmentOf(unreplicated, seed);
    assert.deepEqual(drawOrders(environment, new Random(seed)), []);
    assert.ok(environment.members.every(({ kind }) => kind !== 'spare'));
  }
});
