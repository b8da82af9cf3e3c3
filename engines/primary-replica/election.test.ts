import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ack, Bench, beat, following, get, opinion, pulse, put, record, START, stream } from './fixture.test.ts';

test('a replica promises nothing while the lease it granted may run', () => {
  const bench = following();
  const end = { epoch: 1, position: 2 };
  bench.host.time = 799;
  bench.hear('n3', { type: 'canvass', epoch: 2, end }, { type: 'candidacy', epoch: 2, end, heirOf: 0 });
  assert.equal(bench.take('opinion')[0]!.yes, false);
  assert.equal(bench.take('promised').length, 0);
  bench.host.time = 800;
  bench.hear('n3', { type: 'candidacy', epoch: 2, end, heirOf: 0 });
  assert.equal(bench.take('promised').length, 1);
});

test('a promise waits for the disk and is given to one candidate an epoch', () => {
  const bench = following();
  bench.host.time = 900;
  const end = { epoch: 1, position: 2 };
  bench.hear('n3', { type: 'candidacy', epoch: 2, end, heirOf: 0 });
  assert.equal(bench.host.sent.find((row) => row.message.type === 'promised')!.when, undefined, 'after all appended');
  assert.deepEqual(bench.host.log.entries.at(-1), { promise: 2, to: 'n3' });
  bench.host.take();
  bench.hear('n1', { type: 'candidacy', epoch: 2, end, heirOf: 0 });
  assert.equal(bench.take('promised').length, 0);
  const nextLife = new Bench('n2', {}, { boot: 'restart', recovered: bench.host.log.entries });
  nextLife.host.time = 5000;
  nextLife.hear('n1', { type: 'candidacy', epoch: 2, end, heirOf: 0 });
  assert.equal(nextLife.take('promised').length, 0, 'not in the next life either');
});

test('a voice is refused to whoever could lack a record that it holds', () => {
  const bench = following();
  bench.host.time = 900;
  bench.hear('n3', { type: 'candidacy', epoch: 2, end: { epoch: 1, position: 1 }, heirOf: 0 });
  assert.equal(bench.take('promised').length, 0);
});

test('a restarted voice waits out the leases of its former life', () => {
  const bench = new Bench('n2', {}, { boot: 'restart', recovered: [{ promise: 1, to: 'n1' }] });
  bench.host.time = 799;
  bench.hear('n3', { type: 'candidacy', epoch: 2, end: { epoch: 1, position: 9 }, heirOf: 0 });
  assert.equal(bench.take('promised').length, 0);
  bench.host.time = 800;
  bench.hear('n3', { type: 'candidacy', epoch: 2, end: { epoch: 1, position: 9 }, heirOf: 0 });
  assert.equal(bench.take('promised').length, 1);
});

test('silence leads to a canvass, enough opinions to a candidacy, enough promises to a reign', () => {
  const bench = following();
  bench.pass(999);
  assert.deepEqual(bench.take('canvass'), []);
  bench.pass(151);
  assert.ok(bench.host.notes.some((note) => note.kind === 'suspects' && note.node === 'n1'));
  assert.deepEqual(bench.take('canvass', 'n3')[0], { type: 'canvass', epoch: 2, end: { epoch: 1, position: 2 } });
  bench.hear('n3', opinion(2, { yes: true, seen: 1, end: { epoch: 1, position: 1 } }));
  assert.equal(bench.take('candidacy', 'n3').length, 1);
  bench.hear('n3', { type: 'promised', epoch: 2 });
  assert.equal(bench.replica.status().role, 'candidate', 'its own promise is not durable yet');
  bench.sync();
  assert.equal(bench.replica.status().role, 'primary');
  assert.deepEqual(bench.take('stream', 'n3')[0]!.records, [null]);
});

test('with one copy on five members promotion needs four voices, with two copies three', () => {
  for (const [copies, needed] of [
    [1, 4],
    [2, 3],
  ] as const) {
    const bench = following({ copies }, 5).pass(1151);
    const voices = ['n3', 'n4', 'n5'];
    for (const voice of voices) {
      bench.hear(voice, opinion(2, { yes: true, seen: 1, end: START }));
    }
    bench.sync();
    let promised = 1;
    for (const voice of voices) {
      assert.equal(bench.replica.status().role === 'primary', promised >= needed, `${promised} promises`);
      bench.hear(voice, { type: 'promised', epoch: 2 });
      promised++;
    }
    assert.equal(bench.replica.status().role, 'primary');
  }
});

test('an isolated node raises no epoch', () => {
  const bench = following().pass(20_000);
  assert.ok(bench.take('canvass').length > 20);
  assert.equal(bench.replica.status().epoch, 1);
  assert.equal(bench.take('candidacy').length, 0);
});

test('a new primary counts and shows nothing of former epochs before a record of its own does', () => {
  const bench = following().pass(1151);
  bench.hear('n3', opinion(2, { yes: true, seen: 1, end: START }));
  bench.sync().hear('n3', { type: 'promised', epoch: 2 }).sync();
  const id = bench.ask(get('a'));
  bench.pulse('n3', 2);
  assert.equal(bench.host.store.get('a'), null, 'on two disks, but of epoch 1');
  assert.equal(bench.host.replies.length, 0);
  bench.hear('n3', ack(2, 3));
  assert.deepEqual(
    bench.host.replies.map(({ ticket, result }) => [ticket, result.value]),
    [[id, '1']],
  );
});

test('a new primary ships at once, however much longer its log is than the window', () => {
  const bench = following({ windowRecords: 4, recordsPerMessage: 4 });
  const records = Array.from({ length: 20 }, (_, i) => record(put('a', `${i}`)));
  bench
    .hear('n1', stream(1, 2, 1, records))
    .sync()
    .pass(1151);
  bench.hear('n3', opinion(2, { yes: true, seen: 1, end: START }));
  bench.sync().hear('n3', { type: 'promised', epoch: 2 }).sync();
  assert.deepEqual(bench.take('stream', 'n3')[0]?.records, [null]);
  // A replica far behind is served from where it is, and no further than the window reaches.
  const { sentMs } = bench.take('beat', 'n3')[0]!;
  const lost = pulse(2, 0, { sentMs, sent: 23, received: -1 });
  bench
    .hear('n3', { ...lost, runs: [[1, 1, 2]] })
    .turn()
    .turn();
  assert.deepEqual(
    bench.take('stream', 'n3').map((piece) => [piece.after, piece.records.length]),
    [[2, 4]],
  );
  bench.hear('n3', ack(2, 6));
  assert.deepEqual(
    bench.take('stream', 'n3').map((piece) => [piece.after, piece.records.length]),
    [[6, 4]],
  );
});

test('the end of the primary’s process hurries detection if asked to, but not the lease', () => {
  const bench = following({ linkHint: true });
  bench.replica.onLink?.('n1', false);
  bench.pass(799);
  assert.equal(bench.take('canvass').length, 0);
  bench.pass(160);
  assert.ok(bench.take('canvass').length > 0);
});

test('a node that lost its disk has no voice until it has again what counts', () => {
  const bench = new Bench('n2', {}, { boot: 'restart' }).sync();
  bench.host.time = 2000;
  const candidacy = { type: 'candidacy', epoch: 5, end: { epoch: 4, position: 9 }, heirOf: 0 } as const;
  bench.hear('n3', candidacy);
  assert.equal(bench.take('promised').length, 0);
  bench
    .hear('n1', stream(1, 0, 0, [null, record(put('a', '1'))], { committed: 2 }))
    .sync()
    .hear('n1', beat(1, { committed: 2 }));
  bench.host.time = 4000;
  bench.hear('n3', candidacy);
  assert.equal(bench.take('promised').length, 1);
});
