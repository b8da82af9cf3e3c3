import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BUCKETS_PER_DECADE, bucketFromMs, bucketOf, histogram } from './histogram.ts';

test('every latency lies within the printed bounds of its bucket', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (latencyMs) => {
      const bucket = bucketOf(latencyMs);
      assert.ok(bucketFromMs(bucket) <= latencyMs && latencyMs < bucketFromMs(bucket + 1));
    }),
    { seed: 1 },
  );
});

test('a bound belongs to the bucket above it', () => {
  for (let bucket = 0; bucket < 9 * BUCKETS_PER_DECADE; bucket++) assert.equal(bucketOf(bucketFromMs(bucket)), bucket);
});

test('buckets adjoin, are twenty to a decade, and only full ones are printed', () => {
  const buckets = histogram(Float64Array.of(100, 0, 1, 1, 0.005));
  assert.deepEqual(
    buckets.map((bucket) => bucket.count),
    [2, 2, 1],
  );
  assert.equal(buckets[0]?.fromMs, 0);
  assert.equal(buckets[0]?.toMs, 0.01);
  assert.ok(Math.abs(bucketFromMs(1 + BUCKETS_PER_DECADE) - 0.1) < 1e-12);
  assert.deepEqual(histogram(new Float64Array(0)), []);
});
