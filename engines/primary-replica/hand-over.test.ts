import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ack, Bench, beat, elected, get, put, stream } from './fixture.test.ts';
import { presets } from './presets.ts';

const ticket = { id: 1000 };
const told = (bench: Bench, id = ticket.id) => bench.host.replies.find((reply) => reply.ticket === id);
const refused = (bench: Bench, id: number) => bench.host.failures.find((failure) => failure.ticket === id)?.failure;

test('a primary hands over once all that was begun is answered and on the heir’s disk, and holds back what comes meanwhile', () => {
  const bench = elected();
  const begun = bench.ask(put('a', '1'));
  bench.sync();
  bench.replica.onCommand!(ticket, { kind: 'transfer', to: 'n3' });
  const held = bench.ask(put('a', '2'));
  bench.turn().hear('n2', ack(1, 2));
  assert.ok(told(bench, begun), 'one copy is enough for the client');
  assert.deepEqual(bench.take('hand-over'), [], 'and the heir has it not yet');
  bench.hear('n3', ack(1, 2));
  assert.deepEqual(bench.take('hand-over', 'n3'), [
    { type: 'hand-over', epoch: 1, next: 0, end: { epoch: 1, position: 2 } },
  ]);
  assert.deepEqual(refused(bench, held), { effect: 'none', reason: 'not-leader', leader: 'n3' });
  assert.equal(bench.replica.status().role, 'replica');
  assert.equal(told(bench), undefined);
  bench.hear('n3', beat(2));
  assert.ok(told(bench), 'the command is over when the heir leads');
});

test('reads are answered until the primary resigns, and by nobody after', () => {
  const bench = elected();
  bench.replica.onCommand!(ticket, { kind: 'transfer', to: 'n3' });
  const early = bench.ask(get('a'));
  bench.sync();
  assert.ok(told(bench, early));
  bench.hear('n3', ack(1, 1));
  const late = bench.ask(get('a'));
  assert.equal(refused(bench, late)?.reason, 'not-leader');
});

test('the heir is promised the epoch at once: the lease of who resigned binds nobody', () => {
  const voice = new Bench('n2').hear('n1', stream(1, 0, 0, [null]), beat(1)).sync();
  const candidacy = { type: 'candidacy', epoch: 2, end: { epoch: 1, position: 1 } } as const;
  voice.hear('n3', { ...candidacy, heirOf: 0 });
  assert.equal(voice.take('promised').length, 0);
  voice.hear('n3', { ...candidacy, heirOf: 1 });
  assert.equal(voice.take('promised').length, 1);
});

test('clients that come to the heir too early are answered when it leads, and sent away when it fails', () => {
  for (const wins of [true, false]) {
    const heir = new Bench('n3').hear('n1', stream(1, 0, 0, [null]), beat(1)).sync();
    heir.hear('n1', { type: 'hand-over', epoch: 1, next: 0, end: { epoch: 1, position: 1 } });
    assert.equal(heir.take('candidacy')[0]?.heirOf, 1);
    const early = heir.ask(put('a', '1'));
    heir.sync();
    if (wins) heir.hear('n2', { type: 'promised', epoch: 2 }).sync();
    else heir.hear('n2', beat(3));
    assert.equal(refused(heir, early)?.reason, wins ? undefined : 'not-leader');
    if (wins) heir.pulse('n2', 3);
    assert.equal(told(heir, early) !== undefined, wins);
  }
});

test('who was told to drain leads all the same when it is named after that', () => {
  const heir = new Bench('n3').hear('n1', stream(1, 0, 0, [null]), beat(1)).sync();
  heir.replica.onCommand!(ticket, { kind: 'drain' });
  heir.hear('n1', { type: 'hand-over', epoch: 1, next: 0, end: { epoch: 1, position: 1 } });
  assert.equal(heir.take('candidacy').length, 2);
});

test('who lacks a record is no heir', () => {
  const bench = new Bench('n3').hear('n1', stream(1, 0, 0, [null]), beat(1)).sync();
  bench.hear('n1', { type: 'hand-over', epoch: 1, next: 0, end: { epoch: 1, position: 2 } });
  assert.deepEqual(bench.take('candidacy'), []);
});

test('a hand-over that cannot be drained within a detection time is called off, and what was held goes on', () => {
  const bench = elected();
  bench.replica.onCommand!(ticket, { kind: 'transfer', to: 'n3' });
  const held = bench.ask(put('a', '1'));
  for (let i = 0; i < 11; i++) bench.pass(100).pulse('n2', 1);
  assert.deepEqual(refused(bench, ticket.id), { effect: 'none', reason: 'unavailable' });
  bench.sync().hear('n2', ack(1, 2));
  assert.ok(told(bench, held));
});

test('who drains hands over to the replica that has most, and leaves the next election to others', () => {
  const bench = elected({}, 3);
  bench.ask(put('a', '1'));
  bench.sync().pass(100).pulse('n3', 2);
  bench.replica.onCommand!(ticket, { kind: 'drain' });
  bench.turn();
  assert.equal(bench.take('hand-over', 'n3').length, 1);
  bench.hear('n3', beat(2)).pass(1900);
  bench.host.take();
  bench.pass(90);
  assert.deepEqual(bench.take('canvass'), [], 'the others may');
  bench.pass(2000);
  assert.ok(bench.take('canvass').length > 0, 'but if there is nobody else, it does');
});

test('whoever is not primary says where to ask, and drains at once', () => {
  const bench = new Bench('n2').hear('n1', beat(1));
  bench.replica.onCommand!(ticket, { kind: 'transfer' });
  assert.deepEqual(refused(bench, ticket.id), { effect: 'none', reason: 'not-leader', leader: 'n1' });
  bench.replica.onCommand!({ id: 1001 }, { kind: 'drain' });
  assert.ok(told(bench, 1001));
  bench.replica.onCommand!({ id: 1002 }, { kind: 'snapshot' });
  assert.equal(refused(bench, 1002)?.reason, 'unsupported');
});

test('manual: the operator can hand over, and neither node forgets it in its next life', () => {
  const first = new Bench('n1', presets.manual).sync().sync();
  first.replica.onCommand!(ticket, { kind: 'transfer', to: 'n2' });
  first.pass(100);
  for (const { sentMs } of first.take('beat', 'n2')) {
    first.hear('n2', {
      type: 'pulse',
      epoch: 1,
      sentMs,
      sent: 1,
      received: 1,
      durable: 1,
      counts: 1,
      base: 0,
      astray: false,
      copying: 0,
    });
  }
  const [handOver] = first.take('hand-over', 'n2');
  assert.equal(handOver?.next, 2);
  const again = new Bench('n1', presets.manual, { boot: 'restart', recovered: first.host.log.entries }).sync();
  again.pass(500);
  assert.equal(again.replica.status().role, 'replica');
  assert.ok(again.take('hand-over', 'n2').length > 1, 'the heir is reminded until it is heard');
  const heir = new Bench('n2', presets.manual).hear('n1', stream(1, 0, 0, [null])).sync();
  heir.hear('n1', handOver!).sync();
  assert.equal(heir.replica.status().role, 'primary');
  const next = new Bench('n2', presets.manual, { boot: 'restart', recovered: heir.host.log.entries }).sync().sync();
  assert.equal(next.replica.status().role, 'primary');
  assert.ok(next.replica.status().epoch! > 2);
});
