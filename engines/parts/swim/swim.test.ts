import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Status, SwimMessage } from './messages.ts';
import { Swim, type SwimOptions } from './swim.ts';

fc.configureGlobal({ seed: 1 });

const OPTIONS: SwimOptions = { probeMs: 100, probeTimeoutMs: 40, indirectProbes: 2, suspicionMs: 300 };
const DELAY_MS = 2;

/** A handful of members in virtual time, with links that lose messages and may be cut. */
class Group {
  now = 0;
  lossShare = 0;
  readonly ids: string[];
  readonly members = new Map<string, Swim>();
  readonly changes: string[] = [];
  readonly cuts = new Set<string>();
  readonly #due: { at: number; run: () => void }[] = [];
  readonly #asleepUntil = new Map<string, number>();
  #seed: number;

  constructor(count: number, seed: number) {
    this.#seed = seed;
    this.ids = Array.from({ length: count }, (_, i) => `n${i + 1}`);
    for (const id of this.ids) this.start(id, 1);
  }

  random(): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return this.#seed / 2 ** 32;
  }

  start(id: string, incarnation: number): void {
    const swim = new Swim(id, this.ids, incarnation, OPTIONS, {
      now: () => this.now,
      random: () => this.random(),
      send: (to, message) => this.#carry(id, to, message),
      changed: (node, status, before) => this.changes.push(`${id}: ${node} ${before} > ${status}`),
    });
    this.members.set(id, swim);
    this.#tick(id, swim);
  }

  stop(id: string): void {
    this.members.delete(id);
  }

  pause(id: string, forMs: number): void {
    this.#asleepUntil.set(id, this.now + forMs);
  }

  cut(a: string, b: string): void {
    this.cuts.add(`${a}>${b}`).add(`${b}>${a}`);
  }

  run(forMs: number): void {
    const end = this.now + forMs;
    for (;;) {
      this.#due.sort((a, b) => a.at - b.at);
      const next = this.#due[0];
      if (next === undefined || next.at > end) break;
      this.#due.shift();
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
  }

  seenBy(id: string): Status[] {
    return this.ids.filter((other) => other !== id).map((other) => this.members.get(id)!.statusOf(other));
  }

  allAlive(): boolean {
    return [...this.members.keys()].every((id) => this.seenBy(id).every((status) => status === 'alive'));
  }

  #carry(from: string, to: string, message: SwimMessage): void {
    if (this.random() < this.lossShare) return;
    this.#at(DELAY_MS, to, () => {
      if (!this.cuts.has(`${from}>${to}`)) this.members.get(to)?.onMessage(from, message);
    });
  }

  #tick(id: string, swim: Swim): void {
    if (this.members.get(id) !== swim) return;
    const nextMs = swim.tick();
    this.#at(nextMs, id, () => this.#tick(id, swim));
  }

  /** Runs something at a member, later if the member is asleep: messages before timers, as hosts do. */
  #at(delayMs: number, id: string, run: () => void): void {
    this.#due.push({
      at: this.now + delayMs,
      run: () => {
        const wakesAt = this.#asleepUntil.get(id) ?? 0;
        if (this.now < wakesAt) this.#at(wakesAt - this.now, id, run);
        else run();
      },
    });
  }
}

test('members that are up stay alive in each other’s eyes when nothing is lost', () => {
  const group = new Group(5, 1);
  group.run(20_000);
  assert.deepEqual(group.changes, []);
});

test('a silent member is suspected, then dead everywhere, within the periods promised', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 7 }), fc.nat(), (count, seed) => {
      const group = new Group(count, seed);
      group.run(1000);
      group.stop('n1');
      const rounds = 2 * (count - 1) + 2;
      group.run(rounds * OPTIONS.probeMs + OPTIONS.suspicionMs + OPTIONS.probeMs);
      for (const id of group.ids.slice(1)) assert.equal(group.members.get(id)!.statusOf('n1'), 'dead');
      for (const id of group.ids.slice(1)) {
        assert.equal(group.seenBy(id).filter((status) => status !== 'alive').length, 1);
      }
    }),
    { numRuns: 30 },
  );
});

test('lost messages kill nobody for good: everyone is alive again soon after', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.nat(), (count, seed) => {
      const group = new Group(count, seed);
      group.lossShare = 0.4;
      group.run(5000);
      group.lossShare = 0;
      group.run(2000);
      assert.ok(group.allAlive(), group.changes.slice(-10).join('\n'));
    }),
    { numRuns: 30 },
  );
});

test('two sides that hold each other dead find together after a cut, long after the rumour has died', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.nat(), (half, seed) => {
      const group = new Group(2 * half, seed);
      for (const a of group.ids.slice(0, half)) for (const b of group.ids.slice(half)) group.cut(a, b);
      group.run(20_000);
      assert.ok(
        group
          .seenBy('n1')
          .slice(half - 1)
          .every((status) => status === 'dead'),
      );
      group.cuts.clear();
      group.run(2000 * half);
      assert.ok(group.allAlive(), group.changes.slice(-10).join('\n'));
    }),
    { numRuns: 20 },
  );
});

test('a member that lost one link only is saved by the others who probe it', () => {
  const group = new Group(4, 3);
  group.run(500);
  group.cut('n1', 'n2');
  group.run(10_000);
  assert.equal(group.members.get('n1')!.statusOf('n2'), 'alive');
  assert.deepEqual(group.changes, []);
});

test('a member that restarts with a higher incarnation is alive everywhere within a round trip', () => {
  const group = new Group(3, 4);
  group.run(500);
  group.stop('n1');
  for (const id of ['n2', 'n3']) group.members.get(id)!.linkDown('n1');
  assert.equal(group.members.get('n2')!.statusOf('n1'), 'dead');
  group.start('n1', 65_536);
  group.run(2 * DELAY_MS);
  assert.ok(group.allAlive());
});

test('a member that restarts with a lower incarnation than it had outbids its former life', () => {
  const group = new Group(3, 5);
  group.stop('n1');
  group.start('n1', 1000);
  group.run(500);
  group.stop('n1');
  group.run(2000);
  group.start('n1', 1);
  group.run(1000);
  assert.ok(group.allAlive());
  assert.ok(group.members.get('n1')!.incarnation > 1000);
});

test('a member that slept blames itself and not the others', () => {
  const group = new Group(4, 6);
  group.run(500);
  for (let i = 0; i < 10; i++) {
    group.pause('n1', 150);
    group.run(700);
  }
  assert.deepEqual(
    group.changes.filter((change) => change.startsWith('n1:')),
    [],
  );
  group.run(1000);
  assert.ok(group.allAlive());
});
