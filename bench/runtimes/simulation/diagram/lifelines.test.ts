import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceEvent } from '../trace.ts';
import { lifelines, type Stretch } from './lifelines.ts';
import { eventful, members } from './testing/made-up-trace.ts';

const told = (stretches: readonly Stretch[]): string[] =>
  stretches.map(({ fromUs, state, role }) => `${fromUs} ${state}${role === undefined ? '' : ` ${role}`}`);

test('a node is what its lives, roles and pauses make of it', () => {
  const lines = lifelines(eventful, members);
  assert.deepEqual(told(lines.get('n1')!), ['-Infinity down', '0 up', '1000 up leader', '9000 down', '20000 up']);
  assert.deepEqual(told(lines.get('n2')!), ['-Infinity down', '0 up']);
  assert.deepEqual(told(lines.get('n3')!), ['-Infinity down', '0 up', '5000 paused', '8000 up']);
});

test('stretches follow each other without holes', () => {
  for (const stretches of lifelines(eventful, members).values()) {
    assert.equal(stretches[0]!.fromUs, Number.NEGATIVE_INFINITY);
    assert.equal(stretches.at(-1)!.toUs, Number.POSITIVE_INFINITY);
    for (let i = 1; i < stretches.length; i++) assert.equal(stretches[i]!.fromUs, stretches[i - 1]!.toUs);
  }
});

test('a node of which no start is told was up, and one that is down cannot be paused', () => {
  const pause = { kind: 'pause', node: 'n1' } as const;
  const trace: readonly TraceEvent[] = [
    { kind: 'end', atUs: 10, node: 'n1', how: 'vanish' },
    { kind: 'fault', atUs: 20, fault: pause },
    { kind: 'heal', atUs: 30, fault: pause },
  ];
  assert.deepEqual(told(lifelines(trace, members).get('n1')!), ['-Infinity up', '10 down']);
});
