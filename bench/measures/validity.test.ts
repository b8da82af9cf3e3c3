import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import { constantLoad, historyOf } from './synthetic-history.ts';
import {
  cpuStolen,
  deadlineBoundMs,
  deadlineLate,
  faultMissed,
  generatorLate,
  rateLow,
  syncsMeanNothing,
  voidReason,
} from './validity.ts';

test('a generator that is late at p99 outside faults voids the trial', () => {
  const late = (share: number, from = 0, byMs = 30) =>
    historyOf(
      constantLoad({
        ratePerS: 100,
        durationMs: 10_000,
        change: (intended, i) => (intended >= from && i % 100 < share ? { start: intended + byMs } : {}),
      }),
    );
  assert.equal(generatorLate(late(1), []), undefined);
  assert.match(generatorLate(late(2), []) ?? '', /at p99 operations started 30\.0 ms after/);
  assert.equal(generatorLate(late(100, 0, 10), []), undefined);
  assert.equal(generatorLate(late(100, 5000), [{ fromMs: 5000, toMs: Number.POSITIVE_INFINITY }]), undefined);
  assert.equal(generatorLate(historyOf([]), []), undefined);
  assert.equal(generatorLate(historyOf([{ intended: 0, start: 500, shed: true, outcome: 'fail' }]), []), undefined);
});

test('the latest deadline decides, against half of what the time-out leaves over the heartbeat', () => {
  assert.equal(deadlineBoundMs(1000, 100), 450);
  assert.equal(deadlineBoundMs(100, 200), 0);
  assert.equal(deadlineLate(450, 450), undefined);
  assert.match(deadlineLate(451, 450) ?? '', /451\.0 ms late, .* is 450\.0 ms/);
});

test('more than 5 % of stolen CPU voids, an unknown share does not', () => {
  assert.equal(cpuStolen(0.05), undefined);
  assert.equal(cpuStolen(undefined), undefined);
  assert.match(cpuStolen(0.34) ?? '', /stole 34\.0 %/);
});

test('a rate below 90 % of the offered before the fault voids, failures after it do not', () => {
  const failing = (every: number) =>
    historyOf(
      constantLoad({
        ratePerS: 100,
        durationMs: 4000,
        change: (intended, i) => (intended >= 2000 || i % every === 0 ? { outcome: 'fail' } : {}),
      }),
    );
  const stretch = { fromMs: 0, t0Ms: 2000, offeredPerS: 100 };
  assert.equal(rateLow(failing(10), stretch), undefined);
  assert.match(
    rateLow(failing(5), stretch) ?? '',
    /80\.0 operations per second ended ok, below 90\.0 % of the 100 offered/,
  );
  assert.equal(rateLow(failing(10), { ...stretch, fromMs: 1000 }), undefined);
  assert.match(rateLow(failing(10), { ...stretch, t0Ms: 0 }) ?? '', /no load before the fault/);
});

test('a fault that did not happen, or late, voids', () => {
  const event = (lateMs: number): ClusterEvent => ({ atMs: 0, kind: 'fault', fault: { kind: 'power-cut' }, lateMs });
  assert.equal(faultMissed(event(20), 'the power cut'), undefined);
  assert.match(faultMissed(event(21), 'the power cut') ?? '', /the power cut took effect 21\.0 ms late/);
  assert.equal(faultMissed(undefined, 'the kill of the leader'), 'the kill of the leader did not happen');
});

test('fsync on a memory file system is refused, without fsync it may be', () => {
  assert.match(syncsMeanNothing('fsync', 'tmpfs') ?? '', /on tmpfs/);
  assert.equal(syncsMeanNothing('none', 'tmpfs'), undefined);
  assert.equal(syncsMeanNothing('fsync', 'ext4'), undefined);
  assert.equal(syncsMeanNothing('fsync', undefined), undefined);
});

test('all reasons found stand in one text', () => {
  assert.equal(voidReason(undefined, 'one', undefined, 'two'), 'one; two');
  assert.equal(voidReason(undefined), undefined);
});
