import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sumText, wholeNumber } from './whole-number.ts';

test('a text is a whole number if it is digits, with a minus before them or none', () => {
  assert.deepEqual(
    ['0', '7', '-12', '007'].map((text) => wholeNumber(text)),
    [0n, 7n, -12n, 7n],
  );
  for (const text of ['', '-', '+3', '1.5', '1e3', ' 4', '4 ', '0x10', 'seven', '3\n'])
    assert.equal(wholeNumber(text), undefined, text);
});

test('amounts add up exactly in any order, however large they grow', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })), (amounts) => {
      const total = amounts.reduce((sum, amount) => sum + amount, 0n);
      const added = (text: string | null, amount: bigint) => sumText(text, String(amount));
      assert.equal(amounts.reduce(added, null) ?? '0', String(total));
      assert.equal(amounts.reduceRight(added, null) ?? '0', String(total));
    }),
    { seed: 1 },
  );
});

test('nothing counts as 0, and so does a text that is no whole number', () => {
  assert.equal(sumText(null, '3'), '3');
  assert.equal(sumText('seven', '-2'), '-2');
  assert.equal(sumText('5', 'two'), '5');
  assert.equal(sumText('-2', '2'), '0');
});
