import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure, Request } from '../../../engines/api.ts';
import { Random } from '../../random.ts';
import { RandomClients } from './random-clients.ts';
import { type AnyHost, simulate } from './simulation-fixture.ts';

/** Clients against nodes that answer as told, for so many virtual milliseconds, and then until nothing is under way. */
function play(answer: (host: AnyHost, request: Request) => void, ms = 2000) {
  const asked: { node: string; request: Request }[] = [];
  const simulation = simulate((host) => ({
    onRequest: (request) => {
      asked.push({ node: host.self, request });
      answer(host, request);
    },
  }));
  const clients = new RandomClients(simulation, new Random('clients'));
  const pass = (forMs: number): void => {
    for (let passed = 0; passed < forMs; passed += 5) {
      simulation.run(5);
      clients.tick();
    }
  };
  pass(ms);
  clients.active = false;
  pass(2000);
  return { asked, operations: clients.operations };
}
const failing = (failure: Failure) => (host: AnyHost, request: Request) => host.fail(request, failure);
const echo = (host: AnyHost, request: Request): void => host.reply(request, host.store.apply(request.operation));

test('every operation is recorded with its times, and every written value is another', () => {
  const { operations, asked } = play(echo);
  assert.equal(operations.length, asked.length);
  assert.ok(
    operations.every(({ outcome, startMs, endMs }) => outcome === 'ok' && endMs > startMs && endMs < startMs + 5),
  );
  const values = operations.flatMap(({ operation }) => ('value' in operation ? [operation.value] : []));
  assert.equal(new Set(values).size, values.length);
  assert.deepEqual(new Set(operations.map(({ operation }) => operation.kind)), new Set(['put', 'append', 'get']));
});

test('a ledger key is written once', () => {
  const keys = play(echo)
    .operations.map(({ operation }) => operation.key)
    .filter((key) => key.startsWith('ledger-'));
  assert.ok(keys.length > 20);
  assert.equal(new Set(keys).size, keys.length);
});

test('a client has one operation under way at a time', () => {
  const { operations } = play(echo);
  for (const client of [0, 1, 2, 3]) {
    const own = operations.filter((row) => row.client === client);
    for (const [i, row] of own.entries()) if (i > 0) assert.ok(row.startMs >= own[i - 1]!.endMs);
  }
});

test('silence ends unknown, without an end', () => {
  const { operations } = play(() => {});
  assert.ok(operations.length > 0);
  for (const { outcome, endMs } of operations)
    assert.deepEqual([outcome, endMs], ['unknown', Number.POSITIVE_INFINITY]);
});

test('a definite failure is tried again, four times in all, as the same operation', () => {
  const { operations, asked } = play(failing({ effect: 'none', reason: 'unavailable' }));
  assert.ok(operations.every(({ outcome }) => outcome === 'fail'));
  const attempts = new Map<string, number>();
  for (const { request } of asked) {
    const name = `${request.session}/${request.serial} ${JSON.stringify(request.operation)}`;
    attempts.set(name, (attempts.get(name) ?? 0) + 1);
    assert.equal(request.settled, request.serial - 1);
  }
  assert.equal(attempts.size, operations.length);
  assert.deepEqual(new Set(attempts.values()), new Set([4]));
});

test('a hint at the leader is followed', () => {
  const { operations, asked } = play((host, request) => {
    if (host.self === 'n3') echo(host, request);
    else host.fail(request, { effect: 'none', reason: 'not-leader', leader: 'n3' });
  });
  assert.ok(operations.every(({ outcome }) => outcome === 'ok'));
  assert.ok(asked.filter(({ node }) => node !== 'n3').length <= 4, 'and remembered');
});

test('after an unknown outcome a read is tried again, and a write is not', () => {
  const { asked } = play(failing({ effect: 'unknown', reason: 'lost' }));
  const attempts = new Map<string, { kind: string; times: number }>();
  for (const { request } of asked) {
    const name = `${request.session}/${request.serial}`;
    attempts.set(name, { kind: request.operation.kind, times: (attempts.get(name)?.times ?? 0) + 1 });
  }
  for (const { kind, times } of attempts.values()) assert.equal(times, kind === 'get' ? 4 : 1);
});

test('the context that a result carried comes back with the next request of its session', () => {
  const { asked } = play((host, request) => host.reply(request, { context: `${request.session}@${request.serial}` }));
  for (const { request } of asked) {
    const { session, serial, context } = request;
    assert.equal(context, serial === 1 ? undefined : `${session}@${serial - 1}`);
  }
});
