import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../../bench/random.ts';
import { Health } from './health.ts';
import type { SwimOptions } from './options.ts';
import { Probing } from './probing.ts';

fc.configureGlobal({ seed: 1 });

const OPTIONS = { probeMs: 100, probeTimeoutMs: 40, indirectProbes: 2 } as SwimOptions;

/** Others that answer only if they are told to. */
class Bench {
  readonly health: Health;
  readonly probing: Probing;
  readonly pinged: string[] = [];
  readonly asked: string[] = [];
  readonly silent: string[] = [];
  readonly dead = new Set<string>();
  probe = 0;

  constructor(others: readonly string[], seed = 1, healthMax = 8) {
    const random = new Random(seed);
    this.health = new Health(healthMax);
    const world = {
      random: () => random.next(),
      isDead: (node: string) => this.dead.has(node),
      helpers: (count: number, except: string) => others.filter((node) => node !== except).slice(0, count),
      ping: (to: string, probe: number) => {
        this.pinged.push(to);
        this.probe = probe;
      },
      ask: (helper: string) => void this.asked.push(helper),
      silent: (node: string) => void this.silent.push(node),
    };
    this.probing = new Probing(others, OPTIONS, this.health, world, 0);
  }

  /** Lets one event come that is due, and returns its time. */
  next(): number {
    const atMs = this.probing.dueMs;
    this.probing.tick(atMs);
    return atMs;
  }
}

test('within two rounds everyone is probed, and in each round everyone once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (count, seed) => {
      const others = Array.from({ length: count }, (_, i) => `m${i}`);
      const bench = new Bench(others, seed);
      for (let i = 0; i < 3 * count; i++) {
        bench.next();
        bench.probing.answered(bench.probe);
      }
      for (let round = 0; round < 3; round++) {
        assert.deepEqual(bench.pinged.slice(round * count, (round + 1) * count).sort(), [...others].sort());
      }
      assert.deepEqual(bench.silent, []);
    }),
  );
});

test('a silent member is probed by others after the time-out, and called silent at the period’s end', () => {
  const bench = new Bench(['a', 'b', 'c']);
  const begun = bench.next();
  assert.equal(bench.next(), begun + 40);
  assert.equal(bench.asked.length, 2);
  assert.ok(!bench.asked.includes(bench.pinged[0]!));
  assert.equal(bench.next(), begun + 100);
  assert.deepEqual(bench.silent, [bench.pinged[0]]);
});

test('an answer in time ends it, and one to another probe does not', () => {
  const bench = new Bench(['a', 'b', 'c']);
  bench.next();
  bench.probing.answered(bench.probe + 1);
  bench.next();
  bench.probing.answered(bench.probe);
  bench.next();
  assert.deepEqual(bench.silent, []);
});

test('helpers that report silence clear this member; each that says nothing counts against it', () => {
  const scoreAfter = (nacks: number): number => {
    const bench = new Bench(['a', 'b', 'c']);
    bench.next();
    bench.next();
    for (let i = 0; i < nacks; i++) bench.probing.nacked(bench.probe);
    bench.next();
    return bench.health.score;
  };
  assert.deepEqual([scoreAfter(0), scoreAfter(1), scoreAfter(2)], [2, 1, 0]);
  const alone = new Bench(['a']);
  alone.next();
  alone.next();
  alone.next();
  assert.equal(alone.health.score, 1);
});

test('a member in doubt probes less often and waits longer, until its probes succeed again', () => {
  const bench = new Bench(['a', 'b', 'c']);
  bench.health.raise(1);
  const begun = bench.next();
  assert.equal(bench.next(), begun + 80);
  assert.equal(bench.probing.dueMs, begun + 200);
  bench.probing.answered(bench.probe);
  assert.equal(bench.health.score, 0);
});

test('dead members are probed in their turn, without helpers, and their silence says nothing', () => {
  const bench = new Bench(['a']);
  bench.dead.add('a');
  for (let i = 0; i < 6; i++) bench.next();
  assert.equal(bench.pinged.length, 3);
  assert.deepEqual([bench.asked, bench.silent, bench.health.score], [[], [], 0]);
});

test('a probe that is let go accuses nobody', () => {
  const bench = new Bench(['a', 'b']);
  bench.next();
  bench.probing.letGo(5000);
  bench.probing.tick(5000);
  assert.deepEqual(bench.silent, []);
  assert.equal(bench.pinged.length, 2);
});
