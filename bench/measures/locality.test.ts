import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../../engines/api.ts';
import { localShare } from './locality.ts';
import { historyOf, type Row } from './synthetic-history.ts';

const MEMBERS: Member[] = [
  { id: 'n1', zone: 'east', kind: 'full' },
  { id: 'n2', zone: 'east', kind: 'full' },
  { id: 'n3', zone: 'west', kind: 'full' },
  { id: 'n4', zone: 'attic', kind: 'witness' },
];

const shareOf = (rows: readonly Row[], selection = {}): number | undefined =>
  localShare(historyOf(rows, { zones: ['west', 'east'], nodes: ['n1', 'n2', 'n3', 'n4'] }), MEMBERS, selection);

test('an operation stays local if a node of its zone answers at an input of that zone', () => {
  assert.equal(shareOf([{ zone: 'east', answeredBy: 'n1' }]), 1);
  assert.equal(shareOf([{ zone: 'east', answeredBy: 'n2' }]), 1);
  assert.equal(shareOf([{ zone: 'east', answeredBy: 'n1', crossed: true }]), 0, 'the node waited for another zone');
  assert.equal(shareOf([{ zone: 'east', answeredBy: 'n3' }]), 0, 'the client asked another zone');
  assert.equal(shareOf([{ zone: 'east', answeredBy: 'n4' }]), 0, 'no client lives in the zone of the node');
});

test('only what ended ok is counted, by kind, zone and time', () => {
  const rows: Row[] = [
    { zone: 'east', answeredBy: 'n1', intended: 1 },
    { zone: 'east', answeredBy: 'n1', intended: 2, crossed: true },
    { zone: 'east', answeredBy: 'n1', intended: 3, crossed: true, outcome: 'fail' },
    { zone: 'east', intended: 4, outcome: 'unknown' },
    { zone: 'west', answeredBy: 'n3', intended: 5, kind: 'get' },
    { zone: 'west', answeredBy: 'n1', intended: 6, kind: 'append' },
  ];
  assert.equal(shareOf(rows), 2 / 4);
  assert.equal(shareOf(rows, { group: 'put' }), 1 / 3);
  assert.equal(shareOf(rows, { group: 'get' }), 1);
  assert.equal(shareOf(rows, { zone: 'east' }), 1 / 2);
  assert.equal(shareOf(rows, { fromMs: 2, toMs: 6 }), 1 / 2);
  assert.equal(shareOf(rows, { fromMs: 3, toMs: 5 }), undefined, 'nothing ended ok');
});
