import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../input.ts';
import { awaitsTrigger, type FaultPlan, lasting, standsMs, varied } from './fault-plan.ts';
import { loadFaultPlan } from './plans.ts';
import type { Step } from './steps.ts';

const drift: Step = { when: { atMs: 0 }, target: 'leader', do: { kind: 'drift', ppm: 5 }, prepares: true };
const cut: Step = { when: { atMs: 500 }, target: 'leader', do: { kind: 'isolate' }, forMs: 3000 };
const prepared: FaultPlan = { name: 'prepared', title: 'a plan', steps: [drift, cut] };

test('what only prepares the ground neither ends with the fault nor counts as one', () => {
  assert.equal(standsMs(prepared), 3000);
  assert.deepEqual(lasting(prepared, 9000).steps, [drift, { ...cut, forMs: 9000 }]);
  const onWrite: Step = { ...cut, when: { trigger: { on: 'write' } } };
  assert.equal(awaitsTrigger({ ...prepared, steps: [drift, onWrite] }), true);
  assert.equal(awaitsTrigger(prepared), false);
});

test('a parameter is given another value wherever an injury has it, and the name says so', () => {
  const { name, steps, varied: told } = varied(prepared, 'ppm', -400);
  assert.deepEqual([name, told], ['prepared-ppm=-400', { parameter: 'ppm', value: -400 }]);
  assert.deepEqual(steps, [{ ...drift, do: { kind: 'drift', ppm: -400 } }, cut]);
  assert.deepEqual(varied(loadFaultPlan('slow-leader'), 'delay_ms', 7).steps[0], {
    when: { atMs: 0 },
    target: 'leader',
    do: { kind: 'delay', delayMs: 7 },
    forMs: 3000,
  });
});

test('what is varied has to be there', () => {
  assert.throws(
    () => varied(prepared, 'sync_ms', 1),
    new InputError('the fault prepared must have the parameter that is varied, but it has no sync_ms'),
  );
});
