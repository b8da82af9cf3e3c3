import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Member } from '../../engines/api.ts';
import { InputError } from '../input.ts';
import { Random } from '../random.ts';
import { FAULT_PLANS, loadFaultPlan } from './plans.ts';
import { chooseVictim, faultsOf } from './single.ts';
import { FAULT_KINDS, type Fault } from './vocabulary.ts';

const folder = mkdtempSync(join(tmpdir(), 'fault-plans-'));
after(() => rmSync(folder, { recursive: true }));

const MEMBERS: readonly Member[] = ['a', 'b', 'c'].map((zone, i) => ({ id: `n${i + 1}`, zone, kind: 'full' }));
const ZONES = ['a', 'b', 'c'];
const [N1] = MEMBERS;

const faults = (name: string): Fault[] => faultsOf(loadFaultPlan(name), N1!, MEMBERS, ZONES);
const cut = (to: { node: string } | { clientsOf: string }): Fault => ({ kind: 'cut', from: { node: 'n1' }, to });
const delay = (to: { node: string } | { clientsOf: string }): Fault => ({
  kind: 'delay',
  from: { node: 'n1' },
  to,
  delayMs: 200,
});
const others = [{ node: 'n2' }, { node: 'n3' }];
const clients = (...zones: string[]): { clientsOf: string }[] => zones.map((clientsOf) => ({ clientsOf }));

/** What each built-in plan does to n1 of zone a. */
const EXPECTED: Readonly<Record<string, Fault[]>> = {
  'kill-leader': [{ kind: 'kill', node: 'n1' }],
  'vanish-leader': [{ kind: 'vanish', node: 'n1' }],
  'pause-leader': [{ kind: 'pause', node: 'n1' }],
  'isolate-leader': [...others, ...clients('a', 'b', 'c')].map(cut),
  'isolate-leader-with-clients': [...others, ...clients('b', 'c')].map(cut),
  'slow-leader': [...others, ...clients('a', 'b', 'c')].map(delay),
  'kill-random': [{ kind: 'kill', node: 'n1' }],
  'vanish-random': [{ kind: 'vanish', node: 'n1' }],
  'cut-leader-zone': [{ kind: 'cut-zone', zone: 'a', clients: 'inside' }],
  'kill-leader-zone': [{ kind: 'kill-zone', zone: 'a' }],
  'power-cut': [{ kind: 'power-cut' }],
};

for (const { name } of FAULT_PLANS) {
  test(`${name} means its faults`, () => assert.deepEqual(faults(name), EXPECTED[name]));
}

test('the built-in plans have names of their own, and use only faults of the vocabulary', () => {
  assert.deepEqual(FAULT_PLANS.map(({ name }) => name).sort(), Object.keys(EXPECTED).sort());
  for (const { name } of FAULT_PLANS) for (const { kind } of faults(name)) assert.ok(FAULT_KINDS.includes(kind), kind);
});

test('clients of a zone are injured once, however many places they have', () => {
  const [first, ...rest] = faultsOf(loadFaultPlan('slow-leader'), N1!, [N1!], ['a', 'a']);
  assert.deepEqual([first, rest], [delay({ clientsOf: 'a' }), []]);
});

test('the leader is hit, or a random node where nobody leads', () => {
  const plan = loadFaultPlan('kill-leader');
  assert.equal(chooseVictim(plan, MEMBERS, 'n2', new Random(1)).id, 'n2');
  const hit = new Set<string>();
  for (let seed = 0; seed < 50; seed++) hit.add(chooseVictim(plan, MEMBERS, undefined, new Random(seed)).id);
  assert.deepEqual([...hit].sort(), ['n1', 'n2', 'n3']);
});

test('a random victim is drawn from the nodes that hold data, by the seed', () => {
  const members: Member[] = [
    ...MEMBERS,
    { id: 'w', zone: 'a', kind: 'witness' },
    { id: 's', zone: 'b', kind: 'spare' },
  ];
  const plan = loadFaultPlan('vanish-random');
  const hit = new Set<string>();
  for (let seed = 0; seed < 100; seed++) {
    const { id } = chooseVictim(plan, members, 'n1', new Random(seed));
    assert.equal(chooseVictim(plan, members, 'n3', new Random(seed)).id, id);
    hit.add(id);
  }
  assert.deepEqual([...hit].sort(), ['n1', 'n2', 'n3']);
});

function fromFile(yaml: string): ReturnType<typeof loadFaultPlan> {
  const path = join(folder, 'plan.yaml');
  writeFileSync(path, yaml);
  return loadFaultPlan(path);
}

test('a plan from a file hits the node or zone it names', () => {
  const plan = fromFile('kind: delay\ntarget: { node: n3 }\ndelay_ms: 50\nheal_after_ms: 1000\n');
  assert.deepEqual([plan.delayMs, plan.healAfterMs, plan.clients], [50, 1000, 'outside']);
  assert.equal(chooseVictim(plan, MEMBERS, 'n1', new Random(1)).id, 'n3');
  const zone = fromFile('kind: kill-zone\ntarget: { zone: b }\n');
  const victim = chooseVictim(zone, MEMBERS, 'n1', new Random(1));
  assert.deepEqual(faultsOf(zone, victim, MEMBERS, ZONES), [{ kind: 'kill-zone', zone: 'b' }]);
  assert.equal(zone.healAfterMs, undefined);
});

test('a plan that names what is not there is an error', () => {
  const plan = fromFile('kind: kill\ntarget: { node: n9 }\n');
  assert.throws(() => chooseVictim(plan, MEMBERS, 'n1', new Random(1)), /names \{"node":"n9"\}, which is not there/);
});

test('a wrong name or file is one sentence', () => {
  const sentence = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      if (error instanceof InputError) return error.message;
    }
    return 'no InputError';
  };
  assert.match(
    sentence(() => loadFaultPlan('kill-leder')),
    /^--fault must be one of .* but "kill-leder" came; did you mean "kill-leader"\?$/,
  );
  assert.match(
    sentence(() => fromFile('kind: explode\n')),
    /plan\.yaml:1: kind: .*"explode" came$/,
  );
  assert.match(
    sentence(() => fromFile('kind: delay\ndelay_ms: 0.5\n')),
    /delay_ms: .*0\.5 came$/,
  );
  assert.match(
    sentence(() => fromFile('kind: kill\nnodes: 3\n')),
    /nodes/,
  );
});
