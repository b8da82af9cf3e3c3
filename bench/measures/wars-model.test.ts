import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delay } from '../topologies/links.ts';
import { type WarsDelays, type WarsQuorums, warsModel } from './wars-model.ts';

const constant = (ms: number): Delay => ({ kind: 'constant', ms });
const copy = (w: number, a: number, r: number, s: number): WarsDelays => ({
  write: constant(w),
  acknowledgement: constant(a),
  read: constant(r),
  response: constant(s),
});
const quorums = (write: number, read: number, asked = 3): WarsQuorums => ({ write, read, asked });

/** Of 100,000 drawings a share is known to this. */
const near = (share: number, expected: number): void =>
  assert.ok(Math.abs(share - expected) < 0.006, `${share}, and ${expected} was expected`);

test('where delays are constant the read changes from never to always consistent at one time', () => {
  // Committed after 2 ms by the first; the second answers first, asked after 1 ms, and has the write after 10.
  const copies = [copy(1, 1, 2, 2), copy(10, 1, 1, 1), copy(10, 1, 3, 3)];
  const at = warsModel(copies, quorums(1, 1));
  assert.deepEqual([at(0), at(6.999), at(7), at(100)], [0, 0, 1, 1]);
  assert.equal(warsModel(copies, quorums(1, 2))(0), 1, 'the second response comes from the copy that has it');
  const committedLater = warsModel(copies, quorums(2, 1));
  assert.equal(committedLater(0), 1, 'two acknowledgements take 11 ms');
});

test('a read that is sent to one copy finds each of them equally often', () => {
  const at = warsModel([copy(1, 1, 2, 2), copy(10, 1, 1, 1), copy(10, 1, 3, 3)], quorums(1, 1, 1));
  near(at(0), 1 / 3);
  near(at(5), 2 / 3);
  assert.equal(at(7), 1);
});

test('exponential writes and nothing else: whoever is asked has it, or has it after one more such delay', () => {
  const meanMs = 10;
  const copies = new Array<WarsDelays>(3).fill({ ...copy(0, 0, 0, 0), write: { kind: 'exponential', meanMs } });
  for (const write of [1, 2]) {
    const at = warsModel(copies, quorums(write, 1, 1));
    for (const ageMs of [0, 3, 10, 30]) {
      // Those that acknowledged have it; of the others one more has it after an exponential time, having no memory.
      near(at(ageMs), write / 3 + (1 - write / 3) * (1 - Math.exp(-ageMs / meanMs)));
    }
  }
});

test('quorums that meet are always consistent', () => {
  const slow: WarsDelays = { ...copy(0, 1, 1, 1), write: { kind: 'exponential', meanMs: 100 } };
  assert.equal(warsModel([slow, slow, slow], quorums(2, 2))(0), 1);
  assert.equal(warsModel([slow, slow, slow], quorums(2, 2, 2))(0), 1);
  assert.ok(warsModel([slow, slow, slow], quorums(1, 2))(0) < 1);
});

test('the same delays give the same curve every time', () => {
  const slow: WarsDelays = { ...copy(0, 1, 1, 1), write: { kind: 'exponential', meanMs: 1 } };
  const [one, two] = [0, 1].map(() => warsModel([slow, slow, slow], quorums(1, 1))) as [
    (ageMs: number) => number,
    (ageMs: number) => number,
  ];
  assert.equal(one(0.5), two(0.5));
});
