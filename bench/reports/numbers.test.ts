import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countText, durationText, medianText, msText, rangeText, shareText, significant } from './numbers.ts';

test('significant digits are kept, also when rounding gains a place', () => {
  assert.equal(significant(31234, 2), '31,000');
  assert.equal(significant(9.96, 2), '10');
  assert.equal(significant(0.0456, 2), '0.046');
  assert.equal(significant(999.6, 3), '1,000');
  assert.equal(significant(-1234.5, 3), '−1,230');
  assert.equal(significant(1, 2), '1.0');
  assert.equal(significant(0, 2), '0');
  assert.equal(significant(1234567, 2), '1,200,000');
});

test('a third digit is shown only when at least three repeats agree to it', () => {
  assert.equal(medianText({ n: 3, min: 53100, median: 53420, max: 53500 }), '53,400');
  assert.equal(medianText({ n: 3, min: 50000, median: 53420, max: 56000 }), '53,000');
  assert.equal(medianText({ n: 2, min: 53400, median: 53420, max: 53440 }), '53,000');
});

test('a range whose ends read the same is one number', () => {
  assert.equal(rangeText({ n: 2, min: 10.01, median: 10.02, max: 10.03 }), '10');
  assert.equal(rangeText({ n: 3, min: 8, median: 10, max: 12 }), '8.0–12');
});

test('a time that never ended is a lower bound', () => {
  assert.equal(durationText({ ms: 8000, censored: true }), '> 8,000');
  assert.equal(durationText({ ms: 480.4, censored: false }), '480');
});

test('milliseconds lose digits as they grow', () => {
  assert.deepEqual([0.0123, 0.123, 1.23, 12.3, 99.7, 123.4, 1234].map(msText), [
    '0.01',
    '0.12',
    '1.2',
    '12',
    '100',
    '123',
    '1,230',
  ]);
});

test('shares are per cent and counts keep every digit', () => {
  assert.equal(shareText(0.3149), '31 %');
  assert.equal(shareText(0.004), '0.40 %');
  assert.equal(shareText(1), '100 %');
  assert.equal(countText(1234567), '1,234,567');
});
