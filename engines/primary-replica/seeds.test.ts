/** Random faults in the simulation, and failovers staged there. A few seeds only: enough to notice what was broken since the last long run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersOf } from '../../bench/fuzz/environment.ts';
import { runRandomTrial } from '../../bench/fuzz/trial.ts';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import type { Member } from '../api.ts';
import engine from './index.ts';
import type { Options } from './options.ts';
import { presets } from './presets.ts';

const SEEDS = 6;
/** Bounds so low that every run meets them. */
const NARROW = { recordsPerMessage: 3, windowRecords: 9 };

for (const [title, preset, options] of [
  ['default', 'default', {}],
  ['default with narrow bounds', 'default', NARROW],
  ['default with a short log', 'default', { ...NARROW, logRecordsMax: 4 }],
  ['default with phi, and copies that count when applied', 'default', { detection: 'phi', copyCounts: 'applied' }],
  ['default with every node answering', 'default', { reads: 'replicas', forwards: true }],
  ['async', 'async', {}],
  ['async with a short log', 'async', { logRecordsMax: 4 }],
  ['manual', 'manual', {}],
  ['vrrp', 'vrrp', {}],
] as const) {
  test(`${title} keeps what it claims under random faults`, () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const verdict = runRandomTrial(engine, { preset, options, seed });
      assert.equal(verdict.breach, undefined, `seed ${seed}\n${verdict.faults.join('\n')}`);
    }
  });
}

/** A cluster with a client that writes a fresh key every 5 ms to whoever leads. */
class Loaded {
  readonly simulation: Simulation;
  readonly acknowledged: { key: string; atMs: number }[] = [];
  #open: { key: string; row: ReturnType<Simulation['submit']> }[] = [];
  #keys = 0;

  constructor(options: Options, seed: number, members: readonly Member[] = membersOf(3)) {
    this.simulation = new Simulation({ engine, options, members, seed });
  }

  primaries(): string[] {
    const up = [...this.simulation.nodes()].filter((node) => node.up);
    return up.filter((node) => node.host.status().role === 'primary').map((node) => node.id);
  }

  run(ms: number): this {
    for (let passed = 0; passed < ms; passed += 5) {
      for (const to of this.primaries()) {
        const key = `key-${++this.#keys}`;
        this.#open.push({ key, row: this.simulation.submit(to, { kind: 'put', key, value: key }) });
      }
      this.simulation.run(5);
      this.#open = this.#open.filter(({ key, row }) => {
        if (row.answer?.outcome === 'ok') this.acknowledged.push({ key, atMs: row.answeredAtMs! });
        return row.answer === undefined;
      });
    }
    assert.equal(this.simulation.brokenInvariant(), undefined);
    return this;
  }

  lost(): number {
    const stores = [...this.simulation.nodes()].map((node) => node.host.store);
    return this.acknowledged.filter(({ key }) => stores.every((store) => store.get(key) === null)).length;
  }
}

test('a killed primary is replaced within two seconds, and nothing acknowledged is lost', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const cluster = new Loaded(presets.default, seed).run(500 + seed * 13);
    const [primary] = cluster.primaries();
    const killedMs = cluster.simulation.nowMs;
    cluster.simulation.crash(primary!, seed % 2 === 0 ? 'kill' : 'vanish');
    cluster.run(2500);
    const first = cluster.acknowledged.find(({ atMs }) => atMs > killedMs + 5);
    assert.ok(first !== undefined && first.atMs - killedMs < 2000, `seed ${seed}: ${first?.atMs} after ${killedMs}`);
    cluster.simulation.restart(primary!);
    cluster.run(1500);
    assert.equal(cluster.lost(), 0);
    const stores = [...cluster.simulation.nodes()].map((node) => node.host.store.size);
    assert.ok(Math.max(...stores) - Math.min(...stores) < 60, `seed ${seed}: the old primary has caught up: ${stores}`);
  }
});

test('a primary cut off has stopped before another leads, and comes back as a replica', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const cluster = new Loaded(presets.default, seed).run(500);
    const [old] = cluster.primaries();
    const others = cluster.simulation.members.map(({ id }) => id).filter((id) => id !== old);
    cluster.simulation.cut([old!], others);
    let isReplaced = false;
    for (let passed = 0; passed < 2000; passed += 5) {
      const read = cluster.simulation.submit(old!, { kind: 'get', key: 'key-1' });
      cluster.simulation.run(5);
      isReplaced ||= cluster.primaries().some((id) => id !== old);
      if (isReplaced) assert.notEqual(read.answer?.outcome, 'ok', 'no reads at the old primary beside a new one');
    }
    assert.ok(isReplaced);
    cluster.simulation.network.mendAll();
    cluster.run(1000);
    assert.equal(cluster.simulation.node(old!).host.status().role, 'replica');
    assert.equal(cluster.lost(), 0);
  }
});

test('a power cut of all nodes at once loses nothing that was acknowledged, with fsync', () => {
  for (const preset of ['default', 'manual'] as const) {
    const cluster = new Loaded(presets[preset], 7).run(700);
    const ids = cluster.simulation.members.map(({ id }) => id);
    for (const id of ids) cluster.simulation.crash(id, 'vanish');
    cluster.simulation.run(100);
    for (const id of ids) cluster.simulation.restart(id);
    const before = cluster.acknowledged.length;
    cluster.run(3000);
    assert.equal(cluster.lost(), 0);
    assert.ok(before > 50 && cluster.acknowledged.length > before + 50);
  }
});

test('async loses acknowledged writes where the primary vanishes for good behind a cut, and the other two carry on', () => {
  const cluster = new Loaded(presets.async, 3).run(500);
  const [old] = cluster.primaries();
  cluster.simulation.cut(
    [old!],
    cluster.simulation.members.map(({ id }) => id).filter((id) => id !== old),
  );
  cluster.run(300);
  cluster.simulation.crash(old!, 'vanish');
  cluster.simulation.network.mendAll();
  cluster.run(2000);
  cluster.simulation.restart(old!);
  cluster.run(1500);
  assert.ok(cluster.lost() > 0, 'the figure has to show it');
});

test('manual never comes back while its primary is dead', () => {
  const cluster = new Loaded(presets.manual, 1).run(500);
  assert.deepEqual(cluster.primaries(), ['n1']);
  cluster.simulation.crash('n1', 'kill');
  cluster.run(30_000);
  assert.deepEqual(cluster.primaries(), []);
});

test('in a long run log, memory and disk are bounded by the state, and who was away gets a full copy under load', () => {
  // So few records under way that the one that is away falls behind what is kept.
  const options: Options = { ...presets.default, logRecordsMax: 200, windowRecords: 50 };
  const { simulation } = new Loaded(options, 5).run(200);
  const write = (count: number): void => {
    for (let i = 0; i < count; i++) {
      simulation.submit('n1', { kind: 'append', key: `counter-${i % 20}`, value: '+' });
      simulation.run(0.5);
    }
  };
  simulation.crash('n3', 'kill');
  // By then it is known to be silent: nothing is kept for it.
  simulation.run(1000);
  for (let round = 0; round < 10; round++) {
    write(500);
    if (round === 5) simulation.restart('n3');
    for (const node of simulation.nodes()) {
      if (!node.up) continue;
      const { position, base } = node.host.status().details!;
      assert.ok(Number(position) - Number(base) < 700, `${position} − ${base} records in memory`);
      assert.ok(node.disk.entries.length < 1500, `${node.disk.entries.length} entries on disk`);
    }
  }
  simulation.run(500);
  const [first, ...others] = [...simulation.nodes()].map(({ host }) => [...host.store.entries()].sort());
  for (const other of others) assert.deepEqual(other, first);
  assert.equal(simulation.node('n1').host.store.get('counter-0')?.length, 250, 'each append once');
  simulation.crash('n2', 'vanish');
  simulation.restart('n2');
  simulation.run(500);
  assert.deepEqual([...simulation.node('n2').host.store.entries()].sort(), first, 'recovered from its image');
  assert.equal(simulation.brokenInvariant(), undefined);
});

test('a hand-over costs its clients less than a tenth of what a crash does, and no acknowledged write', () => {
  const outagesMs = (injure: (cluster: Loaded, primary: string) => void): number[] =>
    [1, 2, 3, 4, 5].map((seed) => {
      const cluster = new Loaded(presets.default, seed).run(500 + 17 * seed);
      injure(cluster, cluster.primaries()[0]!);
      const atMs = cluster.simulation.nowMs;
      cluster.run(3000);
      for (const { up, id } of cluster.simulation.nodes()) if (!up) cluster.simulation.restart(id);
      cluster.run(1500);
      assert.equal(cluster.lost(), 0);
      return cluster.acknowledged.find((write) => write.atMs > atMs + 5)!.atMs - atMs;
    });
  const planned = outagesMs(({ simulation }, primary) => simulation.command(primary, { kind: 'transfer' }));
  const crashes = outagesMs(({ simulation }, primary) => simulation.crash(primary, 'kill'));
  assert.ok(Math.max(...planned) * 10 < Math.min(...crashes), `${planned} against ${crashes} ms`);
});

test('two full members and a witness survive the loss of either full member', () => {
  for (const seed of [1, 2, 3, 4]) {
    const members: Member[] = [...membersOf(2), { id: 'w', zone: 'c', kind: 'witness' }];
    const cluster = new Loaded(presets.default, seed, members).run(500);
    const [primary] = cluster.primaries();
    cluster.simulation.crash(primary!, 'vanish');
    cluster.run(2000);
    const [next] = cluster.primaries();
    assert.ok(next !== undefined && next !== primary && next !== 'w');
    const before = cluster.acknowledged.length;
    cluster.simulation.restart(primary!);
    cluster.run(1000);
    assert.ok(cluster.acknowledged.length > before + 50, 'with one copy, writes wait until the other is back');
    assert.equal(cluster.lost(), 0);
    assert.equal(cluster.simulation.node('w').host.store.size, 0);
  }
});
