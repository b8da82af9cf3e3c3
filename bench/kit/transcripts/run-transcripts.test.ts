import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { AnyEngine } from '../../../engines/api.ts';
import unreplicated from '../../../engines/unreplicated/index.ts';
import { type AnyHost, tinyEngine } from '../../runtimes/simulation/simulation-fixture.ts';
import { checkTranscript, runTranscripts } from './run-transcripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-transcripts-'));
after(() => rmSync(folder, { recursive: true }));

/** Plays a script; returns its recorded lines without the script's own. */
function recorded(engine: AnyEngine, script: string): string[] {
  const file = join(folder, 'x.transcript');
  writeFileSync(file, script);
  assert.equal(checkTranscript(engine, file, true), '');
  const text = readFileSync(file, 'utf8');
  assert.equal(checkTranscript(engine, file, false), '', 'what was rewritten is what comes');
  return text
    .split('\n')
    .filter((line) => line.startsWith(' '))
    .map((line) => line.trim().replace(/ +/g, ' '));
}

/** A node says hello to the next one 2 ms after it has started, and again and again. */
const greeter = tinyEngine((host: AnyHost) => {
  if (host.boot === 'found') host.log.append('entry');
  host.setTimer('greet', 2);
  return {
    onTimer: () => {
      if (host.self === 'n1') host.send('n2', { type: 'hello', recovered: host.log.recovered.length });
      host.setTimer('greet', 2);
    },
    onCommand: (ticket, command) => {
      if (command.kind === 'transfer') host.reply(ticket, {});
      else host.fail(ticket, { effect: 'none', reason: 'unsupported' });
    },
  };
});

test('what a script brings about is recorded behind its steps, and is the same the next time', () => {
  const lines = recorded(unreplicated, '# a write\n> cluster 1\n> put n1 k v\n> pass 1ms\n\n> look\n');
  assert.deepEqual(lines, [
    '0.000 * n1 starts',
    '0.000 * n1 leads, epoch 1',
    '0.000 * n1 is holder, epoch 1',
    '0.250 > n1 put k=v c1 #1',
    '0.250 = n1 writes [{kind:put key:k value:v}]',
    '0.550 = n1 durable up to 1',
    '0.550 < n1 put k=v: ok c1 #1',
    'n1 is holder, epoch 1, holds k=v',
  ]);
});

test('another conversation is told line by line, and the file stays as it is', () => {
  const file = join(folder, 'y.transcript');
  const text = '> cluster 1\n> put n1 k v\n> pass 1ms\n       0.550 < n1       put k=v: unknown (broken)  c1 #1\n';
  writeFileSync(file, text);
  const difference = checkTranscript(unreplicated, file, false);
  assert.match(difference, /^- {7}0\.550 < n1 {7}put k=v: unknown \(broken\) {2}c1 #1$/m);
  assert.match(difference, /^\+ {7}0\.550 < n1 {7}put k=v: ok {2}c1 #1$/m);
  assert.equal(readFileSync(file, 'utf8'), text);
});

test('a session goes on: its serials count, and it hands back the context of its last answer', () => {
  const seen: unknown[] = [];
  const engine = tinyEngine((host: AnyHost) => ({
    onRequest: (request) => {
      seen.push([request.session, request.serial, request.context]);
      host.reply(request, { context: `after ${request.serial}` });
    },
  }));
  recorded(engine, '> cluster 2\n> get n1 k\n> pass 1ms\n> get n2 k\n> get n1 k as=c2\n> pass 1ms\n');
  assert.deepEqual(seen.slice(0, 3), [
    ['c1', 1, undefined],
    ['c1', 2, 'after 1'],
    ['c2', 1, undefined],
  ]);
});

test('nodes end, lose their disks and start again when the fault is healed', () => {
  const script =
    '> cluster 2\n> pass 1ms\n> kill n1\n> heal kill n1\n> pass 3ms\n> wipe n1\n> look\n> heal\n> pass 3ms\n';
  assert.deepEqual(
    recorded(greeter, script).filter((line) => /n1/.test(line) && !/role|durable|writes| is tiny/.test(line)),
    [
      '0.000 * n1 starts',
      '1.000 ! FAULT kill n1',
      '1.000 * n1 killed',
      '1.000 ! HEAL kill n1',
      '1.000 * n1 restarts',
      '3.000 n1 → n2 at 3.500 hello{recovered:1}',
      '4.000 ! FAULT wipe n1',
      '4.000 * n1 vanished',
      'n1 is down',
      '4.000 ! HEAL wipe n1',
      '4.000 * n1 restarts',
      '6.000 n1 → n2 at 6.500 hello{recovered:0}',
    ],
  );
});

test('a message stands where it was sent, and says when it arrived, if it did', () => {
  const hellos = (...steps: string[]): string[] =>
    recorded(greeter, ['> hide role write durable', '> cluster 2', ...steps, ''].join('\n')).filter((line) =>
      line.includes('hello{'),
    );
  const lost = ['2.000 n1 → n2 lost hello{recovered:0}'];
  assert.deepEqual(hellos('> pass 3ms'), ['2.000 n1 → n2 at 2.500 hello{recovered:0}']);
  assert.deepEqual(hellos('> drop n1 > n2 share=1', '> pass 3ms'), lost);
  assert.deepEqual(hellos('> pass 2ms', '> cut n1 | n2', '> pass 1ms'), lost, 'swallowed on its way');
  assert.deepEqual(hellos('> pass 2ms', '> kill n2', '> pass 1ms'), lost, 'nobody was there');
  assert.deepEqual(hellos('> hold n1 | n2 type=hello', '> pass 3ms'), lost);
  assert.deepEqual(
    hellos('> hold n1 | n2 type=hello', '> pass 3ms', '> heal', '> pass 500us'),
    ['2.000 n1 → n2 at 3.500 hello{recovered:0}'],
    'told in the step in which it was sent',
  );
  assert.deepEqual(hellos('> duplicate n1 | n2 share=1', '> pass 3ms').length, 2);
});

test('commands are given, answered, and told', () => {
  assert.deepEqual(
    recorded(
      greeter,
      '> hide role write durable\n> cluster 1 spares=1\n> pass 1ms\n> command n1 transfer to n2\n> command n1 drain\n',
    ),
    [
      '0.000 * n1 starts',
      '0.000 * n2 joins, empty',
      '1.000 > n1 transfer to n2',
      '1.000 < n1 transfer to n2: ok',
      '1.000 > n1 drain',
      '1.000 < n1 drain: fail (unsupported)',
    ],
  );
});

test('mistakes in a script name the file and the line', () => {
  const mistake = (script: string, engine: AnyEngine = unreplicated): void => void recorded(engine, script);
  const configured = { ...unreplicated, presets: { default: { waitMs: 5 } }, validate: () => ['waitMs is wrong.'] };
  assert.throws(
    () => mistake('> pass 1ms\n'),
    /^Error: x\.transcript:1: expected "cluster NUMBER" before any other step$/,
  );
  assert.throws(() => mistake('> cluster 1\n> cluster 1\n'), /x\.transcript:2: expected one "cluster"/);
  assert.throws(
    () => mistake('> cluster 1 preset=fast\n'),
    /x\.transcript:1: preset must be one of default, but "fast" came/,
  );
  assert.throws(
    () => mistake('> cluster 1 waitms=5\n', configured),
    /the option must be one of waitMs, .* did you mean "waitMs"/,
  );
  assert.throws(() => mistake('> cluster 1 waitMs=5\n', configured), /x\.transcript:1: waitMs is wrong\.$/);
  assert.throws(
    () => mistake('> cluster 2\n> kill n3\n'),
    /x\.transcript:2: the node must be one of n1, n2, but "n3" came/,
  );
  assert.throws(() => mistake('> cluster 2\n> kill n1\n> put n1 k v\n'), /x\.transcript:3: n1 must be up to be asked/);
  assert.throws(() => mistake('> cluster 2\n> cut n1 | n4\n'), /the node must be one of n1, n2, but "n4" came/);
  assert.throws(() => mistake('> cluster 2\n> kill-zone z\n'), /the zone must be one of a, b, but "z" came/);
  assert.throws(() => mistake('> cluster 2\n> hold clients-of-b > n1\n'), /the zone must be one of a, but "b" came/);
  assert.throws(() => mistake('> cluster 2\n> heal\n'), /:2: expected a fault to heal, but none stands$/);
  assert.throws(
    () => mistake('> cluster 2\n> kill n1\n> heal kil n1\n'),
    /:3: the fault to heal must be one of kill n1, but "kil n1" came/,
  );
});

test('a folder without transcripts is a mistake, and no test that passes', () => {
  assert.throws(
    () => runTranscripts(unreplicated, mkdtempSync(join(folder, 'empty-'))),
    /files that end in \.transcript/,
  );
});
