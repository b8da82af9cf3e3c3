import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortened, shortMessage, shortText, WHOLE } from './short-text.ts';

test('data reads as JSON without the quotes that nobody needs', () => {
  assert.equal(shortText({ term: 3, vote: null, pre: false, to: 'n2' }), '{term:3 vote:null pre:false to:n2}');
  assert.equal(shortText([]), '[]');
  assert.equal(shortText({}), '{}');
  assert.equal(shortText({ left: undefined, at: 151.30000000000001 }), '{at:151.3}');
});

test('a string keeps its quotes where it could be taken for something else', () => {
  assert.equal(shortText(['12', 'true', 'null', '', 'a b', 'n1#0', 'a\nb']), '["12" "true" "null" "" …3]');
  assert.equal(shortText('a b'), '"a b"');
  assert.equal(shortText('a\nb'), '"a\\nb"');
  assert.equal(shortText('n1#0'), 'n1#0');
  assert.equal(shortText({ 'odd key': 1 }), '{"odd key":1}');
});

test('what is long is cut, and what is missing is counted', () => {
  assert.equal(shortText([1, 2, 3, 4, 5, 6]), '[1 2 3 4 …2]');
  assert.equal(shortText([1, 2, 3], { items: 0 }), '[…3]');
  assert.equal(shortText({ a: 1, b: 2, c: 3 }, { fields: 2 }), '{a:1 b:2 …1}');
  assert.equal(shortText('abcdefghij', { characters: 5 }), 'abcd…');
  assert.equal(shortText([[[[1, 2]]]]), '[[[[…2]]]]');
  assert.equal(shortText({ entries: [[1, 2]] }, { depth: 1 }), '{entries:[…1]}');
});

test('without limits any two values have different texts', () => {
  const deep = { a: [[[[['x'.repeat(100), 0.12345, 2, 3, 4, 5, 6]]]]] };
  assert.equal(shortText(deep, WHOLE), `{a:[[[[[${'x'.repeat(100)} 0.12345 2 3 4 5 6]]]]]}`);
});

test('a message begins with its type', () => {
  assert.equal(
    shortMessage({ type: 'append', term: 3, entries: [[7, 3, 2, 'k', 'v']] } as { type: string }, { depth: 1 }),
    'append{term:3 entries:[…1]}',
  );
  assert.equal(shortMessage({ type: 'ping' }), 'ping');
});

test('shortening never halves a character', () => {
  assert.equal(shortened('😀😀😀', 3), '😀😀😀');
  assert.equal(shortened('😀😀😀😀', 3), '😀😀…');
  assert.equal(shortened('abc', 3), 'abc');
});
