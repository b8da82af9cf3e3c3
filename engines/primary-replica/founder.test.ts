import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench, beat, get, opinion, put, record, START, stream } from './fixture.test.ts';
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
