import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersOf } from '../../bench/fuzz/environment.ts';
import { runRandomTrial } from '../../bench/fuzz/trial.ts';
import { FakeHost } from '../../bench/kit/fake-host.ts';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import type { Operation, Request } from '../api.ts';
import type { MembershipOptions } from '../parts/membership-options.ts';
import engine from './index.ts';
import type { Entry, Message } from './messages.ts';
import { presets } from './presets.ts';

const MEMBERS = membersOf(5);
const request = (id: number, operation: Operation, read: Request['read'] = 'default'): Request => ({
  id,
  operation,
  read,
  session: 's',
  serial: id,
  settled: 0,
});

function node(options: MembershipOptions = presets.default, recovered: readonly Entry[] = []) {
  const boot = recovered.length > 0 ? 'restart' : 'found';
  const host = new FakeHost<Message, Entry>('n1', MEMBERS, { boot, recovered });
  return { host, replica: engine.create(host, options) };
}

test('what is believed of a node is the value under its name, and of a stranger there is none', () => {
  const { host, replica } = node();
  replica.onMessage('n2', { type: 'swim-gossip', rumours: ['n3', 'suspect', 0, 'n2', 'n4', 'dead', 0, 'n2'] });
  for (const [i, key] of ['n1', 'n2', 'n3', 'n4', 'stranger'].entries()) {
    replica.onRequest(request(i, { kind: 'get', key }, i % 2 === 0 ? 'default' : 'local'));
  }
  assert.deepEqual(
    host.replies.map(({ result }) => result.value),
    ['alive', 'alive', 'suspect', 'dead', null],
  );
  assert.deepEqual(replica.status().details, { alive: 3, suspect: 1, dead: 1 });
});

test('everything else is refused for certain', () => {
  const { host, replica } = node();
  replica.onRequest(request(1, { kind: 'put', key: 'n2', value: 'dead' }));
  replica.onRequest(request(2, { kind: 'cas', key: 'n2', expected: null, value: 'dead' }));
  replica.onRequest(request(3, { kind: 'get', key: 'n2' }, 'versions'));
  assert.deepEqual(
    host.failures.map(({ failure }) => failure),
    Array(3).fill({ effect: 'none', reason: 'unsupported' }),
  );
});

test('a death is a verdict that is noted, and so is its end; a mere doubt is none', () => {
  const { host, replica } = node();
  const notes = (...rumours: (string | number)[]) => {
    const before = host.notes.length;
    replica.onMessage('n2', { type: 'swim-gossip', rumours: rumours as never });
    return host.notes.slice(before).map((note) => note.kind);
  };
  assert.deepEqual(notes('n3', 'suspect', 0, 'n2'), ['trace']);
  assert.deepEqual(notes('n3', 'alive', 1, 'n3'), ['trace']);
  assert.deepEqual(notes('n3', 'dead', 1, 'n2'), ['suspects']);
  assert.deepEqual(notes('n3', 'suspect', 2, 'n2'), ['trusts', 'trace']);
  assert.deepEqual(notes('n3', 'dead', 2, 'n2'), ['suspects']);
  assert.deepEqual(notes('n3', 'alive', 3, 'n3'), ['trusts']);
});

test('each life has a number of its own, on the disk before anyone hears of it', () => {
  const { host } = node(presets.default, [{ life: 4 }]);
  assert.deepEqual(host.log.entries.at(-1), { life: 5 });
  const [ping] = host.sent;
  assert.ok(ping!.message.type === 'swim-ping' && ping!.message.me === 4 * 65_536);
  assert.equal(ping!.when, host.log.entries.length);
});

test('a node whose disk is new outbids the lives of the lost one', () => {
  const host = new FakeHost<Message, Entry>('n1', MEMBERS, { boot: 'restart', recovered: [] });
  engine.create(host, presets.default);
  assert.ok((host.log.entries.at(-1) as Entry).life >= 2 ** 20);
});

for (const [preset, options] of Object.entries(presets)) {
  test(`${preset}: a node that is cut off is dead for the others, and alive for all again after that`, () => {
    const simulation = new Simulation({ engine, options, members: MEMBERS, seed: 1 });
    const others = ['n2', 'n3', 'n4', 'n5'];
    const believed = (by: string): unknown[] => [...simulation.node(by).host.store.entries()];
    simulation.run(30_000);
    simulation.cut(['n1'], others);
    simulation.run(60_000);
    for (const id of others) assert.deepEqual(believed(id), [['n1', 'dead']]);
    assert.deepEqual(believed('n1').length, 4);
    simulation.network.mendAll();
    simulation.run(60_000);
    for (const { id } of MEMBERS) assert.deepEqual(believed(id), []);
  });

  test(`${preset}: random faults leave no node behind that is believed dead`, () => {
    for (let seed = 1; seed <= 3; seed++) {
      const { breach, faults } = runRandomTrial(engine, { preset, seed });
      assert.equal(breach, undefined, `seed ${seed}: ${breach?.sentence}\n${faults.join('\n')}`);
    }
  });
}
