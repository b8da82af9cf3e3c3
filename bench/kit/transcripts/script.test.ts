import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../../engines/api.ts';
import { FAULT_KINDS, type Fault } from '../../faults/vocabulary.ts';
import { commandText } from '../../faults/words.ts';
import { InputError } from '../../input.ts';
import { FAULT_STEPS } from './fault-steps.ts';
import { readScript } from './script.ts';

const stepOf = (text: string) => readScript('x.transcript', `> ${text}\n`)[0]!.step;
const mistake = (text: string): string => {
  try {
    readScript('x.transcript', `# a comment\n${text}\n`);
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.message;
  }
  throw new Error(`${text} was taken`);
};

test('each step is read as it is written', () => {
  assert.deepEqual(stepOf('cluster 5 preset=wan seed=3'), {
    kind: 'cluster',
    nodes: 5,
    settings: new Map([
      ['preset', 'wan'],
      ['seed', '3'],
    ]),
  });
  const ask = { kind: 'ask', node: 'n1', session: 'c1', read: 'default' };
  assert.deepEqual(stepOf('put n1 k v'), { ...ask, operation: { kind: 'put', key: 'k', value: 'v' } });
  assert.deepEqual(stepOf('get n1 k read=local as=c7'), {
    ...ask,
    operation: { kind: 'get', key: 'k' },
    session: 'c7',
    read: 'local',
  });
  assert.deepEqual(stepOf('cas n1 k - v'), {
    ...ask,
    operation: { kind: 'cas', key: 'k', expected: null, value: 'v' },
  });
  assert.deepEqual(
    ['500us', '5ms', '2s'].map((time) => stepOf(`pass ${time}`)),
    [0.5, 5, 2000].map((forMs) => ({ kind: 'pass', forMs })),
  );
  assert.deepEqual(stepOf('heal'), { kind: 'heal', text: '' });
  assert.deepEqual(stepOf('heal  slow n1 perInputMs=2'), { kind: 'heal', text: 'slow n1 perInputMs=2' });
  assert.deepEqual(stepOf('hide beat durable'), { kind: 'hide', names: ['beat', 'durable'] });
  assert.deepEqual(stepOf('look'), { kind: 'look' });
});

test('each fault of the vocabulary is a step, with its place and its size', () => {
  const faultsOf = (text: string) => {
    const step = stepOf(text);
    assert.ok(step?.kind === 'fault', text);
    assert.equal(step.text, text);
    return step.faults;
  };
  const [n1, n2, n3] = ['n1', 'n2', 'n3'].map((node) => ({ node }));
  const cases: readonly [string, readonly Fault[]][] = [
    ['kill n1', [{ kind: 'kill', node: 'n1' }]],
    ['vanish n1', [{ kind: 'vanish', node: 'n1' }]],
    ['vanish n1 keep=2', [{ kind: 'vanish', node: 'n1', keep: 2 }]],
    ['slow n1 perInputMs=0.5', [{ kind: 'slow', node: 'n1', perInputMs: 0.5 }]],
    ['skew n1 skewMs=-50', [{ kind: 'skew', node: 'n1', skewMs: -50 }]],
    ['kill-zone a', [{ kind: 'kill-zone', zone: 'a' }]],
    ['cut-zone a clients=outside', [{ kind: 'cut-zone', zone: 'a', clients: 'outside' }]],
    ['power-cut', [{ kind: 'power-cut' }]],
    [
      'cut n1 n2 | n3',
      [
        { kind: 'cut', from: n1!, to: n3! },
        { kind: 'cut', from: n2!, to: n3! },
      ],
    ],
    ['hold clients-of-a > n1', [{ kind: 'hold', from: { clientsOf: 'a' }, to: n1!, oneWay: true }]],
    ['drop n1 | n2 share=0.5 type=ack', [{ kind: 'drop', from: n1!, to: n2!, share: 0.5, type: 'ack' }]],
    ['reorder n1 | n2 share=1 delayMs=5', [{ kind: 'reorder', from: n1!, to: n2!, share: 1, delayMs: 5 }]],
  ];
  for (const [text, faults] of cases) assert.deepEqual(faultsOf(text), faults);
  for (const kind of FAULT_KINDS) {
    const text = FAULT_STEPS[kind]
      .replace(/ \[.*/, '')
      .replace('END … | END …, or > for one way', 'n1 | n2')
      .replaceAll(/NUMBER/g, '1');
    assert.equal(faultsOf(text)[0]?.kind, kind);
  }
});

test('each command is a step', () => {
  const commandOf = (text: string) => {
    const step = stepOf(`command n1 ${text}`);
    assert.ok(step?.kind === 'command' && step.node === 'n1', text);
    return step.command;
  };
  const commands: readonly Command[] = [
    { kind: 'add', node: 'n4' },
    { kind: 'remove', node: 'n4' },
    { kind: 'promote', node: 'n4' },
    { kind: 'replace', node: 'n1', by: 'n4' },
    { kind: 'transfer' },
    { kind: 'transfer', to: 'n2' },
    { kind: 'drain' },
    { kind: 'snapshot' },
  ];
  for (const command of commands) assert.deepEqual(commandOf(commandText(command)), command);
});

test('comments, empty lines and steps are kept, and what was recorded is not', () => {
  const text = '# why\n\n> pass 1ms\n     0.500 n1 -> n2 beat\n           n1 is leader\n\n> look\n';
  assert.deepEqual(
    readScript('x', text).map((line) => line.text),
    ['# why', '', '> pass 1ms', '', '> look'],
  );
});

test('a mistake is told with its place, what was expected and what came', () => {
  assert.match(
    mistake('> vansh n1'),
    /^x\.transcript:2: the step must be one of cluster, .*, but "vansh" came; did you mean "vanish"\?$/,
  );
  assert.equal(mistake('> pass 5'), 'x.transcript:2: expected "pass NUMBERs, NUMBERms or NUMBERus", but "pass 5" came');
  for (const text of [
    'put n1 k',
    'put n1 k v w',
    'get n1 k read=old',
    'cut n1 n2',
    'cut | n1',
    'cut n1 | n2 type=ack',
    'drop n1 | n2',
    'drop n1 | n2 share=some',
    'cut-zone a clients=all',
    'power-cut n1',
    'command n1 replace n2 n3',
    'command n1 drain n2',
    'command n1 stop',
    'cluster',
    'kill',
    'look n1',
    'put n1 k v read=local',
    'kill n1 as=c1',
  ]) {
    assert.match(mistake(`> ${text}`), /^x\.transcript:2: expected ".*", but ".*" came$/);
  }
});
