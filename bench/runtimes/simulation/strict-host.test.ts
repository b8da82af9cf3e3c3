import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainCopy } from './plain.ts';
import { Simulation } from './simulation.ts';
import { type AnyMessage, three, tinyEngine } from './simulation-fixture.ts';
import { handOver } from './strict-host.ts';

class Point {
  readonly x = 1;
}

test('plain data comes back equal and shares nothing', () => {
  const value = { a: [1, 'two', null, { b: true }], c: -1.5 };
  const copy = plainCopy(value);
  assert.deepEqual(copy, value);
  assert.notEqual(copy.a, value.a);
  for (const scalar of ['text', 0, null, false]) assert.equal(plainCopy(scalar), scalar);
});

test('what does not survive JSON is no plain data', () => {
  const values = [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    new Map(),
    new Set([1]),
    new Date(0),
    new Point(),
    [undefined],
    { a: undefined },
    () => 1,
    new Uint8Array(2),
    { deep: [{ at: Number.NaN }] },
  ];
  for (const value of values) assert.throws(() => plainCopy(value), /must be plain data, but .* does not survive JSON/);
  const loop: unknown[] = [];
  loop.push(loop);
  assert.throws(() => plainCopy(loop), /circular/i);
});

test('the mistake shows the value as it is, not as JSON has it', () => {
  assert.throws(() => plainCopy({ acks: new Map([['n1', 3]]) }), /\{ acks: Map\(1\) \{ 'n1' => 3 \} \}/);
});

test('handing over freezes both ends, all the way down', () => {
  const value = { list: [{ n: 1 }] };
  const copy = handOver(value);
  for (const end of [value, copy]) {
    assert.throws(() => end.list.push({ n: 2 }), TypeError);
    assert.throws(() => Object.assign(end.list[0]!, { n: 2 }), TypeError);
  }
});

interface Misdeed {
  readonly says: RegExp;
  readonly start?: (host: Parameters<Parameters<typeof tinyEngine>[0]>[0]) => void;
  readonly onMessage?: (message: AnyMessage) => void;
}

const misdeeds: Record<string, Misdeed> = {
  'sends what is no plain data': {
    says: /plain data/,
    start: (host) => host.send('n2', { type: 'x', at: new Date(0) }),
  },
  'appends what is no plain data': { says: /plain data/, start: (host) => host.log.append({ value: undefined }) },
  'changes a message after sending it': {
    says: /object is not extensible/,
    start: (host) => {
      const message = { type: 'x', entries: [1] };
      host.send('n2', message);
      message.entries.push(2);
    },
  },
  'changes an entry after appending it': {
    says: /read only/,
    start: (host) => {
      const entry = { value: 1 };
      host.log.append(entry);
      entry.value = 2;
    },
  },
  'changes a message that it received': {
    says: /read only/,
    start: (host) => host.send('n2', { type: 'x', hops: 1 }),
    onMessage: (message) => {
      (message as unknown as { hops: number }).hops++;
    },
  },
};

for (const [name, { says, start, onMessage }] of Object.entries(misdeeds)) {
  test(`the strict mode catches an engine that ${name}`, () => {
    const engine = tinyEngine((host) => {
      if (host.self === 'n1') start?.(host);
      return { onMessage: (_from, message) => onMessage?.(message) };
    });
    const run = (strict: boolean) => (): void => {
      const simulation = new Simulation({ engine, options: {}, members: three, seed: 1, strict });
      simulation.run(10);
    };
    assert.throws(run(true), says);
    assert.doesNotThrow(run(false), 'and the bulk mode does not look');
  });
}

test('the strict mode catches an engine that changes what it recovered', () => {
  const engine = tinyEngine((host) => {
    if (host.boot === 'found') host.log.append({ value: 1 });
    for (const entry of host.log.recovered as { value: number }[]) entry.value = 2;
    return {};
  });
  const simulation = new Simulation({ engine, options: {}, members: three, seed: 1, strict: true });
  simulation.run(10);
  simulation.crash('n1', 'kill');
  assert.throws(() => simulation.restart('n1'), /read only/);
});
