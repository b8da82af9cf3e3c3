import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FloorGauge } from './floor-gauge.ts';
import { preflight } from './preflight.ts';
import { trialSpec } from './testing/specs.ts';

/** Gives these latenesses one after the other; undefined: the floor cannot be measured. */
function fakeGauge(...latenessesMs: (number | undefined)[]) {
  const asked: string[] = [];
  const measure = async (mode: string, clients: number) => {
    asked.push(`${mode} ${clients}`);
    const timerLatenessMaxMs = latenessesMs.shift();
    return timerLatenessMaxMs === undefined ? undefined : { operationsPerS: 1, p50Ms: 1, timerLatenessMaxMs };
  };
  return { gauge: { measure } as unknown as FloorGauge, asked };
}

const strict = trialSpec({ deadlines: { shortestTimeoutMs: 300, heartbeatMs: 50 } });
const timeless = trialSpec();
const TIMEOUTS = new Map([['fake', { default: 300, short: 150, wide: 1500, timeless: undefined }]]);

test('where no verdict hangs on time, nothing is measured', async () => {
  const { gauge, asked } = fakeGauge();
  const { refusal } = await preflight(gauge, [timeless], TIMEOUTS);
  assert.deepEqual(asked, []);
  assert.equal(refusal(timeless), undefined);
});

test('a preset is taken when its shortest time-out is at least three times what timers were late', async () => {
  const { gauge, asked } = fakeGauge(100);
  const { refusal } = await preflight(gauge, [timeless, strict], TIMEOUTS);
  assert.equal(refusal(strict), undefined);
  assert.deepEqual(asked, ['batch 64']);
});

test('a preset is refused in one sentence, which says which presets would do', async () => {
  const { gauge } = fakeGauge(120, 110.04, 130);
  const { refusal } = await preflight(gauge, [strict], TIMEOUTS);
  assert.equal(
    refusal(strict),
    'timers were up to 110.0 ms late on this machine under load, and 3 times that is more than the shortest time-out of ' +
      'fake:default, 300 ms; fake:wide, fake:timeless would do',
  );
  assert.equal(refusal(timeless), undefined);
});

test('a disturbance that passes refuses nobody', async () => {
  const { gauge, asked } = fakeGauge(500, 20, 500);
  const { refusal } = await preflight(gauge, [strict], TIMEOUTS);
  assert.equal(refusal(strict), undefined);
  assert.equal(asked.length, 2, 'one good measurement is enough');
});

test('where no preset would do, that is said', async () => {
  const { gauge } = fakeGauge(1000, 1000, 1000);
  const { refusal } = await preflight(gauge, [strict], new Map([['fake', { default: 300 }]]));
  assert.match(refusal(strict)!, /; none of its presets would do$/);
});

test('a floor that cannot be measured speaks against nobody', async () => {
  const { gauge, asked } = fakeGauge(undefined, undefined, undefined);
  const { refusal } = await preflight(gauge, [strict], TIMEOUTS);
  assert.equal(refusal(strict), undefined);
  assert.equal(asked.length, 3);
});
