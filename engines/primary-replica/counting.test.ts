import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ack, type Bench, elected, get, put } from './fixture.test.ts';

const semiSync = (): Bench =>
  elected({ answer: 'semi-sync', choice: 'highest', fencing: 'epochs', isolationMs: 0, fallBackMs: 500 });
const answers = (bench: Bench) => bench.host.replies.map(({ ticket, result }) => [ticket, result.ack ?? 'committed']);

test('semi-sync waits for a copy, and falls back when the oldest write has waited for so long', () => {
  const bench = semiSync();
  const [first] = [bench.ask(put('a', '1'))];
  bench.sync().pass(200);
  const second = bench.ask(put('a', '2'));
  bench.sync().pass(299);
  assert.deepEqual(answers(bench), []);
  bench.pass(1);
  assert.deepEqual(answers(bench), [
    [first, 'accepted'],
    [second, 'accepted'],
  ]);
});

test('fallen back, writes are accepted at once, until the copies have caught up with everything', () => {
  const bench = semiSync();
  bench.ask(put('a', '1'));
  bench.sync().pass(500);
  const alone = bench.ask(put('a', '2'));
  bench.sync();
  assert.deepEqual(answers(bench).at(-1), [alone, 'accepted']);
  bench.hear('n2', ack(1, 2));
  const behind = bench.ask(put('a', '3'));
  bench.sync();
  assert.deepEqual(answers(bench).at(-1), [behind, 'accepted'], 'a copy that lags is no copy of this write');
  bench.hear('n2', ack(1, 4));
  const waits = bench.ask(put('a', '4'));
  bench.sync();
  assert.notEqual(answers(bench).at(-1)![0], waits);
  bench.hear('n2', ack(1, 5));
  assert.deepEqual(answers(bench).at(-1), [waits, 'committed']);
});

test('sync never falls back', () => {
  const bench = elected({ fencing: 'epochs', isolationMs: 0 });
  bench.ask(put('a', '1'));
  bench.sync().pass(60_000);
  assert.deepEqual(answers(bench), []);
});

test('a copy counts when it is received, durable or applied, as asked', () => {
  for (const copyCounts of ['received', 'durable', 'applied'] as const) {
    const choice = copyCounts === 'received' ? 'highest' : 'complete';
    const bench = elected({ copyCounts, choice });
    const id = bench.ask(put('a', '1'));
    bench.sync().hear('n2', ack(1, 1, copyCounts === 'received' ? 2 : 1));
    assert.equal(answers(bench).length, copyCounts === 'received' ? 1 : 0, `${copyCounts}: in memory`);
    bench.hear('n2', ack(1, 2, copyCounts === 'applied' ? 1 : 2));
    assert.equal(answers(bench).length, copyCounts === 'applied' ? 0 : 1, `${copyCounts}: on disk`);
    assert.equal(bench.host.store.get('a'), '1', 'it counts, and is shown at the primary');
    if (copyCounts === 'applied') {
      assert.equal(bench.take('stream', 'n3').at(-1)?.committed, 2, 'replicas are told at once how far they may apply');
      bench.hear('n3', ack(1, 2, 2));
    }
    assert.deepEqual(answers(bench), [[id, 'committed']]);
  }
});

test('a primary that must have replicas refuses writes, and only those, while it hears of too few', () => {
  const bench = elected({ fencing: 'epochs', isolationMs: 0, minReplicas: 1, replicaSilenceMs: 300 });
  bench.pass(301);
  const write = bench.ask(put('a', '1'));
  const read = bench.ask(get('a'));
  bench.turn();
  assert.deepEqual(
    bench.host.failures.map(({ ticket, failure }) => [ticket, failure.reason]),
    [[write, 'unavailable']],
  );
  assert.equal(bench.host.replies.at(-1)?.ticket, read);
});
