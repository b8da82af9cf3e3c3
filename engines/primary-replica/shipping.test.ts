import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ack, elected, pulse, put } from './fixture.test.ts';

test('a full copy that a replica needs no longer says nothing of what is on its disk', () => {
  const bench = elected();
  bench.ask(put('a', '1'));
  bench
    .sync()
    .hear('n2', ack(1, 2))
    .hear('n3', pulse(1, 1, { astray: true }));
  assert.equal(bench.take('copy', 'n3')[0]?.at.position, 2);
  bench.hear('n3', pulse(1, 1, { received: 2 }));
  bench.replica.onCommand!({ id: 1000 }, { kind: 'transfer', to: 'n3' });
  bench.turn();
  assert.deepEqual(bench.take('hand-over'), [], 'it has caught up by the log, but only in memory');
  bench.hear('n3', ack(1, 2));
  assert.equal(bench.take('hand-over', 'n3').length, 1);
});

test('a replica that has taken a full copy gets the records behind it, and none of those in it', () => {
  const bench = elected();
  bench.ask(put('a', '1'));
  bench
    .sync()
    .hear('n2', ack(1, 2))
    .hear('n3', pulse(1, 1, { astray: true }));
  const parts = bench.take('copy', 'n3');
  bench.take('stream', 'n3');
  assert.deepEqual(
    parts.map(({ number, last }) => [number, last]),
    [
      [1, false],
      [2, false],
      [3, true],
    ],
  );
  bench.ask(put('a', '2'));
  bench.sync();
  assert.deepEqual(bench.take('stream', 'n3'), [], 'the copy comes first');
  bench.hear('n3', { type: 'copied', epoch: 1, copy: parts[0]!.copy, number: 3 });
  assert.deepEqual(
    bench.take('stream', 'n3').map(({ after, records }) => [after, records.length]),
    [[2, 1]],
  );
});
