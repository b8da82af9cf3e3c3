import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../random.ts';
import { faultsOf, type InstantInjury } from './injuries.ts';
import type { Injury, Step } from './steps.ts';
import { execute, FakeScene, fullMembers } from './testing/fake-scene.ts';
import type { End, Fault } from './vocabulary.ts';

/** What an injury of n1 means, among so many nodes; clients live in zones a, b and c. */
const faults = (injury: InstantInjury, nodes = 3, seed = 1): Fault[] =>
  faultsOf(
    injury,
    fullMembers(nodes)[0]!,
    { members: fullMembers(nodes), clientZones: ['a', 'b', 'c'] },
    new Random(seed),
  );

/** Links as `a=b`, or `a>b` where only one way is meant; clients by their zone. */
function links(injury: InstantInjury, nodes = 3, seed = 1): string[] {
  return faults(injury, nodes, seed).map((fault) => {
    assert.ok('from' in fault);
    const [from, to] = [fault.from, fault.to].map((end) => ('node' in end ? end.node : end.clientsOf));
    return `${from}${fault.oneWay === true ? '>' : '='}${to}`;
  });
}

/** The groups that the nodes fall into under these cuts between nodes. */
function groups(cuts: readonly string[], nodes: number): string[] {
  const ids = fullMembers(nodes).map(({ id }) => id);
  const isLinked = (a: string, b: string): boolean => !cuts.includes(`${a}=${b}`) && !cuts.includes(`${b}=${a}`);
  return [...new Set(ids.map((id) => ids.filter((other) => isLinked(id, other)).join(' ')))];
}

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

test('a node that is mute cannot send, one that is deaf cannot hear', () => {
  assert.deepEqual(links({ kind: 'mute' }), ['n1>n2', 'n1>n3', 'n1>a', 'n1>b', 'n1>c']);
  assert.deepEqual(links({ kind: 'deaf' }), ['n2>n1', 'n3>n1', 'a>n1', 'b>n1', 'c>n1']);
  assert.deepEqual(links({ kind: 'deaf', clients: 'everywhere' }), ['n2>n1', 'n3>n1']);
});

test('clients of its zone, or all of them, may still reach a node that is isolated', () => {
  assert.deepEqual(links({ kind: 'isolate' }), ['n1=n2', 'n1=n3', 'n1=a', 'n1=b', 'n1=c']);
  assert.deepEqual(links({ kind: 'isolate', clients: 'inside' }), ['n1=n2', 'n1=n3', 'n1=b', 'n1=c']);
  assert.deepEqual(links({ kind: 'isolate', clients: 'everywhere' }), ['n1=n2', 'n1=n3']);
});

test('a zone without power takes all of its nodes with it, and no others', () => {
  const members = ['a', 'b', 'a'].map((zone, i) => ({ ...fullMembers(3)[i]!, zone }));
  const around = { members, clientZones: ['a', 'b'] };
  assert.deepEqual(faultsOf({ kind: 'vanish-zone' }, members[0]!, around, new Random(1)), [
    { kind: 'vanish', node: 'n1' },
    { kind: 'vanish', node: 'n3' },
  ]);
});

test('a zone that is far away is so for every node and client of it, and near to itself', () => {
  const members = ['a', 'b', 'a'].map((zone, i) => ({ ...fullMembers(3)[i]!, zone }));
  const delays = faultsOf(
    { kind: 'delay-zone', delayMs: 200 },
    members[0]!,
    { members, clientZones: ['a', 'b', 'a'] },
    new Random(1),
  );
  const endText = (end: End): string => ('node' in end ? end.node : end.clientsOf);
  assert.deepEqual(
    delays.map((fault) =>
      fault.kind === 'delay' ? `${endText(fault.from)}=${endText(fault.to)} +${fault.delayMs}` : '',
    ),
    ['n1=n2 +200', 'n1=b +200', 'n3=n2 +200', 'n3=b +200', 'a=n2 +200'],
  );
});

test('a fault on links is on all of the node, both ways or one way', () => {
  assert.deepEqual(links({ kind: 'drop', share: 0.5 }), ['n1=n2', 'n1=n3', 'n1=a', 'n1=b', 'n1=c']);
  assert.deepEqual(links({ kind: 'hold', way: 'in' }), ['n2>n1', 'n3>n1', 'a>n1', 'b>n1', 'c>n1']);
});

test('a fault on one type of message is between nodes, since clients send none', () => {
  assert.deepEqual(links({ kind: 'drop', share: 1, type: 'append', way: 'out' }), ['n1>n2', 'n1>n3']);
  assert.deepEqual(faults({ kind: 'reorder', share: 0.5, delayMs: 9, type: 'append' })[0], {
    kind: 'reorder',
    share: 0.5,
    delayMs: 9,
    type: 'append',
    from: { node: 'n1' },
    to: { node: 'n2' },
  });
});

test('a partition leaves the target on the side that it names', () => {
  for (const seed of SEEDS) {
    for (const [nodes, minority, majority] of [
      [3, 1, 2],
      [4, 1, 3],
      [5, 2, 3],
    ] as const) {
      const mine = (side: 'minority' | 'majority'): number => {
        const found = groups(links({ kind: 'partition', side }, nodes, seed), nodes);
        assert.equal(found.length, 2);
        return found.find((group) => group.includes('n1'))!.split(' ').length;
      };
      assert.deepEqual([mine('minority'), mine('majority')], [minority, majority]);
    }
  }
});

test('a partition that names no side leaves the target on either, beside whomever', () => {
  const found = new Set(SEEDS.map((seed) => groups(links({ kind: 'partition' }, 3, seed), 3).join(' | ')));
  assert.deepEqual([...found].sort(), ['n1 n2 | n3', 'n1 n3 | n2', 'n1 | n2 n3']);
});

test('clients reach both sides of a partition unless they are said not to', () => {
  assert.deepEqual(links({ kind: 'partition', side: 'minority', clients: 'inside' }), [
    'n1=n2',
    'n1=n3',
    'n1=b',
    'n1=c',
  ]);
  assert.deepEqual(links({ kind: 'partition', side: 'minority' }), ['n1=n2', 'n1=n3']);
});

test('in a star all reach the target, and nobody else', () => {
  for (const [i, { id }] of fullMembers(5).entries()) {
    const cuts = faultsOf(
      { kind: 'star' },
      fullMembers(5)[i]!,
      { members: fullMembers(5), clientZones: ['a'] },
      new Random(1),
    );
    assert.equal(cuts.length, 6);
    assert.ok(cuts.every((fault) => fault.kind === 'cut' && !JSON.stringify(fault).includes(id)));
  }
});

test('over a bridge only the target reaches both halves', () => {
  const found = new Set<string>();
  for (const seed of SEEDS) {
    const cuts = links({ kind: 'bridge' }, 5, seed);
    assert.equal(cuts.length, 4);
    assert.ok(cuts.every((cut) => !cut.includes('n1')));
    const half = groups(cuts, 5).filter((group) => group !== 'n1 n2 n3 n4 n5');
    assert.deepEqual(
      half.map((group) => group.split(' ').length),
      [3, 3],
    );
    found.add(half.join(' | '));
  }
  assert.ok(found.size >= 3, 'the halves are drawn');
});

test('one link is cut, to whomever, both ways or one', () => {
  const cutBy = (way?: 'both' | 'out' | 'in'): string[] =>
    [
      ...new Set(
        SEEDS.flatMap((seed) => links(way === undefined ? { kind: 'cut-link' } : { kind: 'cut-link', way }, 3, seed)),
      ),
    ].sort();
  assert.deepEqual(cutBy(), ['n1=n2', 'n1=n3']);
  assert.deepEqual(cutBy('out'), ['n1>n2', 'n1>n3']);
  assert.deepEqual(cutBy('in'), ['n2>n1', 'n3>n1']);
});

/** What an injury of n2 that takes its time does, and when. */
function course(injury: Injury, more: Partial<Step> = {}): string[] {
  const scene = new FakeScene();
  const execution = execute([{ when: { atMs: 0 }, target: { node: 'n2' }, do: injury, ...more }], scene);
  scene.passTo(10_000);
  assert.ok(execution.isOver);
  const { length } = scene.done;
  execution.stop();
  assert.equal(scene.done.length, length, 'it has healed by itself');
  return scene.done;
}

test('in a crash storm every node crashes once, the target first, and comes back', () => {
  const kinds = new Set<string>();
  for (const seed of SEEDS) {
    const scene = new FakeScene(fullMembers(4));
    const storm = { kind: 'crash-storm', everyMs: 100, downMs: 250 } as const;
    execute([{ when: { atMs: 0 }, target: { node: 'n2' }, do: storm }], scene, seed);
    scene.passTo(10_000);
    const crashes = scene.done.filter((line) => line.includes('+'));
    assert.deepEqual(
      crashes.map((line) => Number.parseInt(line, 10)),
      [0, 100, 200, 300],
    );
    assert.match(crashes[0]!, /n2$/);
    assert.equal(new Set(crashes.map((line) => line.slice(-2))).size, 4);
    const restarts = scene.done.filter((line) => line.includes('-'));
    assert.deepEqual(
      restarts.map((line) => Number.parseInt(line, 10)),
      [250, 350, 450, 550],
    );
    for (const line of crashes) kinds.add(line.split(' ')[2]!);
  }
  assert.deepEqual([...kinds].sort(), ['kill', 'vanish']);
});

test('a rolling restart takes one node after the other, and tells each to drain if asked to', () => {
  assert.deepEqual(course({ kind: 'rolling-restart', everyMs: 100, downMs: 20 }), [
    '0 + kill n2',
    '20 - kill n2',
    '120 + kill n1',
    '140 - kill n1',
    '240 + kill n3',
    '260 - kill n3',
  ]);
  assert.deepEqual(course({ kind: 'rolling-restart', everyMs: 100, downMs: 20, drainMs: 5 }).slice(0, 5), [
    '0 drain at n2',
    '5 + kill n2',
    '25 - kill n2',
    '125 drain at n1',
    '130 + kill n1',
  ]);
});

test('a flapping node is cut off and reached again, so many times', () => {
  const done = course({ kind: 'flapping', times: 3, downMs: 10, upMs: 5 });
  const cutOff = 'cut n2=n1, cut n2=n3, cut n2=clients of a, cut n2=clients of b, cut n2=clients of c';
  assert.deepEqual(
    done,
    ['0 +', '10 -', '15 +', '25 -', '30 +', '40 -'].map((begin) => `${begin} ${cutOff}`),
  );
});

test('what takes its time is cut short when the time of its step is over', () => {
  const storm = { kind: 'rolling-restart', everyMs: 100, downMs: 50 } as const;
  assert.deepEqual(course(storm, { forMs: 160 }), ['0 + kill n2', '50 - kill n2', '150 + kill n1', '160 - kill n1']);
});

test('everyone is hit by itself, and each link once', () => {
  assert.deepEqual(course({ kind: 'slow', perInputMs: 2 }, { target: 'everyone', forMs: 5 }), [
    '0 + slow n1',
    '0 + slow n2',
    '0 + slow n3',
    '5 - slow n1',
    '5 - slow n2',
    '5 - slow n3',
  ]);
  const done = course({ kind: 'drop', share: 0.1, type: 'append' }, { target: 'everyone', forMs: 5 });
  assert.deepEqual(done.slice(0, 2), ['0 + drop n1=n2, drop n1=n3', '0 + drop n2=n3']);
  assert.equal(done.length, 4);
});
