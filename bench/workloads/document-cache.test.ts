import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT, GET, type History, OK, PRELOADED, PUT, preloadText, UNKNOWN } from '../history.ts';
import { CACHE_ANSWER_MS, DocumentCaches, type Tell } from './document-cache.ts';
import { Generator } from './generator.ts';
import type { ClientPolicy, LoadStep, Workload } from './plan.ts';
import { loadPolicy } from './policies.ts';
import { membersIn, ok, type Reply, type Script, ScriptedWorld } from './scripted-world.ts';
import { loadWorkload } from './workloads.ts';

const nobody: Tell = () => {};

test('an entry is found until its life is over, and a new value gives it a new life', () => {
  const caches = new DocumentCaches(100, 1, nobody);
  caches.fill(0, 7, 1, 0);
  assert.deepEqual([caches.find(0, 7, 99), caches.find(0, 7, 100)], [1, undefined]);
  caches.fill(0, 7, 2, 60);
  caches.fill(0, 8, 3, 110);
  assert.deepEqual([caches.find(0, 7, 159), caches.find(0, 7, 160), caches.find(0, 8, 160)], [2, undefined, 3]);
});

test('a write stands in the cache of its own zone, and the other zones are told', () => {
  const told: [from: number, to: number, key: number][] = [];
  const caches = new DocumentCaches(100, 3, (from, to, key) => told.push([from, to, key]));
  for (const zone of [0, 1, 2]) caches.fill(zone, 7, 1, 0);
  caches.written(1, 7, 2, 10);
  assert.deepEqual(told, [
    [1, 0, 7],
    [1, 2, 7],
  ]);
  assert.deepEqual(
    [0, 1, 2].map((zone) => caches.find(zone, 7, 10)),
    [1, 2, 1],
    'word has not arrived',
  );
  caches.written(1, 7, undefined, 20);
  assert.equal(caches.find(1, 7, 20), undefined, 'nobody knows what an edit has made of it');
});

// ------------------------------------------------------------------------------------------- what the generator makes of it

/** Two zones with a client each, in turn, 10 ms apart: of one key, which each reads or writes. */
const ONE_KEY: Workload = { ...loadWorkload('ycsb-c'), keyCount: 1 };

interface Case {
  readonly says: Script;
  readonly workload?: Workload;
  readonly step?: LoadStep;
  readonly policy?: Partial<ClientPolicy>;
  readonly bus?: ScriptedWorld['bus'];
  readonly prepare?: (world: ScriptedWorld) => void;
}

function load({ says, workload = ONE_KEY, step = steadily(8), policy, bus, prepare }: Case): {
  history: History;
  world: ScriptedWorld;
} {
  const world = new ScriptedWorld(says);
  if (bus !== undefined) world.bus = bus;
  const plan = {
    seed: 3,
    workload,
    policy: { ...loadPolicy('default'), cacheMs: 1000, ...policy },
    zones: ['a', 'b'],
  };
  const generator = new Generator(plan, membersIn('a', 'b'), world);
  prepare?.(world);
  generator.start(step);
  world.run(generator);
  return { history: generator.take(), world };
}

const steadily = (operations: number): LoadStep => ({
  arrival: { mode: 'open', ratePerS: 100, spacing: 'fixed' },
  operations,
});
const holding = (value: string | null): Reply => ({ outcome: 'ok', result: { value }, afterMs: 1 });
const TEXT = preloadText(100);
const rowsOf = (history: History, kind: number): number[] =>
  Array.from({ length: history.length }, (_, row) => row).filter((row) => history.kind[row] === kind);

test('a zone reads a key from the store once, and then from its cache, which the history tells apart', () => {
  const { history, world } = load({ says: () => holding(TEXT) });
  assert.equal(world.sent.length, 2, 'once a zone');
  assert.deepEqual(Array.from(history.cached), [0, 0, 1, 1, 1, 1, 1, 1]);
  for (let row = 0; row < history.length; row++) {
    const isCached = row >= 2;
    assert.deepEqual([history.outcome[row], history.value[row]], [OK, PRELOADED]);
    assert.deepEqual([history.attempts[row], history.answeredBy[row]], isCached ? [0, -1] : [1, row]);
    assert.equal(Number.isNaN(history.answeredAt[row]), isCached);
    const tookMs = history.end[row]! - history.start[row]!;
    assert.ok(Math.abs(tookMs - (isCached ? CACHE_ANSWER_MS : 1)) < 1e-9, `${tookMs} ms`);
  }
});

test('a policy without a cache asks the store every time', () => {
  const policy = loadPolicy('kazoo-uncached');
  const world = new ScriptedWorld(() => holding(TEXT));
  const generator = new Generator({ seed: 3, workload: ONE_KEY, policy, zones: ['a'] }, membersIn('a'), world);
  generator.start(steadily(8));
  world.run(generator);
  assert.equal(generator.take().cached.includes(1), false);
});

test('that a key is absent is not kept', () => {
  const { history } = load({ says: () => holding(null) });
  assert.equal(history.cached.includes(1), false);
  assert.ok(history.value.every((value) => value === ABSENT));
});

test('a counter is kept whatever its sum is, and as long as it is absent it is not', () => {
  // Hardly ever added to, but a counter by its mix.
  const mix = { ...ONE_KEY.mix, read: 1 - 1e-12, add: 1e-12 };
  const workload: Workload = { ...loadWorkload('counters'), mix, keyCount: 1 };
  const cachedOf = (value: string | null): number[] => {
    const { history } = load({ says: () => holding(value), workload });
    assert.ok(history.kind.every((kind) => kind === GET));
    return Array.from(history.cached);
  };
  for (const sum of ['7', '0', '-1', '-2']) assert.deepEqual(cachedOf(sum), [0, 0, 1, 1, 1, 1, 1, 1], sum);
  assert.ok(!cachedOf(null).includes(1));
});

test('entries live as long as the policy says', () => {
  const { world } = load({ says: () => holding(TEXT), step: steadily(100), policy: { cacheMs: 200 } });
  const times = world.sent.filter(({ node }) => node === 0).map(({ atMs }) => atMs);
  assert.deepEqual(times, [0, 220, 440, 660, 880], 'filled after 1 ms, and read every 20');
});

test('a client in a closed loop that reads from its cache still takes time', () => {
  const { history } = load({
    says: () => holding(TEXT),
    step: { arrival: { mode: 'closed', clients: 2 }, durationMs: 5 },
  });
  assert.ok(history.length > 500 && history.length < 1000, `${history.length} reads in 5 ms`);
});

/** Reads and writes of one key by two zones, the store being one value that each write replaces. */
function mixed(policy: Partial<ClientPolicy>, bus: ScriptedWorld['bus'], says?: Script, writeShare = 0.5): History {
  let value: string | null = TEXT;
  const store: Script = (_node, { operation }) => {
    if (operation.kind === 'get') return holding(value);
    if (operation.kind === 'put') value = operation.value;
    return ok();
  };
  const mix = { read: 1 - writeShare, update: writeShare, insert: 0, readModifyWrite: 0, add: 0, append: 0, delete: 0 };
  const workload = { ...loadWorkload('ycsb-a'), mix, keyCount: 1 };
  return load({ says: says ?? store, workload, step: steadily(400), policy, bus }).history;
}

/** For each cached read of a value that another zone has replaced since: how long ago that write ended. */
function agesMs(history: History): number[] {
  const puts = rowsOf(history, PUT);
  return rowsOf(history, GET).flatMap((row) => {
    const newer = puts.find((put) => put > history.value[row]! && history.end[put]! < history.start[row]!);
    return history.cached[row] === 1 && newer !== undefined ? [history.start[row]! - history.end[newer]!] : [];
  });
}

test('a zone always reads its own writes, and those of others after word of them has come', () => {
  const history = mixed({}, () => 35);
  assert.ok(history.cached.includes(1));
  const puts = rowsOf(history, PUT);
  for (const row of rowsOf(history, GET)) {
    const own = puts.filter(
      (put) => history.zone[put] === history.zone[row] && history.end[put]! < history.start[row]!,
    );
    assert.ok(history.value[row]! >= (own.at(-1) ?? PRELOADED), `row ${row} reads ${history.value[row]}`);
  }
  const ages = agesMs(history);
  assert.ok(ages.length > 0 && Math.max(...ages) > 20, 'some read while word was under way');
  assert.ok(Math.max(...ages) <= 35, `${Math.max(...ages)} ms`);
});

test('word that is lost is not sent again: what is stale stays until it is written or its life is over', () => {
  const isCut = (now: number): boolean => now >= 1000 && now < 2000;
  const bus: ScriptedWorld['bus'] = (_from, _to, now) => (isCut(now) ? undefined : 0);
  const history = mixed({ cacheMs: 600 }, bus, undefined, 0.1);
  const ages = agesMs(history);
  assert.ok(Math.max(...ages) > 200, `${Math.max(...ages)} ms`);
  assert.ok(Math.max(...ages) < 600, `${Math.max(...ages)} ms`);
  const puts = rowsOf(history, PUT);
  const isStale = (row: number): boolean =>
    puts.some((put) => put > history.value[row]! && history.end[put]! < history.start[row]!);
  const times = rowsOf(history, GET)
    .filter(isStale)
    .map((row) => history.start[row]!);
  assert.ok(Math.min(...times) > 1000 && Math.max(...times) > 2000 && Math.max(...times) < 2600, `${times}`);
});

test('a write forgets the key before it is sent, and one that ends unknown tells nobody', () => {
  const workload = { ...loadWorkload('ycsb-a'), keyCount: 1 };
  const { history, world } = load({
    says: (_node, { operation }) => (operation.kind === 'get' ? holding(TEXT) : undefined),
    workload,
    step: steadily(40),
    policy: { attemptTimeoutMs: 5 },
  });
  assert.deepEqual(world.told, []);
  for (const put of rowsOf(history, PUT)) {
    assert.equal(history.outcome[put], UNKNOWN);
    const next = rowsOf(history, GET).find((row) => row > put && history.zone[row] === history.zone[put]);
    if (next !== undefined) assert.equal(history.cached[next], 0, `row ${next} after the write ${put}`);
  }
});

test('a read that is under way when word comes brings an old value into the cache', () => {
  // The store answers reads of zone b late, with what it held when it was asked.
  let value = TEXT;
  const says: Script = (node, { operation }) => {
    if (operation.kind === 'get') return { outcome: 'ok', result: { value }, afterMs: node === 1 ? 15 : 1 };
    if (operation.kind === 'put') value = operation.value;
    return ok();
  };
  const ages = agesMs(mixed({ cacheMs: 5000 }, () => 0, says));
  assert.ok(Math.max(...ages) > 5, `${Math.max(...ages)} ms, though word takes no time`);
});

test('an edit begins with what the store holds, and fills the cache by its write alone', () => {
  const workload = {
    ...loadWorkload('ycsb-f'),
    mix: { read: 0, update: 0, insert: 0, readModifyWrite: 1, add: 0, append: 0, delete: 0 },
    keyCount: 1,
  };
  const { history } = load({ says: () => holding(TEXT), workload, step: steadily(10) });
  assert.equal(history.cached.includes(1), false);
});

test('a preload fills the cache of its zone', () => {
  const world = new ScriptedWorld((_node, { operation }) => (operation.kind === 'get' ? holding(TEXT) : ok()));
  const policy = { ...loadPolicy('default'), cacheMs: 1000 };
  const generator = new Generator({ seed: 3, workload: ONE_KEY, policy, zones: ['a'] }, membersIn('a'), world);
  generator.start({ arrival: { mode: 'closed', clients: 1 }, preload: true });
  world.run(generator);
  generator.start(steadily(3));
  world.run(generator);
  const history = generator.take();
  assert.deepEqual(Array.from(history.cached), [0, 1, 1, 1]);
  assert.ok(history.value.every((value) => value === PRELOADED));
});
