import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { InputError } from '../input.ts';
import type { FaultPlan } from './fault-plan.ts';
import { checkPlan } from './plan-check.ts';
import { loadFaultPlan } from './plans.ts';
import { fullMembers } from './testing/fake-scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'fault-plans-'));
after(() => rmSync(folder, { recursive: true }));

function fromFile(yaml: string): FaultPlan {
  const path = join(folder, 'plan.yaml');
  writeFileSync(path, yaml);
  return loadFaultPlan(path);
}

/** The one step of a plan, written as what stands behind its dash. */
const step = (yaml: string): unknown => fromFile(`steps:\n  - ${yaml}\n`).steps[0];

/** The sentence that says what is wrong, without the file's name. */
function sentence(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return error.message.replace(/^.*plan\.yaml(:\d+)?: /, '');
  }
  return 'no InputError';
}

test('one injury alone stands at the top', () => {
  const plan = fromFile('kind: delay\ntarget: { node: n3 }\ndelay_ms: 50\nheal_after_ms: 1000\n');
  assert.deepEqual(plan.steps, [
    { when: { atMs: 0 }, target: { node: 'n3' }, do: { kind: 'delay', delayMs: 50 }, forMs: 1000 },
  ]);
  assert.deepEqual(fromFile('kind: kill-zone\ntarget: { zone: b }\n').steps, [
    { when: { atMs: 0 }, target: { zone: 'b' }, do: { kind: 'kill-zone' } },
  ]);
});

test('a step says when, what, to whom and for how long', () => {
  assert.deepEqual(
    step('{ at_ms: 500, fault: vanish, target: random, for_ms: 300, repeat: { times: 3, every_ms: 50 } }'),
    {
      when: { atMs: 500 },
      target: 'random',
      do: { kind: 'vanish' },
      forMs: 300,
      repeat: { times: 3, everyMs: 50 },
    },
  );
});

test('a step may wait for what happens', () => {
  const when = (on: string): unknown => (step(`{ on: ${on}, fault: kill, target: trigger }`) as { when: unknown }).when;
  assert.deepEqual(when('leader'), { trigger: { on: 'leader' } });
  assert.deepEqual(when('write, after_ms: 0.2'), { trigger: { on: 'write' }, afterMs: 0.2 });
  assert.deepEqual(when('{ durable: follower }'), { trigger: { on: 'durable', by: 'follower' } });
  assert.deepEqual(when('{ answer: leader, operation: put }'), {
    trigger: { on: 'answer', by: 'leader', operation: 'put' },
  });
  assert.deepEqual(when('{ note: leads }, nth: 2, from_ms: 100'), {
    trigger: { on: 'note', note: 'leads' },
    nth: 2,
    fromMs: 100,
  });
  assert.deepEqual(when('{ message: append, by: { node: n2 } }'), {
    trigger: { on: 'message', type: 'append', by: { node: 'n2' } },
  });
  assert.deepEqual(when('{ sent: vote }'), { trigger: { on: 'sent', type: 'vote' } });
});

test('parameters of a fault have their defaults', () => {
  const what = (fields: string): unknown => (step(`{ ${fields} }`) as { do: unknown }).do;
  assert.deepEqual(what('fault: slow-disk'), { kind: 'slow-disk', syncMs: 50 });
  assert.deepEqual(what('fault: slow-disk, sync_ms: 7.5'), { kind: 'slow-disk', syncMs: 7.5 });
  assert.deepEqual(what('fault: drop, share: 1, type: append, way: out'), {
    kind: 'drop',
    share: 1,
    type: 'append',
    way: 'out',
  });
  assert.deepEqual(what('fault: partition, side: random'), { kind: 'partition' });
  assert.deepEqual(what('fault: rolling-restart, drain_ms: 100'), {
    kind: 'rolling-restart',
    everyMs: 1000,
    downMs: 500,
    drainMs: 100,
  });
});

test('a step may only prepare the ground', () => {
  assert.deepEqual(step('{ fault: drift, ppm: -5, prepares: true }'), {
    when: { atMs: 0 },
    target: 'leader',
    do: { kind: 'drift', ppm: -5 },
    prepares: true,
  });
});

test('a command names nodes, by name or by what they are', () => {
  const what = (fields: string): unknown => (step(`{ command: ${fields} }`) as { do: unknown }).do;
  assert.deepEqual(what('transfer'), { kind: 'command', command: 'transfer' });
  assert.deepEqual(what('transfer, to: follower'), { kind: 'command', command: 'transfer', to: 'follower' });
  assert.deepEqual(what('replace, node: n3, by: spare'), {
    kind: 'command',
    command: 'replace',
    node: { node: 'n3' },
    by: 'spare',
  });
  assert.deepEqual(what('remove, node: { place: 2 }'), { kind: 'command', command: 'remove', node: { place: 2 } });
});

test('faults at random are drawn between two times', () => {
  const fields =
    'at_ms: 100, target: random, random: { every_ms: [10, 90], faults: [kill, delay], for_ms: [5, 25], until_ms: 800 }';
  assert.deepEqual(step(`{ ${fields} }`), {
    random: {
      injuries: [{ kind: 'kill' }, { kind: 'delay', delayMs: 200 }],
      target: 'random',
      fromMs: 100,
      untilMs: 800,
      everyMs: [10, 90],
      forMs: [5, 25],
    },
  });
});

/** What each wrong step is told. */
const WRONG: readonly (readonly [step: string, sentence: RegExp])[] = [
  ['{ fault: vanihs }', /^steps\.0\.fault: expected one of .*, but "vanihs" came; did you mean "vanish"\?$/],
  ['{ fautl: kill }', /fautl: expected one of the fields .*; did you mean "fault"\?$/],
  ['{ at_ms: 5 }', /^steps\.0\.fault: expected one of fault, command and random, but nothing came$/],
  [
    '{ fault: kill, command: drain }',
    /^steps\.0\.command: expected one of fault, command and random, but "drain" came$/,
  ],
  [
    '{ fault: kill, delay_ms: 5 }',
    /^steps\.0\.delay_ms: expected nothing without a fault that takes it \(delay-zone, delay, reorder\), but 5 came$/,
  ],
  ['{ fault: drop, share: 2 }', /^steps\.0\.share: expected a share from 0 to 1, but 2 came$/],
  ['{ fault: kill, at_ms: 5, on: leader }', /^steps\.0\.at_ms: expected either at_ms or on, but 5 came$/],
  ['{ fault: kill, nth: 2 }', /^steps\.0\.nth: expected nothing without on, but 2 came$/],
  ['{ fault: kill, target: trigger }', /^steps\.0\.target: expected another target without on, but "trigger" came$/],
  [
    '{ fault: partition, target: everyone }',
    /^steps\.0\.target: expected one node with partition, but "everyone" came$/,
  ],
  ['{ fault: drop, way: out, target: everyone }', /^steps\.0\.way: expected nothing with everyone, but "out" came$/],
  ['{ command: remove }', /^steps\.0\.node: expected a node to remove, but nothing came$/],
  ['{ command: drain, node: n1 }', /^steps\.0\.node: expected nothing with drain, but "n1" came$/],
  ['{ command: drain, for_ms: 5 }', /^steps\.0\.for_ms: expected nothing without fault, but 5 came$/],
  [
    '{ random: { every_ms: [9, 1], faults: [kill], for_ms: [1, 2], until_ms: 9 } }',
    /^steps\.0\.random\.every_ms: expected the lowest number first, but \[9,1\] came$/,
  ],
];

for (const [yaml, expected] of WRONG) {
  test(`"${yaml}" is told what is wrong in one sentence`, () =>
    assert.match(
      sentence(() => step(yaml)),
      expected,
    ));
}

test('a plan without anything, or with two forms at once, is told so', () => {
  assert.equal(
    sentence(() => fromFile('title: x\n')),
    'steps: expected steps, or the kind of one injury, but nothing came',
  );
  assert.match(
    sentence(() => fromFile('kind: explode\n')),
    /^kind: .*"explode" came$/,
  );
  assert.match(
    sentence(() => fromFile('kind: delay\ndelay_ms: 0.5\n')),
    /^delay_ms: .*0\.5 came$/,
  );
  assert.match(
    sentence(() => fromFile('kind: kill\nnodes: 3\n')),
    /^nodes: /,
  );
  const both = 'kind: kill\nsteps: [{ fault: kill }]\n';
  assert.equal(
    sentence(() => fromFile(both)),
    'kind: expected either steps or one kind, but "kill" came',
  );
});

test('what threads cannot do, or cannot see, is refused there and nowhere else', () => {
  const members = fullMembers(3);
  const refusal = (yaml: string): string => {
    const plan = fromFile(`steps: [${yaml}]`);
    checkPlan(plan, members, 'simulation');
    return sentence(() => checkPlan(plan, members, 'threads'));
  };
  assert.match(refusal('{ fault: scatter-syncs }'), /in simulation, since threads cannot do scatter-syncs$/);
  assert.match(refusal('{ fault: kill }, { on: write, fault: kill }'), /step 2 waits for what threads do not tell/);
  assert.equal(refusal('{ on: leader, fault: kill }, { on: { note: leads }, fault: isolate }'), 'no InputError');
});

test('whoever a plan names must be in the topology', () => {
  const refusal = (yaml: string): string => {
    const plan = fromFile(`steps: [${yaml}]`);
    return sentence(() => checkPlan({ ...plan, name: 'x' }, fullMembers(3), 'simulation'));
  };
  assert.match(
    refusal('{ fault: kill, target: { node: n4 } }'),
    /a node of the topology, one of n1, n2, n3, but "n4" came$/,
  );
  assert.match(
    refusal('{ fault: kill, target: { place: 4 } }'),
    /a place of the topology, one of 1, 2, 3, but "4" came$/,
  );
  assert.match(
    refusal('{ on: { write: { zone: z } }, fault: kill }'),
    /a zone of the topology, one of a, b, c, but "z" came$/,
  );
  assert.match(refusal('{ command: add, node: spare }'), /a spare of the topology, but it has none$/);
  assert.match(refusal('{ command: transfer, to: n7 }'), /but "n7" came$/);
});
