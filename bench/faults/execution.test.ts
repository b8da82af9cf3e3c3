import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from './execution.ts';
import type { Step } from './steps.ts';
import { execute, FakeScene, fullMembers } from './testing/fake-scene.ts';

const kill = (changes: Partial<Step> = {}): Step => ({
  when: { atMs: 10 },
  target: { node: 'n1' },
  do: { kind: 'kill' },
  ...changes,
});

const leads = (node: string): Observation => ({ kind: 'note', node, note: { kind: 'leads', epoch: 1 } });
const answer = (node: string, operation: 'get' | 'put' = 'put', ok = true): Observation => ({
  kind: 'answer',
  node,
  operation,
  ok,
});

/** What the steps do until 10 s, each named time observed at that time. */
function course(
  steps: readonly Step[],
  seen: readonly (readonly [number, Observation])[] = [],
  scene = new FakeScene(),
): string[] {
  const execution = execute(steps, scene);
  for (const [atMs, observation] of seen) {
    scene.passTo(atMs);
    execution.observe(observation);
  }
  scene.passTo(10_000);
  return scene.done;
}

test('a step by time happens then, and its faults end when their time is over', () => {
  assert.deepEqual(course([kill({ forMs: 250 })]), ['10 + kill n1', '260 - kill n1']);
});

test('what has no end stands until everything is stopped', () => {
  const scene = new FakeScene();
  const execution = execute([kill()], scene);
  scene.passTo(500);
  assert.deepEqual(scene.done, ['10 + kill n1']);
  execution.stop();
  execution.stop();
  assert.deepEqual(scene.done, ['10 + kill n1', '500 - kill n1']);
});

test('once stopped, nothing more happens', () => {
  const scene = new FakeScene();
  const triggered = kill({ when: { trigger: { on: 'note', note: 'leads' } } });
  const execution = execute([kill({ forMs: 100 }), kill({ when: { atMs: 200 } }), triggered], scene);
  scene.passTo(50);
  execution.stop();
  execution.observe(leads('n1'));
  scene.passTo(1000);
  assert.deepEqual(scene.done, ['10 + kill n1', '50 - kill n1']);
});

test('what is to go on standing outlives the healing of the rest, and ends when all is stopped', () => {
  const scene = new FakeScene();
  const other: Step = {
    when: { atMs: 20 },
    target: { node: 'n2' },
    do: { kind: 'stall-disk' },
    forMs: 100,
    stands: true,
  };
  const execution = execute([kill(), other], scene);
  scene.passTo(50);
  execution.heal();
  scene.passTo(500);
  assert.deepEqual(scene.done, ['10 + kill n1', '20 + stall-disk n2', '50 - kill n1']);
  execution.stop();
  assert.equal(scene.done.at(-1), '500 - stall-disk n2');
});

test('a step repeats so many times, so far apart', () => {
  const step = kill({ forMs: 5, repeat: { times: 3, everyMs: 100 } });
  const kills = course([step]).filter((line) => line.includes('+'));
  assert.deepEqual(kills, ['10 + kill n1', '110 + kill n1', '210 + kill n1']);
});

test('of the times of a step some can be left out, and the others happen as they would', () => {
  const repeat = { times: 4, everyMs: 100 };
  const every = kill({ target: 'random', forMs: 5, repeat });
  const some = { ...every, turns: [2, 4] };
  const kills = (step: Step): string[] => course([step]).filter((line) => line.includes('+'));
  assert.deepEqual(kills(some), [kills(every)[1], kills(every)[3]]);
  const triggered = kill({ when: { trigger: { on: 'note', note: 'leads' } }, target: 'trigger', repeat, turns: [2] });
  const seen = [
    [20, leads('n1')],
    [150, leads('n2')],
    [300, leads('n3')],
  ] as const;
  assert.deepEqual(course([triggered], seen), ['150 + kill n2']);
});

test('a trigger fires once, so long after it was seen, and not for what it does not name', () => {
  const step = kill({ when: { trigger: { on: 'note', note: 'leads' }, afterMs: 2.5 }, target: 'trigger' });
  const seen = [
    [20, { kind: 'note', node: 'n3', note: { kind: 'steps-down', epoch: 1 } }],
    [30, answer('n1')],
    [40, leads('n2')],
    [50, leads('n3')],
  ] as const;
  assert.deepEqual(course([step], seen), ['42.5 + kill n2']);
});

test('the node is hit after what it does, not within it', () => {
  const scene = new FakeScene();
  const execution = execute([kill({ when: { trigger: { on: 'write' } }, target: 'trigger' })], scene);
  scene.passTo(10);
  execution.observe({ kind: 'write', node: 'n2', entries: 1 });
  assert.deepEqual(scene.done, []);
  scene.passTo(10);
  assert.deepEqual(scene.done, ['10 + kill n2']);
});

test('a trigger counts from when it is armed, and fires the n-th time', () => {
  const when = { trigger: { on: 'durable' }, nth: 2, fromMs: 100 } as const;
  const seen = [50, 110, 120, 130].map((atMs) => [atMs, { kind: 'durable', node: 'n2' }] as const);
  assert.deepEqual(course([kill({ when })], seen), ['120 + kill n1']);
});

test('a trigger that repeats is armed again after a while', () => {
  const when = { trigger: { on: 'note', note: 'leads' } } as const;
  const step = kill({ when, target: 'trigger', forMs: 10, repeat: { times: 2, everyMs: 100 } });
  const seen = [
    [10, leads('n1')],
    [50, leads('n2')],
    [150, leads('n3')],
    [400, leads('n1')],
  ] as const;
  assert.deepEqual(course([step], seen), ['10 + kill n1', '20 - kill n1', '150 + kill n3', '160 - kill n3']);
});

test('messages trigger by type, where they are delivered or sent', () => {
  const message = (kind: 'message' | 'sent', from: string, to: string, type: string): Observation => ({
    kind,
    from,
    to,
    type,
  });
  const seen = [
    [10, message('sent', 'n1', 'n2', 'append')],
    [20, message('message', 'n1', 'n2', 'vote')],
    [30, message('message', 'n1', 'n2', 'append')],
  ] as const;
  const on = (kind: 'message' | 'sent', target: 'trigger' | 'peer'): Step =>
    kill({ when: { trigger: { on: kind, type: 'append' } }, target });
  assert.deepEqual(course([on('message', 'trigger')], seen), ['30 + kill n2']);
  assert.deepEqual(course([on('message', 'peer')], seen), ['30 + kill n1']);
  assert.deepEqual(course([on('sent', 'trigger')], seen), ['10 + kill n1']);
  assert.deepEqual(course([on('sent', 'peer')], seen), ['10 + kill n2']);
});

test('an answer triggers when it is ok and of its operation; a leader is who answers a write', () => {
  const seen = [
    [10, answer('n1', 'put', false)],
    [20, answer('n2', 'get')],
    [30, answer('n3', 'put')],
  ] as const;
  const on = (trigger: { on: 'answer'; operation?: 'get' | 'put' } | { on: 'leader' }): string[] =>
    course([kill({ when: { trigger }, target: 'trigger' })], seen);
  assert.deepEqual(on({ on: 'answer' }), ['20 + kill n2']);
  assert.deepEqual(on({ on: 'answer', operation: 'put' }), ['30 + kill n3']);
  assert.deepEqual(on({ on: 'leader' }), ['30 + kill n3']);
});

test('a trigger may be bound to who makes it', () => {
  const when = (by: 'leader' | 'follower' | { node: string } | { zone: string } | { place: number }): string[] => {
    const step = kill({ when: { trigger: { on: 'durable', by } }, target: 'trigger' });
    return course(
      [step],
      [10, 20, 30].map((atMs, i) => [atMs, { kind: 'durable', node: `n${i + 1}` }] as const),
    );
  };
  assert.deepEqual(when('leader'), ['10 + kill n1']);
  assert.deepEqual(when('follower'), ['20 + kill n2']);
  assert.deepEqual(when({ node: 'n3' }), ['30 + kill n3']);
  assert.deepEqual(when({ zone: 'b' }), ['20 + kill n2']);
  assert.deepEqual(when({ place: 3 }), ['30 + kill n3']);
});

test('the leader is who answered writes, else who noted last that it leads', () => {
  const scene = new FakeScene();
  scene.leading = undefined;
  const step = kill({ when: { atMs: 100 }, target: 'leader' });
  assert.deepEqual(
    course(
      [step],
      [
        [10, leads('n2')],
        [20, leads('n3')],
      ],
      scene,
    ),
    ['100 + kill n3'],
  );
  assert.deepEqual(course([step], [[10, leads('n2')]]), ['100 + kill n1'], 'the scene knows better');
});

test('commands find their nodes when they are given', () => {
  const members = [...fullMembers(3), { id: 's1', zone: 'a', kind: 'spare' as const }];
  const order = (command: 'add' | 'replace' | 'transfer' | 'snapshot', more: object = {}): Step =>
    kill({ target: 'leader', do: { kind: 'command', command, ...more } });
  const steps = [
    order('add', { node: 'spare' }),
    order('replace', { node: { node: 'n3' } }),
    order('transfer'),
    order('transfer', { to: { place: 2 } }),
    order('snapshot'),
  ];
  assert.deepEqual(course(steps, [], new FakeScene(members)), [
    '10 add s1 at n1',
    '10 replace n3 by s1 at n1',
    '10 transfer at n1',
    '10 transfer to n2 at n1',
    '10 snapshot at n1',
  ]);
});

test('a step does the same when others are left out, if it has a name', () => {
  const steps = Array.from({ length: 6 }, (_, i) =>
    kill({
      id: `s${i}`,
      when: { atMs: i * 100 },
      target: 'random',
      do: i % 2 === 0 ? { kind: 'kill' } : { kind: 'partition' },
      repeat: { times: 3, everyMs: 17 },
      forMs: 1,
    }),
  );
  const linesOf = (chosen: readonly Step[]): string[] => course(chosen, [], new FakeScene(fullMembers(5)));
  const all = linesOf(steps);
  assert.deepEqual(all, linesOf(steps), 'the same seed does the same');
  for (const left of [1, 4]) {
    const fewer = linesOf(steps.filter((_, i) => i !== left));
    assert.deepEqual(
      fewer,
      all.filter((line) => Math.floor(Number.parseFloat(line) / 100) !== left),
    );
  }
});

test('the log says in words what was done to whom, and when it ended', () => {
  const scene = new FakeScene(fullMembers(5));
  const execution = execute(
    [
      kill({ do: { kind: 'vanish' }, target: 'leader', forMs: 250 }),
      kill({ when: { atMs: 20.04 }, do: { kind: 'delay', delayMs: 200 }, forMs: 1 }),
      kill({ when: { atMs: 30 }, do: { kind: 'partition', side: 'minority' } }),
      kill({ when: { atMs: 40 }, do: { kind: 'command', command: 'transfer' }, target: 'leader' }),
      kill({ when: { atMs: 50 }, do: { kind: 'power-cut' } }),
    ],
    scene,
  );
  scene.passTo(1000);
  execution.stop();
  const log = execution.log.map((line) => line.replace(/: cut n1 n\d \| .*/, ': cut n1 … | …'));
  assert.deepEqual(log, [
    '10.0 vanish n1 (leader), for 250 ms',
    '20.0 delay n1, delayMs 200, for 1 ms',
    '21.0 end of delay n1',
    '30.0 partition n1, side minority: cut n1 … | …',
    '40.0 transfer at n1 (leader)',
    '50.0 power-cut everywhere',
    '260.0 end of vanish n1 (leader)',
    '1000.0 end of partition n1',
    '1000.0 end of power-cut everywhere',
  ]);
});

test('an execution is over when nothing more happens by time, and tells what it watches for', () => {
  const scene = new FakeScene();
  const execution = execute([kill({ forMs: 100 }), kill({ when: { trigger: { on: 'leader' } } })], scene);
  assert.deepEqual([...execution.watches].sort(), ['answer', 'note']);
  scene.passTo(109);
  assert.equal(execution.isOver, false);
  scene.passTo(110);
  assert.equal(execution.isOver, true);
  assert.deepEqual(
    execution.deeds.map(({ atMs, victim }) => [atMs, victim.id]),
    [[10, 'n1']],
  );
});

test('where nobody has answered, a trigger that waits for a leader hits the one that noted so', () => {
  const scene = new FakeScene();
  scene.leading = undefined;
  const when = { trigger: { on: 'note', note: 'leads' } } as const;
  assert.deepEqual(course([kill({ when, target: 'leader' })], [[10, leads('n2')]], scene), ['10 + kill n2']);
});
