import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ack, beat, elected, get, pulse, put } from './fixture.test.ts';

test('a sync write is answered once it is durable here and on one replica, in either order', () => {
  for (const copyFirst of [true, false]) {
    const bench = elected();
    const id = bench.ask(put('a', '1'));
    bench.turn();
    assert.equal(bench.take('stream').length, 2, 'shipped while the own disk is still busy');
    const steps = [() => bench.hear('n3', ack(1, 2)), () => bench.sync()];
    if (!copyFirst) steps.reverse();
    steps[0]!();
    assert.equal(bench.host.replies.length, 0);
    assert.equal(bench.host.store.get('a'), null, 'not shown before it counts');
    steps[1]!();
    assert.deepEqual(
      bench.host.replies.map((reply) => reply.ticket),
      [id],
    );
    assert.equal(bench.host.store.get('a'), '1');
  }
});

test('two copies means two replicas', () => {
  const bench = elected({ copies: 2 }, 5);
  bench.ask(put('a', '1'));
  bench.sync().hear('n2', ack(1, 2));
  assert.equal(bench.host.replies.length, 0);
  bench.hear('n4', ack(1, 2));
  assert.equal(bench.host.replies.length, 1);
});

test('an acknowledgement of another epoch counts for nothing', () => {
  const bench = elected();
  bench.ask(put('a', '1'));
  bench.sync().hear('n2', ack(2, 2)).hear('n3', ack(0, 2));
  assert.equal(bench.host.replies.length, 0);
});

test('an async write is answered once it is durable here, before any copy', () => {
  const bench = elected({ answer: 'async', choice: 'highest' });
  bench.ask(put('a', '1'));
  bench.turn();
  assert.equal(bench.host.replies.length, 0);
  bench.sync();
  assert.equal(bench.host.replies.length, 1);
});

test('the writes of a turn travel as one message to each replica and stand in the log as one entry', () => {
  const bench = elected();
  const entries = bench.host.log.entries.length;
  for (let i = 0; i < 5; i++) bench.ask(put('a', `${i}`));
  bench.turn();
  assert.equal(bench.host.log.entries.length, entries + 1);
  assert.deepEqual(
    bench.take('stream').map((message) => [message.after, message.records.length]),
    [
      [1, 5],
      [1, 5],
    ],
  );
});

test('a cas is decided where it counts, in log order', () => {
  const bench = elected();
  bench.ask(put('a', '1'));
  bench.ask({ kind: 'cas', key: 'a', expected: '1', value: '2' });
  bench.ask({ kind: 'cas', key: 'a', expected: '1', value: '3' });
  bench.sync().hear('n2', ack(1, 4));
  const results = bench.host.replies.map((reply) => reply.result);
  assert.deepEqual(results, [{}, { swapped: true }, { swapped: false, observed: '2' }]);
});

test('what is sent to a replica without acknowledgement is bounded', () => {
  const bench = elected({ windowRecords: 512 });
  for (let round = 0; round < 8; round++) {
    for (let i = 0; i < 256; i++) bench.ask(put('a', `${i}`));
    bench.turn();
  }
  const sent = bench.take('stream', 'n2').reduce((sum, message) => sum + message.records.length, 0);
  assert.ok(sent >= 512 && sent <= 1024, `${sent} records`);
});

test('without fresh answers the primary refuses reads and writes, before any replica may promise another epoch', () => {
  const bench = elected();
  bench.ask(get('a'));
  assert.equal(bench.host.replies.length, 1);
  // The beats that n2 answered were sent at time 0: the lease of 800 ms ends a little before 800.
  bench.pass(799);
  const [read, write] = [bench.ask(get('a')), bench.ask(put('a', '1'))];
  bench.turn();
  assert.deepEqual(
    bench.host.failures.map(({ ticket, failure }) => [ticket, failure.effect, failure.reason]),
    [
      [read, 'none', 'unavailable'],
      [write, 'none', 'unavailable'],
    ],
  );
});

test('the lease counts from when the answered beat was sent, not from when the answer came', () => {
  const bench = elected();
  bench.pass(100);
  const [late] = bench.take('beat', 'n2');
  bench.pass(650);
  bench.hear('n2', pulse(1, 1, { sentMs: late!.sentMs }));
  bench.pass(149);
  bench.ask(get('a'));
  assert.equal(bench.host.failures.length, 1, 'at 899 ms a beat of 100 ms is too old');
});

test('an acknowledgement that comes when the lease is gone answers nobody', () => {
  const bench = elected();
  bench.ask(put('a', '1'));
  bench.sync().pass(850).hear('n2', ack(1, 2));
  assert.equal(bench.host.replies.length, 0);
});

test('a primary that stays without a lease steps down, and its open writes end unknown', () => {
  const bench = elected();
  const id = bench.ask(put('a', '1'));
  bench.turn().pass(2000);
  assert.notEqual(bench.replica.status().role, 'primary');
  assert.deepEqual(
    bench.host.failures.map(({ ticket, failure }) => [ticket, failure.effect]),
    [[id, 'unknown']],
  );
  assert.ok(bench.host.notes.some((note) => note.kind === 'steps-down' && note.epoch === 1));
});

test('a primary whose disk stands still steps down, though its beats are answered', () => {
  const bench = elected();
  bench.ask(put('a', '1'));
  bench.turn();
  for (let i = 0; i < 12; i++) bench.pass(100).pulse('n2', 2);
  assert.notEqual(bench.replica.status().role, 'primary');
});

test('a write that came in the turn in which the primary is deposed was never shown to anyone: a definite failure', () => {
  const bench = elected();
  const older = bench.ask(put('a', '1'));
  bench.turn();
  const newer = bench.ask(put('a', '2'));
  bench.hear('n2', beat(2));
  assert.deepEqual(
    bench.host.failures.map(({ ticket, failure }) => [ticket, failure.effect]),
    [
      [older, 'unknown'],
      [newer, 'none'],
    ],
  );
  assert.equal(bench.replica.status().details!.position, 2);
  assert.equal(bench.replica.status().leader, 'n2');
});
