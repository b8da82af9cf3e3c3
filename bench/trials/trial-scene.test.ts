import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Execution, type Observation } from '../faults/execution.ts';
import type { Step } from '../faults/steps.ts';
import { Random } from '../random.ts';
import type { Cluster, ClusterEvent } from '../runtimes/cluster.ts';
import { MEMBERS } from './testing/specs.ts';
import { TrialScene } from './trial-scene.ts';

const kill = (changes: Partial<Step>): Step => ({
  when: { atMs: 0 },
  target: { node: 'n1' },
  do: { kind: 'kill' },
  ...changes,
});

/** A cluster in which each injection and heal takes 10 ms, and what it was asked for, each time with the clock. */
function slowCluster(more: Partial<Cluster> = {}) {
  let nowMs = 0;
  const asked: string[] = [];
  const events: ClusterEvent[] = [];
  const change = (kind: 'fault' | 'heal') => async (fault: Extract<ClusterEvent, { kind: 'fault' }>['fault']) => {
    asked.push(`${nowMs} ${kind}`);
    const event: ClusterEvent = { atMs: nowMs, kind, fault, lateMs: 0 };
    await Promise.resolve();
    nowMs += 10;
    asked.push(`${nowMs} done`);
    events.push(event);
    return event;
  };
  const cluster: Partial<Cluster> = {
    members: MEMBERS,
    now: () => nowMs,
    sleepUntil: async (timeMs) => {
      nowMs = Math.max(nowMs, timeMs);
    },
    events: () => events,
    latestWrite: () => undefined,
    inject: change('fault'),
    heal: change('heal'),
    ...more,
  };
  return { cluster: cluster as Cluster, asked, events };
}

function begin(cluster: Cluster, steps: readonly Step[]): TrialScene {
  const scene = new TrialScene(cluster, ['a'], 0);
  scene.start(new Execution(steps, scene, new Random(1)));
  return scene;
}

test('a heal waits until its fault has taken effect', async () => {
  const { cluster, asked } = slowCluster();
  const scene = begin(cluster, [kill({ forMs: 5 })]);
  await scene.pass(100);
  assert.deepEqual(asked, ['0 fault', '10 done', '10 heal', '20 done']);
  assert.deepEqual([scene.t0Ms, scene.latestMs, scene.healedMs, scene.upSinceMs('n1')], [0, 0, 20, 20]);
});

test('a node is down from its fault on, and what stands is healed at the end', async () => {
  const { cluster, events } = slowCluster();
  const scene = begin(cluster, [kill({ when: { atMs: 30 } })]);
  assert.equal(scene.t0Ms, undefined);
  await scene.pass(50);
  assert.deepEqual(
    [scene.t0Ms, scene.upSinceMs('n1'), scene.upSinceMs('n2')],
    [30, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  await scene.stop();
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['fault', 'heal'],
  );
  assert.equal(scene.upSinceMs('n1'), cluster.now());
});

test('a fault that only prepares the ground is done, and nothing is measured from it', async () => {
  const { cluster, events } = slowCluster({ latestWrite: () => ({ node: 'n1', endMs: 5 }) });
  const prepares = kill({ target: { node: 'n3' }, prepares: true });
  const scene = begin(cluster, [prepares, kill({ when: { atMs: 50 } })]);
  await scene.pass(40);
  assert.deepEqual([scene.t0Ms, scene.first, scene.hadLeader, events.length], [undefined, undefined, false, 1]);
  await scene.pass(100);
  assert.deepEqual([scene.t0Ms, scene.first, scene.hadLeader], [50, events[1], true]);
});

test('who answered last and then noted that it leads no more is no leader', async () => {
  const { cluster, events } = slowCluster({ latestWrite: () => ({ node: 'n1', endMs: 5 }) });
  const note = (kind: 'leads' | 'steps-down'): ClusterEvent => ({
    atMs: 6,
    kind: 'note',
    node: 'n1',
    note: { kind, epoch: 1 },
  });
  events.push(note('leads'), note('steps-down'));
  const scene = begin(cluster, [kill({})]);
  await scene.pass(40);
  assert.deepEqual([scene.t0Ms, scene.hadLeader], [0, false]);
});

test('notes of the cluster are triggers, those of before the start are not', async () => {
  const { cluster, events } = slowCluster();
  const leads = (atMs: number, node: string): ClusterEvent => ({
    atMs,
    kind: 'note',
    node,
    note: { kind: 'leads', epoch: 1 },
  });
  events.push(leads(0, 'n1'));
  const scene = begin(cluster, [kill({ when: { trigger: { on: 'note', note: 'leads' } }, target: 'trigger' })]);
  await scene.pass(10);
  assert.equal(scene.t0Ms, undefined);
  events.push(leads(12, 'n3'));
  await scene.pass(20);
  assert.deepEqual(scene.first?.kind === 'fault' && scene.first.fault, { kind: 'kill', node: 'n3' });
});

test('an injection that fails fails the trial', async () => {
  const { cluster } = slowCluster({ inject: () => Promise.reject(new Error('the cluster is gone')) });
  const scene = begin(cluster, [kill({})]);
  await assert.rejects(scene.pass(10), /the cluster is gone/);
});

test('where the runtime can act at an exact instant, it is asked to, and shows all that happens', async () => {
  const due: { delayMs: number; action: () => void }[] = [];
  const watched: { kinds: readonly string[]; see: (observation: Observation) => void }[] = [];
  let isWatched = true;
  const { cluster, asked } = slowCluster({
    direct: {
      after: (delayMs, action) => void due.push({ delayMs, action }),
      watch: (kinds, see) => {
        watched.push({ kinds: [...kinds].sort(), see });
        return () => {
          isWatched = false;
        };
      },
      copies: () => [],
    },
  });
  const when = { trigger: { on: 'message', type: 'append' }, afterMs: 0.25 } as const;
  const scene = begin(cluster, [kill({ when, target: 'trigger' })]);
  due.shift()!.action();
  assert.deepEqual(watched[0]!.kinds, ['message', 'note']);
  watched[0]!.see({ kind: 'message', from: 'n1', to: 'n2', type: 'append' });
  const [next] = due;
  assert.equal(next!.delayMs, 0.25);
  next!.action();
  assert.deepEqual(asked, ['0 fault'], 'within the call');
  await scene.stop();
  assert.equal(isWatched, false);
});
