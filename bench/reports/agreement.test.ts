import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreement, apart, farthestApart } from './agreement.ts';
import type { TableRow, Tables } from './tables.ts';

const ENGINES = ['raft', 'unreplicated'] as const;

/** Throughput, latency and idle puts of two engines, and one outage of raft for each that is given. */
function run(perS: number, outagesMs: readonly number[], more: Partial<TableRow<'failovers'>> = {}): Tables {
  const trials = ENGINES.flatMap((engine, i): TableRow<'trials'>[] => [
    { engine, measure: 'throughput', workload: 'update', durability: 'none', clients: 64, throughput_per_s: perS + i },
    ...[250, 500, 1000].map((offered_per_s) => ({
      engine,
      measure: 'latency',
      workload: 'ycsb-a',
      durability: 'fsync',
      offered_per_s,
      put_p50_ms: offered_per_s / 1000,
    })),
  ]);
  const service = ENGINES.map((engine) => ({ engine, durability: 'fsync', operation: 'put', p50_ms: 0.4 }));
  const failovers = outagesMs.map((outage_ms, i): TableRow<'failovers'> => {
    return { trial: 'f', at_ms: i, engine: 'raft', fault: 'kill-leader', client_zone: 'a', outage_ms, ...more };
  });
  return { trials, service, failovers };
}

test('figures stand side by side, engines in their order, with the ratio of the medians', () => {
  const { figures } = agreement(run(1000, []), run(1500, []));
  const [baseline, raft] = figures.filter(({ what }) => what === 'update, 64 clients, none');
  assert.deepEqual([baseline?.engine, raft?.engine], ['unreplicated', 'raft']);
  assert.equal(raft?.threads?.median, 1000);
  assert.equal(raft?.simulation?.median, 1500);
  assert.equal(raft?.ratio, 1.5);
  assert.deepEqual([...new Set(figures.map(({ what }) => what))].slice(0, 3), [
    'update, 64 clients, none',
    'idle put, fsync',
    'ycsb-a, 500/s, fsync: write p50',
  ]);
});

test('what threads have not measured has no ratio, and what the simulation has not is left out', () => {
  const { figures, outages } = agreement({ ...run(1000, [400]), trials: [] }, run(1000, []));
  const raft = figures.find(({ what, engine }) => what === 'update, 64 clients, none' && engine === 'raft');
  assert.equal(raft?.threads, undefined);
  assert.equal(raft?.ratio, undefined);
  assert.deepEqual(outages, []);
});

test('outages are compared by their medians, and not where an end was never seen', () => {
  const { outages } = agreement(run(1, [300, 400, 500]), run(1, [350, 360, 900]));
  assert.equal(outages.length, 1);
  assert.equal(outages[0]?.threads?.n, 3);
  assert.equal(outages[0]?.ratio, 0.9);
  const [censored] = agreement(run(1, [300], { censored: true }), run(1, [350])).outages;
  assert.equal(censored?.ratio, undefined);
  assert.equal(farthestApart([censored!]), undefined);
});

test('a half and a double are equally far apart', () => {
  assert.equal(apart(0.5), apart(2));
  assert.equal(apart(1), 0);
  const pair = (engine: string, ratio: number) =>
    ({ engine, fault: 'f', threads: undefined, simulation: undefined, ratio }) as const;
  assert.equal(farthestApart([pair('a', 1.2), pair('b', 0.8), pair('c', 1.1)])?.engine, 'b');
});
