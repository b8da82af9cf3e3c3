import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRandomTrial } from '../../bench/fuzz/trial.ts';
import { FakeHost } from '../../bench/kit/fake-host.ts';
import type { Operation, Request } from '../api.ts';
import engine from './index.ts';

type Write = Exclude<Operation, { kind: 'get' }>;

const members = ['n1', 'n2', 'n3'].map((id) => ({ id, zone: 'a', kind: 'full' as const }));
const request = (id: number, operation: Operation, read: Request['read'] = 'default'): Request => ({
  id,
  operation,
  read,
  session: 's',
  serial: id,
  settled: 0,
});

test('a write is answered once the log is durable', () => {
  const host = new FakeHost<{ type: never }, Write>('n1', members);
  const replica = engine.create(host, {});
  replica.onRequest(request(1, { kind: 'put', key: 'k', value: 'v' }));
  assert.deepEqual(host.log.entries, [{ kind: 'put', key: 'k', value: 'v' }]);
  assert.deepEqual(host.replies, [{ ticket: 1, result: {}, when: undefined }]);
});

test('a new life holds what the former one logged', () => {
  const recovered: Write[] = [
    { kind: 'put', key: 'k', value: 'a' },
    { kind: 'append', key: 'k', value: 'b' },
  ];
  const host = new FakeHost<{ type: never }, Write>('n1', members, { boot: 'restart', recovered });
  const replica = engine.create(host, {});
  replica.onRequest(request(1, { kind: 'get', key: 'k' }));
  assert.deepEqual(host.replies[0]?.result, { value: 'ab' });
});

test('the other nodes point at the holder', () => {
  const host = new FakeHost<{ type: never }, Write>('n2', members);
  const replica = engine.create(host, {});
  replica.onRequest(request(1, { kind: 'put', key: 'k', value: 'v' }));
  assert.deepEqual(host.failures, [{ ticket: 1, failure: { effect: 'none', reason: 'not-leader', leader: 'n1' } }]);
  assert.equal(host.log.entries.length, 0);
});

test('what was acknowledged survives a hundred seeds of crashes, cuts and loss', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const verdict = runRandomTrial(engine, { preset: 'default', seed });
    assert.equal(verdict.breach, undefined, `seed ${seed}`);
  }
});

test('a seed gives the same trace every time, and another seed gives another', () => {
  const hash = (seed: number): string => runRandomTrial(engine, { preset: 'default', seed }).traceHash;
  assert.equal(hash(7), hash(7));
  assert.notEqual(hash(7), hash(8));
});
