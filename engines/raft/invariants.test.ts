import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeHost } from '../../bench/kit/fake-host.ts';
import type { Member } from '../api.ts';
import { founding } from './configuration.ts';
import { entries } from './fixture.test.ts';
import { invariants, type View } from './invariants.ts';
import { RaftLog } from './log.ts';
import type { Message } from './messages.ts';
import type { LogEntry, LogRecord } from './records.ts';

const members: readonly Member[] = ['n1', 'n2', 'n3'].map((id) => ({ id, zone: 'z', kind: 'full' }));

/** A log of these entries, the first `durable` of them on disk. */
function logOf(added: readonly LogEntry[], durable = added.length): RaftLog {
  const host = new FakeHost<Message, LogRecord>('n1', members);
  const configuration = founding(members);
  const log = new RaftLog(host, { base: { index: 0, term: 0 }, configuration, entries: [], positions: [] });
  for (const entry of added) log.append(entry);
  log.onDurable(durable);
  return log;
}

const view = (terms: readonly number[], more: Partial<View> = {}): View => {
  return {
    role: 'follower',
    leader: undefined,
    term: 9,
    vote: null,
    supporters: [],
    commit: 0,
    applied: 0,
    disk: 0,
    lostDisk: false,
    isLazy: false,
    log: logOf(entries(...terms)),
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
  const other: LogEntry[] = [[1, 1, 2, '', 0, 0, 'k1', 'other']];
  assert.match(judge(view([1]), view([], { log: logOf(other) }))!, /Log matching: entry 1 of term 1 differs/);
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

test('who lacks a committed entry and could be elected by the disks of others is found before it is', () => {
  const knows = { commit: 2 };
  const tail = view([1, 3], { term: 3 });
  assert.match(
    judge(view([1, 2], knows), view([1, 2]), tail)!,
    /n3 lacks entry 2, committed at n1, and n1, n2, n3 would/,
  );
  // The committed entry stands below one of the leader's own term, which n3's tail does not reach.
  assert.equal(judge(view([1, 2, 4], knows), view([1, 2, 4]), tail), undefined);
  const unsynced = view([], { log: logOf(entries(1, 2, 4), 2) });
  assert.match(judge(view([1, 2, 4], knows), unsynced, tail)!, /and n2, n3 would elect it/);
  assert.equal(judge(view([1, 2, 4], knows), unsynced, { ...tail, lostDisk: true }), undefined);
});

test('a vote that was given and is not remembered is found; one of an earlier term is history', () => {
  const candidate = view([], { role: 'candidate', supporters: ['n2'], vote: 'n1' });
  assert.match(judge(candidate, view([]))!, /One vote a term: n2 voted for n1 in term 9, .* a vote for nobody/);
  assert.match(judge(candidate, view([], { vote: 'n3' }))!, /One vote a term: .* a vote for n3/);
  assert.match(judge(candidate, view([], { term: 8 }))!, /One vote a term: .* is in term 8/);
  for (const voter of [{ vote: 'n1' }, { term: 10 }, { disk: 7 }]) {
    assert.equal(judge(candidate, view([], voter)), undefined);
  }
});

test('a leader that is back in an earlier term than its followers is found', () => {
  assert.match(judge(view([], { term: 8 }), view([], { leader: 'n1' }))!, /Growing terms: n2 follows n1 in term 9/);
  assert.equal(judge(view([], { term: 10 }), view([], { leader: 'n1' })), undefined);
});

test('indexes out of order are found', () => {
  assert.match(judge(view([1], { commit: 0, applied: 1 }))!, /applied 1 ≤ commit 0/);
  assert.match(judge(view([1], { commit: 2 }))!, /commit 2 ≤ last 1/);
});
