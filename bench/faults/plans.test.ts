import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../input.ts';
import { Random } from '../random.ts';
import { drawSteps, injuriesOf, leavesInjured, planMs } from './fault-plan.ts';
import { faultsOf, type InstantInjury } from './injuries.ts';
import { INJURY_KINDS } from './injury-fields.ts';
import { FAULT_PLANS, loadFaultPlan } from './plans.ts';
import { chooseTarget } from './targets.ts';
import { execute, FakeScene, fullMembers } from './testing/fake-scene.ts';
import { FAULT_KINDS, type Fault } from './vocabulary.ts';

const members = fullMembers(3);
const around = { members, clientZones: ['a', 'b', 'c'] };

/** What a plan of one step at the beginning does to n1 of zone a, and when it heals. */
function only(name: string): { readonly faults: Fault[]; readonly forMs: number | undefined } {
  const [step] = drawSteps(loadFaultPlan(name), new Random(1));
  const faults = faultsOf(step!.do as InstantInjury, members[0]!, around, new Random(1));
  return { faults, forMs: step!.forMs };
}

const cut = (to: { node: string } | { clientsOf: string }): Fault => ({ kind: 'cut', from: { node: 'n1' }, to });
const delay = (to: { node: string } | { clientsOf: string }): Fault => ({
  kind: 'delay',
  from: { node: 'n1' },
  to,
  delayMs: 200,
});
const others = [{ node: 'n2' }, { node: 'n3' }];
const clients = (...zones: string[]): { clientsOf: string }[] => zones.map((clientsOf) => ({ clientsOf }));

/** Plans that results have been named after: what each does to n1 of zone a, and when it heals by itself. */
const EXPECTED: readonly (readonly [name: string, faults: Fault[], forMs?: number])[] = [
  ['kill-leader', [{ kind: 'kill', node: 'n1' }]],
  ['vanish-leader', [{ kind: 'vanish', node: 'n1' }]],
  ['pause-leader', [{ kind: 'pause', node: 'n1' }], 3000],
  ['isolate-leader', [...others, ...clients('a', 'b', 'c')].map(cut)],
  ['isolate-leader-with-clients', [...others, ...clients('b', 'c')].map(cut)],
  ['slow-leader', [...others, ...clients('a', 'b', 'c')].map(delay), 3000],
  ['kill-random', [{ kind: 'kill', node: 'n1' }]],
  ['vanish-random', [{ kind: 'vanish', node: 'n1' }]],
  ['cut-leader-zone', [{ kind: 'cut-zone', zone: 'a', clients: 'inside' }]],
  ['kill-leader-zone', [{ kind: 'kill-zone', zone: 'a' }]],
  ['vanish-leader-zone', [{ kind: 'vanish', node: 'n1' }]],
  ['slow-handler-follower', [{ kind: 'slow', node: 'n1', perInputMs: 20 }], 3000],
  ['kill-random-zone', [{ kind: 'kill-zone', zone: 'a' }]],
  ['cut-random-zone', [{ kind: 'cut-zone', zone: 'a', clients: 'inside' }]],
  [
    'slow-random-zone',
    [
      ...[...others, ...clients('b', 'c')].map(delay),
      ...others.map((to): Fault => ({ kind: 'delay', delayMs: 200, from: { clientsOf: 'a' }, to })),
    ],
    60_000,
  ],
  ['power-cut', [{ kind: 'power-cut' }], 200],
];

for (const [name, faults, forMs] of EXPECTED) {
  test(`${name} means its faults`, () => assert.deepEqual(only(name), { faults, forMs }));
}

test('every built-in plan has a name and title of its own, and does something to five nodes', () => {
  assert.equal(new Set(FAULT_PLANS.map(({ name }) => name)).size, FAULT_PLANS.length);
  assert.equal(new Set(FAULT_PLANS.map(({ title }) => title)).size, FAULT_PLANS.length);
  for (const plan of FAULT_PLANS) {
    const scene = new FakeScene(fullMembers(5));
    const execution = execute(drawSteps(plan, new Random(1)), scene);
    scene.passTo(5);
    execution.observe({ kind: 'answer', node: 'n1', operation: 'put', ok: true });
    scene.passTo(5 + planMs(plan, 5));
    assert.ok(scene.done.length > 0, plan.name);
    assert.ok(execution.isOver, `${plan.name} is over when it should be`);
    execution.stop();
    const count = (sign: string): number =>
      scene.done.filter((line) => line.includes(sign)).reduce((sum, line) => sum + line.split(',').length, 0);
    assert.equal(count(' - '), count(' + '), `${plan.name} ends all that it began`);
  }
});

test('there is a plan for every injury, and an injury for every fault', () => {
  const planned = new Set<string>(FAULT_PLANS.flatMap(injuriesOf).map(({ kind }) => kind));
  for (const kind of INJURY_KINDS) assert.ok(planned.has(kind), kind);
  for (const kind of FAULT_KINDS) assert.ok(kind === 'cut' || planned.has(kind), kind);
});

test('a plan leaves its victim injured unless it heals by itself', () => {
  const left = (name: string): boolean => leavesInjured(loadFaultPlan(name));
  assert.deepEqual(['kill-leader', 'isolate-leader'].map(left), [true, true]);
  assert.deepEqual(['power-cut', 'flapping-leader', 'transfer', 'random'].map(left), [false, false, false, false]);
});

test('clients of a zone are injured once, however many places they have', () => {
  const [step] = drawSteps(loadFaultPlan('slow-leader'), new Random(1));
  const alone = { members: members.slice(0, 1), clientZones: ['a', 'a'] };
  const faults = faultsOf(step!.do as InstantInjury, members[0]!, alone, new Random(1));
  assert.deepEqual(faults, [delay({ clientsOf: 'a' })]);
});

test('the leader is hit, or a random node where nobody leads', () => {
  assert.equal(chooseTarget('leader', { members, leader: 'n2' }, new Random(1)).id, 'n2');
  const hit = new Set<string>();
  for (let seed = 0; seed < 50; seed++) {
    hit.add(chooseTarget('leader', { members, leader: undefined }, new Random(seed)).id);
  }
  assert.deepEqual([...hit].sort(), ['n1', 'n2', 'n3']);
});

test('a random victim is drawn from the nodes that hold data, a follower from those that do not lead, by the seed', () => {
  const all = [
    ...members,
    { id: 'w', zone: 'a', kind: 'witness' as const },
    { id: 's', zone: 'b', kind: 'spare' as const },
  ];
  const drawn = (target: 'random' | 'follower' | 'spare' | { zone: string }): string[] => {
    const hit = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const draw = (): string => chooseTarget(target, { members: all, leader: 'n1' }, new Random(seed)).id;
      assert.equal(draw(), draw());
      hit.add(draw());
    }
    return [...hit].sort();
  };
  assert.deepEqual(drawn('random'), ['n1', 'n2', 'n3']);
  assert.deepEqual(drawn('follower'), ['n2', 'n3']);
  assert.deepEqual(drawn('spare'), ['s']);
  assert.deepEqual(drawn({ zone: 'b' }), ['n2', 's']);
});

test('a target that is not there is an error', () => {
  const choose = (): unknown => chooseTarget({ node: 'n9' }, { members, leader: 'n1' }, new Random(1));
  assert.throws(choose, /names \{"node":"n9"\}, which is not there/);
});

test('steps at random come within their time, each with a name of its own, by the seed', () => {
  const plan = loadFaultPlan('random');
  const steps = drawSteps(plan, new Random(3));
  assert.deepEqual(steps, drawSteps(plan, new Random(3)));
  assert.notDeepEqual(steps, drawSteps(plan, new Random(4)));
  assert.ok(steps.length >= 5 && steps.length <= 50, `${steps.length}`);
  assert.equal(new Set(steps.map(({ id }) => id)).size, steps.length);
  for (const { when, forMs } of steps) {
    assert.ok('atMs' in when && when.atMs >= 100 && when.atMs < 5000);
    assert.ok(forMs! >= 50 && forMs! < 1500);
  }
});

test('a wrong name is one sentence', () => {
  assert.throws(
    () => loadFaultPlan('kill-leder'),
    (error) =>
      error instanceof InputError &&
      /^--fault must be one of .* but "kill-leder" came; did you mean "kill-leader"\?$/.test(error.message),
  );
});
