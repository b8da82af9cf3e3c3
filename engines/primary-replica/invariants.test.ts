import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EpochLog } from '../parts/epoch-log.ts';
import { type Inspected, invariants } from './invariants.ts';
import type { Content } from './record.ts';

/** A node whose log has records of these epochs, all durable. */
const node = (epochs: readonly number[], more: Partial<Inspected> = {}): Inspected => {
  const log = new EpochLog<Content>();
  for (const epoch of epochs) log.append(epoch, null);
  return {
    isFull: true,
    fullMembers: 3,
    isSafe: true,
    copies: 1,
    canBePromoted: (promises) => promises.size >= 2,
    reigns: 0,
    leased: false,
    epoch: 5,
    promisedTo: 'n1',
    voice: true,
    supporters: [],
    log,
    durable: epochs.length,
    committed: 0,
    cutBack: 0,
    ...more,
  };
};
const judge = (...nodes: Inspected[]): string | undefined =>
  invariants(new Map(nodes.map((one, at) => [`n${at + 1}`, one])));

const primary = { reigns: 5, supporters: ['n1', 'n2'], leased: true, committed: 2 };

test('sound nodes break nothing', () => {
  assert.equal(judge(node([4, 5], primary), node([4, 5]), node([4])), undefined);
});

test('two primaries of one epoch are found', () => {
  assert.match(judge(node([], { reigns: 5 }), node([], { reigns: 5 }))!, /Election safety: n1 and n2 are both primary/);
});

test('a record that counts without enough copies, or is not on the own disk, is found', () => {
  assert.match(
    judge(node([4, 5], primary), node([4]), node([4]))!,
    /Commitment: n1 counts record 2 .* at most 1 nodes/,
  );
  assert.match(judge(node([4, 5], { ...primary, durable: 1 }), node([4, 5]))!, /Commitment: .* its own disk ends at 1/);
  assert.equal(judge(node([4, 5], primary), node([4])), undefined, 'who is down may hold it');
});

test('records that differ within an epoch, and records that counted and were cut back, are found', () => {
  const other = new EpochLog<Content>();
  other.append(4, ['s', 1, 0, 'put', 'a', '1']);
  assert.match(judge(node([4]), node([], { log: other }))!, /Log matching: n1 and n2 .* at position 1/);
  assert.match(judge(node([4], { cutBack: 2 }))!, /Committed stays: n1 cut back 2 records/);
});

test('a promise that is not remembered is found; one of an earlier epoch is history', () => {
  const candidate = node([4], { supporters: ['n1', 'n2'] });
  assert.match(judge(candidate, node([4], { epoch: 4 }))!, /Promises: n2 promised epoch 5 to n1, and .* epoch 4/);
  assert.match(judge(candidate, node([4], { promisedTo: 'n3' }))!, /Promises: .* epoch 5 to n3/);
  assert.equal(judge(candidate, node([4], { epoch: 6, promisedTo: 'n3' })), undefined);
  assert.equal(judge(candidate, node([4], { epoch: 4, voice: false })), undefined);
});

test('a lease that still runs under a later primary is found', () => {
  const later = node([4, 5], { reigns: 6, epoch: 6 });
  assert.match(
    judge(node([4, 5], primary), later)!,
    /Lease: that of n1 in epoch 5 still runs, and n2 is primary of epoch 6/,
  );
  assert.equal(judge(node([4, 5], { ...primary, leased: false }), later), undefined);
});

test('who lacks a record that counts and could be promoted is found before it is', () => {
  const tail = node([3, 4]);
  const broken = judge(node([3, 3], { committed: 2 }), node([3, 3]), tail);
  assert.match(broken!, /Promotions: n3 lacks record 2, which counts at n1, and could be promoted/);
  const knows = node([3, 3, 5], { committed: 3 });
  assert.equal(judge(knows, node([3, 3, 5]), tail), undefined);
  assert.match(judge(knows, node([3, 3, 5], { durable: 2 }), tail)!, /Promotions: n3 lacks record 3/);
});
