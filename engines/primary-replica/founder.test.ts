import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersOf } from '../../bench/fuzz/environment.ts';
import { plant } from '../../bench/kit/plant.ts';
import { FaultSwitch } from '../../bench/runtimes/simulation/fault-switch.ts';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import { builtInModule } from '../../bench/trials/engines.ts';
import { Bench, beat, get, opinion, put, record, START, stream } from './fixture.test.ts';
import engine from './index.ts';
import type { Entry } from './messages.ts';
import { presets } from './presets.ts';

test('manual: the first member leads at once, without lease or promises, and nobody else ever does', () => {
  const primary = new Bench('n1', presets.manual).sync();
  assert.equal(primary.replica.status().role, 'primary');
  primary.ask(put('a', '1'));
  primary.sync().pass(60_000);
  assert.equal(primary.host.replies.length, 1);
  const read = primary.ask(get('a'));
  assert.equal(primary.host.replies.at(-1)!.ticket, read);
  const other = new Bench('n2', presets.manual).hear('n1', beat(1)).pass(60_000);
  assert.equal(other.take('canvass').length, 0);
  other.hear('n3', { type: 'candidacy', epoch: 2, end: { epoch: 1, position: 9 }, heirOf: 0 });
  assert.equal(other.take('promised').length, 0);
  other.ask(put('a', '2'));
  assert.deepEqual(other.host.failures[0]!.failure, { effect: 'none', reason: 'not-leader', leader: 'n1' });
});

test('manual: each life of the primary opens an epoch of its own, and nobody hears of it before it is durable', () => {
  const recovered: Entry[] = [
    { promise: 1, to: 'n1' },
    { epoch: 1, first: 1, records: [null, record(put('a', '1'))] },
  ];
  const bench = new Bench('n1', presets.manual, { boot: 'restart', recovered });
  assert.deepEqual(bench.host.sent, []);
  bench.sync().sync();
  assert.deepEqual(bench.replica.status().epoch, 4, 'the next one that is the first of three members’ own');
  assert.equal(bench.host.store.get('a'), '1');
  assert.deepEqual(bench.take('stream', 'n2')[0], stream(4, 2, 1, [null]));
});

test('manual: a primary that lost its disk does not empty the replicas', () => {
  const bench = new Bench('n1', presets.manual, { boot: 'restart' }).sync();
  bench.hear('n2', opinion(0, { yes: false, seen: 3, end: { epoch: 3, position: 7 } }));
  bench.hear('n3', opinion(0, { yes: false, seen: 0, end: START })).sync();
  assert.equal(bench.replica.status().role, 'replica');
  assert.match(String(bench.replica.status().details!.waits), /disk is empty/);
});

test('a long recovered log is applied over several turns, and a read waits for the end of it', () => {
  const records = Array.from({ length: 10_000 }, (_, i) => record(put('a', `${i}`)));
  const recovered: Entry[] = [
    { promise: 1, to: 'n1' },
    { epoch: 1, first: 1, records },
  ];
  const bench = new Bench('n1', presets.manual, { boot: 'restart', recovered }).sync();
  bench.ask(get('a'));
  bench.sync();
  assert.ok(bench.host.store.size > 0);
  assert.equal(bench.host.replies.length, 0);
  bench.pass(0);
  assert.deepEqual(
    bench.host.replies.map((reply) => reply.result.value),
    ['9999'],
  );
});

/** The first member loses its disk and is back before anyone could miss it; the others hold what it had acknowledged. */
function afterLostDisk(manual: typeof engine): { readonly leads: boolean; readonly values: (string | null)[] } {
  const simulation = new Simulation({ engine: manual, options: presets.manual, members: membersOf(3), seed: 1 });
  const faults = new FaultSwitch(simulation);
  simulation.run(100);
  simulation.submit('n1', put('a', '1'));
  simulation.run(300);
  faults.inject({ kind: 'wipe', node: 'n1' });
  simulation.run(20);
  faults.heal({ kind: 'wipe', node: 'n1' });
  simulation.run(2000);
  const nodes = [...simulation.nodes()];
  return {
    leads: nodes[0]!.host.status().role === 'primary',
    values: nodes.map(({ host }) => host.store.get('a')),
  };
}

test('manual: an empty first member that is back at once leads nobody, and one that would is noticed', async () => {
  assert.deepEqual(afterLostDisk(engine), { leads: false, values: [null, '1', '1'] });
  // Planted bug P9: it does not ask what the others hold.
  const find = 'if (diskIsEmpty)';
  const hasty = await plant(builtInModule('primary-replica'), { file: 'founder.js', find, replace: 'if (false)' });
  const { leads, values } = afterLostDisk(hasty as typeof engine);
  assert.equal(leads, true);
  assert.equal(values[0], null, 'what was acknowledged is gone where clients are answered');
});
