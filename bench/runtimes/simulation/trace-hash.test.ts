import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../cluster.ts';
import { TraceHash } from './trace-hash.ts';

/** The digest of what happens, and how often digests of differing courses are the same. */
const hashOf = (happen: (hash: TraceHash) => void): string => {
  const hash = new TraceHash();
  happen(hash);
  return hash.text;
};
const ok = (value?: string): Answer => ({ outcome: 'ok', result: value === undefined ? {} : { value } });

test('a digest is eight hexadecimal digits, and the same for the same course', () => {
  const course = (hash: TraceHash): void => {
    hash.add(1, 2, 3);
    hash.addMessages(0, 1, [{ type: 'append' }], 5_000_000_000);
    hash.addAnswer(1, 2 ** 40 + 7, ok('v'), 6_000_000_000);
  };
  assert.match(hashOf(course), /^[0-9a-f]{8}$/);
  assert.match(
    hashOf(() => {}),
    /^[0-9a-f]{8}$/,
  );
  assert.equal(hashOf(course), hashOf(course));
});

test('it tells what, where, when, in which order, and how often', () => {
  const courses: readonly ((hash: TraceHash) => void)[] = [
    () => {},
    (hash) => hash.add(1, 0, 0),
    (hash) => hash.add(2, 0, 0),
    (hash) => hash.add(1, 1, 0),
    (hash) => hash.add(1, 0, 1),
    (hash) => {
      hash.add(1, 0, 0);
      hash.add(1, 0, 0);
    },
    (hash) => {
      hash.add(1, 0, 0);
      hash.add(2, 0, 0);
    },
    (hash) => {
      hash.add(2, 0, 0);
      hash.add(1, 0, 0);
    },
    (hash) => hash.addMessages(0, 1, [{ type: 'a' }], 9),
    (hash) => hash.addMessages(1, 0, [{ type: 'a' }], 9),
    (hash) => hash.addMessages(0, 1, [{ type: 'b' }], 9),
    (hash) => hash.addMessages(0, 1, [{ type: 'a' }, { type: 'b' }], 9),
    (hash) => hash.addMessages(0, 1, [{ type: 'b' }, { type: 'a' }], 9),
    (hash) => hash.addAnswer(0, 1, ok(), 9),
    (hash) => hash.addAnswer(0, 2, ok(), 9),
    (hash) => hash.addAnswer(0, 1, ok('v'), 9),
    (hash) => hash.addAnswer(0, 1, ok('w'), 9),
    (hash) => hash.addAnswer(0, 1, { outcome: 'fail', reason: 'v' }, 9),
    (hash) => hash.addAnswer(0, 1, { outcome: 'unknown', reason: 'v' }, 9),
  ];
  assert.equal(new Set(courses.map(hashOf)).size, courses.length);
});

test('messages that arrive together are as those that arrive one by one', () => {
  const together = hashOf((hash) => hash.addMessages(0, 1, [{ type: 'a' }, { type: 'b' }], 9));
  const apart = hashOf((hash) => {
    hash.addMessages(0, 1, [{ type: 'a' }], 9);
    hash.addMessages(0, 1, [{ type: 'b' }], 9);
  });
  assert.equal(together, apart);
});

test('of a hundred thousand courses hardly any two have the same digest', () => {
  const digests = new Set<string>();
  for (let what = 0; what < 10; what++) {
    for (let atUs = 0; atUs < 10_000; atUs++) digests.add(hashOf((hash) => hash.add(what, 3, atUs * 100)));
  }
  // By chance alone 1.2 of 2³² are expected to meet.
  assert.ok(digests.size > 99_990, `${digests.size} of 100,000`);
});
