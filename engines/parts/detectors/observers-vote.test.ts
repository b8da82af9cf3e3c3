import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ObserversVote } from './observers-vote.ts';

test('a node is lost once a quorum of observers has lost it, and not before', () => {
  const vote = new ObserversVote<string>({ quorum: 2, validMs: 100 });
  assert.equal(vote.isLost(0), false);
  vote.says('s1', true, 0);
  vote.says('s1', true, 10);
  assert.equal(vote.isLost(10), false, 'one voice, however often');
  vote.says('s2', false, 10);
  assert.equal(vote.isLost(10), false);
  vote.says('s2', true, 20);
  assert.equal(vote.isLost(20), true);
});

test('an observer’s newest word counts', () => {
  const vote = new ObserversVote<string>({ quorum: 1, validMs: 100 });
  vote.says('s1', true, 10);
  vote.says('s1', false, 20);
  assert.equal(vote.isLost(20), false);
  vote.says('s1', true, 15);
  assert.equal(vote.isLost(20), false, 'an older word that comes late');
});

test('a word stands as long as it is valid, its last moment included', () => {
  const vote = new ObserversVote<string>({ quorum: 1, validMs: 100 });
  vote.says('s1', true, 50);
  assert.equal(vote.isLost(150), true);
  assert.equal(vote.isLost(150.5), false);
});

test('what was said of another node before is forgotten', () => {
  const vote = new ObserversVote<string>({ quorum: 1, validMs: 100 });
  vote.says('s1', true, 0);
  vote.clear();
  assert.equal(vote.isLost(0), false);
});

test('a quorum of nobody would find every node lost, so it is refused', () => {
  assert.throws(() => new ObserversVote({ quorum: 0, validMs: 1 }), /quorum: expected .* at least 1, but 0 came/);
});

test('the verdict is a count of the newest valid words', () => {
  const word = fc.record({ observer: fc.nat({ max: 4 }), lost: fc.boolean(), afterMs: fc.nat({ max: 40 }) });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (words, quorum) => {
      const vote = new ObserversVote<number>({ quorum, validMs: 60 });
      const said: { observer: number; lost: boolean; atMs: number }[] = [];
      let nowMs = 0;
      for (const { observer, lost, afterMs } of words) {
        nowMs += afterMs;
        vote.says(observer, lost, nowMs);
        said.push({ observer, lost, atMs: nowMs });
        const newest = [0, 1, 2, 3, 4].map((id) => said.findLast((one) => one.observer === id));
        const lostBy = newest.filter((one) => one?.lost && nowMs - one.atMs <= 60).length;
        assert.equal(vote.isLost(nowMs), lostBy >= quorum);
      }
    }),
    { seed: 5 },
  );
});
