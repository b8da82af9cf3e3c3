import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ack, Bench, beat, elected, get, pulse, put, record, stream } from './fixture.test.ts';
import type { Entry } from './messages.ts';

test('a replica refuses and names the primary; local reads it answers', () => {
  const bench = new Bench('n2').hear('n1', stream(1, 0, 0, [null, record(put('a', '1'))], { committed: 2 }));
  bench.ask(put('a', '2'));
  assert.deepEqual(bench.host.failures[0]!.failure, { effect: 'none', reason: 'not-leader', leader: 'n1' });
  bench.ask(get('a'), 'local');
  assert.deepEqual(bench.host.replies[0]!.result, { value: '1', lagMs: 0 });
  bench.ask(get('a'), 'versions');
  assert.equal(bench.host.failures[1]!.failure.reason, 'unsupported');
});

test('a replica acknowledges what is durable, and applies only what counts', () => {
  const bench = new Bench('n2')
    .sync()
    .hear('n1', stream(1, 0, 0, [null, record(put('a', '1')), record(put('a', '2'))], { committed: 2 }));
  assert.deepEqual(bench.take('ack'), []);
  assert.equal(bench.host.store.get('a'), '1');
  bench.sync();
  assert.deepEqual(bench.take('ack'), [ack(1, 3)]);
});

test('a replica back with all that the primary has acknowledges it, though nothing is sent to it any more', () => {
  const recovered: Entry[] = [{ epoch: 1, first: 1, records: [null, record(put('a', '1')), record(put('a', '2'))] }];
  const back = () => new Bench('n2', {}, { boot: 'restart', recovered }).sync();
  assert.deepEqual(
    back()
      .hear('n1', beat(1, { sent: 3, sentEpoch: 1 }))
      .sync()
      .take('ack'),
    [ack(1, 3)],
  );
  // A record of another epoch at that position, or none: nothing is known of what stands before it.
  assert.deepEqual(
    back()
      .hear('n1', beat(2, { sent: 3, sentEpoch: 2 }))
      .sync()
      .take('ack'),
    [],
  );
  assert.deepEqual(
    back()
      .hear('n1', beat(1, { sent: 4, sentEpoch: 1 }))
      .sync()
      .take('ack'),
    [],
  );
});

test('records that overtook others wait for the gap, of which the primary is told once', () => {
  const bench = new Bench('n2').hear('n1', stream(1, 0, 0, [null]));
  bench.hear('n1', stream(1, 2, 1, [record(put('a', '2'))])).hear('n1', stream(1, 3, 1, [record(put('a', '3'))]));
  assert.deepEqual(bench.take('differ'), [{ type: 'differ', epoch: 1, attempt: 0, runs: [[1, 1, 1]], base: 0 }]);
  bench.hear('n1', stream(1, 1, 1, [record(put('a', '1'))]));
  assert.equal(bench.replica.status().details!.position, 4);
});

test('records and beats of an older epoch are rejected', () => {
  const bench = new Bench('n2').hear('n3', stream(2, 0, 0, [null]));
  bench.host.take();
  bench.hear('n1', stream(1, 1, 1, [record(put('a', '1'))]), beat(1));
  assert.equal(bench.replica.status().details!.position, 1);
  assert.deepEqual(bench.take('stale'), [
    { type: 'stale', epoch: 2 },
    { type: 'stale', epoch: 2 },
  ]);
  assert.deepEqual(bench.take('pulse'), []);
});

test('an old primary cuts back to the end of the last common epoch and takes what the new one has', () => {
  const recovered: Entry[] = [
    { promise: 1, to: 'n1' },
    { epoch: 1, first: 1, records: [null, record(put('a', '1')), record(put('a', 'lost')), record(put('b', 'lost'))] },
  ];
  const bench = new Bench('n1', {}, { boot: 'restart', recovered });
  bench.hear('n2', beat(2));
  assert.deepEqual(bench.take('pulse')[0]!.runs, [[1, 1, 4]]);
  bench.hear('n2', stream(2, 2, 1, [null, record(put('a', '2'))], { committed: 4 }));
  assert.equal(bench.replica.status().details!.position, 4);
  assert.equal(bench.host.store.get('a'), '2');
  assert.equal(bench.host.store.get('b'), null);
  // Not one of the new records is on the disk yet, though four positions of the log were.
  assert.equal(bench.replica.status().details!.durable, 2);
  const again = new Bench('n1', {}, { boot: 'restart', recovered: bench.host.log.entries });
  assert.deepEqual(again.replica.status().details!.position, 4);
  assert.equal(again.replica.status().epoch, 2);
});

test('in async, records that counted and are cut back leave the store too', () => {
  const bench = new Bench('n2', { answer: 'async', choice: 'highest' });
  bench.hear('n1', stream(1, 0, 0, [null, record(put('a', '1')), record(put('b', 'lost'))], { committed: 3 }));
  assert.equal(bench.host.store.get('b'), 'lost');
  bench.hear('n3', stream(2, 2, 1, [null], { committed: 3 }));
  assert.equal(bench.host.store.get('b'), null);
  assert.equal(bench.host.store.get('a'), '1');
});

test('a new primary finds the common point of a diverged replica and sends everything behind it, in pieces', () => {
  const bench = elected({ recordsPerMessage: 2, windowRecords: 100 });
  for (const value of ['1', '2', '3']) bench.ask(put('a', value));
  bench.turn();
  bench.host.take();
  const lost = pulse(1, 0, { sent: 4, received: -1, runs: [] });
  bench.turn().turn();
  bench.host.take();
  bench.hear('n3', lost).turn();
  assert.deepEqual(bench.take('stream', 'n3'), [], 'what was sent in the beginning may be on its way');
  bench.hear('n3', lost).turn().turn();
  const pieces = bench.take('stream', 'n3');
  assert.deepEqual(
    pieces.map((piece) => [piece.after, piece.afterEpoch, piece.records.length]),
    [
      [0, 0, 2],
      [2, 1, 2],
    ],
  );
});
