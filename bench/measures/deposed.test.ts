import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../faults/vocabulary.ts';
import { ledgerKey } from '../history.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { type DeposedOptions, deposed } from './deposed.ts';
import { constantLoad, historyOf, type Row } from './synthetic-history.ts';

const T0 = 1000;
const ZONES = ['in', 'out'];

/** 100 ledger puts a second for 4 s, of clients inside and outside in turn; each is answered when it ends. */
const load = (answeredBy: (atMs: number, zone: string) => string | undefined) =>
  constantLoad({
    ratePerS: 100,
    durationMs: 4000,
    change: (atMs, i): Row => {
      const zone = ZONES[i % 2]!;
      const node = answeredBy(atMs, zone);
      const common = { zone, key: ledgerKey(i) };
      return node === undefined ? { ...common, outcome: 'unknown' } : { ...common, answeredBy: node };
    },
  });

const figures = (rows: readonly Row[], options: Partial<DeposedOptions> = {}) =>
  deposed(historyOf(rows, { zones: ZONES }), {
    fromMs: 0,
    t0Ms: T0,
    toMs: Number.POSITIVE_INFINITY,
    events: [],
    lostRows: new Set(),
    ...options,
  });

/** n1 answers the clients inside until 3 s, those outside until the cut; n2 answers these from 1.5 s on. */
const cut = load((atMs, zone) => {
  if (atMs < T0) return 'n1';
  if (zone === 'in') return atMs < 3000 ? 'n1' : 'n2';
  return atMs < 1500 ? undefined : 'n2';
});

test('of a cut primary the clients that still reach it see how long it was unfenced, the others nothing', () => {
  const inside = figures(cut, { zone: 'in' });
  // Every 20 ms, answered a millisecond later.
  assert.deepEqual([inside.ledgerPerS, inside.unfencedMs], [50, 2981 - T0]);
  const outside = figures(cut, { zone: 'out' });
  assert.deepEqual([outside.ledgerPerS, outside.unfencedMs], [50, 0]);
  assert.deepEqual([figures(cut).ledgerPerS, figures(cut).unfencedMs], [100, 2981 - T0]);
});

test('the lag reaches back to the oldest write that was answered before the fault and lost', () => {
  // Row 97 was intended at 970 ms; row 150, after the fault, is no lag.
  assert.equal(figures(cut, { lostRows: new Set([97, 98, 99, 150]) }).lagMs, T0 - 971);
  assert.equal(figures(cut, { lostRows: new Set([150]) }).lagMs, 0);
  assert.equal(figures(cut, { lostRows: new Set([97, 98]), zone: 'in' }).lagMs, T0 - 981);
});

test('where nobody takes over, nobody is deposed: there is a rate, and nothing else', () => {
  const alone = load((atMs) => (atMs < T0 || atMs > 2000 ? 'n1' : undefined));
  assert.deepEqual(figures(alone), { ledgerPerS: 100, lagMs: undefined, unfencedMs: undefined });
  assert.equal(figures([], {}).unfencedMs, undefined);
});

const pause: Fault = { kind: 'pause', node: 'n1' };
const paused = (fromMs: number, toMs: number, fault: Fault = pause): ClusterEvent[] => [
  { kind: 'fault', atMs: fromMs, fault, lateMs: 0 },
  { kind: 'heal', atMs: toMs, fault },
];

test('a primary that stood still was not acknowledging: only what it answers on waking counts', () => {
  // n1 stands still for 1.5 s, n2 takes over, and n1 answers for another 300 ms before it is told.
  const woken = load((atMs, zone) => {
    if (atMs < T0) return 'n1';
    if (atMs >= 2500 && atMs < 2800 && zone === 'in') return 'n1';
    return atMs < 2000 ? undefined : 'n2';
  });
  assert.equal(figures(woken, { events: paused(T0, 2500) }).unfencedMs, 2781 - T0 - 1500);
  const other: Fault = { kind: 'pause', node: 'n2' };
  assert.equal(figures(woken, { events: paused(T0, 2500, other) }).unfencedMs, 2781 - T0, "another node's pause");
});

test('what a node answers once it leads again is not the work of a deposed primary', () => {
  const leads = (atMs: number, node: string, epoch: number): ClusterEvent => ({
    kind: 'note',
    atMs,
    node,
    note: { kind: 'leads', epoch },
  });
  // n1 is cut off from 1 s, answers until 1.2 s, and leads again from 3 s.
  const back = load((atMs) => {
    if (atMs < 1200 || atMs >= 3000) return 'n1';
    return atMs < 2000 ? undefined : 'n2';
  });
  const events = [leads(0, 'n1', 1), leads(2000, 'n2', 2), leads(3000, 'n1', 3)];
  assert.equal(figures(back, { events }).unfencedMs, 1191 - T0);
});

test('an answer of the next fault belongs to that', () => {
  assert.equal(figures(cut, { toMs: 2000 }).unfencedMs, 1981 - T0);
});
