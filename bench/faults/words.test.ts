import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from './vocabulary.ts';
import { faultText } from './words.ts';

const n1 = { node: 'n1' };
const n2 = { node: 'n2' };

const CASES: readonly (readonly [Fault, string])[] = [
  [{ kind: 'kill', node: 'n2' }, 'kill n2'],
  [{ kind: 'vanish', node: 'n2' }, 'vanish n2'],
  [{ kind: 'vanish', node: 'n2', keep: 3 }, 'vanish n2, keeping 3 unsynced'],
  [{ kind: 'slow', node: 'n1', perInputMs: 5 }, 'slow n1 +5 ms an input'],
  [{ kind: 'power-cut' }, 'power-cut'],
  [{ kind: 'cut', from: n1, to: n2 }, 'cut n1 | n2'],
  [{ kind: 'cut', from: { clientsOf: 'a' }, to: n2, oneWay: true }, 'cut clients-of-a → n2'],
  [{ kind: 'drop', from: n1, to: n2, type: 'acked', share: 0.125 }, 'drop n1 | n2, acked only 12.5 %'],
  [{ kind: 'reorder', from: n1, to: n2, share: 0.3, delayMs: 20 }, 'reorder n1 | n2 30 % up to 20 ms'],
  [{ kind: 'cut-zone', zone: 'a', clients: 'outside' }, 'cut-zone a, its clients outside'],
  [{ kind: 'slow-disk', node: 'n1', syncMs: 4 }, 'slow-disk n1 +4 ms a sync'],
  [{ kind: 'drift', node: 'n3', ppm: 200 }, 'drift n3 +200 ppm'],
  [{ kind: 'skew', node: 'n3', skewMs: -50 }, 'skew n3 −50 ms'],
];

test('a fault reads as its name, its place and its size', () => {
  for (const [fault, text] of CASES) assert.equal(faultText(fault), text);
});
