import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ABSENT, counterKey, type History, KINDS, OUTCOMES, PRELOADED } from '../history.ts';
import { staleness } from './staleness.ts';
import { historyOf, type Row } from './synthetic-history.ts';

const put = (start: number, end: number, more: Row = {}): Row => ({ kind: 'put', start, end, ...more });
const get = (value: number, start: number, end: number, more: Row = {}): Row => ({
  kind: 'get',
  value,
  start,
  end,
  ...more,
});
const stale = (...rows: readonly Row[]): number => staleness(historyOf(rows)).staleReads;

test('a read of a value that was overwritten before it began is stale, and as old as the overwrite', () => {
  const figures = staleness(historyOf([put(0, 10), put(20, 30), put(40, 50), get(0, 100, 101), get(2, 100, 101)]));
  assert.deepEqual(figures, { reads: 2, staleReads: 1, worstAgeMs: 70, foreignReads: 0 });
});

test('nothing concurrent makes a read stale, equal times included', () => {
  assert.equal(stale(put(0, 25), put(20, 30), get(0, 100, 101)), 0, 'the writes overlap');
  assert.equal(stale(put(0, 20), put(20, 30), get(0, 100, 101)), 0, 'the writes touch');
  assert.equal(stale(put(0, 10), put(20, 30), get(0, 30, 40)), 0, 'the read begins as the overwrite ends');
  assert.equal(stale(put(0, 10), put(20, 30), get(0, 31, 40)), 1);
});

test('only an ok write supersedes for certain', () => {
  assert.equal(stale(put(0, 10), put(20, 30, { outcome: 'unknown' }), get(0, 100, 101)), 0);
  assert.equal(stale(put(0, 10), put(20, 30, { outcome: 'fail' }), get(0, 100, 101)), 0);
  assert.equal(stale(put(0, 10), { kind: 'cas', start: 20, end: 30 }, get(0, 100, 101)), 0);
  assert.equal(stale(put(0, 10), put(20, 30, { key: 1 }), get(0, 100, 101)), 0, 'another key');
});

test('an unknown write may take effect late, but not later than its first reader', () => {
  const late = put(0, 10, { outcome: 'unknown' });
  assert.equal(stale(late, put(20, 30), get(0, 100, 101)), 0);
  assert.equal(stale(late, get(0, 12, 15), put(20, 30), get(0, 100, 101)), 1);
});

test('absent is stale once a put was acknowledged, unless a delete may explain it', () => {
  assert.equal(stale(put(0, 10), get(ABSENT, 20, 21)), 1);
  assert.equal(stale(put(0, 10), get(ABSENT, 5, 21)), 0);
  assert.equal(stale(put(0, 10), { kind: 'delete', start: 12, end: 14 }, get(ABSENT, 20, 21)), 0);
  assert.equal(stale({ kind: 'delete', start: 0, end: 5 }, put(6, 10), get(ABSENT, 20, 21)), 1);
  assert.equal(stale({ kind: 'delete', start: 0, end: 5, outcome: 'unknown' }, put(6, 10), get(ABSENT, 20, 21)), 0);
  assert.equal(stale(put(0, 10), get(ABSENT, 20, 22), { kind: 'delete', start: 21, end: 30 }), 0, 'a delete under way');
  assert.equal(stale(put(0, 10), get(ABSENT, 20, 22), { kind: 'delete', start: 25, end: 30 }), 1, 'a delete too late');
});

test('a deleted value that is read again is stale', () => {
  assert.equal(stale(put(0, 10), { kind: 'delete', start: 12, end: 14 }, get(0, 20, 21)), 1);
});

test('a preloaded value is superseded by the first acknowledged write', () => {
  assert.equal(stale(get(PRELOADED, 5, 6), put(0, 10), get(PRELOADED, 20, 21)), 1);
  assert.equal(staleness(historyOf([put(0, 10), get(PRELOADED, 25, 26)])).worstAgeMs, 15);
});

test('writes that ended lost supersede nothing', () => {
  const history = historyOf([put(0, 10), put(20, 30), get(0, 100, 101)]);
  assert.equal(staleness(history).staleReads, 1);
  assert.equal(staleness(history, new Set([1])).staleReads, 0);
});

test('a value that no write of the key had put there is counted apart', () => {
  const rows = [
    put(0, 10),
    put(0, 10, { key: 1 }),
    put(0, 10, { outcome: 'fail' }),
    get(1, 20, 21),
    get(2, 20, 21),
    get(99, 20, 21),
  ];
  assert.deepEqual(staleness(historyOf(rows)), { reads: 0, staleReads: 0, worstAgeMs: undefined, foreignReads: 3 });
});

test('counters are not judged, nor taken for rows that somebody saw', () => {
  const key = counterKey(0);
  assert.equal(stale({ kind: 'add', key, value: 3, start: 0, end: 10 }, { kind: 'get', key, value: 0, start: 20 }), 0);
  const late = put(0, 10, { outcome: 'unknown' });
  assert.equal(stale(late, get(0, 12, 15, { key }), put(20, 30), get(0, 100, 101)), 0, 'a sum of 0 is not row 0');
});

test('keys with appends are not judged', () => {
  assert.equal(stale(put(0, 10), { kind: 'append', start: 20, end: 30 }, get(0, 100, 101)), 0);
});

test('reads can be judged for one zone and stretch, against the writes of all', () => {
  const rows = [put(0, 10), put(20, 30, { zone: 'b' }), get(0, 100, 101), get(0, 200, 201, { zone: 'b' })];
  const history = historyOf(rows, { zones: ['a', 'b'] });
  assert.equal(staleness(history).staleReads, 2);
  assert.deepEqual(staleness(history, new Set(), { zone: 'b' }).worstAgeMs, 170);
  assert.equal(staleness(history, new Set(), { toMs: 150 }).staleReads, 1);
});

test('in a history that begins later, values go by their row numbers', () => {
  const places = { firstRow: 100 };
  const rows = [put(0, 10), put(20, 30), get(100, 100, 101), get(101, 100, 101)];
  assert.deepEqual(staleness(historyOf(rows, places)), { reads: 2, staleReads: 1, worstAgeMs: 70, foreignReads: 0 });
  assert.equal(staleness(historyOf(rows, places), new Set([101])).staleReads, 0);
});

test('a value from before the history is settled only by its readers', () => {
  const places = { firstRow: 100 };
  assert.equal(staleness(historyOf([put(20, 30), get(7, 100, 101)], places)).staleReads, 0);
  assert.equal(staleness(historyOf([get(7, 5, 6), put(20, 30), get(7, 100, 101)], places)).staleReads, 1);
});

test('a preload within the history does not supersede itself', () => {
  const preload = put(0, 10, { value: PRELOADED });
  assert.equal(stale(preload, get(PRELOADED, 20, 21)), 0);
  assert.equal(stale(preload, put(30, 40), get(PRELOADED, 50, 51)), 1);
  assert.equal(stale({ ...preload, outcome: 'unknown' }, put(30, 40), get(PRELOADED, 50, 51)), 0);
  assert.equal(stale(preload, get(ABSENT, 20, 21)), 1);
});

/** The definition, read aloud: every read against every write. */
function staleByDefinition(history: History): number {
  const rows = Array.from({ length: history.length }, (_, row) => ({
    row,
    kind: KINDS[history.kind[row]!]!,
    outcome: OUTCOMES[history.outcome[row]!]!,
    key: history.key[row]!,
    value: history.value[row]!,
    start: history.start[row]!,
    end: history.end[row]!,
  }));
  const reads = rows.filter((row) => row.kind === 'get' && row.outcome === 'ok');
  let count = 0;
  for (const read of reads) {
    const same = rows.filter((row) => row.key === read.key && row.outcome !== 'fail');
    const overwrites = same.filter((row) => row.outcome === 'ok' && row.kind !== 'get' && row.end < read.start);
    if (read.value === ABSENT) {
      const explanations = same.filter((row) => row.kind === 'delete' && row.start < read.end);
      const settled = explanations.map((row) => (row.outcome === 'ok' ? row.end : Number.POSITIVE_INFINITY));
      if (overwrites.some((write) => write.kind === 'put' && settled.every((end) => end < write.start))) count++;
    } else {
      const written = rows[read.value];
      if (!same.some((row) => row.row === read.value && row.kind === 'put')) continue;
      const witnesses = reads.filter((row) => row.value === read.value).map((row) => row.end);
      const ends = written?.outcome === 'ok' ? [written.end, ...witnesses] : witnesses;
      if (overwrites.some((write) => ends.some((end) => end < write.start))) count++;
    }
  }
  return count;
}

test('the fast count agrees with the definition on random histories', () => {
  const operation = fc.record({
    kind: fc.constantFrom('get' as const, 'put' as const, 'put' as const, 'delete' as const),
    outcome: fc.constantFrom('ok' as const, 'ok' as const, 'ok' as const, 'unknown' as const, 'fail' as const),
    key: fc.constantFrom(0, 0, 0, 1),
    start: fc.integer({ min: 0, max: 30 }),
    took: fc.integer({ min: 0, max: 5 }),
    value: fc.integer({ min: -1, max: 11 }),
  });
  let found = 0;
  fc.assert(
    fc.property(fc.array(operation, { minLength: 8, maxLength: 12 }), (operations) => {
      const history = historyOf(
        operations.map(({ kind, value, took, ...rest }) => ({
          ...rest,
          kind,
          end: rest.start + took,
          ...(kind === 'get' ? { value } : {}),
        })),
      );
      const expected = staleByDefinition(history);
      found += expected;
      assert.equal(staleness(history).staleReads, expected);
    }),
    { numRuns: 2000, seed: 1 },
  );
  assert.ok(found > 100, `the random histories hold stale reads: ${found}`);
});
