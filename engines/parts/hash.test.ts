import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashText, mix } from './hash.ts';

test('the first bits of hashes of numbered keys are spread evenly', () => {
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < 16_000; i++) counts[hashText(`k${i}`) >>> 28]!++;
  assert.ok(Math.min(...counts) > 850, `least ${Math.min(...counts)}`);
  assert.ok(Math.max(...counts) < 1150, `most ${Math.max(...counts)}`);
});

test('hashes are unsigned 32-bit numbers, the same each time, and other for another seed', () => {
  for (const text of ['', 'a', 'k1', 'a longer text ü']) {
    const hash = hashText(text);
    assert.ok(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32);
    assert.equal(hash, hashText(text));
    assert.notEqual(hash, hashText(text, 1));
  }
});

test('mixing depends on the order of words', () => {
  assert.notEqual(mix(mix(1, 2), 3), mix(mix(1, 3), 2));
});
