import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventful, heartbeats, members } from './testing/made-up-trace.ts';
import { traceLog } from './trace-log.ts';

/** Without the first line, which explains the signs; runs of spaces as one. */
const linesOf = (log: string): string[] =>
  log
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/ +/g, ' '));

test('each event is a line that can be read aloud', () => {
  assert.deepEqual(linesOf(traceLog(eventful, { members })), [
    '0.000 * n1 starts',
    '0.000 * n2 starts',
    '0.000 * n3 starts',
    '1.000 * n1 is leader, epoch 2',
    '1.000 * n1 leads, epoch 2',
    '2.000 > n1 put k=v s1 #4',
    '2.000 = n1 writes [[1 2 k v]]',
    '2.000 n1 → n2 at 2.600 append{term:2 entries:[[1 2 k v]]}',
    '2.000 n1 → n3 lost append{term:2 entries:[[1 2 k v]]}',
    '2.300 = n1 durable up to 1',
    '2.700 n2 → n1 at 3.100 acked{granted:true}',
    '3.100 < n1 put k=v: ok s1 #4',
    '4.000 ! FAULT cut n1 | n2',
    '5.000 ! FAULT pause n3',
    '6.000 ! FAULT drift n3 +200 ppm',
    '8.000 ! HEAL pause n3',
    '9.000 ! FAULT kill n1',
    '9.000 * n1 killed',
    '12.000 * n2 suspects n1',
    '13.000 > n2 transfer to n3',
    '13.100 < n2 transfer to n3: fail (not-leader), ask n3',
    '20.000 ! HEAL kill n1',
    '20.000 * n1 restarts',
    '30.000 X VIOLATION k was read as "w", which nobody wrote.',
  ]);
});

test('columns are aligned, whatever the length of the names', () => {
  const lines = traceLog(heartbeats(0, 2), { members: [...members, { id: 'long-name', zone: 'a', kind: 'full' }] })
    .trimEnd()
    .split('\n')
    .slice(1);
  assert.equal(new Set(lines.map((line) => line.indexOf('→'))).size, 1);
  assert.equal(new Set(lines.map((line) => line.indexOf(' at '))).size, 1);
  assert.equal(new Set(lines.map((line) => line.search(/beat|pulse/))).size, 1);
});

test('quiet stretches are one line, unless everything is wanted', () => {
  const trace = heartbeats(0, 30);
  const folded = linesOf(traceLog(trace, { members }));
  assert.equal(folded.length, 9);
  assert.equal(folded.at(-1), '… 270.6 ms, 112 events: 56 beat, 56 pulse');
  assert.equal(linesOf(traceLog(trace, { members, folded: false })).length, 120);
});

test('only the times asked for are told, and answers still know their questions', () => {
  const lines = linesOf(traceLog(eventful, { members, fromMs: 3, toMs: 4 }));
  assert.deepEqual(lines, ['3.100 < n1 put k=v: ok s1 #4', '4.000 ! FAULT cut n1 | n2']);
});

test('a text from an engine stays on its line', () => {
  const log = traceLog([{ kind: 'note', atUs: 0, node: 'n1', note: { kind: 'trace', text: 'two\nlines' } }], {
    members,
  });
  assert.deepEqual(linesOf(log), ['0.000 * n1 two lines']);
});
