import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cachedShare } from './cached.ts';
import { localShare } from './locality.ts';
import { historyOf, type Row } from './synthetic-history.ts';

const ROWS: readonly Row[] = [
  { kind: 'get', intended: 1, cached: true },
  { kind: 'get', intended: 2 },
  { kind: 'get', intended: 3, outcome: 'unknown' },
  { kind: 'put', intended: 4 },
  { kind: 'get', intended: 5, zone: 'z2', cached: true },
  { kind: 'get', intended: 6, cached: true },
];
const HISTORY = historyOf(ROWS, { zones: ['z1', 'z2'] });

test('the share is of the reads that ended ok, by zone and time', () => {
  assert.equal(cachedShare(HISTORY), 3 / 4);
  assert.equal(cachedShare(HISTORY, { zone: 'z1' }), 2 / 3);
  assert.equal(cachedShare(HISTORY, { zone: 'z1', toMs: 5 }), 1 / 2);
  assert.equal(cachedShare(HISTORY, { fromMs: 3, toMs: 5 }), undefined, 'no read ended ok');
});

test('what a cache answered is neither local nor remote', () => {
  assert.equal(localShare(HISTORY, [{ id: 'n1', zone: 'z2', kind: 'full' }], { group: 'get' }), 0, 'of one read');
  const cached = historyOf([{ kind: 'get', cached: true }]);
  assert.equal(localShare(cached, [{ id: 'n1', zone: 'z1', kind: 'full' }], { group: 'get' }), undefined);
});
