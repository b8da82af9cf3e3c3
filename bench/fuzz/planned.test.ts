import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Claims } from '../../engines/api.ts';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { loadFaultPlan } from '../faults/plans.ts';
import type { Injury, Step } from '../faults/steps.ts';
import { Random } from '../random.ts';
import { claims } from '../runtimes/simulation/simulation-fixture.ts';
import { areBeyond, plannedSteps } from './planned.ts';

const leads = { on: 'note', note: 'leads' } as const;
const plan: FaultPlan = {
  name: 'two',
  title: 'two',
  steps: [
    { when: { atMs: 50 }, target: 'leader', do: { kind: 'kill' } },
    { when: { trigger: leads, afterMs: 3 }, target: 'trigger', do: { kind: 'pause' } },
  ],
};

test('a plan begins at a time that each seed draws, and its steps keep their distances', () => {
  const begins = [1, 2, 3].map((seed) => {
    const [first, second] = plannedSteps(plan, 3000, new Random(seed)).map(({ when }) => when);
    assert.ok(first !== undefined && 'atMs' in first);
    const beginMs = first.atMs - 50;
    assert.deepEqual(second, { trigger: leads, afterMs: 3, fromMs: beginMs });
    assert.ok(beginMs >= 300 && beginMs <= 1500, `${beginMs}`);
    return beginMs;
  });
  assert.equal(new Set(begins).size, 3);
});

test('what a plan leaves to chance each seed draws, and the same seed the same', () => {
  const random = loadFaultPlan('random');
  const steps = (seed: number): Step[] => plannedSteps(random, 3000, new Random(seed));
  assert.deepEqual(steps(1), steps(1));
  assert.notDeepEqual(
    steps(1).map(({ do: { kind } }) => kind),
    steps(2).map(({ do: { kind } }) => kind),
  );
});

const step = (injury: Injury, more: Partial<Step> = {}): Step => ({
  when: { atMs: 0 },
  target: 'random',
  do: injury,
  ...more,
});

test('lost disks, clocks and doubled requests go beyond claims that do not allow for them', () => {
  const strong: Claims = {
    ...claims,
    acknowledged: { lostNodes: 1, lostDisks: 1, powerLoss: true },
    exactlyOnce: true,
    assumes: { driftPpm: 10_000, skewMs: 1000 },
  };
  const injuries: Injury[] = [
    { kind: 'wipe' },
    { kind: 'corrupt-log' },
    { kind: 'skew', skewMs: -1000 },
    { kind: 'drift', ppm: 10_000 },
    { kind: 'duplicate', share: 0.1 },
  ];
  for (const injury of injuries) {
    assert.equal(areBeyond([step(injury)], claims), true, injury.kind);
    // Of a request that comes twice one may be refused for certain, whatever is claimed.
    assert.equal(areBeyond([step(injury)], strong), injury.kind === 'duplicate', injury.kind);
  }
  assert.equal(areBeyond([step({ kind: 'kill' }), step({ kind: 'power-cut' })], claims), false);
  assert.equal(areBeyond([step({ kind: 'duplicate', share: 0.1, type: 'append' })], claims), false);
  const twice = { repeat: { times: 2, everyMs: 10 } };
  assert.equal(areBeyond([step({ kind: 'wipe' }, twice)], strong), true);
  assert.equal(areBeyond([step({ kind: 'wipe' }, { ...twice, turns: [2] })], strong), false);
});
