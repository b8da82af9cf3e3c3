/** What a cluster of `unreplicated` nodes n1, n2 and n3 does on any runtime. */
import assert from 'node:assert/strict';
import type { Operation } from '../../../engines/api.ts';
import { GET, type History, OK } from '../../history.ts';
import { cachedShare } from '../../measures/cached.ts';
import { staleness } from '../../measures/staleness.ts';
import type { Cluster } from '../cluster.ts';

const put = (key: string, value: string): Operation => ({ kind: 'put', key, value });
const get = (key: string): Operation => ({ kind: 'get', key });

/** It answers in order, points at the holder, and shows its nodes, their stores, their notes and its commands. */
export async function assertServes(cluster: Cluster): Promise<void> {
  assert.equal(cluster.failure(), undefined);
  const answers = await cluster.ask('n1', [put('a', '1'), get('a'), put('a', '2'), get('a')], 'default', 5000);
  assert.deepEqual(
    answers.map((answer) => answer.outcome === 'ok' && answer.result),
    [{}, { value: '1' }, {}, { value: '2' }],
  );
  assert.deepEqual(await cluster.ask('n2', [get('a')], 'default', 5000), [
    { outcome: 'fail', reason: 'not-leader', leader: 'n1' },
  ]);
  assert.deepEqual(await cluster.ask('n1', [], 'default', 5000), []);
  assert.deepEqual(await cluster.command('n1', { kind: 'snapshot' }, 5000), {
    outcome: 'fail',
    reason: 'unsupported',
  });
  const commands = cluster.events().filter((event) => event.kind === 'command');
  assert.deepEqual(
    commands.map(({ node, command, answer }) => [node, command.kind, answer.outcome]),
    [['n1', 'snapshot', 'fail']],
  );
  assert.ok(commands[0]!.answeredMs >= commands[0]!.atMs);
  const stores = await cluster.stores();
  assert.deepEqual([...stores.keys()], ['n1', 'n2', 'n3']);
  assert.deepEqual([...stores.get('n1')!], [['a', '2']]);
  assert.equal(stores.get('n2')!.size, 0);
  const notes = cluster.events().filter((event) => event.kind === 'note');
  assert.deepEqual(
    notes.map(({ node, note }) => [node, note]),
    [['n1', { kind: 'leads', epoch: 1 }]],
  );
  assert.deepEqual(
    (await cluster.sample()).map(({ node, up, status }) => [node, up, status?.role]),
    [
      ['n1', true, 'holder'],
      ['n2', true, 'bystander'],
      ['n3', true, 'bystander'],
    ],
  );
  for (let i = 0; i < 20; i++) {
    const untilMs = cluster.now() + 3.4;
    await cluster.sleepUntil(untilMs);
    // Virtual time is in whole microseconds.
    assert.ok(cluster.now() > untilMs - 0.001, 'nobody sleeps too short');
  }
  const step = { arrival: { mode: 'closed', clients: 1 }, operations: 1 } as const;
  await assert.rejects(cluster.load(step), /no load generator/);
}

/** A step of load runs to its end, and the next, of 200 operations a second, goes on counting rows. */
export async function assertLoads(cluster: Cluster): Promise<void> {
  assert.equal(cluster.latestWrite(), undefined);
  const first = await cluster.load({ arrival: { mode: 'closed', clients: 8 }, operations: 300 });
  assert.equal(first.length, 300);
  assert.ok(first.outcome.every((outcome) => outcome === OK));
  assert.ok(first.answeredBy.every((node) => node === 0));
  for (let row = 0; row < first.length; row++) {
    const [start, at, end] = [first.start[row]!, first.answeredAt[row]!, first.end[row]!];
    assert.ok(start <= at && at <= end && end <= cluster.now(), `row ${row}: ${start} ${at} ${end}`);
  }
  const latest = cluster.latestWrite();
  assert.deepEqual(latest, { node: 'n1', endMs: Math.max(...first.end) });
  const arrival = { mode: 'open', ratePerS: 200, spacing: 'fixed' } as const;
  const second = await cluster.load({ arrival, durationMs: 150 });
  assert.equal(second.firstRow, 300);
  assert.ok(second.length >= 29 && second.length <= 31, `${second.length} operations`);
}

/** Two nodes in the zone of the clients and one in another, of the engine `round-trip`: who has to send writes back. */
export const TWO_HERE_ONE_THERE = { zones: ['a', 'a', 'b'], clientZones: ['a'], workload: 'ycsb-a' } as const;

/** Answers that waited for a message are stamped by the zone that it came from; what was answered at once never left. */
export async function assertCrosses(cluster: Cluster, asksAfar: boolean): Promise<void> {
  const history = await cluster.load({ arrival: { mode: 'closed', clients: 2 }, operations: 200 });
  const kinds = { reads: new Set<number>(), writes: new Set<number>() };
  for (let row = 0; row < history.length; row++) {
    assert.equal(history.outcome[row], OK);
    kinds[history.kind[row] === GET ? 'reads' : 'writes'].add(history.crossed[row]!);
  }
  assert.deepEqual([...kinds.reads], [0]);
  assert.deepEqual([...kinds.writes], [asksAfar ? 1 : 0]);
}

const CACHE_MS = 400;
/** Clients of two zones, each with a cache of documents. */
export const TWO_CACHES = { clientZones: ['a', 'b'], workload: 'ycsb-a', policy: { cacheMs: CACHE_MS } } as const;

/**
 * Caches answer, and are as old as word from the other zone at the most, which takes no longer than `wordMs`. While nothing passes
 * between the clients of the zones, and only then, they are as old as their entries may become.
 */
export async function assertCaches(cluster: Cluster, wordMs: number): Promise<void> {
  const load = (): Promise<History> =>
    cluster.load({ arrival: { mode: 'open', ratePerS: 2000, spacing: 'fixed' }, durationMs: 2 * CACHE_MS });
  const oldestMs = (history: History): number => staleness(history).worstAgeMs ?? 0;
  const heard = await load();
  assert.ok(cachedShare(heard)! > 0.2, `${cachedShare(heard)} of the reads`);
  for (let row = 0; row < heard.length; row++) {
    assert.equal(heard.outcome[row], OK);
    if (heard.cached[row] === 0) continue;
    assert.deepEqual([heard.kind[row], heard.answeredBy[row], heard.attempts[row]], [GET, -1, 0]);
  }
  assert.ok(oldestMs(heard) <= wordMs, `${oldestMs(heard)} ms`);

  const cut = { kind: 'cut', from: { clientsOf: 'a' }, to: { clientsOf: 'b' } } as const;
  await cluster.inject(cut);
  const deaf = await load();
  assert.ok(
    deaf.outcome.every((outcome) => outcome === OK),
    'the store is not cut off',
  );
  assert.ok(oldestMs(deaf) > CACHE_MS / 4, `${oldestMs(deaf)} ms`);
  assert.ok(oldestMs(deaf) <= CACHE_MS + wordMs, `${oldestMs(deaf)} ms`);

  await cluster.heal(cut);
  await load();
  const again = await load();
  assert.ok(oldestMs(again) <= wordMs, `${oldestMs(again)} ms, though nothing from the cut can be left`);
}
