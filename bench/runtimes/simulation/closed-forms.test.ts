/**
 * Where nothing is left to chance, latency has a closed form: distances and syncs, to the microsecond. Links are constant;
 * syncs take nothing, or always the same.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyEngine, Member, NodeId, Operation, Request } from '../../../engines/api.ts';
import multiPrimary from '../../../engines/multi-primary/index.ts';
import primaryReplica from '../../../engines/primary-replica/index.ts';
import raft from '../../../engines/raft/index.ts';
import unreplicated from '../../../engines/unreplicated/index.ts';
import type { End } from '../../faults/vocabulary.ts';
import { type LinkPlan, linkBetween } from '../../topologies/link-rules.ts';
import type { NodeModel } from '../../topologies/links.ts';
import { loadTopology } from '../../topologies/topology.ts';
import { Simulation } from './simulation.ts';

/** Three zones of one node, three zones of three, and five nodes of which no two are as far from each other as others. */
const THREE: LinkPlan = loadTopology('white-paper-3-zones');
const NINE: LinkPlan = loadTopology('three-zones-of-three');
const FIVE: LinkPlan = scattered([0, 1.1, 3.7, 10.2, 24.5]);

/** Nodes along a line, one a zone; the way back takes half as long again as the way there. */
function scattered(placesMs: readonly number[]): LinkPlan {
  const zones = placesMs.map((_, i) => `zone-${i + 1}`);
  const members = zones.map((zone, i): Member => ({ id: `n${i + 1}`, zone, kind: 'full' }));
  const links = zones.flatMap((from, a) =>
    zones.map((to, b) => {
      const ms = 0.2 + Math.abs(placesMs[a]! - placesMs[b]!) * (a > b ? 1.5 : 1);
      const changes = { delay: { kind: 'constant', ms } } as const;
      return { from: { zone: from }, to: { zone: to }, bothWays: false, sameZone: false, changes };
    }),
  );
  return { members, links };
}

const SYNCS_MS = [0, 2.5];
const nodeWith = (syncMs: number): NodeModel => ({
  sync: { kind: 'constant', ms: syncMs },
  append: { kind: 'constant', ms: 0 },
  perMessageMs: 0,
  perOperationMs: 0,
  perSyncMs: 0,
});

/** There and back. */
function roundTripMs(plan: LinkPlan, a: End, b: End): number {
  const oneWayMs = (from: End, to: End): number => {
    const { delay } = linkBetween(plan, from, to);
    assert.ok(delay.kind === 'constant', 'this topology has no closed form');
    return delay.ms;
  };
  return oneWayMs(a, b) + oneWayMs(b, a);
}

/** From a node to its k-th nearest other. */
function toNearestMs(plan: LinkPlan, node: NodeId, k: number): number {
  const others = plan.members.filter(({ id }) => id !== node);
  const tripsMs = others.map(({ id }) => roundTripMs(plan, { node }, { node: id })).sort((x, y) => x - y);
  return k === 0 ? 0 : tripsMs[k - 1]!;
}

interface Setting {
  readonly engine: AnyEngine;
  readonly plan: LinkPlan;
  readonly options?: object;
  readonly seed?: number;
}

/** A cluster that has come to rest, and what asks it something and waits until all is quiet again. */
function cluster({ engine, plan, options = {}, seed = 1 }: Setting, syncMs: number) {
  const { members } = plan;
  const clientZones = [...new Set(members.map(({ zone }) => zone))];
  const simulation = new Simulation({
    engine,
    options: { ...engine.presets.default, ...options },
    members,
    clientZones,
    seed,
    links: (from, to) => linkBetween(plan, from, to),
    node: nodeWith(syncMs),
  });
  simulation.run(5000);
  let serial = 0;
  const latencyUs = (node: NodeId, zone: string, operation: Operation, read: Request['read'] = 'default'): number => {
    const beganMs = simulation.nowMs;
    const submitted = simulation.submit(node, operation, { serial: ++serial, read }, zone);
    simulation.run(1000);
    assert.equal(submitted.answer?.outcome, 'ok', `${node} asked from ${zone}`);
    return Math.round((submitted.answeredAtMs! - beganMs) * 1000);
  };
  return { simulation, clientZones, latencyUs };
}

const put: Operation = { kind: 'put', key: 'k', value: 'v' };
const get: Operation = { kind: 'get', key: 'k' };
const us = (ms: number): number => Math.round(ms * 1000);

/** From every zone, through the leader: one round trip to it, then what it waits for itself. */
function checkLeader(setting: Setting, othersToWrite: number, othersToRead: number): NodeId {
  const { plan } = setting;
  let leader = '';
  for (const syncMs of SYNCS_MS) {
    const { simulation, clientZones, latencyUs } = cluster(setting, syncMs);
    leader = simulation.nodes().find(({ host, id }) => host.status().leader === id)!.id;
    for (const zone of clientZones) {
      const tripMs = roundTripMs(plan, { clientsOf: zone }, { node: leader });
      const where = `leader ${leader}, client in ${zone}, a sync of ${syncMs} ms`;
      const written = us(tripMs + toNearestMs(plan, leader, othersToWrite) + syncMs);
      assert.equal(latencyUs(leader, zone, put), written, `write: ${where}`);
      const read = us(tripMs + toNearestMs(plan, leader, othersToRead));
      assert.equal(latencyUs(leader, zone, get), read, `read: ${where}`);
    }
  }
  return leader;
}

test('unreplicated: one round trip, and a sync for a write', () => {
  checkLeader({ engine: unreplicated, plan: THREE }, 0, 0);
});

test('raft: the nearest followers that make a majority, each with one sync; a read asks them too, without any', () => {
  for (const [plan, others] of [
    [THREE, 1],
    [FIVE, 2],
    [NINE, 4],
  ] as const) {
    const leaders = [1, 2, 3, 4].map((seed) => checkLeader({ engine: raft, plan, seed }, others, others));
    assert.ok(new Set(leaders).size > 1, 'several nodes have led');
  }
});

test('raft without the disk at the side: its own sync comes first, and then the followers have theirs', () => {
  const setting: Setting = { engine: raft, plan: FIVE, options: { leaderDiskParallel: false } };
  const { simulation, clientZones, latencyUs } = cluster(setting, 2.5);
  const leader = simulation.nodes().find(({ host, id }) => host.status().leader === id)!.id;
  const [zone] = clientZones;
  const tripMs = roundTripMs(FIVE, { clientsOf: zone! }, { node: leader });
  assert.equal(latencyUs(leader, zone!, put), us(tripMs + toNearestMs(FIVE, leader, 2) + 5));
});

test('primary-replica: the k-th nearest replica and a sync; reads under the lease ask nobody, async writes neither', () => {
  for (const { members, links } of [THREE, FIVE]) {
    for (const first of members) {
      // The first member is the first primary.
      const plan = { members: [first, ...members.filter((member) => member !== first)], links };
      assert.equal(checkLeader({ engine: primaryReplica, plan }, 1, 0), first.id);
      checkLeader({ engine: primaryReplica, plan, options: { answer: 'async', choice: 'highest' } }, 0, 0);
    }
  }
  checkLeader({ engine: primaryReplica, plan: FIVE, options: { copies: 3 } }, 3, 0);
});

test('multi-primary: through any node, the W − 1 nearest others and a sync; a read asks no other, or all', () => {
  // Reads of some copies ask them by turns, and not the nearest.
  for (const [plan, copies, writeQuorum, readQuorum] of [
    [THREE, 3, 2, 3],
    [THREE, 3, 3, 1],
    [FIVE, 5, 3, 5],
    [FIVE, 5, 2, 1],
  ] as const) {
    for (const syncMs of SYNCS_MS) {
      const options = { copies, writeQuorum, readQuorum };
      const { clientZones, latencyUs } = cluster({ engine: multiPrimary, plan, options }, syncMs);
      for (const { id } of plan.members) {
        for (const zone of clientZones) {
          const tripMs = roundTripMs(plan, { clientsOf: zone }, { node: id });
          const where = `${writeQuorum} of ${copies}, coordinator ${id}, client in ${zone}, a sync of ${syncMs} ms`;
          const written = us(tripMs + toNearestMs(plan, id, writeQuorum - 1) + syncMs);
          assert.equal(latencyUs(id, zone, put), written, `write: ${where}`);
          const read = us(tripMs + toNearestMs(plan, id, readQuorum - 1));
          assert.equal(latencyUs(id, zone, get), read, `read: ${where}`);
        }
      }
    }
  }
});
