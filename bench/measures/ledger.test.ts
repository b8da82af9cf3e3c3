import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentKey, elementText, ledgerKey, valueText } from '../history.ts';
import { Audit } from './audit.ts';
import { ledger, missingWrites } from './ledger.ts';
import { historyOf, type Row } from './synthetic-history.ts';

const T0 = 1000;

/** Ledger puts at 0, 100, 200, … ms, 10 ms each. */
function puts(count: number, change: (number: number) => Row = () => ({})): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    key: ledgerKey(i),
    intended: i * 100,
    end: i * 100 + 10,
    ...change(i),
  }));
}

function auditOf(found: readonly number[]): Audit {
  const audit = new Audit();
  for (const row of found) audit.addRead(ledgerKey(row), valueText(row, 20));
  return audit;
}

test('what the audit shows is not lost; what it does not show is, with its window', () => {
  const figures = ledger(historyOf(puts(14)), auditOf([0, 1, 2, 3, 4, 5, 6, 7, 11, 13]), { t0Ms: T0 });
  assert.equal(figures.acked, 14);
  assert.equal(figures.ackedLost, 4);
  assert.deepEqual([...figures.lostRows], [8, 9, 10, 12]);
  assert.equal(figures.lossWindowMs, 1210 - 800);
  assert.equal(figures.lossWindowBeforeFaultMs, 200);
});

test('a loss wholly before the fault, or wholly after, has its window on that side', () => {
  const all = Array.from({ length: 14 }, (_, i) => i);
  const without = (row: number) => auditOf(all.filter((other) => other !== row));
  const before = ledger(historyOf(puts(14)), without(3), { t0Ms: T0 });
  assert.deepEqual([before.lossWindowMs, before.lossWindowBeforeFaultMs], [10, 10]);
  const after = ledger(historyOf(puts(14)), without(12), { t0Ms: T0 });
  assert.deepEqual([after.lossWindowMs, after.lossWindowBeforeFaultMs], [10, 0]);
});

test('nothing lost has a window of 0; nothing acknowledged has none', () => {
  assert.equal(ledger(historyOf(puts(2)), auditOf([0, 1]), { t0Ms: T0 }).lossWindowMs, 0);
  const refused = ledger(historyOf(puts(2, () => ({ outcome: 'unknown' }))), auditOf([]), { t0Ms: T0 });
  assert.equal(refused.acked, 0);
  assert.equal(refused.ackedLost, 0);
  assert.equal(refused.lossWindowMs, undefined);
});

test('only acknowledged writes can be lost, and definite failures that show up are resurrected', () => {
  const history = historyOf(puts(4, (i) => ({ outcome: i === 0 ? 'ok' : i === 1 ? 'unknown' : 'fail' })));
  const figures = ledger(history, auditOf([0, 2, 3]), { t0Ms: T0 });
  assert.equal(figures.acked, 1);
  assert.equal(figures.ackedLost, 0);
  assert.equal(figures.resurrected, 2);
});

test('accepted writes are part of the acknowledged, and counted apart too', () => {
  const history = historyOf(puts(5, (i) => ({ accepted: i >= 3 })));
  const figures = ledger(history, auditOf([1, 2, 4]), { t0Ms: T0 });
  const { acked, ackedLost, accepted, acceptedLost } = figures;
  assert.deepEqual(
    { acked, ackedLost, accepted, acceptedLost },
    { acked: 5, ackedLost: 2, accepted: 2, acceptedLost: 1 },
  );
});

test('elements of documents are looked up one by one', () => {
  const key = documentKey(0);
  const rows: Row[] = [0, 1, 2, 3].map((i) => ({ kind: 'append', key, intended: i * 10, end: i * 10 + 5 }));
  const audit = new Audit();
  audit.addRead(key, elementText(0) + elementText(3));
  const figures = ledger(historyOf(rows), audit, { t0Ms: T0 });
  assert.deepEqual([...figures.lostRows], [1, 2]);
});

test('a write kept only as a losing version is shadowed, not lost', () => {
  const key = documentKey(1);
  const rows: Row[] = [0, 1, 2].map(() => ({ kind: 'append', key }));
  const audit = new Audit();
  audit.addRead(key, elementText(0));
  audit.addVersions(key, [elementText(0), elementText(1)]);
  const figures = ledger(historyOf(rows), audit, { t0Ms: T0 });
  assert.deepEqual([...figures.shadowedRows], [1]);
  assert.deepEqual([...figures.lostRows], [2]);
  assert.equal(figures.shadowed, 1);
});

test('a key that not every node could be asked for is neither lost nor safe, unless it was found', () => {
  const audit = auditOf([0]);
  audit.addUnread(ledgerKey(0));
  audit.addUnread(ledgerKey(1));
  const figures = ledger(historyOf(puts(3)), audit, { t0Ms: T0 });
  assert.equal(figures.unread, 1);
  assert.deepEqual([...figures.lostRows], [2]);
});

test('found at any node is found', () => {
  const audit = new Audit();
  audit.addRead(ledgerKey(0), null);
  audit.addRead(ledgerKey(0), valueText(0, 20));
  audit.addRead(ledgerKey(0), null);
  assert.equal(ledger(historyOf(puts(1)), audit, { t0Ms: T0 }).ackedLost, 0);
});

test('zones and stretches of time are counted apart, and other keys not at all', () => {
  const rows = [
    ...puts(10, (i) => ({ zone: i % 2 === 0 ? 'a' : 'b' })),
    { key: 7, intended: 100 },
    { kind: 'get', key: 7 } as const,
  ];
  const history = historyOf(rows, { zones: ['a', 'b'] });
  const audit = auditOf([0, 1, 2, 3, 5]);
  assert.equal(ledger(history, audit, { t0Ms: T0 }).acked, 10);
  assert.deepEqual([...ledger(history, audit, { t0Ms: T0, zone: 'a' }).lostRows], [4, 6, 8]);
  assert.deepEqual([...ledger(history, audit, { t0Ms: T0, zone: 'b', toMs: 900 }).lostRows], [7]);
});

test('missing writes are the lost and the shadowed of all zones', () => {
  const rows = puts(6, (i) => ({ zone: i % 2 === 0 ? 'a' : 'b' }));
  const audit = auditOf([0, 1, 5]);
  audit.addVersions(ledgerKey(3), [valueText(3, 20)]);
  assert.deepEqual([...missingWrites(historyOf(rows, { zones: ['a', 'b'] }), audit)].sort(), [2, 3, 4]);
});

test('in a history that begins later, rows go by their numbers', () => {
  const rows = [0, 1, 2].map((i) => ({ key: ledgerKey(50 + i), intended: i * 100, end: i * 100 + 10 }));
  const figures = ledger(historyOf(rows, { firstRow: 50 }), auditOf([50, 52]), { t0Ms: T0 });
  assert.deepEqual([...figures.lostRows], [51]);
  assert.equal(figures.lossWindowMs, 10);
});
