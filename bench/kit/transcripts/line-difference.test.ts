import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineDifference } from './line-difference.ts';

const text = (letters: string): string => [...letters].join('\n');

test('the same texts have no difference', () => {
  assert.equal(lineDifference(text('abc'), text('abc')), '');
});

test('lines that are gone and lines that came stand with two lines around them', () => {
  assert.equal(
    lineDifference(text('abcdefg'), text('abcXefg')),
    text('').concat(' b\n c\n-d\n+X\n e\n f').replace(/^/, '…\n'),
  );
});

test('distant places are told apart, and what lies between them is left out', () => {
  assert.equal(lineDifference(text('abcdefghi'), text('Xbcdefgh')), '-a\n+X\n b\n c\n…\n g\n h\n-i');
});

test('a line put in moves none of the others', () => {
  assert.equal(lineDifference(text('ab'), text('aXb')), ' a\n+X\n b');
});
