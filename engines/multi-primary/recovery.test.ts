import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ackOf, only, TestNode } from './fixture.test.ts';
import { recover } from './journal.ts';
import type { Entry } from './messages.ts';

fc.configureGlobal({ seed: 1 });

const restarted = (former: TestNode, more: object = {}): TestNode =>
  new TestNode({}, { boot: 'restart', recovered: former.host.log.entries, ...more });

test('a new life holds the values, stamps and deletions of the former one', () => {
  const node = new TestNode();
  node.turn(() => {
    node.put('a', '1');
    node.put('b', '2');
  });
  node.turn(() => node.request({ kind: 'delete', key: 'b' }));
  node.receive('n2', { type: 'copy', tag: 'n2#1', parcel: 0, versions: ['c', '3', 77, 'n3#1'] });
  const next = restarted(node);
  assert.deepEqual([...next.host.store.entries()], [...node.host.store.entries()]);
  const reads = ['a', 'b', 'c'].flatMap((key, i) => [i, key]);
  const answersOf = (asked: TestNode): unknown =>
    only(asked.receive('n2', { type: 'read', tag: 't', reads }).sent, 'answers')[0]!.message;
  assert.deepEqual(answersOf(next), answersOf(node));
});

test('what a former life left is durable: reads of it wait for nothing', () => {
  const node = new TestNode();
  node.turn(() => node.put('a', '1'));
  const { replies } = restarted(node).turn(() => {});
  assert.deepEqual(replies, []);
  const next = restarted(node);
  const { sent } = next.receive('n2', { type: 'read', tag: 't', reads: [1, 'a'] });
  assert.equal(sent[0]!.when, 0);
});

test('no stamp is given twice over lives, even if the clock goes back and the last stamps were lost', () => {
  const node = new TestNode({}, { time: 5000 });
  node.turn(() => node.put('a', 'lost'));
  const lost = only(node.turn(() => node.put('a', 'lost too')).sent, 'write')[0]!.message.batch;
  // Only the life's own entry had reached the disk.
  const next = new TestNode({}, { boot: 'restart', recovered: [{ life: 1 }], time: 5000 });
  const stamps = [1, 2, 3].map(() => only(next.turn(() => next.put('a', 'x')).sent, 'write')[0]!.message.batch);
  for (const [writer, time] of stamps) assert.ok(writer !== lost[0] || time > lost[1]);
});

test('new stamps come after all recovered ones', () => {
  const node = new TestNode({}, { time: 9000 });
  node.turn(() => node.put('a', 'old'));
  const next = restarted(node, { time: 10 });
  next.turn(() => next.put('a', 'new'));
  assert.equal(next.host.store.get('a'), 'new');
});

test('a node whose disk was lost takes a name that none of its lost lives can have had', () => {
  const node = new TestNode({}, { boot: 'restart', recovered: [] });
  const [life] = node.host.log.entries;
  assert.ok(life!.life! >= 2 ** 20);
});

test('hints survive, and deliver the newest version of held keys', () => {
  const node = new TestNode();
  node.turn(() => node.replica.onLink('n2', false));
  node.turn(() => node.put('a', '1'));
  const next = restarted(node);
  assert.equal(next.replica.status().details!.hints, 1);
  const [delivery] = only(next.fire('membership', 0).sent, 'copy');
  assert.deepEqual(delivery!.message.versions.slice(0, 2), ['a', '1']);
  next.receive('n2', ackOf(delivery!.message.parcel, 'n1#2'));
  assert.equal(restarted(next).replica.status().details!.hints, 0);
});

test('a hint that is settled and made anew in one turn survives', () => {
  const node = new TestNode();
  node.turn(() => node.replica.onLink('n2', false));
  node.turn(() => node.put('a', 'old'));
  const next = restarted(node);
  const [delivery] = only(next.fire('membership', 0).sent, 'copy');
  next.turn(() => {
    next.replica.onMessage('n2', ackOf(delivery!.message.parcel, 'n1#2'));
    next.replica.onLink('n2', false);
    next.put('a', 'new');
  });
  assert.equal(next.replica.status().details!.hints, 1);
  assert.equal(restarted(next).replica.status().details!.hints, 1);
});

test('hints of keys that the node does not hold keep the version itself', () => {
  const members = ['n1', 'n2', 'n3', 'n4'].map((id, i) => ({ id, zone: 'abcd'[i]!, kind: 'full' as const }));
  const node = new TestNode({}, { members });
  const key = Array.from({ length: 100 }, (_, i) => `k${i}`).find((key) => !node.replica.holds(key))!;
  node.turn(() => node.replica.onLink('n2', false));
  node.turn(() => node.put(key, 'old'));
  node.turn(() => node.put(key, 'new'));
  const next = restarted(node, { members });
  const [delivery] = only(next.fire('membership', 0).sent, 'copy');
  assert.deepEqual(delivery!.message.versions.slice(0, 2), [key, 'new']);
});

test('cutting the log loses no value, deletion or hint, and forgets what was overwritten', () => {
  const node = new TestNode({ checkpointVersions: 600 });
  node.turn(() => node.replica.onLink('n2', false));
  for (let i = 0; i < 2500; i++) {
    node.turn(() => {
      if (i % 10 === 0) node.request({ kind: 'delete', key: `k${i % 300}` });
      else node.put(`k${i % 300}`, `${i}`);
    });
    node.durable();
    if (i % 20 === 0) node.fire('tick', 10);
  }
  const { discarded, entries } = node.host.log;
  assert.ok(discarded > 1, 'the log was cut');
  const kept = entries.slice(discarded - 1);
  assert.ok(kept.length < 2500);
  const next = new TestNode({}, { boot: 'restart', recovered: kept });
  assert.deepEqual(new Map(next.host.store.entries()), new Map(node.host.store.entries()));
  assert.ok(Number(node.replica.status().details!.hints) >= 300);
  assert.equal(next.replica.status().details!.hints, node.replica.status().details!.hints);
  assert.equal(next.host.log.entries.at(-1)!.life, 2);
});

test('versions fold in any order and repeated', () => {
  const entry = fc
    .array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 5 }), fc.constantFrom('n1#1', 'n2#1')), {
      maxLength: 4,
    })
    .map(
      (versions): Entry => ({
        versions: versions.flatMap(([key, time, writer]) => [key, `${time}${writer}`, time, writer]),
      }),
    );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
      const state = (log: readonly Entry[]): unknown =>
        new Map([...new TestNode({}, { boot: 'restart', recovered: log }).host.store.entries()].sort());
      const life: Entry = { life: 1 };
      assert.deepEqual(state([life, ...entries]), state([life, ...[...entries].reverse(), ...entries]));
    }),
    { numRuns: 30 },
  );
});

test('a hint that was delivered and made anew is open', () => {
  const log: Entry[] = [
    { hints: ['n2', 'a'] },
    { settled: ['n2', 'a'] },
    { hints: ['n2', 'a', 'n3', 'b'] },
    { settled: ['n3', 'b'] },
  ];
  const { hints } = recover(log, { write: () => {}, version: () => {}, forget: () => {} });
  assert.deepEqual(
    [...hints].map(([node, keys]) => [node, [...keys.keys()]]),
    [
      ['n2', ['a']],
      ['n3', []],
    ],
  );
});
