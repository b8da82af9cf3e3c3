import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../random.ts';
import { RandomFaults } from './random-faults.ts';
import type { Simulation } from './simulation.ts';
import { simulate } from './simulation-fixture.ts';

const ups = (simulation: Simulation): boolean[] => [...simulation.nodes()].map(({ up }) => up);
const cuts = (simulation: Simulation): string[] => {
  const ids = simulation.members.map(({ id }) => id);
  return ids.flatMap((from) =>
    ids
      .filter((to) => simulation.network.isCut(simulation.place(from), simulation.place(to)))
      .map((to) => `${from}>${to}`),
  );
};

test('over time every kind of injury is done, each told with its time', () => {
  const simulation = simulate(() => ({}));
  const faults = new RandomFaults(simulation, new Random('faults'));
  let downs = 0;
  let cutTimes = 0;
  for (let ms = 0; ms < 300_000; ms += 10) {
    simulation.run(10);
    if (ups(simulation).includes(false)) downs++;
    if (cuts(simulation).length > 0) cutTimes++;
  }
  const kinds = new Set(faults.log.map((line) => line.replace(/^[\d.]+ /, '').replace(/n\d/g, 'n')));
  const expected = ['power loss', 'kill n', 'vanish n', 'restart n', 'isolate n', 'n cannot send', 'n cannot hear'];
  assert.deepEqual(kinds, new Set([...expected, 'cut n and n', 'cut n to n, one way', 'mend']));
  assert.ok(downs > 1000 && cutTimes > 1000, `${downs} and ${cutTimes} of 30,000 looks`);
});

test('healing starts every node, mends every link and ends all injuries for good', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const simulation = simulate(() => ({}), { seed });
    const faults = new RandomFaults(simulation, new Random(seed));
    simulation.run(4000);
    faults.heal();
    const lines = faults.log.length;
    for (let ms = 0; ms < 10_000; ms += 100) {
      assert.deepEqual([ups(simulation), cuts(simulation)], [[true, true, true], []]);
      simulation.run(100);
    }
    assert.equal(faults.log.length, lines, 'nothing is told that was not done');
  }
});

test('the same seed does the same injuries', () => {
  const log = (seed: string): readonly string[] => {
    const simulation = simulate(() => ({}));
    const faults = new RandomFaults(simulation, new Random(seed));
    simulation.run(10_000);
    return faults.log;
  };
  assert.deepEqual(log('a'), log('a'));
  assert.notDeepEqual(log('a'), log('b'));
});
