import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../input.ts';
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
  assert.deepEqual(stepOf('cut n1 n2 | n3'), { kind: 'cut', some: ['n1', 'n2'], others: ['n3'] });
  assert.deepEqual(stepOf('wipe n2'), { kind: 'wipe', node: 'n2' });
  assert.deepEqual(stepOf('hide beat durable'), { kind: 'hide', names: ['beat', 'durable'] });
  assert.deepEqual(stepOf('look'), { kind: 'look' });
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
    'cluster',
    'kill',
    'mend n1',
    'put n1 k v read=local',
    'kill n1 as=c1',
  ]) {
    assert.match(mistake(`> ${text}`), /^x\.transcript:2: expected ".*", but ".*" came$/);
  }
});
