import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Claims } from '../../../engines/api.ts';
import {
  AppliedOperations,
  isConverged,
  isLive,
  keepsAcknowledged,
  keepsRefusals,
  readsNothingStale,
} from './random-checks.ts';
import type { RecordedOperation } from './random-clients.ts';
import { claims, simulate } from './simulation-fixture.ts';

type Outcome = RecordedOperation['outcome'];

function put(key: string, value: string, startMs: number, endMs: number, outcome: Outcome = 'ok'): RecordedOperation {
  const end = outcome === 'unknown' ? Number.POSITIVE_INFINITY : endMs;
  return { client: 0, operation: { kind: 'put', key, value }, startMs, endMs: end, outcome, value: undefined };
}
const append = (key: string, value: string, outcome: Outcome = 'ok'): RecordedOperation => ({
  ...put(key, value, 0, 1, outcome),
  operation: { kind: 'append', key, value },
});
const get = (key: string, value: string | null, startMs: number, endMs: number): RecordedOperation => ({
  client: 1,
  operation: { kind: 'get', key },
  startMs,
  endMs,
  outcome: 'ok',
  value,
});

/** A cluster whose nodes hold what is given, node by node. */
function holding(...stores: Record<string, string>[]) {
  const contents = [...stores];
  return simulate((host) => {
    const own = contents[Number(host.self.slice(1)) - 1] ?? {};
    for (const [key, value] of Object.entries(own)) host.store.set(key, value);
    return { holds: (key) => !key.startsWith('partial') || host.self === 'n1' };
  });
}

// ------------------------------------------------------------------------------------------------------------- reads

const stale = (...rows: RecordedOperation[]): string | undefined => readsNothingStale(claims, rows);

test('reads in order are sound', () => {
  const rows = [put('k', 'v1', 0, 1), get('k', 'v1', 2, 3), put('k', 'v2', 4, 5), get('k', 'v2', 6, 7)];
  assert.equal(stale(get('k', null, 0, 0.5), ...rows), undefined);
});

test('a read of what was overwritten before it began is stale', () => {
  const sentence = stale(put('k', 'v1', 0, 1), put('k', 'v2', 2, 3), get('k', 'v1', 4, 5));
  assert.equal(sentence, 'a read of k at 4 returned v1, though a newer value had been seen by 3');
});

test('a read may return either value while the write is under way', () => {
  for (const value of ['v1', 'v2']) {
    assert.equal(stale(put('k', 'v1', 0, 1), put('k', 'v2', 2, 9), get('k', value, 4, 5)), undefined);
  }
});

test('once a read has returned the new value, a later one must not return the old, although the write is under way', () => {
  const rows = [put('k', 'v1', 0, 1), put('k', 'v2', 2, 9), get('k', 'v2', 4, 5), get('k', 'v1', 6, 7)];
  assert.match(stale(...rows)!, /^a read of k at 6 returned v1/);
});

test('an unknown write may take effect late, and may be seen at any time', () => {
  const rows = [put('k', 'v1', 0, 1, 'unknown'), put('k', 'v2', 2, 3), get('k', 'v2', 4, 5), get('k', 'v1', 6, 7)];
  assert.equal(stale(...rows), undefined);
});

test('absence is stale once a write has been seen', () => {
  assert.match(stale(put('k', 'v1', 0, 1), get('k', null, 2, 3))!, /returned null/);
  assert.equal(stale(put('k', 'v1', 0, 4), get('k', null, 2, 3)), undefined);
});

test('one key says nothing of another', () => {
  assert.equal(stale(put('k', 'v1', 0, 1), get('l', null, 2, 3)), undefined);
});

test('a value whose write failed for certain must not be read, nor one that nobody wrote', () => {
  assert.equal(
    stale(put('k', 'v1', 0, 1, 'fail'), get('k', 'v1', 2, 3)),
    'v1 was read under k, though its write failed for certain',
  );
  assert.equal(stale(get('k', 'v9', 2, 3)), 'v9 was read under k, though nobody wrote it');
});

test('who does not claim linearizable reads is not asked for them', () => {
  const rows = [put('k', 'v1', 0, 1), get('k', null, 2, 3)];
  const eventual: Claims = { ...claims, reads: { default: 'eventual' } };
  const fragile: Claims = { ...claims, acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: false } };
  for (const modest of [eventual, fragile]) assert.equal(readsNothingStale(modest, rows), undefined);
});

// ------------------------------------------------------------------------------------------------------ kept and lost

test('an acknowledged ledger key has to be on some node, with its value', () => {
  const kept = keepsAcknowledged(holding({}, { 'ledger-1': 'v1' }), claims, [put('ledger-1', 'v1', 0, 1)]);
  assert.equal(kept, undefined);
  const lost = keepsAcknowledged(holding(), claims, [put('ledger-1', 'v1', 0, 1)]);
  assert.equal(lost, 'the acknowledged write of ledger-1 is on no node');
  const other = keepsAcknowledged(holding({ 'ledger-1': 'v2' }), claims, [put('ledger-1', 'v1', 0, 1)]);
  assert.equal(other, 'ledger-1 was written as v1, but is v2');
});

test('nothing is asked of writes that were not acknowledged, nor of those that others overwrite', () => {
  const rows = [put('ledger-1', 'v1', 0, 1, 'unknown'), put('ledger-2', 'v2', 0, 1, 'fail'), put('k', 'v3', 0, 1)];
  assert.equal(keepsAcknowledged(holding(), claims, rows), undefined);
});

test('an acknowledged element is in its document once', () => {
  const check = (document: string): string | undefined =>
    keepsAcknowledged(holding({ d: document }), claims, [append('d', 'v1;'), append('d', 'v11;')]);
  assert.equal(check('v11;v1;'), undefined);
  assert.equal(check('v11;'), 'the acknowledged element v1; is 0 times in d');
  assert.equal(check('v1;v11;v1;'), 'the acknowledged element v1; is 2 times in d');
});

test('who claims eventual reads keeps acknowledged elements too; who may lose or diverge is not asked', () => {
  const lost = (of: Claims) => keepsAcknowledged(holding({}, { d: '' }), of, [append('d', 'v1;')]);
  assert.match(lost({ ...claims, reads: { default: 'eventual' } })!, /^the acknowledged element v1; is 0 times/);
  assert.equal(lost({ ...claims, acknowledged: { ...claims.acknowledged, powerLoss: false } }), undefined);
  assert.equal(lost({ ...claims, converges: false }), undefined);
});

test('a write that failed for certain must be nowhere', () => {
  const check = (row: RecordedOperation, found: string): string | undefined =>
    keepsRefusals(holding({}, { [row.operation.key]: found }), [row]);
  assert.match(check(put('ledger-1', 'v1', 0, 1, 'fail'), 'v1')!, /^the write of v1 under ledger-1 failed for certain/);
  assert.match(check(append('d', 'v1;', 'fail'), 'v2;v1;')!, /^the write of v1; under d failed for certain/);
  assert.equal(check(append('d', 'v1;', 'fail'), 'v11;'), undefined);
  for (const outcome of ['ok', 'unknown'] as const)
    assert.equal(check(put('ledger-1', 'v1', 0, 1, outcome), 'v1'), undefined);
});

// -------------------------------------------------------------------------------------------- convergence and liveness

test('copies have to be equal and complete among the owners of a key', () => {
  const copy = { k: 'v' };
  assert.equal(isConverged(holding(copy, copy, copy), claims), undefined);
  assert.equal(
    isConverged(holding(copy, { k: 'w' }, copy), claims),
    'k is w on n2 and v elsewhere, though all is quiet',
  );
  assert.equal(isConverged(holding(copy, {}, copy), claims), 'k is missing on n2');
  assert.equal(isConverged(holding({ partial: 'v' }, { partial: 'old' }, {}), claims), undefined, 'n1 alone owns it');
  assert.equal(isConverged(holding(copy, {}, copy), { ...claims, converges: false }), undefined);
});

test('four of five writes have to be acknowledged, of at least twenty', () => {
  const rows = (ok: number, unknown: number): RecordedOperation[] => [
    ...Array.from({ length: ok }, () => put('k', 'v', 0, 1)),
    ...Array.from({ length: unknown }, () => put('k', 'v', 0, 1, 'unknown')),
    get('k', null, 0, 1),
  ];
  assert.equal(isLive(rows(16, 4), 4000), undefined);
  assert.equal(isLive(rows(15, 5), 4000), 'of 20 writes in the 4000 ms after recovery only 15 were acknowledged');
  assert.match(isLive(rows(19, 0), 4000)!, /^of 19 writes/);
});

test('one operation an index, on every node and in every life', () => {
  const applied = new AppliedOperations();
  applied.check('n1', 1, { kind: 'put', key: 'k', value: 'a' });
  applied.check('n2', 1, { kind: 'put', key: 'k', value: 'a' });
  applied.check('n2', 2, { kind: 'put', key: 'k', value: 'b' });
  assert.equal(applied.violation, undefined);
  applied.check('n3', 2, { kind: 'delete', key: 'k' });
  const sentence =
    'n3 applied {"kind":"delete","key":"k"} at index 2, where another applied {"kind":"put","key":"k","value":"b"}';
  assert.equal(applied.violation, sentence);
  applied.check('n3', 1, { kind: 'delete', key: 'l' });
  assert.equal(applied.violation, sentence, 'the first is the one to explain');
});
