import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entries } from './fixture.test.ts';
import { invariants, type View } from './invariants.ts';
import type { LogEntry } from './messages.ts';

const view = (terms: readonly number[], more: Partial<View> = {}): View => {
  return {
    voters: 3,
    role: 'follower',
    leader: undefined,
    term: 9,
    commit: 0,
    applied: 0,
    durable: terms.length,
    lostDisk: false,
    entries: entries(...terms),
    ...more,
  };
};
const judge = (...views: View[]): string | undefined =>
  invariants(new Map(views.map((one, at) => [`n${at + 1}`, one])));

test('sound replicas break nothing', () => {
  const leads = { role: 'leader', leader: 'n1', commit: 2, applied: 1 };
  assert.equal(judge(view([1, 1, 2], leads), view([1, 1], { leader: 'n1', commit: 1 }), view([1, 1, 1])), undefined);
});

test('two leaders of one term are found, also when only followers tell', () => {
  assert.match(
    judge(view([], { leader: 'n1' }), view([], { leader: 'n2' }))!,
    /Election safety: in term 9 both n1 and n2/,
  );
  assert.equal(judge(view([], { leader: 'n1' }), view([], { leader: 'n2', term: 8 })), undefined);
});

test('logs that agree behind a difference are found', () => {
  assert.match(judge(view([1, 2, 3]), view([1, 1, 3]))!, /Log matching/);
  const other: LogEntry[] = [[1, 1, 2, 'k1', 'other']];
  assert.match(judge(view([1]), view([], { entries: other }))!, /Log matching: entry 1 of term 1 differs/);
});

test('different committed entries are found', () => {
  const committed = { commit: 2, applied: 2 };
  assert.match(judge(view([1, 2], committed), view([1, 1], committed))!, /State-machine safety: entry 2/);
});

test('a commit that no majority can hold is found; nodes that are down may hold it', () => {
  const committed = { commit: 1 };
  assert.match(judge(view([1], committed), view([]), view([]))!, /Commitment: n1 takes entry 1/);
  assert.equal(judge(view([1], committed), view([])), undefined);
});

test('a leader that lacks a committed entry is found', () => {
  const leads = { role: 'leader', leader: 'n3', term: 10 };
  assert.match(judge(view([1], { commit: 1 }), view([1]), view([2], leads))!, /Leader completeness: n3 leads term 10/);
});

test('indexes out of order are found', () => {
  assert.match(judge(view([1], { commit: 0, applied: 1 }))!, /applied 1 ≤ commit 0/);
  assert.match(judge(view([1], { commit: 2 }))!, /commit 2 ≤ last 1/);
});
