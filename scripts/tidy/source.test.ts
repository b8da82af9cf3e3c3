import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, readSource } from './source.ts';

/** The words that are left in each view. */
const words = (text: string) => {
  const { code, comments } = readSource('x.ts', text);
  return { code: code.match(/\w+/g) ?? [], comments: comments.match(/\w+/g) ?? [] };
};

test('comments and strings are no code', () => {
  const seen = words(`one('two', "three"); // four\n/* five\nsix */ seven();`);
  assert.deepEqual(seen, { code: ['one', 'seven'], comments: ['four', 'five', 'six'] });
});

test('what stands in a template is code only inside its braces', () => {
  const seen = words('`one ${two({ three: `four ${five}` })} six` + seven');
  assert.deepEqual(seen.code, ['two', 'three', 'five', 'seven']);
});

test('a quote or comment mark that is quoted opens nothing', () => {
  assert.deepEqual(words(`'it\\'s // one'; two; "/* three"; four`).code, ['two', 'four']);
  assert.deepEqual(words(`/* it's "one */ two // 'three\nfour`).code, ['two', 'four']);
});

test('a regular expression is told from a division', () => {
  assert.deepEqual(words(`one(/'two"[/]three/g, four); five / six; 'seven' / eight; return /nine/;`).code, [
    'one',
    'g',
    'four',
    'five',
    'six',
    'eight',
    'return',
  ]);
});

test('both views keep every line and column', () => {
  const text = `/* a\n😀 */ const x = 'ü'; // b\nlast`;
  const { code, comments } = readSource('x.ts', text);
  for (const view of [code, comments]) {
    assert.equal(view.length, text.length);
    assert.deepEqual(
      view.split('\n').map((line) => line.length),
      text.split('\n').map((line) => line.length),
    );
  }
  assert.equal(code.indexOf('const'), text.indexOf('const'));
});

test('a text that ends inside a string or comment is read to its end', () => {
  for (const text of ["one 'two", 'one `two ${', 'one /* two', 'one /two', 'one "\\']) {
    assert.equal(readSource('x.ts', text).code.length, text.length, text);
  }
});

test('a place is given as file and line, counted from one', () => {
  const source = readSource('a/b.ts', 'one\ntwo\nthree');
  assert.equal(at(source, 0, 'x'), 'a/b.ts:1: x');
  assert.equal(at(source, source.text.indexOf('two'), 'x'), 'a/b.ts:2: x');
  assert.equal(at(source, source.text.length, 'x'), 'a/b.ts:3: x');
});
