/** Whole clusters in the simulation: what is staged here is what has broken real implementations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadedCluster } from '../../bench/kit/conformance/loaded-cluster.ts';
import { Random } from '../../bench/random.ts';
import type { TraceEvent } from '../../bench/runtimes/simulation/trace.ts';
import { evenLink } from '../../bench/topologies/links.ts';
import type { Command, Member, NodeId } from '../api.ts';
import { claims } from './claims.ts';
import engine from './index.ts';
import type { RaftOptions } from './options.ts';
import { presets } from './presets.ts';

const membersOf = (count: number, spares = 0): Member[] =>
  Array.from({ length: count + spares }, (_, i) => ({
    id: `n${i + 1}`,
    zone: 'z',
    kind: i < count ? ('full' as const) : ('spare' as const),
  }));

/** Snapshots all the time. */
const SHORT = { snapshotEntries: 20, trailingEntries: 5, pairsPerPart: 8 };

class Cluster extends LoadedCluster {
  constructor(count: number, seed = 1, options: Partial<RaftOptions> = {}, more: object = {}, spares = 0) {
    const members = membersOf(count, spares);
    const all = { ...presets.default, ...options };
    super(
      { engine, preset: 'default', options: all, members, claims: claims(all, members), seeds: 0, say: () => {} },
      seed,
      more,
    );
  }

  leaders(): NodeId[] {
    return this.statuses().flatMap(({ id, role }) => (role === 'leader' ? [id] : []));
  }

  /** The one leader of the highest term. */
  leader(): NodeId {
    const [newest] = this.statuses()
      .filter(({ role }) => role === 'leader')
      .toSorted((a, b) => b.epoch - a.epoch);
    assert.ok(newest !== undefined, 'nobody leads');
    return newest.id;
  }

  statuses(): { id: NodeId; role: string; epoch: number; last: number; base: number; commit: number }[] {
    return this.simulation
      .nodes()
      .filter((node) => node.up)
      .map(({ id, host }) => {
        const { role, epoch = 0, details = {} } = host.status();
        return {
          id,
          role,
          epoch,
          last: Number(details.last),
          base: Number(details.base),
          commit: Number(details.commit),
        };
      });
  }

  order(command: Command): ReturnType<LoadedCluster['simulation']['command']> {
    return this.simulation.command(this.leader(), command);
  }

  heal(): void {
    this.simulation.network.mendAll();
    this.restart();
  }

  /** Everything is well again: writes are acknowledged, all copies are equal, and nothing acknowledged is lost. */
  assertSound(): void {
    this.settle();
    assert.deepEqual(this.lost(), []);
    assert.equal(this.simulation.brokenInvariant(), undefined);
    const holders = this.simulation.nodes().filter(({ up, host }) => up && host.holds('k'));
    const [first, ...others] = holders.map(({ host }) => new Map(host.store.entries()));
    for (const other of others) assert.deepEqual(other, first);
  }
}

test('a lost leader is replaced, its return disturbs nobody, and without a majority nobody leads', () => {
  for (const seed of [1, 2, 3]) {
    const cluster = new Cluster(3, seed);
    cluster.load(1000);
    const first = cluster.leader();
    cluster.isolate(first);
    cluster.load(1500);
    const second = cluster.leader();
    assert.notEqual(second, first);
    const { epoch } = cluster.statuses().find(({ id }) => id === second)!;
    cluster.heal();
    cluster.load(1000);
    assert.deepEqual(
      [cluster.leaders(), cluster.statuses().map((status) => status.epoch)],
      [[second], [epoch, epoch, epoch]],
    );
    cluster.simulation.cut(
      [second],
      cluster.ids.filter((id) => id !== second),
    );
    cluster.isolate(first);
    cluster.load(1500);
    assert.deepEqual(cluster.leaders(), []);
    cluster.heal();
    cluster.assertSound();
  }
});

test('an add that is tried again counts once, also at a leader that only knows of it from its log', () => {
  const cluster = new Cluster(3);
  cluster.load(1000);
  const add = (at: NodeId) =>
    cluster.simulation.submit(at, { kind: 'add', key: 'counter', value: '-2' }, { session: 'adding', serial: 1 });
  const first = cluster.leader();
  const [asked, again] = [add(first), add(first)];
  cluster.simulation.run(200);
  cluster.isolate(first);
  cluster.load(1500);
  assert.notEqual(cluster.leader(), first);
  const elsewhere = add(cluster.leader());
  cluster.heal();
  cluster.assertSound();
  for (const { answer } of [asked, again, elsewhere]) assert.equal(answer?.outcome, 'ok');
  for (const { host } of cluster.simulation.nodes()) assert.equal(host.store.get('counter'), '-2');
});

test('logs that part again and again over hundreds of entries are brought together, a term at a time', () => {
  const appends = { sent: 0 };
  const onTrace = (event: TraceEvent): void => {
    if (event.kind === 'message' && (event.message as { type: string }).type === 'append') appends.sent++;
  };
  const cluster = new Cluster(5, 4, { checkQuorum: false }, { onTrace });
  cluster.load(1000);
  for (let round = 0; round < 4; round++) {
    const old = cluster.leader();
    const company = cluster.ids.find((id) => id !== old)!;
    const others = cluster.ids.filter((id) => id !== old && id !== company);
    cluster.simulation.cut([old, company], others);
    // Entries that will never be committed on this side, and others that are on the other.
    for (let i = 0; i < 150; i++) cluster.write(old);
    cluster.load(1200);
    for (let i = 0; i < 150; i++) cluster.write(cluster.leader());
    cluster.simulation.run(200);
    cluster.heal();
    appends.sent = 0;
    cluster.simulation.run(400);
    assert.ok(appends.sent < 120, `${appends.sent} appends in 400 ms, heartbeats among them`);
  }
  cluster.assertSound();
});

test('a write costs three nodes four messages and each follower its bytes once, with heartbeats and notices on top', () => {
  const count = { messages: 0, bytes: 0 };
  const onTrace = (event: TraceEvent): void => {
    if (event.kind !== 'message') return;
    count.messages++;
    count.bytes += JSON.stringify(event.message).length;
  };
  const cluster = new Cluster(3, 1, {}, { onTrace });
  cluster.load(1000);
  const leader = cluster.leader();
  cluster.simulation.run(500);
  count.messages = count.bytes = 0;
  const writes = 100;
  const value = 'x'.repeat(1000);
  for (let i = 0; i < writes; i++) {
    cluster.simulation.submit(leader, { kind: 'put', key: 'k', value });
    cluster.simulation.run(10);
  }
  // An append and its answer for each of two followers, two notices; in a second twenty heartbeats and their answers.
  const expected = writes * 6 + 20 * 2 * 3;
  assert.ok(count.messages >= writes * 4 && count.messages <= expected, `${count.messages} messages`);
  assert.ok(count.bytes < writes * 2 * (value.length + 500) + 20_000, `${count.bytes} bytes`);
});

test('what was acknowledged outlives every order of restarts', () => {
  for (const how of ['kill', 'vanish'] as const) {
    const cluster = new Cluster(3, 5);
    cluster.load(800);
    for (let round = 0; round < 6; round++) {
      const ids = [...cluster.ids.slice(round % 3), ...cluster.ids.slice(0, round % 3)].slice(0, 1 + (round % 3));
      cluster.crash(ids, how);
      cluster.load(round % 2 === 0 ? 50 : 700);
      cluster.restart(ids);
      cluster.load(700);
    }
    cluster.assertSound();
    assert.ok(cluster.writes.filter(({ answer }) => answer?.outcome === 'ok').length > 300);
  }
});

test('figure 8: leaders that die as soon as they have written, on links that lose and turn round', () => {
  for (const unreliable of [false, true]) {
    const links = { ...evenLink(0.2, 20, unreliable ? 0.1 : 0, 0), reorderShare: unreliable ? 0.6 : 0 };
    const cluster = new Cluster(5, 6, { preVote: false }, unreliable ? { links } : {});
    const random = new Random('figure 8');
    cluster.load(800);
    for (let round = 0; round < 60; round++) {
      for (const id of cluster.leaders()) {
        cluster.write(id);
        cluster.simulation.run(random.pick([0.4, 1, 5, 30]));
        cluster.crash([id], 'vanish');
      }
      const down = cluster.simulation.nodes().filter(({ up }) => !up);
      if (down.length > 2) cluster.restart([random.pick(down).id]);
      cluster.load(random.pick([20, 300]));
    }
    cluster.heal();
    cluster.assertSound();
  }
});

test('links that lose a tenth, double a tenth and turn most round only make it slow', () => {
  const links = { ...evenLink(0.2, 25, 0.1, 0.1), reorderShare: 0.7 };
  for (const options of [{}, SHORT]) {
    const cluster = new Cluster(5, 7, options, { links });
    cluster.load(4000);
    cluster.crash([cluster.leaders()[0] ?? 'n1'], 'kill');
    cluster.load(2500);
    cluster.heal();
    // A snapshot of 140 parts takes up to 4 s on such links.
    cluster.simulation.run(6000);
    cluster.assertSound();
    assert.ok(cluster.writes.filter(({ answer }) => answer?.outcome === 'ok').length > 100);
  }
});

test('snapshots are taken, sent and recovered from while nodes crash', () => {
  for (const seed of [1, 2, 3]) {
    const cluster = new Cluster(3, seed, SHORT);
    const random = new Random(`snapshots ${seed}`);
    cluster.load(800);
    for (let round = 0; round < 12; round++) {
      const victim = random.pick(cluster.ids);
      cluster.crash([victim], random.pick(['kill', 'vanish']));
      cluster.load(random.pick([100, 900]));
      cluster.restart([victim]);
      cluster.load(random.pick([3, 30, 400]));
    }
    cluster.assertSound();
    // Every key is written once: what stands in the log is bounded by the state.
    for (const { last, base } of cluster.statuses()) assert.ok(last - base < 0.8 * last, `${last} − ${base}`);
  }
});

test('over a long time log, memory and disk stay bounded, also while one node is away', () => {
  const cluster = new Cluster(3, 8, { ...SHORT, snapshotEntries: 100 });
  const write = (count: number): void => {
    const leader = cluster.leader();
    for (let i = 0; i < count; i++) {
      cluster.simulation.submit(leader, { kind: 'append', key: `counter-${i % 20}`, value: '+' });
      cluster.simulation.run(0.5);
    }
  };
  cluster.load(800);
  const away = cluster.ids.find((id) => id !== cluster.leader())!;
  cluster.crash([away], 'kill');
  cluster.simulation.run(1000);
  for (let round = 0; round < 12; round++) {
    if (round === 8) cluster.restart([away]);
    write(500);
    for (const { last, base, id } of cluster.statuses()) {
      if (id === away) continue;
      assert.ok(last - base < 800, `round ${round}: ${last} − ${base} entries in memory`);
      const { length } = cluster.simulation.node(id).disk.entries;
      assert.ok(length < 1500, `round ${round}: ${length} records on disk`);
    }
  }
  cluster.assertSound();
});

test('under load nodes are added, promoted, replaced and removed, and nothing is lost or held up for long', () => {
  for (const options of [{}, SHORT]) {
    const cluster = new Cluster(3, 9, options, {}, 2);
    cluster.load(1500);
    const done = (command: Command): void => {
      const answer = cluster.order(command);
      cluster.load(1500);
      assert.equal(answer.answer?.outcome, 'ok', `${JSON.stringify(command)}: ${JSON.stringify(answer.answer)}`);
    };
    done({ kind: 'add', node: 'n4' });
    done({ kind: 'promote', node: 'n4' });
    done({ kind: 'replace', node: 'n1', by: 'n5' });
    const leader = cluster.leader();
    done({ kind: 'remove', node: leader });
    assert.notEqual(cluster.leader(), leader);
    cluster.assertSound();
    const voters = cluster.simulation.node(cluster.leader()).host.status().details?.voters;
    assert.equal(String(voters).split(' ').length, 3);
    const acknowledged = cluster.writes
      .filter(({ answer }) => answer?.outcome === 'ok')
      .map((one) => one.answeredAtMs!);
    const times = acknowledged.toSorted((a, b) => a - b).filter((atMs) => atMs > 1500);
    const gaps = times.map((atMs, i) => atMs - (times[i - 1] ?? atMs));
    assert.ok(Math.max(...gaps) < 150, `${Math.max(...gaps)} ms without an answer`);
  }
});

test('a node that is away while it is removed does no harm when it comes back, and learns of it', () => {
  for (const options of [{}, { preVote: false, stickiness: false, checkQuorum: false }]) {
    const cluster = new Cluster(4, 10, options);
    cluster.load(1000);
    const away = cluster.ids.find((id) => id !== cluster.leader())!;
    cluster.isolate(away);
    cluster.load(800);
    const answer = cluster.order({ kind: 'remove', node: away });
    cluster.load(800);
    assert.equal(answer.answer?.outcome, 'ok');
    cluster.heal();
    cluster.load(4000);
    const { epoch } = cluster.statuses().find(({ id }) => id === cluster.leader())!;
    cluster.load(3000);
    assert.equal(cluster.simulation.node(away).host.status().role, 'spare');
    assert.equal(cluster.statuses().find(({ id }) => id === cluster.leader())!.epoch, epoch, 'no more elections');
    cluster.assertSound();
  }
});

test('a node that lost its disk is admitted again under load', () => {
  const cluster = new Cluster(3, 11, SHORT);
  cluster.load(1000);
  const victim = cluster.ids.find((id) => id !== cluster.leader())!;
  cluster.simulation.node(victim).disk.wipe();
  cluster.crash([victim], 'vanish');
  cluster.restart([victim]);
  cluster.load(2000);
  assert.equal(cluster.simulation.node(victim).host.status().details?.waits, undefined);
  cluster.crash([cluster.ids.find((id) => id !== cluster.leader() && id !== victim)!], 'vanish');
  cluster.load(1500);
  assert.ok(cluster.service() !== undefined, 'it counts again');
  cluster.heal();
  cluster.assertSound();
});
