/** Snapshots: taken in pieces, sent in pieces, and what a later life makes of them. Section 7 of the paper, chapter 5 of the thesis. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendOf, appendTo, Fixture } from './fixture.test.ts';
import type { Chunk, Message } from './messages.ts';
import type { LogEntry, LogRecord } from './records.ts';

/** Every four entries one, two pairs a part, and hardly anything kept behind it. */
const SHORT = { snapshotEntries: 4, trailingEntries: 1, pairsPerPart: 2, sessions: false };

/** So many entries of one term, on three keys in turn. */
const puts = (count: number, term = 1): LogEntry[] =>
  Array.from({ length: count }, (_, i) => [i + 1, term, 2, '', 0, 0, `k${i % 3}`, `v${i + 1}`]);

const logOf = (node: Fixture): { base: number; last: number } => {
  const { log } = node.replica.inspect();
  return { base: log.base.index, last: log.last };
};
const storeOf = (node: Fixture): [string, string][] =>
  [...node.host.store.entries()].map(([k, v]) => [k, v] as [string, string]);
/** What is left on disk once what was discarded is gone. */
const diskOf = (node: Fixture): LogRecord[] => node.host.log.entries.slice(Math.max(0, node.host.log.discarded - 1));

/** A follower that has applied so many entries, and has had time for a snapshot of them. */
function settled(count: number, options = {}): Fixture {
  const b = new Fixture({ self: 'b', options: { ...SHORT, ...options } });
  b.hear('a', appendOf(1, 0, 0, puts(count), count));
  b.sync();
  while (b.host.timers.has('snapshot')) b.fire('snapshot');
  b.sync();
  return b;
}

test('after so many entries the state goes into the log in parts, and the entries before are forgotten', () => {
  const b = settled(6);
  assert.deepEqual(logOf(b), { base: 5, last: 6 });
  const parts = diskOf(b).filter((record) => 'part' in record);
  assert.ok(parts.every((record) => record.part.pairs.length <= 2));
  assert.equal(
    diskOf(b).some((record) => Array.isArray(record)),
    false,
    'no entry is left on disk',
  );
});

test('no snapshot is due before half as many entries were applied as the state has pairs', () => {
  const b = new Fixture({ self: 'b', options: SHORT });
  const distinct = (count: number): LogEntry[] =>
    puts(count).map(([index]) => [index, 1, 2, '', 0, 0, `key ${index}`, 'v']);
  const snapshotIsTaken = (): boolean => {
    const taken = b.host.timers.has('snapshot');
    while (b.host.timers.has('snapshot')) b.fire('snapshot');
    return taken;
  };
  b.hear('a', appendOf(1, 0, 0, distinct(40), 40));
  assert.equal(snapshotIsTaken(), true);
  b.hear('a', appendOf(1, 40, 1, distinct(70).slice(40), 70));
  assert.equal(snapshotIsTaken(), false, 'thirty more entries, and seventy pairs');
  b.hear('a', appendOf(1, 70, 1, distinct(120).slice(70), 120));
  assert.equal(snapshotIsTaken(), true, 'eighty more entries, and a hundred and twenty pairs');
});

test('what is appended while a snapshot is taken stays, on disk and in memory', () => {
  const b = new Fixture({ self: 'b', options: SHORT });
  b.hear('a', appendOf(1, 0, 0, puts(7), 6));
  b.hear('a', appendOf(1, 7, 1, [[8, 1, 2, '', 0, 0, 'late', 'x']], 7));
  while (b.host.timers.has('snapshot')) b.fire('snapshot');
  const again = new Fixture({ self: 'b', options: SHORT, recovered: diskOf(b) });
  assert.deepEqual(logOf(again), { base: 6, last: 8 });
  again.hear('a', appendOf(2, 8, 1, [], 8));
  assert.deepEqual(new Map(storeOf(again)).get('late'), 'x');
  assert.equal(storeOf(again).length, 4);
});

test('a later life begins with the snapshot, its term, vote and disk, and goes on from there', () => {
  const b = settled(6);
  const again = new Fixture({ self: 'b', options: SHORT, recovered: diskOf(b) });
  assert.deepEqual([logOf(again), again.term, again.commit], [{ base: 6, last: 6 }, 1, 6]);
  assert.deepEqual(storeOf(again).sort(), storeOf(b).sort());
});

test('a snapshot that was not whole when the node died is none: the entries before it are still there', () => {
  const b = new Fixture({ self: 'b', options: SHORT });
  b.hear('a', appendOf(1, 0, 0, puts(6), 6));
  b.fire('snapshot');
  const records = b.host.log.entries;
  assert.ok(records.some((record) => 'part' in record) && b.host.log.discarded === 0);
  const again = new Fixture({ self: 'b', options: SHORT, recovered: records });
  assert.deepEqual([logOf(again), again.commit], [{ base: 0, last: 6 }, 0]);
});

test('a command takes one at once, and is answered when it is durable', () => {
  const b = new Fixture({ self: 'b' });
  b.hear('a', appendOf(1, 0, 0, puts(2), 2));
  b.replica.onCommand({ id: 7 }, { kind: 'snapshot' });
  b.turn();
  while (b.host.timers.has('snapshot')) b.fire('snapshot');
  const [answer] = b.replies;
  assert.deepEqual([answer?.ticket, answer?.when], [7, b.host.log.entries.length]);
});

test('retries are known again by who began with a snapshot', () => {
  const b = new Fixture({ self: 'b', options: { ...SHORT, sessions: true } });
  const append = (index: number): [number, number, 5, string, number, number, string, string] => [
    index,
    1,
    5,
    's',
    1,
    0,
    'k',
    'x',
  ];
  b.hear('a', appendOf(1, 0, 0, [append(1), ...puts(5).slice(1)], 5));
  while (b.host.timers.has('snapshot')) b.fire('snapshot');
  const again = new Fixture({ self: 'b', options: { ...SHORT, sessions: true }, recovered: diskOf(b) });
  again.hear('a', appendOf(2, 5, 1, [append(6)], 6));
  assert.equal(again.host.store.get('k'), 'x');
});

test('entries that a snapshot holds are skipped when they come again, and taken up behind it', () => {
  const b = settled(6);
  const sent = b.hear('a', appendOf(1, 2, 1, puts(8).slice(2), 8, 9));
  assert.deepEqual([logOf(b).last, b.commit], [8, 8]);
  const ack = sent.find(({ message }) => message.type === 'acked')?.message;
  assert.ok(ack?.type === 'acked' && ack.match === 8 && ack.conflict === undefined);
  const late = b.hear('a', appendOf(1, 0, 0, puts(2), 8, 10)).find(({ message }) => message.type === 'acked');
  assert.ok(late?.message.type === 'acked' && late.message.conflict === undefined, 'all of it is forgotten here');
});

// ------------------------------------------------------------------------------------------------------- sending

const chunksOf = (sent: readonly { to: string; message: Message }[]): Chunk[] =>
  sent.flatMap(({ to, message }) => (to === 'b' && message.type === 'chunk' ? [message] : []));

/** A leader whose log begins behind what b needs, and the chunks that it sends to b. */
function sending(): { a: Fixture; chunks: Chunk[]; seq: number } {
  const recovered = diskOf(settled(6));
  const a = new Fixture({ options: SHORT, recovered });
  a.lead(['c']);
  a.sync();
  const sent = a.hear('b', {
    type: 'acked',
    term: 2,
    seq: 1,
    round: 1,
    match: 0,
    conflict: { prev: 6, term: 0, first: 1 },
  });
  return { a, chunks: chunksOf(sent), seq: 1 };
}

test('a follower that needs forgotten entries gets the state in chunks, and the entries behind it', () => {
  const { a, chunks } = sending();
  assert.deepEqual(
    chunks.map(({ number, isLast, at }) => [number, isLast, at]),
    [1, 2, 3].map((number) => [number, number === 3, { index: 6, term: 1 }]),
  );
  const b = new Fixture({ self: 'b', options: SHORT });
  const answers = b.hear('a', ...chunks).map(({ message }) => message);
  assert.deepEqual([logOf(b), b.commit, storeOf(b).length], [{ base: 6, last: 6 }, 6, 3]);
  const last = answers.at(-1);
  assert.ok(last?.type === 'acked' && last.match === 6);
  const next = a.hear('b', last);
  assert.equal(appendTo('b', next).prev, 6);
});

test('what a follower has of a snapshot is durable before it says so, and outlives a restart', () => {
  const { chunks } = sending();
  const b = new Fixture({ self: 'b', options: SHORT });
  const [taken] = b.hear('a', chunks[0]!);
  assert.deepEqual(
    [taken?.message, taken?.when],
    [{ type: 'chunk-taken', term: 2, id: chunks[0]!.id, number: 1 }, b.host.log.entries.length],
  );
  const again = new Fixture({ self: 'b', options: SHORT, recovered: b.host.log.entries });
  again.hear('a', ...chunks.slice(1));
  assert.deepEqual([logOf(again), storeOf(again).length], [{ base: 6, last: 6 }, 3]);
});

test('chunks of two snapshots never go together: the first of a newer one ends the one before', () => {
  const { chunks } = sending();
  const b = new Fixture({ self: 'b', options: SHORT });
  b.hear('a', chunks[0]!, chunks[1]!);
  const other = chunks.map((chunk) => ({ ...chunk, id: 9 }));
  const [refused] = b.hear('a', other[2]!);
  assert.deepEqual(refused?.message, { type: 'chunk-taken', term: 2, id: 9, number: 0 });
  b.hear('a', other[0]!, chunks[2]!);
  assert.equal(logOf(b).last, 0, 'the rest of the first is of no use any more');
  b.hear('a', ...other.slice(1));
  assert.deepEqual([logOf(b).last, storeOf(b).length], [6, 3]);
});

test('a follower that has lost what it had of a snapshot gets another', () => {
  const { a, chunks } = sending();
  const { id } = chunks[0]!;
  a.hear('b', { type: 'chunk-taken', term: 2, id, number: 1 });
  const again = chunksOf(a.hear('b', { type: 'chunk-taken', term: 2, id, number: 0 }));
  assert.deepEqual([again[0]?.number, again[0]?.id], [1, id + 1]);
});

test('chunks that are lost go out again while the follower lives', () => {
  const { a } = sending();
  const again: number[] = [];
  for (let i = 0; i < 4; i++) {
    const beat = a.fire('heartbeat').find(({ to, message }) => to === 'b' && message.type === 'beat')?.message;
    assert.ok(beat?.type === 'beat', 'heartbeats go on');
    const sent = a.hear('b', { type: 'heard', term: 2, round: beat.round });
    again.push(...chunksOf(sent).map(({ number }) => number));
  }
  assert.deepEqual(again, [1, 2, 3]);
});

test('for a follower that is silent nothing is kept', () => {
  const { a } = sending();
  assert.equal(a.replica.inspect().log.base.index, 6);
  for (let i = 0; i < 14; i++) {
    a.fire('heartbeat');
    a.hear('c', { type: 'heard', term: 2, round: i });
  }
  for (let i = 0; i < 20; i++) a.request({ kind: 'put', key: `k${i % 3}`, value: 'v' });
  a.turn();
  a.sync();
  a.hear('c', { type: 'acked', term: 2, seq: 50, round: 0, match: logOf(a).last });
  while (a.host.timers.has('snapshot')) a.fire('snapshot');
  assert.ok(logOf(a).base > 20);
});

test('what conflicts with a snapshot goes, and what goes on from its place stays', () => {
  const { chunks } = sending();
  const ballot: LogRecord = { term: 1, vote: null, disk: 0 };
  const diverged = new Fixture({
    self: 'b',
    options: SHORT,
    recovered: [{ ...ballot, term: 2 }, ...puts(5), [6, 2, 0]],
  });
  diverged.hear('a', ...chunks.map((chunk) => ({ ...chunk, term: 3 })));
  assert.deepEqual(logOf(diverged), { base: 6, last: 6 });
  const ahead = new Fixture({ self: 'b', options: SHORT, recovered: [ballot, ...puts(8)] });
  const answers = ahead.hear('a', chunks[0]!).map(({ message }) => message);
  assert.equal(logOf(ahead).last, 8);
  const last = answers.at(-1);
  assert.ok(last?.type === 'acked' && last.match === 6, 'it has the entry at that place already');
});

test('a snapshot brings its configuration, whatever the log said before', () => {
  const { chunks } = sending();
  const configuration = { voters: ['a', 'b', 'c', 'd'], outgoing: [], learners: [], returning: [], disks: [] };
  const b = new Fixture({ self: 'b', options: SHORT });
  const stale = { ...configuration, voters: ['b'] };
  b.hear('a', appendOf(1, 0, 0, [[1, 1, 6, stale]]));
  b.hear('a', ...chunks.map((chunk) => ({ ...chunk, configuration })));
  assert.deepEqual(b.replica.inspect().log.configurations.current, configuration);
  const again = new Fixture({ self: 'b', options: SHORT, recovered: diskOf(b) });
  assert.deepEqual(again.replica.inspect().log.configurations.current, configuration);
});
