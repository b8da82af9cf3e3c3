import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ack, Bench, beat, elected, put, stream } from './fixture.test.ts';

const following = (): Bench => new Bench('n2', { forwards: true }).hear('n1', stream(1, 0, 0, [null]), beat(1)).sync();

test('a replica hands on what it cannot answer, and passes the answer back', () => {
  const replica = following();
  const [first, second] = [replica.ask(put('a', '1')), replica.ask(put('a', '2'))];
  const sent = replica.turn().take('forward', 'n1');
  assert.deepEqual(
    sent.map(({ id, operation, oldest }) => [id, operation, oldest]),
    [
      [first, put('a', '1'), first],
      [second, put('a', '2'), first],
    ],
  );
  replica.hear('n1', { type: 'forwarded', epoch: 1, id: first, answer: { result: {} } });
  replica.hear('n1', { type: 'forwarded', epoch: 1, id: first, answer: { result: {} } });
  replica.hear('n1', {
    type: 'forwarded',
    epoch: 1,
    id: second,
    answer: { failure: { effect: 'none', reason: 'unavailable' } },
  });
  assert.deepEqual(
    replica.host.replies.map(({ ticket }) => ticket),
    [first],
  );
  assert.deepEqual(
    replica.host.failures.map(({ ticket }) => ticket),
    [second],
  );
});

test('without a primary there is nobody to hand it to, and with another one nobody knows', () => {
  const alone = new Bench('n2', { forwards: true });
  alone.ask(put('a', '1'));
  assert.equal(alone.host.failures[0]!.failure.reason, 'not-leader');
  const replica = following();
  replica.ask(put('a', '1'));
  replica.hear('n3', beat(2));
  assert.equal(replica.host.failures[0]!.failure.effect, 'unknown');
});

test('what is not answered within a detection time ends unknown', () => {
  const replica = following();
  replica.ask(put('a', '1'));
  for (let i = 0; i < 11; i++) replica.pass(100).hear('n1', beat(1));
  assert.deepEqual(
    replica.host.failures.map(({ failure }) => failure.effect),
    ['unknown'],
  );
});

const forward = (id: number, oldest: number, value: string) =>
  ({
    type: 'forward',
    epoch: 1,
    id,
    oldest,
    operation: put('a', value),
    session: 's',
    serial: id,
    settled: 0,
  }) as const;

test('the primary begins what is handed on once, answers whoever handed it on, and begins nothing that is given up there', () => {
  const primary = elected();
  primary
    .hear('n2', forward(7, 7, '1'), forward(7, 7, '1'))
    .sync()
    .hear('n3', ack(1, 2));
  assert.deepEqual(primary.take('forwarded', 'n2'), [{ type: 'forwarded', epoch: 1, id: 7, answer: { result: {} } }]);
  assert.equal(primary.replica.status().details!.position, 2, 'one record, however often it came');
  primary.hear('n2', forward(9, 9, '2'), forward(8, 7, 'late')).sync();
  assert.equal(primary.replica.status().details!.position, 3);
  primary.hear('n2', { ...forward(10, 9, '3'), epoch: 0 }).sync();
  assert.equal(
    primary.replica.status().details!.position,
    3,
    'what was meant for another reign is not begun in this one',
  );
});

test('a refusal is a promise also for what comes twice: the second is not begun', () => {
  const primary = elected({ waitingMax: 1 });
  primary.ask(put('a', '1'));
  primary.hear('n2', forward(7, 7, '2'));
  assert.equal(primary.take('forwarded', 'n2').length, 1, 'refused: there is no room');
  primary
    .sync()
    .hear('n3', ack(1, 2))
    .hear('n2', forward(7, 7, '2'));
  assert.equal(primary.replica.status().details!.position, 2);
});
