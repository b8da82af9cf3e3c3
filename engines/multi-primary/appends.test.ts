import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Simulation } from '../../bench/runtimes/simulation/simulation.ts';
import { evenLink } from '../../bench/topologies/links.ts';
import { leafOf } from '../parts/hash-tree.ts';
import { STAMPS_PER_MS } from '../parts/hybrid-clock.ts';
import { ackOf, only, TestNode, THREE } from './fixture.test.ts';
import engine from './index.ts';
import type { Message } from './messages.ts';
import { presets } from './presets.ts';

const append = (node: TestNode, value: string): number => node.request({ kind: 'append', key: 'd', value });
const copy = (...versions: (string | number | null | readonly (string | number | null)[])[]): Message =>
  ({ type: 'copy', tag: 'n3#1', parcel: 0, versions }) as Message;
const at = 1000 * STAMPS_PER_MS;

test('an append is a write of its element alone, in messages and in the log, however long the document', () => {
  const node = new TestNode();
  node.turn(() => node.request({ kind: 'put', key: 'd', value: 'long '.repeat(1000) }));
  const { sent } = node.turn(() => {
    append(node, '1;');
    append(node, '2;');
  });
  const batch = ['n1#1', at + 1, ['d', ['1;'], 0, 'd', ['2;'], 1]];
  assert.deepEqual(
    sent.map(({ to, message }) => [to, message]),
    ['n2', 'n3'].map((to) => [to, { type: 'write', parcel: 2, batch }]),
  );
  assert.deepEqual(node.host.log.entries.at(-1), { batches: [batch] });
  assert.equal(node.host.store.get('d')!.length, 5004);
});

test('an append is acknowledged once W copies hold its element durably', () => {
  const node = new TestNode();
  assert.deepEqual(node.turn(() => append(node, '1;')).replies, []);
  assert.deepEqual(node.durable().replies, []);
  assert.deepEqual(node.receive('n2', ackOf(1)).replies, [{ ticket: 1, result: {}, when: 'now' }]);
});

test('elements stand in stamp order, whatever order they came in, and once each', () => {
  const node = new TestNode();
  const parcel = (from: string, time: number): Message => ({
    type: 'write',
    parcel: time,
    batch: [`${from}#1`, time, ['d', [`${time};`], 0]],
  });
  for (const [from, time] of [
    ['n2', 30],
    ['n3', 10],
    ['n2', 20],
    ['n3', 10],
    ['n3', 40],
  ] as const) {
    node.receive(from, parcel(from, time));
  }
  assert.equal(node.host.store.get('d'), '10;20;30;40;');
  assert.equal(node.host.log.entries.length, 5, 'the repeated one is not logged again');
});

test('a put replaces the elements that are older than it and keeps the newer ones', () => {
  const node = new TestNode();
  node.receive('n2', { type: 'write', parcel: 1, batch: ['n2#1', 10, ['d', ['10;'], 0, 'd', ['30;'], 20]] });
  node.receive('n3', { type: 'write', parcel: 1, batch: ['n3#1', 20, ['d', 'base ', 0]] });
  assert.equal(node.host.store.get('d'), 'base 30;');
  node.receive('n3', { type: 'write', parcel: 2, batch: ['n3#1', 40, ['d', null, 0]] });
  assert.equal(node.host.store.get('d'), null);
});

test('a put comes after every element that its coordinator has seen, also one that it only read', () => {
  const node = new TestNode();
  const to = only(node.turn(() => node.request({ kind: 'get', key: 'x' })).sent, 'read')[0]!.to;
  const ahead = 9e12;
  node.receive(to, { type: 'answers', tag: 'n1#1', answers: [1, [null, ahead, 'n2#1', '1;'], 0, ''] });
  const { sent } = node.turn(() => node.put('d', 'v'));
  assert.ok(only(sent, 'write')[0]!.message.batch[1] > ahead);
});

test('a read merges what the copies answer, and both are brought up to the whole', () => {
  const node = new TestNode();
  node.receive('n3', copy('d', [null, 10, 'n3#1', '10;'], 0, ''));
  const to = only(node.turn(() => node.request({ kind: 'get', key: 'd' })).sent, 'read')[0]!.to;
  const taken = node.receive(to, { type: 'answers', tag: 'n1#1', answers: [1, [null, 5, 'n2#1', '5;'], 0, ''] });
  assert.deepEqual(taken.replies, []);
  assert.equal(node.host.store.get('d'), '5;10;');
  const [push] = only(taken.sent, 'copy');
  assert.deepEqual(push!.message.versions, ['d', [null, 5, 'n2#1', '5;', 10, 'n3#1', '10;'], 0, '']);
  assert.deepEqual(node.receive(to, ackOf(push!.message.parcel)).replies[0]!.result, { value: '5;10;' });
});

test('elements survive a crash and a cut of the log', () => {
  const node = new TestNode({ checkpointVersions: 20 });
  let expected = '';
  for (let i = 0; i < 30; i++) {
    node.turn(() => append(node, `${i};`));
    node.durable();
    node.fire('tick', 10);
    expected += `${i};`;
  }
  for (let i = 0; i < 200; i++) node.turn(() => node.put('k', `${i}`));
  node.fire('tick', 10);
  node.fire('tick', 10);
  const { discarded, entries } = node.host.log;
  assert.ok(discarded > 30, `cut before ${discarded}`);
  const next = new TestNode({}, { boot: 'restart', recovered: entries.slice(discarded - 1) });
  assert.equal(next.host.store.get('d'), expected);
});

test('hints of documents that a node does not hold gather all missed elements', () => {
  const members = ['n1', 'n2', 'n3', 'n4'].map((id, i) => ({ id, zone: 'abcd'[i]!, kind: 'full' as const }));
  const node = new TestNode({}, { members });
  const key = Array.from({ length: 100 }, (_, i) => `k${i}`).find((key) => !node.replica.holds(key))!;
  node.turn(() => node.replica.onLink('n2', false));
  for (const value of ['1;', '2;']) node.turn(() => node.request({ kind: 'append', key, value }));
  const next = new TestNode({}, { boot: 'restart', recovered: node.host.log.entries, members });
  const back = node.receive('n2', {
    type: 'swim-ping',
    probe: 1,
    me: 7 * 65536,
    you: { status: 'alive', incarnation: 65536 },
    rumours: [],
  });
  for (const { sent } of [back, next.fire('membership', 0)]) {
    const [delivery] = only(sent, 'copy');
    assert.deepEqual(delivery!.message.versions, [key, [null, at, 'n1#1', '1;', at + 1, 'n1#1', '2;'], 0, '']);
  }
});

test('elements that are still under way are no difference to be repaired', () => {
  const [n1, n2] = [new TestNode({}, { time: 60_000 }), new TestNode({}, { time: 60_000, self: 'n2' })];
  for (const node of [n1, n2]) node.receive('n3', copy('d', ['b', 20, 'n3#1', '20;'], 5, 'n3#1'));
  n1.turn(() => append(n1, '1;'));
  const leaves: Message = { type: 'tree-leaves', digests: [leafOf('d'), 0, 0] };
  const [keys] = only(n1.receive('n2', leaves).sent, 'tree-keys');
  assert.deepEqual(n2.receive('n1', keys!.message).sent, []);
  n1.host.time += 1000;
  const [later] = only(n1.receive('n2', leaves).sent, 'tree-keys');
  assert.deepEqual(
    n2.receive('n1', later!.message).sent.map(({ message }) => message.type),
    ['copy', 'tree-want'],
  );
});

test('anti-entropy unites elements that each lacked, while new ones go on coming', () => {
  const [n1, n2] = [new TestNode({}, { time: 60_000 }), new TestNode({}, { time: 60_000, self: 'n2' })];
  n1.receive('n3', copy('d', ['b', 20, 'n3#1', '20;'], 5, 'n3#1'));
  n2.receive('n3', copy('d', ['b', 10, 'n3#1', '10;'], 5, 'n3#1'));
  for (let round = 0; round < 2; round++) {
    n1.turn(() => append(n1, `${round}`));
    let waiting = n1.fire('anti-entropy', 1000).sent.map((sent) => ({ from: n1, ...sent }));
    while (waiting.length > 0) {
      const { from, to, message } = waiting.shift()!;
      const receiver = to === 'n1' ? n1 : to === 'n2' ? n2 : undefined;
      if (receiver === undefined || from === receiver || message.type === 'write') continue;
      const answers = receiver.receive(from.host.self, message).sent;
      waiting = [...waiting, ...answers.map((sent) => ({ from: receiver, ...sent }))];
    }
  }
  for (const node of [n1, n2]) assert.ok(node.host.store.get('d')!.startsWith('b10;20;'), node.host.store.get('d')!);
});

test('appends through all coordinators at once are all kept where elements merge', () => {
  for (const [preset, options] of Object.entries({ default: presets.default, one: presets.one })) {
    const links = evenLink(0.2, 3, 0.02, 0.05);
    const simulation = new Simulation({ engine, options, members: THREE, seed: 4, links });
    const asked = Array.from({ length: 300 }, (_, i) => {
      const answer = simulation.submit(THREE[i % 3]!.id, { kind: 'append', key: 'd', value: `${i};` });
      if (i % 5 === 0) simulation.run(1);
      return answer;
    });
    simulation.run(8000);
    assert.ok(asked.filter(({ answer }) => answer?.outcome === 'ok').length > 250, preset);
    for (const { id } of THREE) {
      const elements = simulation.node(id).host.store.get('d')!.split(';').slice(0, -1);
      for (const [i, { answer }] of asked.entries()) {
        if (answer?.outcome !== 'ok') continue;
        assert.equal(elements.filter((element) => element === `${i}`).length, 1, `${i} on ${id} under ${preset}`);
      }
    }
  }
});
